#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace heed::io {

// The bytes of a whole file, read-only: mapped where that is possible, read where it is not (a pipe, an empty file). Whoever cuts a
// mapped file short while it is in use ends the process; replacing it, as write_file() does, is safe.
class MappedFile {
public:
    static constexpr uint64_t kAnySize = std::numeric_limits<uint64_t>::max();

    // Throws bad_file when there is no such file, when it is a folder, cannot be read, or is longer than `most` bytes.
    explicit MappedFile(const std::filesystem::path& path, uint64_t most = kAnySize);
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;

    std::span<const std::byte> bytes() const { return bytes_; }
    std::string_view text() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }

private:
    void read(int file, const std::filesystem::path& path, uint64_t most);

    std::span<const std::byte> bytes_;
    void* map_ = nullptr;  // null when the bytes are `read_`
    std::vector<std::byte> read_;
};

}  // namespace heed::io
