#include "models/text/pattern.h"

#include <algorithm>

#include "heed.h"
#include "models/text/pattern_parser.h"
#include "unicode/utf8.h"

namespace heed::tokens {

Pattern::Pattern(std::string_view regex) {
    ParsedPattern parsed = parse_pattern(regex);
    nodes_ = std::move(parsed.nodes);
    sets_ = std::move(parsed.sets);
    first_ = parsed.first;
}

Pattern Pattern::literal(std::string_view text) {
    Pattern out;
    const std::u32string codes = decode_utf8(text);
    out.nodes_.emplace_back();
    for (size_t i = 0; i < codes.size(); ++i) {
        out.sets_.push_back({.ranges = {{codes[i], codes[i]}}, .classes = {}});
        const auto next = static_cast<uint32_t>(i + 1 < codes.size() ? i + 2 : 0);
        out.nodes_.push_back({.kind = Node::Kind::set, .set = static_cast<uint32_t>(i), .ways = {}, .next = next});
    }
    out.first_ = codes.empty() ? 0 : 1;
    return out;
}

std::vector<Run> Pattern::runs(std::u32string_view text) const {
    std::vector<Run> out;
    size_t done = 0;
    for (size_t at = 0; at <= text.size();) {
        const size_t end = match(first_, text, at, 0);
        if (end == kNoMatch || (end == at && end == done && done > 0)) {  // nothing, or nothing right behind the last match
            ++at;
            continue;
        }
        if (done < at) {
            out.push_back({done, at, false});
        }
        out.push_back({at, end, true});
        done = end;
        at = std::max(end, at + (end == at ? 1 : 0));
    }
    if (done < text.size()) {
        out.push_back({done, text.size(), false});
    }
    return out;
}

size_t Pattern::match_repeat(const Node& node, std::u32string_view text, size_t at, int depth) const {
    const CharSet& set = sets_[node.set];
    const size_t most = std::min<size_t>(node.most, text.size() - at);
    size_t count = 0;
    while (count < most && set.has(text[at + count])) {
        ++count;
    }
    if (count < node.least || node.possessive) {
        return count < node.least ? kNoMatch : match(node.next, text, at + count, depth + 1);
    }
    for (size_t taken = count + 1; taken-- > node.least;) {
        if (const size_t end = match(node.next, text, at + taken, depth + 1); end != kNoMatch) {
            return end;
        }
    }
    return kNoMatch;
}

size_t Pattern::match(uint32_t index, std::u32string_view text, size_t at, int depth) const {
    constexpr int kDeepest = 4'000;  // a stack of less than a megabyte
    if (depth > kDeepest) {
        fail(ErrorKind::bad_input, "text: expected a pattern's group to match at most ", kDeepest, " times in a row, got more at ", at);
    }
    while (true) {
        const Node& node = nodes_[index];
        switch (node.kind) {
            case Node::Kind::accept: return at;
            case Node::Kind::set:
                if (at >= text.size() || !sets_[node.set].has(text[at])) {
                    return kNoMatch;
                }
                ++at;
                break;
            case Node::Kind::repeat: return match_repeat(node, text, at, depth);
            case Node::Kind::loop:
            case Node::Kind::group:
                for (const uint32_t way : node.ways) {
                    if (const size_t end = match(way, text, at, depth + 1); end != kNoMatch) {
                        return end;
                    }
                }
                if (node.kind == Node::Kind::group) {
                    return kNoMatch;
                }
                break;
            case Node::Kind::ahead:
            case Node::Kind::not_ahead: {
                const bool found =
                    std::ranges::any_of(node.ways, [&](uint32_t way) { return match(way, text, at, depth + 1) != kNoMatch; });
                if (found != (node.kind == Node::Kind::ahead)) {
                    return kNoMatch;
                }
                break;
            }
            case Node::Kind::begin:
                if (at != 0) {
                    return kNoMatch;
                }
                break;
            case Node::Kind::end:
                if (at != text.size()) {
                    return kNoMatch;
                }
                break;
        }
        index = node.next;
    }
}

}  // namespace heed::tokens
