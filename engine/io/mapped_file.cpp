#include "io/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace heed::io {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMostStreamed = 1ull << 30;  // what has no size may also have no end
constexpr size_t kPiece = 1 << 16;

[[noreturn]] void refuse(const fs::path& path, int error) {
    fail(ErrorKind::bad_file, path.string(), ": cannot be read: ", std::strerror(error));
}

[[noreturn]] void refuse_size(const fs::path& path, uint64_t most, const std::string& size) {
    fail(ErrorKind::bad_file, path.string(), ": expected at most ", most, " bytes, got ", size);
}

struct OpenFile {
    int number = -1;

    explicit OpenFile(const fs::path& path) : number(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (number < 0) {
            refuse(path, errno);
        }
    }
    ~OpenFile() { ::close(number); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
};

}  // namespace

MappedFile::MappedFile(const fs::path& path, uint64_t most) {
    const OpenFile file(path);
    struct stat status {};
    if (::fstat(file.number, &status) != 0) {
        refuse(path, errno);
    }
    if (S_ISDIR(status.st_mode)) {
        fail(ErrorKind::bad_file, path.string(), ": expected a file, got a folder");
    }
    const uint64_t size = S_ISREG(status.st_mode) ? static_cast<uint64_t>(status.st_size) : 0;
    if (size > most) {
        refuse_size(path, most, std::to_string(size));
    }
    if (size > 0) {
        void* const map = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number, 0);
        if (map != MAP_FAILED) {
            map_ = map;
            bytes_ = {static_cast<const std::byte*>(map), size};
            return;
        }
    }
    read(file.number, path, size > 0 ? most : std::min(most, kMostStreamed));
}

void MappedFile::read(int file, const fs::path& path, uint64_t most) {
    for (;;) {
        const size_t before = read_.size();
        read_.resize(before + kPiece);
        const ssize_t count = ::read(file, read_.data() + before, kPiece);
        if (count < 0 && errno != EINTR) {
            refuse(path, errno);
        }
        read_.resize(before + (count > 0 ? static_cast<size_t>(count) : 0));
        if (read_.size() > most) {
            refuse_size(path, most, "more");
        }
        if (count == 0) {
            break;
        }
    }
    bytes_ = read_;
}

MappedFile::~MappedFile() {
    if (map_ != nullptr) {
        ::munmap(map_, bytes_.size());
    }
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})), map_(std::exchange(other.map_, nullptr)), read_(std::move(other.read_)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(map_, other.map_);
    std::swap(read_, other.read_);
    return *this;
}

}  // namespace heed::io
