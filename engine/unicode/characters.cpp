#include "unicode/characters.h"

#include <utf8proc.h>

#include <array>

namespace heed::unicode {
namespace {

utf8proc_int32_t as_int(char32_t code) {
    return static_cast<utf8proc_int32_t>(code);
}

utf8proc_category_t category(char32_t code) {
    return utf8proc_category(as_int(code));
}

bool within(utf8proc_category_t value, utf8proc_category_t first, utf8proc_category_t last) {
    return value >= first && value <= last;
}

}  // namespace

bool is_letter(char32_t code) {
    return within(category(code), UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_LO);
}

bool is_mark(char32_t code) {
    return within(category(code), UTF8PROC_CATEGORY_MN, UTF8PROC_CATEGORY_ME);
}

bool is_accent(char32_t code) {
    return category(code) == UTF8PROC_CATEGORY_MN;
}

bool is_number(char32_t code) {
    return within(category(code), UTF8PROC_CATEGORY_ND, UTF8PROC_CATEGORY_NO);
}

bool is_digit(char32_t code) {
    return category(code) == UTF8PROC_CATEGORY_ND;
}

bool is_punctuation(char32_t code) {
    return within(category(code), UTF8PROC_CATEGORY_PC, UTF8PROC_CATEGORY_PO);
}

bool is_other(char32_t code) {
    return within(category(code), UTF8PROC_CATEGORY_CC, UTF8PROC_CATEGORY_CO);
}

bool is_space(char32_t code) {
    return (code >= 9 && code <= 13) || code == 0x85 || within(category(code), UTF8PROC_CATEGORY_ZS, UTF8PROC_CATEGORY_ZP);
}

bool is_word(char32_t code) {
    const bool letter_like = (code >= 0x24B6 && code <= 0x24E9) || (code >= 0x1F130 && code <= 0x1F149) ||
                             (code >= 0x1F150 && code <= 0x1F169) || (code >= 0x1F170 && code <= 0x1F189);
    const utf8proc_category_t kind = category(code);
    return within(kind, UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_NL) || kind == UTF8PROC_CATEGORY_PC || letter_like || code == 0x200C ||
           code == 0x200D;
}

bool is_upper(char32_t code) {
    return category(code) == UTF8PROC_CATEGORY_LU || category(code) == UTF8PROC_CATEGORY_LT;
}

bool is_lower(char32_t code) {
    return category(code) == UTF8PROC_CATEGORY_LL;
}

bool knows_category(const std::string& name) {
    static constexpr std::string_view kAll = " L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C ";
    return !name.empty() && kAll.find(" " + name + " ") != std::string_view::npos;
}

bool in_category(char32_t code, const std::string& name) {
    const std::string_view own = utf8proc_category_string(as_int(code));
    return own.substr(0, name.size()) == name;
}

void append_lower(char32_t code, std::u32string& out) {
    if (code == 0x130) {  // the one letter whose lower case is two: i and the dot above
        out += U"i\u0307";
        return;
    }
    out.push_back(static_cast<char32_t>(utf8proc_tolower(as_int(code))));
}

char32_t lower(char32_t code) {
    return code == 0x130 ? U'i' : static_cast<char32_t>(utf8proc_tolower(as_int(code)));
}

int combining_class(char32_t code) {
    return utf8proc_get_property(as_int(code))->combining_class;
}

void append_decomposed(char32_t code, bool compatible, std::u32string& out) {
    std::array<utf8proc_int32_t, 32> parts;  // the longest there is has 18
    const int options = UTF8PROC_DECOMPOSE | UTF8PROC_STABLE | (compatible ? UTF8PROC_COMPAT : 0);
    const utf8proc_ssize_t count =
        utf8proc_decompose_char(as_int(code), parts.data(), parts.size(), static_cast<utf8proc_option_t>(options), nullptr);
    if (count <= 0 || count > static_cast<utf8proc_ssize_t>(parts.size())) {
        out.push_back(code);
        return;
    }
    for (utf8proc_ssize_t i = 0; i < count; ++i) {
        out.push_back(static_cast<char32_t>(parts.at(static_cast<size_t>(i))));
    }
}

char32_t composed(char32_t first, char32_t second) {
    std::array<utf8proc_int32_t, 3> pair{as_int(first), as_int(second), 0};
    const utf8proc_ssize_t count =
        utf8proc_normalize_utf32(pair.data(), 2, static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
    return count == 1 ? static_cast<char32_t>(pair[0]) : 0;
}

bool ends_grapheme(char32_t before, char32_t after, int32_t& state) {
    return utf8proc_grapheme_break_stateful(as_int(before), as_int(after), &state);
}

}  // namespace heed::unicode
