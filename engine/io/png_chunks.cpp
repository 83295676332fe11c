#include "io/png_chunks.h"

#include "base/error.h"
#include "io/bytes.h"
#include "io/checksum.h"

namespace heed::io {
namespace {

constexpr size_t kSignature = 8, kFrame = 12;  // a chunk's length, type and checksum

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
