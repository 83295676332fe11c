#include "models/text/char_set.h"

#include <algorithm>

#include "unicode/characters.h"

namespace heed::tokens {

char32_t folded(char32_t code) {
    constexpr char32_t kLongS = 0x17F;  // a lower case letter whose upper case is S
    return code == kLongS ? U's' : unicode::lower(code);
}

bool CharSet::has(char32_t code) const {
    const auto in_range = [&](char32_t wanted) {
        return std::ranges::any_of(ranges, [&](const auto& range) { return wanted >= range.first && wanted <= range.second; });
    };
    const auto in_class = [&](const Class& one) {
        return (one.has != nullptr ? one.has(code) : unicode::in_category(code, one.category)) != one.negated;
    };
    const bool found = in_range(code) || (any_case && in_range(folded(code))) || std::ranges::any_of(classes, in_class);
    return found != negated;
}

}  // namespace heed::tokens
