#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/text.h"

namespace heed::tests {

// An empty folder of a test's own that goes with it.
struct Folder {
    std::filesystem::path path;

    Folder() {
        static std::atomic<int> count = 0;
        path = std::filesystem::temp_directory_path() / text("heed_test.", ::getpid(), ".", count++);
        std::filesystem::create_directories(path);
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    size_t entries() const {
        return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(path), std::filesystem::directory_iterator()));
    }

    // A file in it; answers with its path.
    std::filesystem::path write(const std::string& name, std::string_view contents) const {
        std::ofstream(path / name, std::ios::binary).write(contents.data(), static_cast<std::streamsize>(contents.size()));
        return path / name;
    }
};

inline std::string contents(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace heed::tests
