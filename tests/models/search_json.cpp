#include "models/search_json.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <optional>

#include "support/folder.h"

namespace heed::tests {
namespace {

using nlohmann::json;

using Tokens = std::vector<int32_t>;

template <typename T>
std::optional<T> optional_of(const json& o, const char* key, const std::optional<T>& otherwise) {
    return o.contains(key) ? std::optional(o[key].get<T>()) : otherwise;
}

EarlyStopping early_stopping_of(const json& o, EarlyStopping otherwise) {
    if (!o.contains("early_stopping")) {
        return otherwise;
    }
    const json& early = o["early_stopping"];
    return early.is_string() ? EarlyStopping::never : early.get<bool>() ? EarlyStopping::when_full : EarlyStopping::heuristic;
}

const char* name_of(SequenceEnd end) {
    constexpr std::array names{"token", "length", "nothing", "cancelled"};
    return names.at(static_cast<size_t>(end));
}

}  // namespace

GenerationOptions options_of(const json& o, const GenerationOptions& otherwise) {
    return {.decoder_start_token_id = optional_of<int32_t>(o, "decoder_start_token_id", otherwise.decoder_start_token_id),
            .prefix = o.value("prefix", otherwise.prefix),
            .eos_token_ids = o.value("eos_token_ids", otherwise.eos_token_ids),
            .max_length = optional_of<int64_t>(o, "max_length", otherwise.max_length),
            .max_new_tokens = optional_of<int64_t>(o, "max_new_tokens", otherwise.max_new_tokens),
            .min_length = o.value("min_length", otherwise.min_length),
            .min_new_tokens = optional_of<int64_t>(o, "min_new_tokens", otherwise.min_new_tokens),
            .num_beams = o.value("num_beams", otherwise.num_beams),
            .num_return_sequences = o.value("num_return_sequences", otherwise.num_return_sequences),
            .length_penalty = o.value("length_penalty", otherwise.length_penalty),
            .early_stopping = early_stopping_of(o, otherwise.early_stopping),
            .patience = o.value("patience", otherwise.patience),
            .coverage_penalty = o.value("coverage_penalty", otherwise.coverage_penalty),
            .repetition_penalty = o.value("repetition_penalty", otherwise.repetition_penalty),
            .no_repeat_ngram_size = o.value("no_repeat_ngram_size", otherwise.no_repeat_ngram_size),
            .bad_words_ids = o.value("bad_words_ids", otherwise.bad_words_ids),
            .forced_bos_token_id = optional_of<int32_t>(o, "forced_bos_token_id", otherwise.forced_bos_token_id),
            .forced_eos_token_ids = o.value("forced_eos_token_ids", otherwise.forced_eos_token_ids),
            .suppress_tokens = o.value("suppress_tokens", otherwise.suppress_tokens),
            .begin_suppress_tokens = o.value("begin_suppress_tokens", otherwise.begin_suppress_tokens),
            .renormalize_logits = o.value("renormalize_logits", otherwise.renormalize_logits),
            .do_sample = o.value("do_sample", otherwise.do_sample),
            .temperature = o.value("temperature", otherwise.temperature),
            .top_k = o.value("top_k", otherwise.top_k),
            .top_p = o.value("top_p", otherwise.top_p),
            .seed = o.value("seed", otherwise.seed)};
}

void check_found(const std::vector<GeneratedSequence>& found, const json& expected, double tolerance) {
    REQUIRE(found.size() == expected.size());
    for (size_t i = 0; i < found.size(); ++i) {
        CAPTURE(i);
        CHECK(found[i].tokens == expected[i][0].get<Tokens>());
        CHECK(std::abs(found[i].score - expected[i][1].get<double>()) <= tolerance);
        CHECK(name_of(found[i].end) == expected[i][2].get<std::string>());
    }
}

std::vector<SearchCase> read_search_cases(const std::filesystem::path& folder) {
    const GenerationOptions published = read_generation_options(folder);
    std::vector<SearchCase> out;
    const json file = json::parse(contents(folder / "search.json"));
    for (const json& one : file["cases"]) {
        out.push_back({.options = options_of(one["change"], published), .found = one["found"]});
    }
    return out;
}

}  // namespace heed::tests
