#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace heed::io {

// Bytes as letters, digits, + and /, as data: addresses hold them.
std::string base64(std::span<const std::byte> bytes);

}  // namespace heed::io
