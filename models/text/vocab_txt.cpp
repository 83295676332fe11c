#include "models/text/vocab_txt.h"

#include <algorithm>

#include "heed.h"
#include "io/mapped_file.h"
#include "models/text/bert_cleaning.h"
#include "models/text/pipeline.h"
#include "models/text/pre_tokenizer.h"
#include "models/text/tokenizer_config.h"
#include "models/text/word_piece.h"
#include "unicode/utf8.h"

namespace heed::tokens {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMostBytes = 256 << 20;

Vocabulary read_lines(const fs::path& path) {
    const io::MappedFile file(path, kMostBytes);
    std::string_view rest = file.text();
    Vocabulary out;
    while (!rest.empty()) {
        const size_t length = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, length);
        rest.remove_prefix(std::min(length + 1, rest.size()));
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        require_utf8(line, text(path.string(), ", line ", out.size() + 1));
        out.add(std::string(line), static_cast<int32_t>(out.size()));
    }
    return out;
}

// The tokens that no text is cut through, of those that the vocabulary has.
std::vector<AddedToken> added_tokens(const TokenizerConfig& config, const Vocabulary& vocabulary) {
    std::vector<AddedToken> out = config.added;
    const auto add = [&](const AddedToken& token) {
        const auto same = [&](const AddedToken& other) { return other.content == token.content; };
        if (const std::optional<int32_t> id = vocabulary.id_of(token.content); id && std::ranges::none_of(out, same)) {
            out.push_back(token);
            out.back().id = *id;
        }
    };
    for (const auto& [role, token] : config.special) {
        add(token);
    }
    for (const AddedToken& token : config.additional) {
        add(token);
    }
    for (const char* usual : {"[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]"}) {
        add({.content = usual, .special = true});
    }
    return out;
}

}  // namespace

std::unique_ptr<Tokenizer> read_vocab_txt(const fs::path& path) {
    const TokenizerConfig config = read_tokenizer_config(path.parent_path());
    Vocabulary vocabulary = read_lines(path);
    const auto id_of = [&](std::string_view token) { return vocabulary.id_of(token); };
    const auto named = [&](std::string_view role, std::string_view usual) {
        const std::string token = config.token(role, usual);
        if (const std::optional<int32_t> id = id_of(token)) {
            return Named{token, *id};
        }
        fail(ErrorKind::bad_model, path.string(), ": expected the ", role, " ", token, " on a line of its own, got none in ",
             vocabulary.size(), " lines");
    };
    const Named begin = named("cls_token", "[CLS]"), end = named("sep_token", "[SEP]"), unknown = named("unk_token", "[UNK]");
    const BertCleaning how{.chinese = config.on("tokenize_chinese_chars", true),
                           .no_accents = config.optional_switch("strip_accents"),
                           .lower_case = config.on("do_lower_case", true)};
    Stages stages;
    stages.normalizer = [how](AlignedText& text) { clean(text, how); };
    stages.added = AddedTokens(added_tokens(config, vocabulary), stages.normalizer);
    stages.pre_tokenizer = bert_words;
    stages.post_processor = bert_processing(begin, end);
    stages.decoder = word_piece_decoder("##", true);
    stages.tidy = config.on("clean_up_tokenization_spaces", false);
    stages.special = find_special(config, id_of);
    stages.description = text(path.string(), ": WordPiece");
    stages.model = word_piece(std::move(vocabulary), {.unknown = unknown.token});
    return make_tokenizer(std::move(stages));
}

}  // namespace heed::tokens
