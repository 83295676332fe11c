#include "models/text/charsmap.h"

#include <cstring>

#include "heed.h"
#include "unicode/characters.h"
#include "unicode/utf8.h"

namespace heed::tokens {
namespace {

// A unit of the double array: what its children's places are to be combined with, whether it has a leaf, and its byte.
uint32_t offset_of(uint32_t unit) {
    return (unit >> 10) << ((unit & 1u << 9) >> 6);
}

bool has_leaf(uint32_t unit) {
    return (unit >> 8 & 1) != 0;
}

uint32_t label_of(uint32_t unit) {
    return unit & (1u << 31 | 0xFF);
}

uint32_t value_of(uint32_t leaf) {
    return leaf & ~(1u << 31);
}

// As many code points as both have take each other's place, the rest is new or goes with the last.
void replace(std::u32string_view old, std::u32string_view by, std::vector<Rewritten>& out) {
    for (size_t i = 0; i < by.size(); ++i) {
        out.push_back({by[i], i < old.size() ? 0 : 1});
    }
    if (by.size() < old.size() && !out.empty()) {
        out.back().change -= static_cast<int>(old.size() - by.size());
    }
}

}  // namespace

Charsmap::Charsmap(std::string_view bytes, const std::string& name) {
    if (bytes.empty()) {
        return;
    }
    uint32_t size = 0;
    if (bytes.size() >= sizeof(size)) {
        std::memcpy(&size, bytes.data(), sizeof(size));
    }
    if (size == 0 || size % sizeof(uint32_t) != 0 || size > bytes.size() - sizeof(size)) {
        fail(ErrorKind::bad_model, name, ": expected a table of characters of at most ", bytes.size(), " bytes, got one of ", size);
    }
    units_.resize(size / sizeof(uint32_t));
    std::memcpy(units_.data(), bytes.data() + sizeof(size), size);
    becomes_ = bytes.substr(sizeof(size) + size);
}

std::pair<size_t, std::string_view> Charsmap::find(std::string_view text, bool first) const {
    std::pair<size_t, std::string_view> found{0, {}};
    if (units_.empty()) {
        return found;
    }
    uint32_t at = offset_of(units_[0]);
    for (size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        at ^= byte;
        if (at >= units_.size() || label_of(units_[at]) != byte) {
            break;
        }
        const uint32_t unit = units_[at];
        at ^= offset_of(unit);
        if (has_leaf(unit) && at < units_.size()) {
            const size_t begin = value_of(units_[at]);
            const std::string_view rest = begin < becomes_.size() ? std::string_view(becomes_).substr(begin) : std::string_view{};
            found = {i + 1, rest.substr(0, rest.find('\0'))};
            if (first) {
                break;
            }
        }
    }
    return found;
}

void Charsmap::apply(AlignedText& text) const {
    constexpr size_t kMostBytes = 5;
    const std::u32string codes = codes_of(text);
    std::vector<Rewritten> out;
    out.reserve(codes.size());
    bool changed = false;
    const auto replaced = [&](std::u32string_view part) {
        const auto [length, becomes] = shortest(encode_utf8(part));
        if (length > 0) {
            replace(part, decode_utf8(becomes), out);
            changed = true;
        }
        return length > 0;
    };
    int32_t state = 0;
    for (size_t begin = 0; begin < codes.size();) {
        size_t end = begin + 1;
        while (end < codes.size() && !unicode::ends_grapheme(codes[end - 1], codes[end], state)) {
            ++end;
        }
        state = 0;
        const std::u32string_view grapheme = std::u32string_view(codes).substr(begin, end - begin);
        const bool small = grapheme.size() <= kMostBytes && encode_utf8(grapheme).size() <= kMostBytes;
        if (!small || !replaced(grapheme)) {
            for (const char32_t code : grapheme) {
                if (!replaced({&code, 1})) {
                    out.push_back({code, 0});
                }
            }
        }
        begin = end;
    }
    if (changed) {
        rewrite(text, out);
    }
}

std::string decode_base64(std::string_view text, const std::string& name) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve(text.size() / 4 * 3);
    while (text.ends_with('=')) {
        text.remove_suffix(1);
    }
    uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const size_t digit = kDigits.find(c);
        if (digit == std::string_view::npos) {
            fail(ErrorKind::bad_model, name, ": expected base64, got the byte ", static_cast<int>(static_cast<unsigned char>(c)));
        }
        bits = bits << 6 | static_cast<uint32_t>(digit);
        count += 6;
        if (count >= 8) {
            count -= 8;
            out.push_back(static_cast<char>(bits >> count & 0xFF));
        }
    }
    return out;
}

}  // namespace heed::tokens
