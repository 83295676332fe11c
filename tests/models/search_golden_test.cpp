#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "models/decode/search.h"
#include "models/toy_model.h"
#include "support/sources.h"

namespace heed {
namespace {

using nlohmann::json;

using Tokens = std::vector<int32_t>;

tests::Toy toy_of(const json& model) {
    return {.seed = model["seed"],
            .vocabulary = model["vocabulary"],
            .memory = model["memory"],
            .steps = model["steps"],
            .unit = model["unit"],
            .holes = model.value("holes", uint64_t{0})};
}

template <typename T>
std::optional<T> optional_of(const json& o, const char* key) {
    return o.contains(key) ? std::optional(o[key].get<T>()) : std::nullopt;
}

EarlyStopping early_stopping_of(const json& o) {
    const json early = o.value("early_stopping", json(false));
    return early.is_string() ? EarlyStopping::never : early.get<bool>() ? EarlyStopping::when_full : EarlyStopping::heuristic;
}

GenerationOptions options_of(const json& o) {
    return {.decoder_start_token_id = optional_of<int32_t>(o, "decoder_start_token_id"),
            .prefix = o.value("prefix", Tokens()),
            .eos_token_ids = o.value("eos_token_ids", Tokens()),
            .max_length = optional_of<int64_t>(o, "max_length"),
            .max_new_tokens = optional_of<int64_t>(o, "max_new_tokens"),
            .min_length = o.value("min_length", int64_t{0}),
            .min_new_tokens = optional_of<int64_t>(o, "min_new_tokens"),
            .num_beams = o.value("num_beams", int64_t{1}),
            .num_return_sequences = o.value("num_return_sequences", int64_t{1}),
            .length_penalty = o.value("length_penalty", 1.0),
            .early_stopping = early_stopping_of(o),
            .patience = o.value("patience", 1.0),
            .coverage_penalty = o.value("coverage_penalty", 0.0),
            .repetition_penalty = o.value("repetition_penalty", 1.0),
            .no_repeat_ngram_size = o.value("no_repeat_ngram_size", int64_t{0}),
            .bad_words_ids = o.value("bad_words_ids", std::vector<Tokens>()),
            .forced_bos_token_id = optional_of<int32_t>(o, "forced_bos_token_id"),
            .forced_eos_token_ids = o.value("forced_eos_token_ids", Tokens()),
            .suppress_tokens = o.value("suppress_tokens", Tokens()),
            .begin_suppress_tokens = o.value("begin_suppress_tokens", Tokens()),
            .renormalize_logits = o.value("renormalize_logits", false),
            .do_sample = o.value("do_sample", false),
            .temperature = o.value("temperature", 1.0),
            .top_k = o.value("top_k", int64_t{50}),
            .top_p = o.value("top_p", 1.0),
            .seed = o.value("seed", uint64_t{0})};
}

const char* name_of(SequenceEnd end) {
    constexpr std::array names{"token", "length", "nothing", "cancelled"};
    return names.at(static_cast<size_t>(end));
}

void check_found(const std::vector<GeneratedSequence>& found, const json& expected) {
    REQUIRE(found.size() == expected.size());
    for (size_t i = 0; i < found.size(); ++i) {
        CAPTURE(i);
        CHECK(found[i].tokens == expected[i][0].get<Tokens>());
        CHECK(std::abs(found[i].score - expected[i][1].get<double>()) < 2e-9);
        CHECK(name_of(found[i].end) == expected[i][2].get<std::string>());
    }
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("search: goldens of a plain search in Python") {
        const json file = json::parse(tests::read_source("tests/golden/search/search.json").text);
        for (size_t i = 0; i < file["cases"].size(); ++i) {
            const json& golden = file["cases"][i];
            CAPTURE(i);
            const tests::Toy toy = toy_of(file["models"][golden["model"].get<size_t>()]);
            tests::ToyModel model(toy);
            const auto together = search(model, {.sentences = golden["found"].size()}, options_of(golden["options"]));
            for (size_t j = 0; j < together.size(); ++j) {
                CAPTURE(j);
                check_found(together[j], golden["found"][j]);
            }
        }
    }
}

}  // namespace heed
