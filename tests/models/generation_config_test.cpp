#include <doctest/doctest.h>

#include "models/decode/generation_options.h"
#include "support/folder.h"
#include "support/sentence.h"

namespace heed {
namespace {

using tests::contains;
using tests::Folder;
using tests::sentence;

using Tokens = std::vector<int32_t>;

// As in a folder with these two files; no second one where it is empty.
GenerationOptions read(const char* config, const char* generation = "") {
    const Folder folder;
    folder.write("config.json", config);
    if (*generation != '\0') {
        folder.write("generation_config.json", generation);
    }
    return read_generation_options(folder.path);
}

std::string refusal(ErrorKind kind, const char* generation) {
    return sentence(kind, [&] { read("{}", generation); });
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("generation config: defaults") {
        const GenerationOptions o = read("{}", "{}");
        CHECK(o.num_beams == 1);
        CHECK(o.length_penalty == 1);
        CHECK(o.early_stopping == EarlyStopping::heuristic);
        CHECK_FALSE(o.max_length.has_value());
        CHECK_FALSE(o.do_sample);
        CHECK(o.top_k == 50);
        CHECK(o.eos_token_ids.empty());
        CHECK_FALSE(o.decoder_start_token_id.has_value());
    }

    TEST_CASE("generation config: the keys of a translation model") {
        const GenerationOptions o = read(R"({"eos_token_id": 5})", R"({"bad_words_ids": [[58100]], "bos_token_id": 0, "num_beams": 6,
            "decoder_start_token_id": 58100, "eos_token_id": 0, "forced_eos_token_id": 0, "max_length": 512, "pad_token_id": 58100,
            "renormalize_logits": true, "transformers_version": "4.32.0.dev0"})");
        CHECK(o.bad_words_ids == std::vector<Tokens>{{58100}});
        CHECK(o.num_beams == 6);
        CHECK(o.decoder_start_token_id == 58100);
        CHECK(o.eos_token_ids == Tokens{0});
        CHECK(o.forced_eos_token_ids == Tokens{0});
        CHECK(o.max_length == 512);
        CHECK(o.renormalize_logits);
    }

    TEST_CASE("generation config: config.json where there is nothing else, and for special tokens that are left out") {
        const char* config = R"({"num_beams": 4, "early_stopping": true, "length_penalty": 2.0, "min_length": 56, "max_length": 142,
            "no_repeat_ngram_size": 3, "forced_bos_token_id": 0, "forced_eos_token_id": 2, "eos_token_id": 2, "bos_token_id": 0,
            "decoder_start_token_id": 2, "diversity_penalty": 0.0, "num_beam_groups": 1, "typical_p": 1.0,
            "remove_invalid_values": false})";
        const GenerationOptions alone = read(config);
        CHECK(alone.num_beams == 4);
        CHECK(alone.early_stopping == EarlyStopping::when_full);
        CHECK(alone.length_penalty == 2);
        CHECK(alone.min_length == 56);
        CHECK(alone.max_length == 142);
        CHECK(alone.no_repeat_ngram_size == 3);
        CHECK(alone.forced_bos_token_id == 0);
        CHECK(alone.forced_eos_token_ids == Tokens{2});
        const GenerationOptions beside = read(config, R"({"eos_token_id": [7, 8], "early_stopping": "never"})");
        CHECK(beside.num_beams == 1);
        CHECK(beside.early_stopping == EarlyStopping::never);
        CHECK(beside.eos_token_ids == Tokens{7, 8});
        CHECK(beside.decoder_start_token_id == 2);
        CHECK_FALSE(beside.forced_bos_token_id.has_value());
    }

    TEST_CASE("generation config: a start token, else the one that begins a text") {
        CHECK(read(R"({"bos_token_id": 3})").decoder_start_token_id == 3);
        CHECK(read(R"({"bos_token_id": 3, "decoder_start_token_id": 4})").decoder_start_token_id == 4);
    }

    TEST_CASE("generation config: sampling") {
        const GenerationOptions o = read("{}", R"({"do_sample": true, "temperature": 0.6, "top_k": 20, "top_p": 0.9,
            "suppress_tokens": [1], "begin_suppress_tokens": [2, 3], "max_new_tokens": 9, "min_new_tokens": 2,
            "repetition_penalty": 1.2, "num_return_sequences": 3})");
        CHECK(o.do_sample);
        CHECK(o.temperature == 0.6);
        CHECK(o.top_k == 20);
        CHECK(o.top_p == 0.9);
        CHECK(o.suppress_tokens == Tokens{1});
        CHECK(o.begin_suppress_tokens == Tokens{2, 3});
        CHECK(o.max_new_tokens == 9);
        CHECK(o.min_new_tokens == 2);
        CHECK(o.repetition_penalty == 1.2);
        CHECK(o.num_return_sequences == 3);
    }

    TEST_CASE("generation config: what is wrong, and what is not done") {
        CHECK(contains(refusal(ErrorKind::bad_model, R"({"early_stopping": "soon"})"),
                       R"(early_stopping to be true, false or "never", got "soon")"));
        CHECK(contains(refusal(ErrorKind::bad_model, R"({"num_beams": "four"})"), "num_beams to be a whole number"));
        CHECK(contains(refusal(ErrorKind::bad_model, R"({"bad_words_ids": [3]})"), "bad_words_ids to be a list of lists"));
        CHECK(contains(refusal(ErrorKind::bad_model, R"({"eos_token_id": -1})"), "eos_token_id to be a whole number from 0"));
        CHECK(contains(refusal(ErrorKind::unsupported, R"({"num_beam_groups": 2})"), "expected num_beam_groups to be 1, got 2"));
        CHECK(
            contains(refusal(ErrorKind::unsupported, R"({"force_words_ids": [[1]]})"), "expected force_words_ids to be left out, got one"));
        CHECK(
            contains(refusal(ErrorKind::unsupported, R"({"remove_invalid_values": true})"), "remove_invalid_values to be false, got true"));
        CHECK(contains(refusal(ErrorKind::unsupported, R"({"do_sample": true, "min_p": 0.1})"), "expected min_p to be 0, got 0.1"));
        CHECK(read("{}", R"({"typical_p": 0.9})").num_beams == 1);  // only sampling would look at it
    }
}

}  // namespace heed
