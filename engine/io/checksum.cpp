#include "io/checksum.h"

#include <array>

namespace heed::io {
namespace {

constexpr std::array<uint32_t, 256> kChecksums = [] {
    std::array<uint32_t, 256> out{};
    for (uint32_t i = 0; i < 256; ++i) {
        uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) {
            value = value >> 1 ^ ((value & 1) != 0 ? 0xedb88320 : 0);
        }
        out[i] = value;
    }
    return out;
}();

}  // namespace

uint32_t checksum(std::span<const std::byte> bytes) {
    uint32_t value = 0xffffffff;
    for (const std::byte byte : bytes) {
        value = value >> 8 ^ kChecksums[(value ^ std::to_integer<uint32_t>(byte)) & 0xff];
    }
    return ~value;
}

}  // namespace heed::io
