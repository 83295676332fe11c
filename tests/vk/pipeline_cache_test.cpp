#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/cache_file.h"
#include "base/text.h"
#include "support/device.h"
#include "vk/kit.h"
#include "vk/pipeline_cache.h"
#include "vk/pipelines.h"

namespace heed::vk {

namespace fs = std::filesystem;

namespace {

// A directory that goes with the test.
struct Scratch {
    fs::path path = fs::temp_directory_path() / text("heed-cache-", getpid());
    Scratch() { fs::create_directories(path); }
    ~Scratch() { fs::remove_all(path); }
};

// Opens a device on the directory, compiles one pipeline, closes it; returns how many bytes it had found there.
size_t open_and_compile(const fs::path& directory, const std::string& shaders = "shaders") {
    Device device = tests::open_device({.shader_digest = shaders, .cache_directory = directory});
    const size_t loaded = device.context().pipeline_cache().loaded_bytes();
    device.context().pipelines().get(tests::scale_desc());
    device.context().save_pipelines();
    CHECK(device.messages().count() == 0);
    return loaded;
}

std::vector<fs::path> files(const fs::path& directory) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(directory)) {
        found.push_back(entry.path());
    }
    return found;
}

}  // namespace

TEST_SUITE("device vk") {
    TEST_CASE("pipeline cache: found again by the same device and shaders, not by others") {
        const Scratch scratch;
        CHECK(open_and_compile(scratch.path) == 0);
        CHECK(files(scratch.path).size() == 1);  // and nothing half-written beside it
        CHECK(open_and_compile(scratch.path) > 0);
        CHECK(open_and_compile(scratch.path, "other shaders") == 0);
        CHECK(files(scratch.path).size() == 2);
    }

    TEST_CASE("pipeline cache: a damaged, cut or foreign file is ignored and replaced") {
        const Scratch scratch;
        open_and_compile(scratch.path);
        const fs::path file = files(scratch.path).at(0);
        const std::vector<std::byte> good = read_cache_file(file);
        REQUIRE(good.size() > 64);
        const auto check_ignored = [&](std::vector<std::byte> bytes) {
            write_cache_file(file, bytes);
            CHECK(open_and_compile(scratch.path) == 0);
            CHECK(open_and_compile(scratch.path) > 0);
        };
        std::vector<std::byte> flipped = good;
        flipped.back() ^= std::byte{1};
        check_ignored(flipped);
        std::vector<std::byte> other_header = good;
        other_header[10] ^= std::byte{1};
        check_ignored(other_header);
        check_ignored({good.begin(), good.end() - 1});
        check_ignored({good.begin(), good.begin() + 20});
        check_ignored(std::vector<std::byte>(good.size()));
        check_ignored({std::byte{0}});
        std::vector<std::byte> longer = good;
        longer.push_back(std::byte{0});
        check_ignored(longer);
    }

    TEST_CASE("pipeline cache: a directory that cannot be written is no error") {
        const Scratch scratch;
        const fs::path file = scratch.path / "file";
        std::ofstream(file) << "not a directory";
        CHECK(open_and_compile(file / "below") == 0);
        CHECK(open_and_compile(file / "below") == 0);
    }
}

}  // namespace heed::vk
