#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heed::io {

// A part of a PNG file: "IHDR", "IDAT", ...
struct PngChunk {
    std::string_view type;
    std::span<const std::byte> data;
};

// All of them, to the "IEND". Throws bad_file, naming the file, when one is cut short or does not match its checksum.
std::vector<PngChunk> png_chunks(std::span<const std::byte> bytes, const std::string& name);

}  // namespace heed::io
