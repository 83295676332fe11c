#include "models/text/sentence_piece_text.h"

#include <algorithm>
#include <memory>
#include <set>

#include "models/text/charsmap.h"
#include "models/text/piece_trie.h"
#include "unicode/utf8.h"

namespace heed::tokens {
namespace {

using Type = SentencePieceModel::Type;

constexpr char32_t kMark = 0x2581;
constexpr std::string_view kMarkBytes = "\xE2\x96\x81";

class Cleaning {
public:
    explicit Cleaning(const SentencePieceModel& model)
        : charsmap_(model.charsmap, "SentencePiece model"),
          prefix_(model.dummy_prefix),
          removes_(model.removes_spaces),
          space_(model.marks_spaces ? kMark : U' ') {
        std::vector<std::pair<std::string_view, int32_t>> found;
        for (const SentencePieceModel::Piece& piece : model.pieces) {
            if (piece.type == Type::user_defined && !piece.token.empty()) {
                symbols_.push_back(std::make_unique<std::string>(piece.token));
                found.emplace_back(*symbols_.back(), 0);
            }
        }
        trie_ = found.empty() ? PieceTrie() : PieceTrie(std::move(found));
    }

    void apply(AlignedText& text) const {
        std::string utf8;
        std::vector<AlignedChar> at;  // the code point that each byte is of
        for (const AlignedChar& each : text.chars) {
            append_utf8(each.code, utf8);
            at.resize(utf8.size(), each);
        }
        std::vector<AlignedChar> out;
        const auto add_prefix = [&](size_t byte) { out.push_back({space_, at[byte].begin, at[byte].begin}); };
        if (prefix_ && !removes_ && !utf8.empty()) {
            add_prefix(0);
        }
        bool after_space = removes_;
        for (size_t begin = 0; begin < utf8.size();) {
            const auto [length, becomes] = front(std::string_view(utf8).substr(begin));
            std::u32string codes = decode_utf8(becomes);
            codes.erase(0, after_space ? std::min(codes.find_first_not_of(U' '), codes.size()) : 0);
            if (prefix_ && out.empty() && !codes.empty()) {
                add_prefix(begin);
            }
            for (const char32_t code : codes) {
                out.push_back({code == U' ' ? space_ : code, at[begin].begin, at[begin + length - 1].end});
            }
            after_space = codes.empty() ? after_space : removes_ && codes.back() == U' ';
            begin += length;
        }
        while (removes_ && !out.empty() && out.back().code == space_) {
            out.pop_back();
        }
        text.chars = std::move(out);
    }

private:
    // How many bytes at the front become what.
    std::pair<size_t, std::string_view> front(std::string_view text) const {
        if (const size_t symbol = trie_.longest_prefix(text).first; symbol > 0) {
            return {symbol, text.substr(0, symbol)};
        }
        const auto found = charsmap_.longest(text);
        const size_t character = first_code(text).second;
        return found.first > 0 ? found : std::pair{character, text.substr(0, character)};
    }

    Charsmap charsmap_;
    bool prefix_, removes_;
    char32_t space_;
    std::vector<std::unique_ptr<std::string>> symbols_;
    PieceTrie trie_;
};

struct Joining {
    std::string unknown, unknown_surface;
    std::set<std::string> bytes;
    bool prefix = true, removes = true;
};

void join_pieces(std::vector<std::string>& tokens, const Joining& how) {
    std::string out, bytes;
    const auto end_bytes = [&] {
        out += encode_utf8(decode_utf8(bytes));
        bytes.clear();
    };
    bool at_begin = true, taken = false;  // whether a mark has gone from the beginning
    for (const std::string& token : tokens) {
        if (how.bytes.contains(token)) {
            bytes.push_back(static_cast<char>(std::stoi(token.substr(3, 2), nullptr, 16)));
            continue;
        }
        end_bytes();
        at_begin = at_begin && !taken && out.empty();
        if (token == how.unknown) {
            out += how.unknown_surface;
            taken = false;
            continue;
        }
        std::string piece = token;
        if (at_begin && (how.prefix || how.removes) && piece.starts_with(kMarkBytes)) {
            piece.erase(0, kMarkBytes.size());
            taken = !how.removes;
        }
        replace_all(piece, kMarkBytes, " ");
        out += piece;
    }
    end_bytes();
    tokens = {out};
}

}  // namespace

Normalizer sentence_piece_normalizer(const SentencePieceModel& model) {
    return [cleaning = std::make_shared<const Cleaning>(model)](AlignedText& text) { cleaning->apply(text); };
}

TokenDecoder sentence_piece_decoder(const SentencePieceModel& model) {
    Joining how{.unknown = {},
                .unknown_surface = model.unknown_surface,
                .bytes = {},
                .prefix = model.dummy_prefix,
                .removes = model.removes_spaces};
    for (const SentencePieceModel::Piece& piece : model.pieces) {
        if (piece.type == Type::unknown) {
            how.unknown = piece.token;
        } else if (piece.type == Type::byte && piece.token.size() == 6) {
            how.bytes.insert(piece.token);
        }
    }
    return [how](std::vector<std::string>& tokens) { join_pieces(tokens, how); };
}

}  // namespace heed::tokens
