#include "models/text/aligned_text.h"

#include <algorithm>

#include "heed.h"
#include "unicode/characters.h"
#include "unicode/utf8.h"

namespace heed::tokens {

AlignedText align(std::string_view utf8) {
    require_utf8(utf8, "text");
    if (utf8.size() > UINT32_MAX / 2) {
        fail(ErrorKind::bad_input, "text: expected at most ", UINT32_MAX / 2, " bytes, got ", utf8.size());
    }
    AlignedText out;
    out.chars.reserve(utf8.size());
    uint32_t begin = 0;
    while (begin < utf8.size()) {
        const auto [code, length] = first_code(utf8.substr(begin));
        const uint32_t end = begin + static_cast<uint32_t>(length);
        out.chars.push_back({code, begin, end});
        begin = end;
    }
    return out;
}

std::string to_utf8(const AlignedText& text) {
    std::string out;
    out.reserve(text.chars.size());
    for (const AlignedChar& each : text.chars) {
        append_utf8(each.code, out);
    }
    return out;
}

std::u32string codes_of(const AlignedText& text) {
    std::u32string out;
    out.reserve(text.chars.size());
    for (const AlignedChar& each : text.chars) {
        out.push_back(each.code);
    }
    return out;
}

AlignedText slice(const AlignedText& text, size_t begin, size_t end) {
    const auto at = [&](size_t index) { return text.chars.begin() + static_cast<ptrdiff_t>(index); };
    return {.chars = {at(begin), at(end)}, .origin = begin < text.chars.size() ? text.chars[begin].begin : text.origin};
}

void rewrite(AlignedText& text, std::span<const Rewritten> becomes) {
    std::vector<AlignedChar> out;
    out.reserve(becomes.size());
    size_t at = 0;
    for (const auto& [code, change] : becomes) {
        if (change > 0) {
            out.push_back(at == 0 ? AlignedChar{code, text.origin, text.origin}
                                  : AlignedChar{code, text.chars[at - 1].begin, text.chars[at - 1].end});
        } else {
            ensure(at < text.chars.size(), "text: a rewritten text stands for more than ", text.chars.size(), " code points");
            out.push_back({code, text.chars[at].begin, text.chars[at].end});
            at += static_cast<size_t>(1 - change);
        }
    }
    text.chars = std::move(out);
}

void keep_if(AlignedText& text, const std::function<bool(char32_t)>& keep) {
    std::erase_if(text.chars, [&](const AlignedChar& each) { return !keep(each.code); });
}

void replace_each(AlignedText& text, const std::function<char32_t(char32_t)>& map) {
    for (AlignedChar& each : text.chars) {
        each.code = map(each.code);
    }
}

void prepend(AlignedText& text, std::u32string_view codes) {
    if (text.empty() || codes.empty()) {
        return;
    }
    const AlignedChar first = text.chars.front();
    std::vector<AlignedChar> added;
    for (const char32_t code : codes) {
        added.push_back({code, first.begin, first.end});
    }
    text.chars.insert(text.chars.begin(), added.begin(), added.end());
}

void lower_case(AlignedText& text) {
    std::vector<Rewritten> becomes;
    becomes.reserve(text.chars.size());
    std::u32string lower;
    for (const AlignedChar& each : text.chars) {
        lower.clear();
        unicode::append_lower(each.code, lower);
        for (size_t i = 0; i < lower.size(); ++i) {
            becomes.push_back({lower[i], i > 0 ? 1 : 0});
        }
    }
    rewrite(text, becomes);
}

}  // namespace heed::tokens
