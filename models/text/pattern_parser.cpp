#include "models/text/pattern_parser.h"

#include <algorithm>
#include <optional>

#include "heed.h"
#include "unicode/characters.h"
#include "unicode/utf8.h"

namespace heed::tokens {
namespace {

using Node = Pattern::Node;

// What is read first, before it is known what follows it.
struct Item {
    Node::Kind kind = Node::Kind::set;
    CharSet set;
    std::vector<std::vector<Item>> ways;  // of a group or a lookahead
    uint32_t least = 1, most = 1;
    bool possessive = false;
};
using Sequence = std::vector<Item>;

constexpr uint32_t kUnbounded = UINT32_MAX;
constexpr uint32_t kMostCopies = 16;

bool is_empty_possible(const Item& item) {
    const auto sequence = [](const Sequence& way) { return std::ranges::all_of(way, is_empty_possible); };
    return item.least == 0 || item.kind > Node::Kind::group || (item.kind == Node::Kind::group && std::ranges::any_of(item.ways, sequence));
}

class Parser {
public:
    explicit Parser(std::string_view regex) : regex_(regex), codes_(decode_utf8(regex)) {}

    ParsedPattern parse() {
        const std::vector<Sequence> ways = alternatives(false, 0);
        if (at_ < codes_.size()) {
            refuse("a closing parenthesis without an opening one");
        }
        out_.nodes.emplace_back();
        out_.first = emit({.kind = Node::Kind::group, .set = {}, .ways = ways}, 0);
        return std::move(out_);
    }

private:
    [[noreturn]] void refuse(std::string_view what) const {
        fail(ErrorKind::unsupported, "pattern ", regex_, ": expected a regular expression of the kind that heed knows, got ", what, " at ",
             at_);
    }

    bool take(std::u32string_view codes) {
        const bool there = std::u32string_view(codes_).substr(at_).starts_with(codes);
        at_ += there ? codes.size() : 0;
        return there;
    }

    char32_t next() {
        if (at_ >= codes_.size()) {
            refuse("its end");
        }
        return codes_[at_++];
    }

    std::vector<Sequence> alternatives(bool any_case, int depth) {
        if (depth > 50) {
            refuse("groups more than 50 deep");
        }
        std::vector<Sequence> out(1);
        while (at_ < codes_.size() && codes_[at_] != U')') {
            if (take(U"|")) {
                out.emplace_back();
            } else {
                out.back().push_back(quantified(item(any_case, depth)));
            }
        }
        return out;
    }

    Item group(bool any_case, int depth) {
        Item out{.kind = Node::Kind::group, .set = {}, .ways = {}};
        if (take(U"?=") || take(U"?!")) {
            out.kind = codes_[at_ - 1] == U'=' ? Node::Kind::ahead : Node::Kind::not_ahead;
        } else if (take(U"?i:")) {
            any_case = true;
        } else if (!take(U"?:") && at_ < codes_.size() && codes_[at_] == U'?') {
            refuse("an unknown kind of group");
        }
        out.ways = alternatives(any_case, depth + 1);
        if (!take(U")")) {
            refuse("a group that is not closed");
        }
        return out;
    }

    Item item(bool any_case, int depth) {
        Item out;
        const char32_t code = next();
        switch (code) {
            case U'(': return group(any_case, depth);
            case U'[': out.set = set(); break;
            case U'.': out.set = {.ranges = {{U'\n', U'\n'}}, .classes = {}, .negated = true}; break;
            case U'^': out.kind = Node::Kind::begin; break;
            case U'$': out.kind = Node::Kind::end; break;
            case U'\\': escape(out.set); break;
            case U'*':
            case U'+':
            case U'?': --at_; refuse("nothing to repeat");
            default: out.set.ranges = {{code, code}};
        }
        if (any_case && !out.set.ranges.empty()) {
            fold(out.set);
        }
        return out;
    }

    static void fold(CharSet& set) {
        set.any_case = true;
        for (auto& [first, last] : set.ranges) {
            if (first == last) {
                first = last = folded(first);
            }
        }
    }

    CharSet set() {
        CharSet out;
        out.negated = take(U"^");
        bool first = true;
        while (first || !take(U"]")) {
            first = false;
            const char32_t code = next();
            if (code == U'[' || (code == U'&' && at_ < codes_.size() && codes_[at_] == U'&')) {
                refuse("a set inside a set");
            }
            const size_t before = out.ranges.size();
            if (code == U'\\') {
                escape(out);
            } else {
                out.ranges.emplace_back(code, code);
            }
            const bool ranged = at_ + 1 < codes_.size() && codes_[at_] == U'-' && codes_[at_ + 1] != U']' && out.ranges.size() > before;
            if (ranged) {
                ++at_;
                CharSet last;
                if (const char32_t end = next(); end == U'\\') {
                    escape(last);
                } else {
                    last.ranges.emplace_back(end, end);
                }
                if (last.ranges.empty() || last.ranges[0].first < out.ranges.back().first) {
                    refuse("a range that ends before it begins");
                }
                out.ranges.back().second = last.ranges[0].first;
            }
        }
        return out;
    }

    // What a backslash and the rest stand for, added to a set.
    void escape(CharSet& out) {
        const char32_t code = next();
        switch (code) {
            case U's':
            case U'S': out.classes.push_back({unicode::is_space, {}, code == U'S'}); return;
            case U'd':
            case U'D': out.classes.push_back({unicode::is_digit, {}, code == U'D'}); return;
            case U'w':
            case U'W': out.classes.push_back({unicode::is_word, {}, code == U'W'}); return;
            case U'p':
            case U'P': category(code == U'P', out); return;
            case U'n': out.ranges.emplace_back(U'\n', U'\n'); return;
            case U'r': out.ranges.emplace_back(U'\r', U'\r'); return;
            case U't': out.ranges.emplace_back(U'\t', U'\t'); return;
            case U'f': out.ranges.emplace_back(U'\f', U'\f'); return;
            case U'v': out.ranges.emplace_back(U'\v', U'\v'); return;
            case U'x': hex(take(U"{") ? 0 : 2, out); return;
            case U'u': hex(4, out); return;
            default:
                if (unicode::is_letter(code) || unicode::is_number(code)) {
                    refuse("an unknown escape");
                }
                out.ranges.emplace_back(code, code);
        }
    }

    void hex(size_t digits, CharSet& out) {
        char32_t value = 0;
        const auto digit = [&](char32_t c) -> std::optional<char32_t> {
            const char32_t lower = c | 0x20;
            return c >= U'0' && c <= U'9'           ? std::optional(c - U'0')
                   : lower >= U'a' && lower <= U'f' ? std::optional(lower - U'a' + 10)
                                                    : std::nullopt;
        };
        for (size_t i = 0; digits == 0 ? !take(U"}") : i < digits; ++i) {
            const std::optional<char32_t> next_digit = digit(next());
            if (!next_digit || value > 0x10FFFF) {
                refuse("a code point that is none");
            }
            value = value * 16 + *next_digit;
        }
        out.ranges.emplace_back(value, value);
    }

    void category(bool negated, CharSet& out) {
        std::string name;
        if (take(U"{")) {
            negated ^= take(U"^");
            while (!take(U"}")) {
                append_utf8(next(), name);
            }
        } else {
            append_utf8(next(), name);
        }
        if (!unicode::knows_category(name)) {
            refuse("the class \\p{" + name + "}");
        }
        out.classes.push_back({nullptr, name, negated});
    }

    Item quantified(Item item) {
        if (take(U"?")) {
            item.least = 0;
        } else if (take(U"*")) {
            item.least = 0, item.most = kUnbounded;
        } else if (take(U"+")) {
            item.most = kUnbounded;
        } else if (take(U"{")) {
            bounds(item);
        } else {
            return item;
        }
        const bool braces = codes_[at_ - 1] == U'}';
        if (!braces && take(U"+")) {
            item.possessive = true;
        }
        if (at_ < codes_.size() && (codes_[at_] == U'?' || codes_[at_] == U'*' || codes_[at_] == U'+' || codes_[at_] == U'{')) {
            refuse("a quantifier that is lazy or doubled");
        }
        const bool simple = item.kind == Node::Kind::set;
        const bool copies =
            item.kind == Node::Kind::group && !item.possessive && !is_empty_possible({.kind = item.kind, .set = {}, .ways = item.ways});
        if (!simple && (!copies || item.least > kMostCopies || (item.most != kUnbounded && item.most > kMostCopies))) {
            refuse("a quantifier of what can be empty, of a lookahead, or of a group more than 16 times");
        }
        return item;
    }

    void bounds(Item& item) {
        const auto whole = [&](uint32_t otherwise) {
            uint32_t value = 0;
            bool any = false;
            while (at_ < codes_.size() && codes_[at_] >= U'0' && codes_[at_] <= U'9' && value < 100'000) {
                value = value * 10 + (next() - U'0');
                any = true;
            }
            return any ? value : otherwise;
        };
        item.least = whole(0);
        item.most = take(U",") ? whole(kUnbounded) : item.least;
        if (!take(U"}") || item.most < item.least) {
            refuse("bounds that are none");
        }
    }

    uint32_t add(Node node) {
        out_.nodes.push_back(std::move(node));
        return static_cast<uint32_t>(out_.nodes.size() - 1);
    }

    uint32_t emit_sequence(const Sequence& items, uint32_t after) {
        for (auto item = items.rbegin(); item != items.rend(); ++item) {
            after = emit(*item, after);
        }
        return after;
    }

    std::vector<uint32_t> emit_ways(const Item& item, uint32_t after) {
        std::vector<uint32_t> out;
        for (const Sequence& way : item.ways) {
            out.push_back(emit_sequence(way, after));
        }
        return out;
    }

    // The node that an item begins with; what follows it is `after`.
    uint32_t emit(const Item& item, uint32_t after) {
        if (item.kind == Node::Kind::set) {
            out_.sets.push_back(item.set);
            const auto set = static_cast<uint32_t>(out_.sets.size() - 1);
            const bool once = item.least == 1 && item.most == 1;
            return add({.kind = once ? Node::Kind::set : Node::Kind::repeat,
                        .possessive = item.possessive,
                        .set = set,
                        .least = item.least,
                        .most = item.most,
                        .ways = {},
                        .next = after});
        }
        if (item.kind != Node::Kind::group) {
            std::vector<uint32_t> ways = emit_ways(item, 0);
            return add({.kind = item.kind, .ways = std::move(ways), .next = after});
        }
        if (item.most == kUnbounded) {
            const uint32_t loop = add({.kind = Node::Kind::loop, .ways = {}, .next = after});
            std::vector<uint32_t> ways = emit_ways(item, loop);
            out_.nodes[loop].ways = std::move(ways);
            after = loop;
        }
        const uint32_t past = after;
        for (uint32_t extra = item.least; item.most != kUnbounded && extra < item.most; ++extra) {
            std::vector<uint32_t> ways = emit_ways(item, after);
            ways.push_back(past);
            after = add({.kind = Node::Kind::group, .ways = std::move(ways)});
        }
        for (uint32_t copy = 0; copy < item.least; ++copy) {
            std::vector<uint32_t> ways = emit_ways(item, after);
            after = add({.kind = Node::Kind::group, .ways = std::move(ways)});
        }
        return after;
    }

    std::string regex_;
    std::u32string codes_;
    size_t at_ = 0;
    ParsedPattern out_;
};

}  // namespace

ParsedPattern parse_pattern(std::string_view regex) {
    return Parser(regex).parse();
}

}  // namespace heed::tokens
