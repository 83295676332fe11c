#include "unicode/utf8.h"

#include <iomanip>
#include <sstream>

#include "base/error.h"

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

// How many bytes at the front of what is invalid could have begun a valid sequence, at least 1.
size_t false_start(std::string_view utf8) {
    const unsigned char lead = static_cast<unsigned char>(utf8[0]);
    const size_t length = sequence_length(lead);
    const unsigned char least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    size_t taken = 1;
    while (taken < length && taken < utf8.size()) {
        const unsigned char byte = static_cast<unsigned char>(utf8[taken]);
        if (taken == 1 ? byte < least || byte > most : (byte & 0xC0) != 0x80) {
            break;
        }
        ++taken;
    }
    return taken;
}

bool begins_valid(std::string_view utf8) {
    char32_t code = 0;
    return decode_one(utf8, sequence_length(static_cast<unsigned char>(utf8[0])), code);
}

}  // namespace

std::pair<char32_t, size_t> first_code(std::string_view utf8) {
    const size_t length = sequence_length(static_cast<unsigned char>(utf8[0]));
    char32_t code = 0;
    return decode_one(utf8, length, code) ? std::pair{code, length} : std::pair{U'\uFFFD', size_t{1}};
}

std::u32string decode_utf8(std::string_view utf8) {
    std::u32string out;
    while (!utf8.empty()) {
        const auto [code, length] = first_code(utf8);
        out.push_back(code);
        utf8.remove_prefix(length);
    }
    return out;
}

void append_utf8(char32_t code, std::string& out) {
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

std::string encode_utf8(std::u32string_view codes) {
    std::string out;
    for (const char32_t code : codes) {
        append_utf8(code, out);
    }
    return out;
}

void require_utf8(std::string_view utf8, std::string_view name) {
    for (size_t at = 0; at < utf8.size();) {
        if (!begins_valid(utf8.substr(at))) {
            std::ostringstream byte;
            byte << "0x" << std::hex << std::setw(2) << std::setfill('0') << static_cast<int>(static_cast<unsigned char>(utf8[at]));
            fail(ErrorKind::bad_input, name, ": expected UTF-8, got the byte ", byte.str(), " at ", at);
        }
        at += sequence_length(static_cast<unsigned char>(utf8[at]));
    }
}

std::string repair_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const bool valid = begins_valid(bytes);
        const size_t taken = valid ? sequence_length(static_cast<unsigned char>(bytes[0])) : false_start(bytes);
        out += valid ? bytes.substr(0, taken) : std::string_view("\xEF\xBF\xBD");
        bytes.remove_prefix(taken);
    }
    return out;
}

}  // namespace heed
