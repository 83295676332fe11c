#include "io/base64.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace heed::io {

std::string base64(std::span<const std::byte> bytes) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (size_t at = 0; at < bytes.size(); at += 3) {
        const size_t count = std::min<size_t>(3, bytes.size() - at);
        uint32_t bits = 0;
        for (size_t i = 0; i < 3; ++i) {
            bits = bits << 8 | (i < count ? std::to_integer<uint32_t>(bytes[at + i]) : 0u);
        }
        for (size_t i = 0; i < 4; ++i) {
            out += i <= count ? kDigits[bits >> (18 - 6 * i) & 63] : '=';
        }
    }
    return out;
}

}  // namespace heed::io
