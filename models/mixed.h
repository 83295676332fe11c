#pragma once

#include <cstdint>

namespace heed {

// Steele, Lea and Flood's mixer: number i of a random sequence without the ones before it, the same on every platform.
constexpr uint64_t mixed(uint64_t x) {
    x += 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

}  // namespace heed
