#include "models/text/sentence_piece_model.h"

#include <algorithm>

#include "heed.h"
#include "io/mapped_file.h"
#include "models/text/vocabulary.h"
#include "models/text/wire.h"
#include "unicode/utf8.h"

namespace heed::tokens {
namespace {

using Model = SentencePieceModel;

constexpr uint64_t kMostBytes = 256 << 20;

// The numbers of the fields are those of sentencepiece_model.proto.
Model::Piece read_piece(std::string_view message, const std::string& name) {
    Model::Piece out;
    Wire wire(message, name);
    while (const auto field = wire.next()) {
        if (field->number == 1) {
            out.token = field->bytes;
        } else if (field->number == 2) {
            out.score = field->real;
        } else if (field->number == 3) {
            if (field->whole < 1 || field->whole > 6) {
                fail(ErrorKind::bad_model, name, ": expected the type of a piece to be 1 to 6, got ", field->whole);
            }
            out.type = static_cast<Model::Type>(field->whole);
        }
    }
    return out;
}

void read_trainer(std::string_view message, const std::string& name, Model& model) {
    Wire wire(message, name);
    while (const auto field = wire.next()) {
        switch (field->number) {
            case 3:
                if (field->whole != 1 && field->whole != 2) {
                    fail(ErrorKind::unsupported, name, ": expected a model of the type 1, unigram, or 2, BPE, got ", field->whole);
                }
                model.pairs = field->whole == 2;
                break;
            case 24: model.spaces_behind = field->flag(); break;
            case 35: model.byte_fallback = field->flag(); break;
            case 44: model.unknown_surface = field->bytes; break;
            default: break;
        }
    }
}

void read_normalizer(std::string_view message, const std::string& name, Model& model) {
    Wire wire(message, name);
    while (const auto field = wire.next()) {
        switch (field->number) {
            case 2: model.charsmap = field->bytes; break;
            case 3: model.dummy_prefix = field->flag(); break;
            case 4: model.removes_spaces = field->flag(); break;
            case 5: model.marks_spaces = field->flag(); break;
            default: break;
        }
    }
}

void check(const Model& model, const std::string& name) {
    if (model.pieces.empty() || model.pieces.size() > static_cast<size_t>(Vocabulary::kMostIds)) {
        fail(ErrorKind::bad_model, name, ": expected a SentencePiece model of 1 to ", Vocabulary::kMostIds, " pieces, got ",
             model.pieces.size());
    }
    const auto unknown = [](const Model::Piece& piece) { return piece.type == Model::Type::unknown; };
    if (const auto count = std::ranges::count_if(model.pieces, unknown); count != 1) {
        fail(ErrorKind::bad_model, name, ": expected one piece for what is unknown, got ", count);
    }
    const auto unused = [](const Model::Piece& piece) { return piece.type == Model::Type::unused; };
    if (model.spaces_behind || (model.pairs && std::ranges::any_of(model.pieces, unused))) {
        fail(ErrorKind::unsupported, name, ": expected a model whose spaces begin words and that uses all its pairs, got one ",
             model.spaces_behind ? "whose spaces end them" : "with unused pairs");
    }
    for (const Model::Piece& piece : model.pieces) {
        require_utf8(piece.token, name);
    }
}

}  // namespace

int32_t SentencePieceModel::unknown() const {
    return static_cast<int32_t>(std::ranges::find(pieces, Type::unknown, &Piece::type) - pieces.begin());
}

SentencePieceModel read_sentence_piece_model(const std::filesystem::path& path) {
    const io::MappedFile file(path, kMostBytes);
    const std::string name = path.string();
    Model out;
    Wire wire(file.text(), name);
    while (const auto field = wire.next()) {
        switch (field->number) {
            case 1: out.pieces.push_back(read_piece(field->bytes, name)); break;
            case 2: read_trainer(field->bytes, name, out); break;
            case 3: read_normalizer(field->bytes, name, out); break;
            default: break;
        }
    }
    check(out, name);
    return out;
}

}  // namespace heed::tokens
