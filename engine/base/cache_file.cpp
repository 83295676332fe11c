#include "base/cache_file.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/text.h"

namespace heed {

namespace fs = std::filesystem;

fs::path cache_directory() {
    const auto variable = [](const char* name) -> std::string {
        const char* value = std::getenv(name);
        return value ? value : "";
    };
    if (const std::string chosen = variable("HEED_CACHE"); !chosen.empty()) {
        return chosen;
    }
    if (const std::string xdg = variable("XDG_CACHE_HOME"); !xdg.empty()) {
        return fs::path(xdg) / "heed";
    }
    if (const std::string home = variable("HOME"); !home.empty()) {
        return fs::path(home) / ".cache" / "heed";
    }
    return {};
}

std::vector<std::byte> read_cache_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    if (!in) {
        return {};
    }
    const std::streamoff size = in.tellg();
    if (size <= 0) {
        return {};
    }
    std::vector<std::byte> bytes(static_cast<size_t>(size));
    in.seekg(0);
    if (!in.read(reinterpret_cast<char*>(bytes.data()), size)) {
        return {};
    }
    return bytes;
}

bool write_cache_file(const fs::path& path, std::span<const std::byte> bytes) {
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    // the process and the bytes' address keep two writers of one file apart
    fs::path unfinished = path;
    unfinished += text(".", getpid(), ".", static_cast<const void*>(bytes.data()), ".part");
    {
        std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
        out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        out.flush();
        if (!out) {
            fs::remove(unfinished, error);
            return false;
        }
    }
    fs::rename(unfinished, path, error);
    if (error) {
        std::error_code ignored;
        fs::remove(unfinished, ignored);
        return false;
    }
    return true;
}

}  // namespace heed
