#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/text/aligned_text.h"

namespace heed::tokens {

// SentencePiece's precompiled table of what becomes what: a double array of bytes, and the texts that its leaves point into.
class Charsmap {
public:
    Charsmap() = default;
    explicit Charsmap(std::string_view bytes, const std::string& name);  // throws bad_model where it is cut short; empty maps nothing

    // The longest entry that the text begins with, and what it becomes; 0 when there is none.
    std::pair<size_t, std::string_view> longest(std::string_view text) const { return find(text, false); }
    // What the shortest entry that the text begins with becomes.
    std::pair<size_t, std::string_view> shortest(std::string_view text) const { return find(text, true); }

    // As the tokenizers library applies it: to graphemes of at most 5 bytes, else to their code points one by one.
    void apply(AlignedText& text) const;

private:
    std::pair<size_t, std::string_view> find(std::string_view text, bool first) const;

    std::vector<uint32_t> units_;
    std::string becomes_;
};

// Throws bad_model: "<name>: expected base64, got ..."
std::string decode_base64(std::string_view text, const std::string& name);

}  // namespace heed::tokens
