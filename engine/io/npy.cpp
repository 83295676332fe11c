#include "io/npy.h"

#include <bit>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "io/file.h"
#include "io/safetensors.h"

namespace heed::io {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie in memory");

void write_npy(const std::filesystem::path& path, std::span<const int64_t> shape, std::span<const float> values) {
    constexpr size_t kAligned = 64, kBeforeHeader = 10;
    std::string sizes;
    int64_t count = 1;
    for (const int64_t size : shape) {
        sizes += std::to_string(size) + ", ";
        count *= size;
    }
    if (count != static_cast<int64_t>(values.size())) {
        fail(ErrorKind::bad_input, path.string(), ": expected an array ", to_string(shape), ", got ", values.size(), " numbers");
    }
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + sizes + "), }";
    header.resize((kBeforeHeader + header.size() + 1 + kAligned - 1) / kAligned * kAligned - kBeforeHeader - 1, ' ');
    header += '\n';
    std::string out = "\x93NUMPY\x01";
    out.push_back(0);
    out.push_back(static_cast<char>(header.size() & 0xff));
    out.push_back(static_cast<char>(header.size() >> 8));
    out += header;
    std::vector<std::byte> bytes;
    const auto numbers = std::as_bytes(values);
    const auto text = std::as_bytes(std::span(out));
    bytes.reserve(text.size() + numbers.size());
    bytes.insert(bytes.end(), text.begin(), text.end());
    bytes.insert(bytes.end(), numbers.begin(), numbers.end());
    write_file(path, bytes);
}

}  // namespace heed::io
