#include "models/text/token_texts.h"

#include <algorithm>

#include "unicode/characters.h"
#include "unicode/utf8.h"

namespace heed {
namespace {

struct CodeRange {
    char32_t first, last;
};

// Scripts that put no space between words.
constexpr CodeRange kSpaceless[] = {{0x0e00, 0x0eff},     // Thai, Lao
                                    {0x1000, 0x109f},     // Burmese
                                    {0x1780, 0x17ff},     // Khmer
                                    {0x2e80, 0x312f},     // Chinese, Japanese
                                    {0x31a0, 0x9fff},     // the same
                                    {0xf900, 0xfaff},     // the same
                                    {0x20000, 0x3ffff}};  // rare Chinese characters

bool is_spaceless(char32_t code) {
    return std::ranges::any_of(kSpaceless, [&](const CodeRange& range) { return code >= range.first && code <= range.last; });
}

// Whether a word may go on from or with that character.
bool is_inside(char32_t code) {
    constexpr char32_t kApostrophe = 0x2019;
    return (unicode::is_word(code) || code == U'-' || code == U'\'' || code == kApostrophe) && !is_spaceless(code);
}

// Where the two begin to differ: at a character's first byte.
size_t common(std::string_view a, std::string_view b) {
    size_t at = static_cast<size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
    while (at > 0 && at < b.size() && (static_cast<unsigned char>(b[at]) & 0xc0) == 0x80) {
        --at;
    }
    return at;
}

}  // namespace

TokenTexts token_texts(const Tokenizer& tokenizer, std::span<const int32_t> ids) {
    std::vector<size_t> begins;  // in the whole text
    std::string whole;
    for (size_t i = 0; i < ids.size(); ++i) {
        const std::string longer = tokenizer.decode(ids.first(i + 1), false);
        begins.push_back(common(whole, longer));
        whole = longer;
    }
    for (size_t i = begins.size(); i-- > 1;) {
        begins[i - 1] = std::min(begins[i - 1], begins[i]);  // a token may change what was there, as the last byte of a character does
    }
    TokenTexts out;
    char32_t before = 0;
    for (size_t i = 0; i < ids.size(); ++i) {
        const size_t end = i + 1 < ids.size() ? begins[i + 1] : whole.size();
        out.texts.push_back(whole.substr(begins[i], end - begins[i]));
        const std::u32string codes = decode_utf8(out.texts[i]);
        const bool goes_on = codes.empty() || (is_inside(before) && is_inside(codes.front()));
        out.words.push_back(i == 0 ? 0 : out.words[i - 1] + (goes_on ? 0 : 1));
        before = codes.empty() ? before : codes.back();
    }
    return out;
}

}  // namespace heed
