#include <algorithm>
#include <array>

#include "heed.h"
#include "models/decode/generation_options.h"

namespace heed {
namespace {

// What would change the result and is not done here, with the value at which it changes nothing.
struct Neutral {
    const char* key;
    double value;
    bool when_sampling = false;
};
constexpr std::array<Neutral, 11> kNotDone{{{"num_beam_groups", 1},
                                            {"diversity_penalty", 0},
                                            {"encoder_no_repeat_ngram_size", 0},
                                            {"encoder_repetition_penalty", 1},
                                            {"guidance_scale", 1},
                                            {"penalty_alpha", 0},
                                            {"typical_p", 1, true},
                                            {"min_p", 0, true},
                                            {"epsilon_cutoff", 0, true},
                                            {"eta_cutoff", 0, true},
                                            {"top_h", 0, true}}};
constexpr std::array kNotReadHere{
    "sequence_bias",      "exponential_decay_length_penalty", "force_words_ids", "constraints", "stop_strings", "dola_layers",
    "watermarking_config"};

[[noreturn]] void refuse(const Config& config, std::string_view key, std::string_view expected, const std::string& got) {
    fail(ErrorKind::unsupported, config.name(), ": expected ", key, " ", expected, ", got ", got);
}

void check_what_is_not_done(const Config& config, bool sampling) {
    for (const Neutral& neutral : kNotDone) {
        const double value = config.number_or(neutral.key, neutral.value);
        if (value != neutral.value && (sampling || !neutral.when_sampling)) {
            refuse(config, neutral.key, text("to be ", neutral.value), text(value));
        }
    }
    for (const char* key : kNotReadHere) {
        if (config.has(key)) {
            refuse(config, key, "to be left out", "one");
        }
    }
    if (config.boolean_or("remove_invalid_values", false)) {
        refuse(config, "remove_invalid_values", "to be false", "true");
    }
}

// An id, or a list of them.
std::vector<int32_t> tokens(const Config& config, std::string_view key) {
    std::vector<int64_t> read;
    if (config.kind(key) == Config::Kind::list) {
        read = config.integers(key);
    } else if (config.has(key)) {
        read = {config.integer(key)};
    }
    return {read.begin(), read.end()};
}

std::optional<int64_t> whole(const Config& config, std::string_view key) {
    return config.has(key) ? std::optional(config.integer(key)) : std::nullopt;
}

EarlyStopping early_stopping(const Config& config) {
    if (config.kind("early_stopping") == Config::Kind::text) {
        if (config.string("early_stopping") != "never") {
            config.refuse("early_stopping", "true, false or \"never\"");
        }
        return EarlyStopping::never;
    }
    return config.boolean_or("early_stopping", false) ? EarlyStopping::when_full : EarlyStopping::heuristic;
}

void read_behaviour(const Config& config, GenerationOptions& out) {
    out.max_length = whole(config, "max_length");
    out.max_new_tokens = whole(config, "max_new_tokens");
    out.min_length = config.integer_or("min_length", 0);
    out.min_new_tokens = whole(config, "min_new_tokens");
    out.num_beams = config.integer_or("num_beams", 1);
    out.num_return_sequences = config.integer_or("num_return_sequences", 1);
    out.length_penalty = config.number_or("length_penalty", 1);
    out.early_stopping = early_stopping(config);
    out.repetition_penalty = config.number_or("repetition_penalty", 1);
    out.no_repeat_ngram_size = config.integer_or("no_repeat_ngram_size", 0);
    if (config.has("bad_words_ids")) {
        for (const std::vector<int64_t>& word : config.lists("bad_words_ids")) {
            out.bad_words_ids.emplace_back(word.begin(), word.end());
        }
    }
    out.suppress_tokens = tokens(config, "suppress_tokens");
    out.begin_suppress_tokens = tokens(config, "begin_suppress_tokens");
    out.renormalize_logits = config.boolean_or("renormalize_logits", false);
    out.do_sample = config.boolean_or("do_sample", false);
    out.temperature = config.number_or("temperature", 1);
    out.top_k = config.integer_or("top_k", 50);
    out.top_p = config.number_or("top_p", 1);
}

}  // namespace

GenerationOptions read_generation_options(const Config& model, const Config* generation) {
    GenerationOptions out;
    const Config& behaviour = generation != nullptr ? *generation : model;
    read_behaviour(behaviour, out);
    check_what_is_not_done(behaviour, out.do_sample);
    const auto special = [&](std::string_view key) {
        const std::vector<int32_t> read = tokens(behaviour, key);
        return read.empty() ? tokens(model, key) : read;
    };
    const auto one = [&](std::string_view key) {
        const std::vector<int32_t> read = special(key);
        return read.empty() ? std::nullopt : std::optional(read.front());
    };
    out.eos_token_ids = special("eos_token_id");
    out.decoder_start_token_id = one("decoder_start_token_id");
    if (!out.decoder_start_token_id) {
        out.decoder_start_token_id = one("bos_token_id");
    }
    const std::vector<int32_t> first = tokens(behaviour, "forced_bos_token_id");
    out.forced_bos_token_id = first.empty() ? std::nullopt : std::optional(first.front());
    out.forced_eos_token_ids = tokens(behaviour, "forced_eos_token_id");
    return out;
}

GenerationOptions read_generation_options(const std::filesystem::path& checkpoint_folder) {
    const Config model = Config::read(checkpoint_folder / "config.json");
    const std::filesystem::path path = checkpoint_folder / "generation_config.json";
    if (!std::filesystem::exists(path)) {
        return read_generation_options(model, nullptr);
    }
    const Config generation = Config::read(path);
    return read_generation_options(model, &generation);
}

}  // namespace heed
