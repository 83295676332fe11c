#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "models/json_config.h"

namespace heed {

// When beam search gives up on doing better than what it has; docs/search.md has the bounds.
enum class EarlyStopping { heuristic, when_full, never };

// How a sequence of tokens is searched for. Names, meanings and defaults are those of Hugging Face's generate(), rule by rule in
// docs/search.md; what is an extension of ours says so.
struct GenerationOptions {
    // Every sequence begins with the start token and the prefix; one of them must be there.
    std::optional<int32_t> decoder_start_token_id;
    std::vector<int32_t> prefix;
    std::vector<int32_t> eos_token_ids;

    // max_length and min_length count what a sequence begins with; the new tokens, where said, win over them.
    std::optional<int64_t> max_length, max_new_tokens;  // neither: 20 new tokens, fewer where the model has fewer positions
    int64_t min_length = 0;
    std::optional<int64_t> min_new_tokens;

    int64_t num_beams = 1;
    int64_t num_return_sequences = 1;  // the n best, or as many samples
    double length_penalty = 1;
    EarlyStopping early_stopping = EarlyStopping::heuristic;
    double patience = 1;          // extension: as many finished sequences as patience * num_beams are collected
    double coverage_penalty = 0;  // extension: what is added to a finished score for source tokens that nobody looked at

    double repetition_penalty = 1;
    int64_t no_repeat_ngram_size = 0;
    std::vector<std::vector<int32_t>> bad_words_ids;
    std::optional<int32_t> forced_bos_token_id;
    std::vector<int32_t> forced_eos_token_ids;
    std::vector<int32_t> suppress_tokens, begin_suppress_tokens;
    bool renormalize_logits = false;

    bool do_sample = false;
    double temperature = 1;
    int64_t top_k = 50;  // 0: all
    double top_p = 1;
    uint64_t seed = 0;
};

// In tokens, with what a sequence begins with.
struct GenerationLengths {
    int64_t prompt = 0, least = 0, most = 0;
};

// How many finished sequences beam search collects.
size_t finished_slots(const GenerationOptions& options);

// The start token and the prefix; one start token where the prefix brings its own.
std::vector<int32_t> prompt_of(const GenerationOptions& options);

// Throws bad_input where options contradict each other, the vocabulary or the number of positions; unsupported where they ask for
// something that heed does not do.
GenerationLengths check_options(const GenerationOptions& options, int64_t vocabulary, int64_t positions);

// As a checkpoint's authors mean it to be used. Where it has a generation_config.json that is what counts, and config.json only for
// special tokens that it does not name; else everything comes from config.json. Throws unsupported for a key that would change what
// comes out and that heed does not know how to follow.
GenerationOptions read_generation_options(const Config& model, const Config* generation);
GenerationOptions read_generation_options(const std::filesystem::path& checkpoint_folder);

}  // namespace heed
