#include "io/gzip.h"

#include <algorithm>
#include <array>
#include <bit>
#include <climits>
#include <string_view>

#include "base/error.h"
#include "io/bytes.h"
#include "io/checksum.h"
#include "io/file.h"

#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wunused-function"  // all of stb but its inflate
#endif
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#include <stb/stb_image.h>

namespace heed::io {
namespace {

constexpr size_t kHeader = 10, kTrailer = 8;  // bytes; behind the header there may be more
constexpr size_t kDeflateRatio = 1032;        // the most that deflate can shrink anything
constexpr std::array kMagic{std::byte{0x1f}, std::byte{0x8b}, std::byte{8}};

enum Flag : unsigned { kHeaderChecksum = 2, kExtra = 4, kName = 8, kComment = 16 };

// Where the header ends, with all that its flags say is there.
size_t header_size(std::span<const std::byte> bytes, const std::string& name) {
    const auto flags = std::to_integer<unsigned>(bytes[3]);
    size_t at = kHeader;
    if ((flags & kExtra) != 0 && bytes.size() >= at + 2) {
        at += 2 + number_at(bytes, at, 2, std::endian::little);
    }
    for (const unsigned text : {kName, kComment}) {
        if ((flags & text) != 0 && at < bytes.size()) {
            const auto rest = bytes.subspan(at);
            at += static_cast<size_t>(std::ranges::find(rest, std::byte{0}) - rest.begin()) + 1;
        }
    }
    at += (flags & kHeaderChecksum) != 0 ? 2 : 0;
    if (at + kTrailer > bytes.size()) {
        fail(ErrorKind::bad_file, name, ": expected a gzip file with something in it, got one that is cut short at byte ", bytes.size());
    }
    return at;
}

}  // namespace

bool is_gzip(std::span<const std::byte> bytes) {
    return bytes.size() >= kHeader + kTrailer && std::ranges::equal(bytes.first(kMagic.size()), kMagic);
}

std::vector<std::byte> gunzip(std::span<const std::byte> bytes, const std::string& name, size_t limit) {
    if (!is_gzip(bytes)) {
        fail(ErrorKind::bad_file, name, ": expected a gzip file, got something else");
    }
    const size_t begin = header_size(bytes, name), packed = bytes.size() - kTrailer - begin;
    const size_t size = number_at(bytes, bytes.size() - 4, 4, std::endian::little);
    limit = std::min<size_t>(limit, INT_MAX);
    if (size > limit || packed > INT_MAX - kTrailer) {
        fail(ErrorKind::bad_file, name, ": expected at most ", limit, " bytes when unpacked, got ", size);
    }
    std::vector<std::byte> out;
    if (size / kDeflateRatio <= packed) {  // or the size is a lie
        out.resize(size);
        // stb reads ahead, and wants more than the last bits of what it unpacks: the trailer is that
        const int written =
            stbi_zlib_decode_noheader_buffer(reinterpret_cast<char*>(out.data()), static_cast<int>(size),
                                             reinterpret_cast<const char*>(bytes.data() + begin), static_cast<int>(packed + kTrailer));
        out.resize(written < 0 ? 0 : static_cast<size_t>(written));
    }
    if (out.size() != size || checksum(out) != number_at(bytes, bytes.size() - kTrailer, 4, std::endian::little)) {
        fail(ErrorKind::bad_file, name, ": expected ", size, " bytes that match their checksum in one piece, got damage or several pieces");
    }
    return out;
}

std::string read_text(const std::filesystem::path& path, size_t limit) {
    std::vector<std::byte> bytes = read_file(path, limit);
    if (is_gzip(bytes)) {
        bytes = gunzip(bytes, path.string(), limit);
    }
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace heed::io
