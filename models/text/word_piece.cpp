#include "models/text/word_piece.h"

#include <algorithm>

#include "heed.h"
#include "models/text/piece_trie.h"

namespace heed::tokens {
namespace {

int32_t unknown_id(const Vocabulary& vocabulary, const std::string& unknown) {
    const std::optional<int32_t> id = vocabulary.id_of(unknown);
    if (!id) {
        fail(ErrorKind::bad_model, "vocabulary: expected the unknown token ", unknown, " to be in it, got none among ", vocabulary.size());
    }
    return *id;
}

PieceTrie trie_of(const Vocabulary& vocabulary) {
    std::vector<std::pair<std::string_view, int32_t>> pieces;
    for (size_t id = 0; id < vocabulary.size(); ++id) {
        if (const std::string* token = vocabulary.token_of(static_cast<int32_t>(id))) {
            pieces.emplace_back(*token, vocabulary.id_of(*token).value());
        }
    }
    return PieceTrie(std::move(pieces));
}

class WordPiece : public SubwordModel {
public:
    WordPiece(Vocabulary vocabulary, const WordPieceOptions& options)
        : vocabulary_(std::move(vocabulary)),
          options_(options),
          unknown_(unknown_id(vocabulary_, options.unknown)),
          pieces_(trie_of(vocabulary_)) {}

    void cut(std::string_view word, std::vector<Subword>& out) const override {
        const auto is_first_byte = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; };
        const auto characters = static_cast<size_t>(std::ranges::count_if(word, is_first_byte));
        const size_t before = out.size();
        for (size_t at = 0; at < word.size();) {
            const auto [length, id] = pieces_.longest_after(at == 0 ? std::string_view{} : options_.continuing, word.substr(at));
            if (length == 0 || characters > options_.most_characters) {
                out.resize(before);
                out.push_back({unknown_, 0, static_cast<uint32_t>(word.size()), options_.unknown});
                return;
            }
            out.push_back({id, static_cast<uint32_t>(at), static_cast<uint32_t>(at + length), *vocabulary_.token_of(id)});
            at += length;
        }
    }

    const Vocabulary& vocabulary() const override { return vocabulary_; }

private:
    Vocabulary vocabulary_;
    WordPieceOptions options_;
    int32_t unknown_;
    PieceTrie pieces_;
};

class WordLevel : public SubwordModel {
public:
    WordLevel(Vocabulary vocabulary, const std::string& unknown)
        : vocabulary_(std::move(vocabulary)), unknown_token_(unknown), unknown_(unknown_id(vocabulary_, unknown)) {}

    void cut(std::string_view word, std::vector<Subword>& out) const override {
        const std::optional<int32_t> id = vocabulary_.id_of(word);
        out.push_back({id.value_or(unknown_), 0, static_cast<uint32_t>(word.size()), id ? std::string(word) : unknown_token_});
    }

    const Vocabulary& vocabulary() const override { return vocabulary_; }

private:
    Vocabulary vocabulary_;
    std::string unknown_token_;
    int32_t unknown_;
};

}  // namespace

std::unique_ptr<SubwordModel> word_piece(Vocabulary vocabulary, const WordPieceOptions& options) {
    return std::make_unique<WordPiece>(std::move(vocabulary), options);
}

std::unique_ptr<SubwordModel> word_level(Vocabulary vocabulary, const std::string& unknown) {
    return std::make_unique<WordLevel>(std::move(vocabulary), unknown);
}

}  // namespace heed::tokens
