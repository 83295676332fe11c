#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace heed::io {

// The number of `size` bytes at an offset that nobody vouches for: bytes past the end count as 0.
inline uint32_t number_at(std::span<const std::byte> bytes, size_t offset, size_t size, std::endian order) {
    uint32_t value = 0;
    for (size_t i = 0; i < size; ++i) {
        const size_t from = order == std::endian::big ? i : size - 1 - i;
        const bool there = offset < bytes.size() && from < bytes.size() - offset;
        value = value << 8 | (there ? std::to_integer<uint32_t>(bytes[offset + from]) : 0);
    }
    return value;
}

}  // namespace heed::io
