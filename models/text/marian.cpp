#include "models/text/marian.h"

#include <algorithm>

#include "heed.h"
#include "models/text/json_section.h"
#include "models/text/renumbered.h"
#include "models/text/sentence_piece.h"
#include "models/text/tokenizer_config.h"
#include "unicode/utf8.h"

namespace heed::tokens {
namespace {

namespace fs = std::filesystem;

bool is_language_code(const std::string& token) {
    return token.size() > 4 && token.starts_with(">>") && token.ends_with("<<");
}

// A token of the text's own, where the vocabulary has it.
std::vector<AddedToken> searched_tokens(const TokenizerConfig& config, const Vocabulary& vocabulary) {
    std::vector<AddedToken> out;
    for (const auto& [role, usual] : {std::pair{"eos_token", "</s>"}, {"unk_token", "<unk>"}, {"pad_token", "<pad>"}}) {
        const std::string name = config.token(role, usual);
        if (const std::optional<int32_t> id = vocabulary.id_of(name)) {
            out.push_back({.content = name, .id = *id, .special = true});
        }
    }
    for (size_t id = 0; id < vocabulary.size(); ++id) {
        const std::string* token = vocabulary.token_of(static_cast<int32_t>(id));
        if (token != nullptr && is_language_code(*token)) {
            out.push_back({.content = *token, .id = static_cast<int32_t>(id), .special = false});
        }
    }
    return out;
}

// Pieces become text as the target's model says, and what is around it goes.
TokenDecoder trimmed(TokenDecoder decoder) {
    const auto trim = [decoder = std::move(decoder)](std::vector<std::string>& tokens) {
        decoder(tokens);
        for (std::string& text : tokens) {
            text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
            text.erase(text.find_last_not_of(' ') + 1);
        }
    };
    return trim;
}

}  // namespace

std::unique_ptr<Tokenizer> read_marian(const fs::path& source) {
    const fs::path folder = source.parent_path(), numbers = folder / "vocab.json", target = folder / "target.spm";
    for (const fs::path& needed : {numbers, target}) {
        if (!fs::is_regular_file(needed)) {
            fail(ErrorKind::bad_file, source.string(), ": expected vocab.json and target.spm beside it, got no ",
                 needed.filename().string());
        }
    }
    Vocabulary vocabulary;
    JsonFile(numbers).root().each_token([&](const std::string& token, int32_t id) { vocabulary.add(token, id); });
    return marian_tokenizer(source, std::move(vocabulary), numbers.string());
}

std::unique_ptr<Tokenizer> marian_tokenizer(const fs::path& source, Vocabulary vocabulary, const std::string& numbers) {
    const TokenizerConfig config = read_tokenizer_config(source.parent_path());
    const auto need = [&](std::string_view role, std::string_view usual) {
        const std::string name = config.token(role, usual);
        if (const std::optional<int32_t> id = vocabulary.id_of(name)) {
            return Named{name, *id};
        }
        fail(ErrorKind::bad_model, numbers, ": expected the ", role, " ", name, " to be in it, got none among ", vocabulary.size());
    };
    const Named end = need("eos_token", "</s>"), unknown = need("unk_token", "<unk>");
    Stages stages = sentence_piece_stages(source);
    stages.decoder = trimmed(sentence_piece_stages(source.parent_path() / "target.spm").decoder);
    stages.added = AddedTokens(searched_tokens(config, vocabulary), stages.normalizer);
    const TemplatePart closing{.ids = {end.id}, .tokens = {end.token}};
    stages.post_processor = template_processing({{.text = 0}, closing}, {{.text = 0}, {.text = 1}, closing});
    stages.special = find_special(config, [&](std::string_view token) { return vocabulary.id_of(token); });
    stages.tidy = config.on("clean_up_tokenization_spaces", false);
    stages.description = text(source.string(), ": Marian");
    stages.model = renumbered(std::move(stages.model), std::move(vocabulary), unknown.id);
    return make_tokenizer(std::move(stages));
}

}  // namespace heed::tokens
