#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace heed::tokens {

// A set of byte strings, each with a number, asked which of them a text begins with.
class PieceTrie {
public:
    static constexpr int32_t kNone = -1;

    PieceTrie() = default;
    explicit PieceTrie(std::vector<std::pair<std::string_view, int32_t>> pieces);  // of equal ones the last counts

    // Calls found(length, number) for every piece that the text begins with, the shortest first.
    template <typename Found>
    void each_prefix(std::string_view text, const Found& found) const {
        uint32_t node = 0;
        for (size_t length = 0; length < text.size() && !nodes_.empty(); ++length) {
            node = child(node, static_cast<unsigned char>(text[length]));
            if (node == 0) {
                return;
            }
            if (nodes_[node].number != kNone) {
                found(length + 1, nodes_[node].number);
            }
        }
    }

    // The longest piece that the text begins with: its length, 0 when there is none, and its number.
    std::pair<size_t, int32_t> longest_prefix(std::string_view text) const;

    // The longest piece that `first` followed by the text is at the beginning of: how much of the text it takes.
    std::pair<size_t, int32_t> longest_after(std::string_view first, std::string_view text) const;

    bool empty() const { return nodes_.empty(); }

private:
    struct Node {
        uint32_t first_edge = 0;
        uint16_t edges = 0;
        int32_t number = kNone;
    };
    struct Edge {
        unsigned char byte = 0;
        uint32_t node = 0;
    };

    uint32_t child(uint32_t node, unsigned char byte) const;  // 0, the root, for none

    std::vector<Node> nodes_;
    std::vector<Edge> edges_;  // of each node together, by byte
};

}  // namespace heed::tokens
