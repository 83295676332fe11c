#include "models/text/bert_cleaning.h"

#include "models/text/normal_form.h"
#include "unicode/characters.h"

namespace heed::tokens {
namespace {

// The blocks that BERT calls Chinese: neither Hangul nor Kana, whose languages put words together otherwise. The gap between B820 and
// B920 is in every implementation there is.
bool is_ideograph(char32_t code) {
    return (code >= 0x4E00 && code <= 0x9FFF) || (code >= 0x3400 && code <= 0x4DBF) || (code >= 0x20000 && code <= 0x2A6DF) ||
           (code >= 0x2A700 && code <= 0x2B73F) || (code >= 0x2B740 && code <= 0x2B81F) || (code >= 0x2B920 && code <= 0x2CEAF) ||
           (code >= 0xF900 && code <= 0xFAFF) || (code >= 0x2F800 && code <= 0x2FA1F);
}

bool is_dropped(char32_t code) {
    const bool kept = code == '\t' || code == '\n' || code == '\r';
    return code == 0 || code == 0xFFFD || (!kept && unicode::is_other(code));
}

void space_ideographs(AlignedText& text) {
    std::vector<Rewritten> becomes;
    becomes.reserve(text.chars.size());
    for (const AlignedChar& each : text.chars) {
        if (is_ideograph(each.code)) {
            becomes.insert(becomes.end(), {{U' ', 0}, {each.code, 1}, {U' ', 1}});
        } else {
            becomes.push_back({each.code, 0});
        }
    }
    rewrite(text, becomes);
}

}  // namespace

void clean(AlignedText& text, const BertCleaning& how) {
    if (how.clean_text) {
        keep_if(text, [](char32_t code) { return !is_dropped(code); });
        replace_each(text, [](char32_t code) { return unicode::is_space(code) ? U' ' : code; });
    }
    if (how.chinese) {
        space_ideographs(text);
    }
    if (how.no_accents.value_or(how.lower_case)) {
        normalize(text, NormalForm::nfd);
        keep_if(text, [](char32_t code) { return !unicode::is_accent(code); });
    }
    if (how.lower_case) {
        lower_case(text);
    }
}

}  // namespace heed::tokens
