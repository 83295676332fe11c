#include "models/translate/open_translation.h"

#include <algorithm>

#include "models/ctranslate2/translation.h"

namespace heed {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMostNewTokens = 256;

// What generation_config.json leaves open is the config file's to say.
GenerationOptions generation_of(const fs::path& folder, const TransformerConfig& config) {
    GenerationOptions out = read_generation_options(folder);
    const TransformerTokens& tokens = config.tokens;
    if (!out.decoder_start_token_id) {
        out.decoder_start_token_id = tokens.start;
    }
    if (out.eos_token_ids.empty() && tokens.end) {
        out.eos_token_ids = {*tokens.end};
    }
    if (!fs::exists(folder / "generation_config.json")) {
        if (!out.forced_bos_token_id) {
            out.forced_bos_token_id = tokens.forced_first;
        }
        if (out.forced_eos_token_ids.empty() && tokens.forced_last) {
            out.forced_eos_token_ids = {*tokens.forced_last};
        }
    }
    if (!out.max_length && !out.max_new_tokens) {
        out.max_new_tokens = std::min(kMostNewTokens, config.longest_target());
    }
    return out;
}

}  // namespace

TranslationModel open_translation_model(const fs::path& folder) {
    if (!fs::exists(folder / "model.safetensors") && ctranslate2::is_translation(folder)) {
        return ctranslate2::open_translation(folder);
    }
    TranslationModel out;
    std::unique_ptr<Checkpoint> checkpoint = open_checkpoint(folder);
    out.config = read_transformer_config(Config::read(folder / "config.json"), *checkpoint);
    out.weights = std::move(checkpoint);
    out.source = open_tokenizer(folder);
    const int64_t words = std::min(out.config.source.words, out.config.target.words);
    if (static_cast<int64_t>(out.source->vocabulary_size()) > words) {
        fail(ErrorKind::bad_model, folder.string(), ": expected a tokenizer of at most the model's ", words, " words, got one of ",
             out.source->vocabulary_size());
    }
    out.generation = generation_of(folder, out.config);
    return out;
}

}  // namespace heed
