#include "io/png_chunks.h"

#include <array>

#include "base/error.h"
#include "io/bytes.h"

namespace heed::io {
namespace {

constexpr size_t kSignature = 8, kFrame = 12;  // a chunk's length, type and checksum

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

uint32_t checksum(std::span<const std::byte> bytes) {
    uint32_t value = 0xffffffff;
    for (const std::byte byte : bytes) {
        value = value >> 8 ^ kChecksums[(value ^ std::to_integer<uint32_t>(byte)) & 0xff];
    }
    return ~value;
}

}  // namespace

std::vector<PngChunk> png_chunks(std::span<const std::byte> bytes, const std::string& name) {
    std::vector<PngChunk> out;
    for (size_t at = kSignature; out.empty() || out.back().type != "IEND";) {
        const size_t left = bytes.size() - at, length = number_at(bytes, at, 4, std::endian::big);
        if (left < kFrame || length > left - kFrame) {
            fail(ErrorKind::bad_file, name, ": expected a PNG that goes on to its end mark, got one that is cut short at byte ",
                 bytes.size());
        }
        const auto typed = bytes.subspan(at + 4, 4 + length);
        if (checksum(typed) != number_at(bytes, at + 8 + length, 4, std::endian::big)) {
            fail(ErrorKind::bad_file, name, ": expected bytes ", at, " to ", at + kFrame + length, " to match their checksum, got others");
        }
        out.push_back({{reinterpret_cast<const char*>(typed.data()), 4}, typed.subspan(4)});
        at += kFrame + length;
    }
    return out;
}

}  // namespace heed::io
