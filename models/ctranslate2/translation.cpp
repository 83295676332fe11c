#include "models/ctranslate2/translation.h"

#include "models/ctranslate2/argos.h"
#include "models/ctranslate2/config.h"
#include "models/ctranslate2/tokenizers.h"

namespace heed::ctranslate2 {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kBeams = 2, kMostNewTokens = 256, kFewestNewTokens = 1;  // of CTranslate2's translate_batch()
constexpr int64_t kArgosBeams = 4;
constexpr double kArgosLengthPenalty = 0.2;

int32_t need_token(const Tokenizer& tokenizer, const std::string& token, std::string_view what) {
    if (const std::optional<int32_t> id = tokenizer.id_of(token)) {
        return *id;
    }
    fail(ErrorKind::bad_model, tokenizer.description(), ": expected ", what, ", ", token, ", to be in the vocabulary, got none among ",
         tokenizer.vocabulary_size());
}

// Sentences end where the decoder writes the end; they begin with a start that may be the user's to give.
void set_tokens(const Settings& settings, TranslationModel& out) {
    const Tokenizer& target = out.target();
    out.config.tokens.end = need_token(target, settings.end, "the end of a sentence");
    if (out.config.tokens.start) {
        out.generation.suppress_tokens = {*out.config.tokens.start};
    } else if (settings.decoder_start) {
        out.config.tokens.start = need_token(target, *settings.decoder_start, "what the decoder starts with");
    }
    out.generation.decoder_start_token_id = out.config.tokens.start;
    out.generation.eos_token_ids = {*out.config.tokens.end};
    out.generation.num_beams = kBeams;
    out.generation.max_new_tokens = kMostNewTokens;
    out.generation.min_new_tokens = kFewestNewTokens;
}

TranslationModel open_model(const fs::path& path, const fs::path& pieces) {
    auto weights = std::make_unique<ModelCheckpoint>(ModelFile::open(path));
    const Settings settings = read_settings(*weights);
    TranslationModel out{.config = read_config(*weights, settings)};
    out.weights = std::move(weights);
    const int64_t target = out.config.tokens.start.value_or(out.config.target.words);
    const int64_t source = out.config.source.table == out.config.target.table ? target : out.config.source.words;
    Tokenizers tokenizers = read_tokenizers(path.parent_path(), pieces, settings, source, target);
    out.source = std::move(tokenizers.source);
    out.own_target = std::move(tokenizers.own_target);
    set_tokens(settings, out);
    return out;
}

}  // namespace

bool is_translation(const fs::path& path) {
    return is_argos(path) || is_ctranslate2(path);
}

TranslationModel open_translation(const fs::path& path) {
    if (!is_argos(path)) {
        const fs::path file = fs::is_directory(path) ? path / "model.bin" : path;
        return open_model(file, file.parent_path());
    }
    const ArgosPackage package = read_argos(path);
    TranslationModel out = open_model(package.model / "model.bin", path);
    out.from = package.from_code;
    out.to = package.to_code;
    out.generation.num_beams = kArgosBeams;
    out.generation.length_penalty = kArgosLengthPenalty;
    if (!package.target_prefix.empty()) {
        out.generation.prefix = {need_token(out.target(), package.target_prefix, "the package's target_prefix")};
    }
    return out;
}

}  // namespace heed::ctranslate2
