#include "models/text/byte_level.h"

#include <array>
#include <map>

#include "unicode/utf8.h"

namespace heed::tokens {
namespace {

std::array<char32_t, 256> alphabet() {
    std::array<char32_t, 256> out{};
    char32_t next = 256;
    for (char32_t byte = 0; byte < 256; ++byte) {
        const bool printable = (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xFF && byte != 0xAD);
        out.at(byte) = printable ? byte : next++;
    }
    return out;
}

}  // namespace

char32_t level_of(unsigned char byte) {
    static const std::array<char32_t, 256> letters = alphabet();
    return letters.at(byte);
}

void spell_bytes(AlignedText& text) {
    std::vector<AlignedChar> out;
    out.reserve(text.chars.size());
    std::string utf8;
    for (const AlignedChar& each : text.chars) {
        utf8.clear();
        append_utf8(each.code, utf8);
        for (const char byte : utf8) {
            out.push_back({level_of(static_cast<unsigned char>(byte)), each.begin, each.end});
        }
    }
    text.chars = std::move(out);
}

std::optional<std::string> bytes_of_level(std::string_view token) {
    static const std::map<char32_t, char> bytes = [] {
        std::map<char32_t, char> out;
        for (int byte = 0; byte < 256; ++byte) {
            out[level_of(static_cast<unsigned char>(byte))] = static_cast<char>(byte);
        }
        return out;
    }();
    std::string out;
    for (const char32_t code : decode_utf8(token)) {
        const auto found = bytes.find(code);
        if (found == bytes.end()) {
            return std::nullopt;
        }
        out.push_back(found->second);
    }
    return out;
}

}  // namespace heed::tokens
