#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace heed {

// A strategy an op's picker offers, best first.
struct Candidate {
    std::string_view strategy;
    bool fits = true;          // this shape on this device: workgroup, shared memory, sizes
    std::string_view wants{};  // what of them it takes to fit: "at most 8 rows"
};

// A way to launch a kernel: "64x128/128" is 64 rows and 128 columns a workgroup of 128 invocations, "128" so many invocations.
struct Tile {
    std::string name;
    bool fits = true;

    auto operator<=>(const Tile&) const = default;
};

// What a dispatch was chosen from, for whoever wants to try the others.
struct Offer {
    std::string family, strategy, tile;  // as taken; no tile where there is one way to launch the kernel
    std::vector<std::string> strategies;
    std::vector<Tile> tiles;  // of that strategy

    auto operator<=>(const Offer&) const = default;
};

}  // namespace heed
