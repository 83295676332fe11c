#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/text/char_set.h"
#include "models/text/split.h"

namespace heed::tokens {

// A regular expression as tokenizers publish them: alternatives, groups, (?i:), sets with \p{..}, \s, \d, \w, quantifiers (greedy, and
// possessive ?+ *+ ++), lookahead, ^ and $. The leftmost match counts, of its alternatives the first.
class Pattern {
public:
    // Throws unsupported, showing the expression, for what it does not know.
    explicit Pattern(std::string_view regex);
    static Pattern literal(std::string_view text);

    // The matches in a text and what lies between them, in order.
    std::vector<Run> runs(std::u32string_view text) const;

    struct Node {
        enum class Kind : uint8_t { accept, set, repeat, group, loop, ahead, not_ahead, begin, end };
        Kind kind = Kind::accept;
        bool possessive = false;
        uint32_t set = 0;              // of set and repeat
        uint32_t least = 0, most = 0;  // of repeat
        std::vector<uint32_t> ways;    // of group, loop and lookahead: where each alternative begins
        uint32_t next = 0;             // node 0 accepts
    };

private:
    Pattern() = default;
    static constexpr size_t kNoMatch = SIZE_MAX;
    size_t match(uint32_t node, std::u32string_view text, size_t at, int depth) const;
    size_t match_repeat(const Node& node, std::u32string_view text, size_t at, int depth) const;

    std::vector<Node> nodes_;
    std::vector<CharSet> sets_;
    uint32_t first_ = 0;
};

}  // namespace heed::tokens
