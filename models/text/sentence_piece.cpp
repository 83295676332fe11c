#include "models/text/sentence_piece.h"

#include <algorithm>

#include "heed.h"
#include "models/text/scored_pair.h"
#include "models/text/sentence_piece_text.h"
#include "models/text/tokenizer_config.h"
#include "models/text/unigram.h"

namespace heed::tokens {
namespace {

using Type = SentencePieceModel::Type;

constexpr int32_t kExtraIds = 100;  // of T5, unless its config lists them

std::unique_ptr<SubwordModel> subword_model(const SentencePieceModel& model) {
    std::vector<ScoredPiece> pieces;
    for (const SentencePieceModel::Piece& piece : model.pieces) {
        pieces.push_back({.token = piece.token,
                          .score = static_cast<double>(piece.score),
                          .in_text = piece.type == Type::normal || piece.type == Type::user_defined,
                          .normal = piece.type == Type::normal,
                          .always = piece.type == Type::user_defined});
    }
    return model.pairs ? scored_pair(pieces, {.id = model.unknown(), .byte_fallback = model.byte_fallback})
                       : unigram(pieces, {.unknown = model.unknown(), .byte_fallback = model.byte_fallback, .single_precision = true});
}

// Those of the model are no more than text in a text.
std::vector<AddedToken> control_tokens(const SentencePieceModel& model) {
    std::vector<AddedToken> out;
    for (size_t id = 0; id < model.pieces.size(); ++id) {
        if (model.pieces[id].type == Type::control) {
            out.push_back({.content = model.pieces[id].token, .id = static_cast<int32_t>(id), .special = true, .searched = false});
        }
    }
    return out;
}

// As the tokenizers library's Python side looks for them in a text.
void add_named(const TokenizerConfig& config, const Vocabulary& vocabulary, std::vector<AddedToken>& tokens) {
    const auto add = [&](AddedToken token) {
        std::erase_if(tokens, [&](const AddedToken& known) { return known.content == token.content; });
        tokens.push_back(std::move(token));
    };
    for (const char* role : {"eos_token", "unk_token", "pad_token"}) {
        const std::string name = config.token(role, role == std::string_view("eos_token") ? "</s>" : role[0] == 'u' ? "<unk>" : "<pad>");
        if (const std::optional<int32_t> id = vocabulary.id_of(name)) {
            add({.content = name, .id = *id, .special = true});
        }
    }
    for (const AddedToken& token : config.added) {
        add(token);
    }
}

void as_t5(const TokenizerConfig& config, Stages& stages, std::vector<AddedToken>& tokens) {
    const Vocabulary& vocabulary = stages.model->vocabulary();
    add_named(config, vocabulary, tokens);
    for (int32_t i = 0; config.added.empty() && i < kExtraIds; ++i) {
        const auto id = static_cast<int32_t>(vocabulary.size()) + kExtraIds - 1 - i;
        tokens.push_back({.content = text("<extra_id_", i, ">"), .id = id, .special = true});
    }
    const std::string end = config.token("eos_token", "</s>");
    const TemplatePart closing{.ids = {vocabulary.id_of(end).value_or(1)}, .tokens = {end}};
    stages.post_processor = template_processing({{.text = 0}, closing}, {{.text = 0}, closing, {.text = 1}, closing});
}

void as_llama(const TokenizerConfig& config, Stages& stages, std::vector<AddedToken>& tokens) {
    add_named(config, stages.model->vocabulary(), tokens);
    const std::string begin = config.token("bos_token", "<s>");
    const TemplatePart opening{.ids = {stages.model->vocabulary().id_of(begin).value_or(1)}, .tokens = {begin}};
    stages.post_processor = template_processing({opening, {.text = 0}}, {opening, {.text = 0}, opening, {.text = 1}});
}

}  // namespace

Stages sentence_piece_stages(const std::filesystem::path& path) {
    const SentencePieceModel model = read_sentence_piece_model(path);
    Stages out;
    out.normalizer = sentence_piece_normalizer(model);
    out.model = subword_model(model);
    out.decoder = sentence_piece_decoder(model);
    out.added = AddedTokens(control_tokens(model), out.normalizer);
    out.description = text(path.string(), ": SentencePiece, ", model.pairs ? "BPE" : "unigram");
    return out;
}

std::unique_ptr<Tokenizer> read_sentence_piece(const std::filesystem::path& path) {
    Stages stages = sentence_piece_stages(path);
    const TokenizerConfig config = read_tokenizer_config(path.parent_path());
    std::vector<AddedToken> tokens = stages.added.all();
    const std::string& name = config.tokenizer_class;
    if (name == "T5Tokenizer" || name == "T5TokenizerFast") {
        as_t5(config, stages, tokens);
    } else if (name == "LlamaTokenizer" || name == "LlamaTokenizerFast") {
        as_llama(config, stages, tokens);
    } else if (!name.empty()) {
        fail(ErrorKind::unsupported, config.file, ": expected tokenizer_class to be T5Tokenizer or LlamaTokenizer where there is only ",
             path.filename().string(), ", got ", name, ", whose tokenizer.json has what is missing");
    }
    stages.added = AddedTokens(std::move(tokens), stages.normalizer);
    stages.special = find_special(config, [&](std::string_view token) {
        const AddedToken* known = stages.added.by_content(token);
        return known != nullptr ? std::optional(known->id) : stages.model->vocabulary().id_of(token);
    });
    stages.tidy = config.on("clean_up_tokenization_spaces", false);
    return make_tokenizer(std::move(stages));
}

}  // namespace heed::tokens
