#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace heed::tokens {

// What is in a SentencePiece model file (.model, .spm).
struct SentencePieceModel {
    enum class Type : uint8_t { normal = 1, unknown, control, user_defined, unused, byte };
    struct Piece {
        std::string token;
        float score = 0;
        Type type = Type::normal;
    };
    std::vector<Piece> pieces;

    bool pairs = false;  // byte pair encoding; else unigram
    bool byte_fallback = false;
    bool spaces_behind = false;                      // marks for spaces end a word
    std::string unknown_surface = " \xE2\x81\x87 ";  // what an unknown piece is decoded to

    std::string charsmap;
    bool dummy_prefix = true, removes_spaces = true, marks_spaces = true;

    int32_t unknown() const;  // the id of the piece of that type
};

// Throws bad_file, bad_model for a file that contradicts itself, unsupported for models of words or characters.
SentencePieceModel read_sentence_piece_model(const std::filesystem::path& path);

}  // namespace heed::tokens
