#include "models/text/utf8.h"

namespace heed {
namespace {

// How many bytes a sequence has by its first; 0 for one that can begin none.
size_t sequence_length(unsigned char lead) {
    return lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
}

// The code point at the front, or nothing when the sequence is cut short, overlong or no character.
bool decode_one(std::string_view utf8, size_t length, char32_t& code) {
    static constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (length == 0 || utf8.size() < length) {
        return false;
    }
    code = static_cast<unsigned char>(utf8[0]);
    code = length == 1 ? code : code & (0x7Fu >> length);
    for (size_t i = 1; i < length; ++i) {
        const unsigned char byte = static_cast<unsigned char>(utf8[i]);
        if ((byte & 0xC0) != 0x80) {
            return false;
        }
        code = code << 6 | (byte & 0x3Fu);
    }
    return code >= kSmallest[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

}  // namespace

std::u32string decode_utf8(std::string_view utf8) {
    std::u32string out;
    while (!utf8.empty()) {
        const size_t length = sequence_length(static_cast<unsigned char>(utf8[0]));
        char32_t code = 0;
        const bool good = decode_one(utf8, length, code);
        out.push_back(good ? code : U'\uFFFD');
        utf8.remove_prefix(good ? length : 1);
    }
    return out;
}

std::string encode_utf8(std::u32string_view codes) {
    std::string out;
    for (const char32_t code : codes) {
        const auto byte = [&](char32_t bits) { out.push_back(static_cast<char>(bits)); };
        if (code < 0x80) {
            byte(code);
        } else if (code < 0x800) {
            byte(0xC0 | code >> 6), byte(0x80 | (code & 0x3F));
        } else if (code < 0x10000) {
            byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F));
        } else {
            byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 0x3F)), byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F));
        }
    }
    return out;
}

}  // namespace heed
