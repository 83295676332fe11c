// The normalizers of a tokenizer.json.
#include <memory>

#include "models/text/bert_cleaning.h"
#include "models/text/byte_level.h"
#include "models/text/charsmap.h"
#include "models/text/normal_form.h"
#include "models/text/pattern.h"
#include "models/text/tokenizer_json.h"
#include "unicode/characters.h"
#include "unicode/utf8.h"

namespace heed::tokens {
namespace {

Normalizer sequence(const Section& section) {
    return [steps = read_each(section.at("normalizers"), read_normalizer)](AlignedText& text) {
        for (const Normalizer& step : steps) {
            step(text);
        }
    };
}

Normalizer bert(const Section& section) {
    BertCleaning how{.clean_text = section.flag("clean_text", true),
                     .chinese = section.flag("handle_chinese_chars", true),
                     .no_accents = std::nullopt,
                     .lower_case = section.flag("lowercase", true)};
    if (section.has("strip_accents")) {
        how.no_accents = section.at("strip_accents").flag();
    }
    return [how](AlignedText& text) { clean(text, how); };
}

template <NormalForm form>
Normalizer normal_form(const Section&) {
    return [](AlignedText& text) { normalize(text, form); };
}

Normalizer lowercase(const Section&) {
    return lower_case;
}

Normalizer strip_accents(const Section&) {
    return [](AlignedText& text) { keep_if(text, [](char32_t code) { return !unicode::is_mark(code); }); };
}

void strip_spaces(AlignedText& text, bool left, bool right) {
    const auto space = [&](size_t i) { return unicode::is_space(text.chars[i].code); };
    size_t begin = 0, end = text.chars.size();
    while (left && begin < end && space(begin)) {
        ++begin;
    }
    while (right && begin < end && space(end - 1)) {
        --end;
    }
    text.chars =
        std::vector<AlignedChar>(text.chars.begin() + static_cast<ptrdiff_t>(begin), text.chars.begin() + static_cast<ptrdiff_t>(end));
}

Normalizer strip(const Section& section) {
    const bool left = section.flag("strip_left", true), right = section.flag("strip_right", true);
    return [left, right](AlignedText& text) { strip_spaces(text, left, right); };
}

// What is put in stands for the last of what it takes the place of.
void replace_matches(AlignedText& text, const Pattern& pattern, std::u32string_view by) {
    std::vector<AlignedChar> out;
    for (const Run& run : pattern.runs(codes_of(text))) {
        if (!run.delimiter) {
            out.insert(out.end(), text.chars.begin() + static_cast<ptrdiff_t>(run.begin),
                       text.chars.begin() + static_cast<ptrdiff_t>(run.end));
            continue;
        }
        const AlignedChar last = run.end > 0 ? text.chars[run.end - 1] : AlignedChar{0, text.origin, text.origin};
        for (const char32_t code : by) {
            out.push_back({code, last.begin, last.end});
        }
    }
    text.chars = std::move(out);
}

Normalizer replace(const Section& section) {
    const auto pattern = std::make_shared<const Pattern>(read_pattern(section.at("pattern")));
    return [pattern, by = decode_utf8(section.at("content").text())](AlignedText& text) { replace_matches(text, *pattern, by); };
}

Normalizer prepend_text(const Section& section) {
    return [codes = decode_utf8(section.at("prepend").text())](AlignedText& text) { prepend(text, codes); };
}

Normalizer precompiled(const Section& section) {
    const Section map = section.at("precompiled_charsmap");
    const std::string name = map.file() + ": " + map.where();
    const auto charsmap = std::make_shared<const Charsmap>(decode_base64(map.text(), name), name);
    return [charsmap](AlignedText& text) { charsmap->apply(text); };
}

bool is_nmt_control(char32_t code) {
    return (code >= 1 && code <= 8) || code == 0xB || (code >= 0xE && code <= 0x1F) || code == 0x7F || code == 0x8F || code == 0x9F;
}

bool is_nmt_space(char32_t code) {
    return code == 9 || code == 0xA || code == 0xC || code == 0xD || code == 0x1680 || (code >= 0x200B && code <= 0x200F) ||
           code == 0x2028 || code == 0x2029 || code == 0x2581 || code == 0xFEFF || code == 0xFFFD;
}

Normalizer nmt(const Section&) {
    return [](AlignedText& text) {
        keep_if(text, [](char32_t code) { return !is_nmt_control(code); });
        replace_each(text, [](char32_t code) { return is_nmt_space(code) ? U' ' : code; });
    };
}

Normalizer byte_level(const Section&) {
    return spell_bytes;
}

constexpr Reader<Normalizer> kReaders[] = {
    {"Sequence", sequence},
    {"BertNormalizer", bert},
    {"NFC", normal_form<NormalForm::nfc>},
    {"NFD", normal_form<NormalForm::nfd>},
    {"NFKC", normal_form<NormalForm::nfkc>},
    {"NFKD", normal_form<NormalForm::nfkd>},
    {"Lowercase", lowercase},
    {"StripAccents", strip_accents},
    {"Strip", strip},
    {"Replace", replace},
    {"Prepend", prepend_text},
    {"Precompiled", precompiled},
    {"Nmt", nmt},
    {"ByteLevel", byte_level},
};

}  // namespace

Normalizer read_normalizer(const Section& section) {
    return read_by_type(section, kReaders);
}

}  // namespace heed::tokens
