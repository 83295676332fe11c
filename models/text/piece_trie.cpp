#include "models/text/piece_trie.h"

#include <algorithm>

namespace heed::tokens {

PieceTrie::PieceTrie(std::vector<std::pair<std::string_view, int32_t>> pieces) {
    std::ranges::stable_sort(pieces, {}, &std::pair<std::string_view, int32_t>::first);
    struct Range {
        size_t begin, end, depth;
    };
    // Level by level: each range of pieces that share their first `depth` bytes is a node.
    std::vector<Range> ranges{{0, pieces.size(), 0}};
    nodes_.emplace_back();
    for (size_t at = 0; at < ranges.size(); ++at) {
        auto [begin, end, depth] = ranges[at];
        while (begin < end && pieces[begin].first.size() == depth) {
            nodes_[at].number = pieces[begin++].second;
        }
        nodes_[at].first_edge = static_cast<uint32_t>(edges_.size());
        while (begin < end) {
            const char byte = pieces[begin].first[depth];
            size_t past = begin + 1;
            while (past < end && pieces[past].first[depth] == byte) {
                ++past;
            }
            edges_.push_back({static_cast<unsigned char>(byte), static_cast<uint32_t>(nodes_.size())});
            ++nodes_[at].edges;
            nodes_.emplace_back();
            ranges.push_back({begin, past, depth + 1});
            begin = past;
        }
    }
}

uint32_t PieceTrie::child(uint32_t node, unsigned char byte) const {
    const auto first = edges_.begin() + nodes_[node].first_edge;
    const auto last = first + nodes_[node].edges;
    const auto found = std::lower_bound(first, last, byte, [](const Edge& edge, unsigned char wanted) { return edge.byte < wanted; });
    return found == last || found->byte != byte ? 0 : found->node;
}

std::pair<size_t, int32_t> PieceTrie::longest_prefix(std::string_view text) const {
    return longest_after({}, text);
}

std::pair<size_t, int32_t> PieceTrie::longest_after(std::string_view first, std::string_view text) const {
    std::pair<size_t, int32_t> longest{0, kNone};
    if (nodes_.empty()) {
        return longest;
    }
    uint32_t node = 0;
    for (const char byte : first) {
        node = child(node, static_cast<unsigned char>(byte));
        if (node == 0) {
            return longest;
        }
    }
    for (size_t length = 0; length < text.size(); ++length) {
        node = child(node, static_cast<unsigned char>(text[length]));
        if (node == 0) {
            break;
        }
        if (nodes_[node].number != kNone) {
            longest = {length + 1, nodes_[node].number};
        }
    }
    return longest;
}

}  // namespace heed::tokens
