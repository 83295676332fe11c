#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace heed::io {

// CRC-32, as PNG and gzip have it.
uint32_t checksum(std::span<const std::byte> bytes);

}  // namespace heed::io
