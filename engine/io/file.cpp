#include "io/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/error.h"

namespace heed::io {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& path, int error) {
    fail(ErrorKind::bad_file, path.string(), ": cannot be written: ", std::strerror(error));
}

// 0, or the errno of what went wrong.
int write_all(int file, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(file, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR) {
            return errno;
        }
        bytes = bytes.subspan(count > 0 ? static_cast<size_t>(count) : 0);
    }
    return 0;
}

int write_and_close(int file, std::span<const std::byte> bytes) {
    const int error = write_all(file, bytes);
    const bool closed = ::close(file) == 0;  // some file systems find out only here that they are full
    return error != 0 ? error : closed ? 0 : errno;
}

// A new file beside `path`, with the permissions that a plain open would have given it.
int open_beside(const fs::path& path, fs::path& unfinished) {
    for (int attempt = 0;; ++attempt) {
        unfinished = path;
        unfinished += text(".", ::getpid(), ".", attempt, ".part");
        const int file = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0 || errno != EEXIST) {
            return file;
        }
    }
}

void write_in_place(const fs::path& path, std::span<const std::byte> bytes) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    const int error = file < 0 ? errno : write_and_close(file, bytes);
    if (error != 0) {
        refuse(path, error);
    }
}

// Appends what is left of the file, and a byte more than the limit where it is longer. 0, or the errno of what went wrong.
int read_all(int file, size_t limit, std::vector<std::byte>& bytes) {
    struct stat status {};
    const bool sized = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    bytes.resize(std::min(sized ? static_cast<size_t>(status.st_size) : size_t{65535}, limit) + 1);
    for (size_t filled = 0;;) {
        if (filled == bytes.size()) {
            bytes.resize(std::min(2 * filled, limit + 1));
        }
        const ssize_t count = ::read(file, bytes.data() + filled, bytes.size() - filled);
        if (count < 0 && errno != EINTR) {
            return errno;
        }
        filled += count > 0 ? static_cast<size_t>(count) : 0;
        if (count == 0 || filled > limit) {
            bytes.resize(filled);
            return 0;
        }
    }
}

}  // namespace

std::vector<std::byte> read_file(const fs::path& path, size_t limit) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    std::vector<std::byte> bytes;
    const int error = file < 0 ? errno : read_all(file, limit, bytes);
    if (file >= 0) {
        ::close(file);
    }
    if (error != 0) {
        fail(ErrorKind::bad_file, path.string(), ": cannot be read: ", std::strerror(error));
    }
    if (bytes.size() > limit) {
        fail(ErrorKind::bad_file, path.string(), ": expected at most ", limit, " bytes, got more");
    }
    return bytes;
}

void write_file(const fs::path& path, std::span<const std::byte> bytes) {
    std::error_code ignored;
    const fs::file_status status = fs::status(path, ignored);
    if (fs::is_directory(status)) {
        refuse(path, EISDIR);
    }
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        return write_in_place(path, bytes);
    }
    // a symbolic link stays one: what it points at is replaced
    const fs::path target = fs::is_symlink(fs::symlink_status(path, ignored)) ? fs::weakly_canonical(path, ignored) : path;
    fs::path unfinished;
    const int file = open_beside(target, unfinished);
    int error = file < 0 ? errno : write_and_close(file, bytes);
    if (error == 0 && ::rename(unfinished.c_str(), target.c_str()) != 0) {
        error = errno;
    }
    if (error != 0) {
        if (file >= 0) {
            ::unlink(unfinished.c_str());
        }
        refuse(path, error);
    }
}

}  // namespace heed::io
