#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/text/vocabulary.h"

namespace heed::tokens {

// A part of a word that has an id, and the bytes of the word it stands for.
struct Subword {
    int32_t id = 0;
    uint32_t begin = 0, end = 0;
    std::string token;  // as it is spelled; that of an unknown one may be what is in the text
};

// What cuts a word up into pieces of a vocabulary.
class SubwordModel {
public:
    virtual ~SubwordModel() = default;

    // Appends the parts of a word, which is UTF-8 and not empty.
    virtual void cut(std::string_view word, std::vector<Subword>& out) const = 0;
    virtual const Vocabulary& vocabulary() const = 0;
};

}  // namespace heed::tokens
