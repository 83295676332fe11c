#include "models/text/normal_form.h"

#include <algorithm>
#include <optional>

#include "unicode/characters.h"

namespace heed::tokens {
namespace {

std::vector<Rewritten> decomposed(const AlignedText& text, bool compatible) {
    std::vector<Rewritten> out;
    out.reserve(text.chars.size());
    std::u32string parts;
    size_t marks = 0;  // where the run of marks at the end begins
    const auto sort_marks = [&] {
        const auto by_class = [](const Rewritten& each) { return unicode::combining_class(each.code); };
        std::ranges::stable_sort(out.begin() + static_cast<ptrdiff_t>(marks), out.end(), {}, by_class);
    };
    for (const AlignedChar& each : text.chars) {
        parts.clear();
        unicode::append_decomposed(each.code, compatible, parts);
        for (size_t i = 0; i < parts.size(); ++i) {
            if (unicode::combining_class(parts[i]) == 0) {
                sort_marks();
                marks = out.size() + 1;
            }
            out.push_back({parts[i], i > 0 ? 1 : 0});
            marks = std::min(marks, out.size());
        }
    }
    sort_marks();
    return out;
}

// Marks go into the last base letter where nothing of their class or a higher one stands between the two.
std::vector<Rewritten> composed(const std::vector<Rewritten>& parts) {
    std::vector<Rewritten> out;
    out.reserve(parts.size());
    std::optional<size_t> base;
    int last_class = -1;  // of the mark before, when it stays behind the base
    for (const Rewritten& part : parts) {
        const int own_class = unicode::combining_class(part.code);
        if (base && (last_class < own_class)) {
            if (const char32_t both = unicode::composed(out[*base].code, part.code); both != 0) {
                out[*base] = {both, out[*base].change + part.change - 1};
                continue;
            }
        }
        if (own_class == 0) {
            base = out.size();
            last_class = -1;
        } else {
            last_class = own_class;
        }
        out.push_back(part);
    }
    return out;
}

}  // namespace

void normalize(AlignedText& text, NormalForm form) {
    if (std::ranges::all_of(text.chars, [](const AlignedChar& each) { return each.code < 0x80; })) {
        return;
    }
    std::vector<Rewritten> parts = decomposed(text, form == NormalForm::nfkc || form == NormalForm::nfkd);
    rewrite(text, form == NormalForm::nfc || form == NormalForm::nfkc ? composed(parts) : parts);
}

}  // namespace heed::tokens
