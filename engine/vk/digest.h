#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace heed::vk {

// FNV-1a, 64 bits: tells damaged or different bytes apart; no protection against an adversary.
inline uint64_t digest(std::span<const std::byte> bytes) {
    uint64_t hash = 0xcbf29ce484222325ull;
    for (const std::byte b : bytes) {
        hash = (hash ^ static_cast<uint64_t>(b)) * 0x100000001b3ull;
    }
    return hash;
}

}  // namespace heed::vk
