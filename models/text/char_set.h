#pragma once

#include <string>
#include <utility>
#include <vector>

namespace heed::tokens {

// The code points that one place of a pattern matches: ranges, classes such as \s, categories such as \p{L}.
struct CharSet {
    struct Class {
        bool (*has)(char32_t) = nullptr;  // null: a category
        std::string category;
        bool negated = false;
    };
    std::vector<std::pair<char32_t, char32_t>> ranges;
    std::vector<Class> classes;
    bool negated = false;
    bool any_case = false;  // with ranges of the folded letters

    bool has(char32_t code) const;
};

char32_t folded(char32_t code);  // the same for letters that differ in case alone

}  // namespace heed::tokens
