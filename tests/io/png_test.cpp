#include "io/png.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "io/file.h"
#include "support/folder.h"
#include "support/sentence.h"

#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#include <stb/stb_image.h>

namespace heed {
namespace {

namespace fs = std::filesystem;
using tests::contains;
using tests::contents;
using tests::Folder;
using tests::sentence;

std::span<const std::byte> bytes_of(const std::string& s) {
    return std::as_bytes(std::span(s.data(), s.size()));
}

}  // namespace

TEST_SUITE("io") {
    TEST_CASE("png: what is written can be read") {
        io::Image image{.width = 7, .height = 5, .channels = 3, .pixels = {}};
        for (size_t i = 0; i < image.bytes(); ++i) {
            image.pixels.push_back(static_cast<uint8_t>(i * 37));
        }
        const std::vector<std::byte> png = io::encode_png(image);
        int width = 0, height = 0, channels = 0;
        const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> read(
            stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(png.data()), static_cast<int>(png.size()), &width, &height, &channels,
                                  0),
            &stbi_image_free);
        REQUIRE(read);
        CHECK(width == 7);
        CHECK(height == 5);
        CHECK(channels == 3);
        CHECK(std::memcmp(read.get(), image.pixels.data(), image.bytes()) == 0);
    }

    TEST_CASE("png: an image that contradicts itself is refused") {
        const io::Image image{.width = 7, .height = 5, .channels = 3, .pixels = std::vector<uint8_t>(7 * 5)};
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { io::encode_png(image); }), "7x5x3 and 35 bytes"));
    }

    TEST_CASE("file: replaced in one step, nothing left beside it") {
        const Folder folder;
        const fs::path path = folder.path / "out.txt";
        io::write_file(path, bytes_of("first"));
        CHECK(contents(path) == "first");
        io::write_file(path, bytes_of("second, longer"));
        CHECK(contents(path) == "second, longer");
        CHECK(folder.entries() == 1);
    }

    TEST_CASE("file: a link stays a link") {
        const Folder folder;
        io::write_file(folder.path / "real", bytes_of("old"));
        fs::create_symlink("real", folder.path / "link");
        io::write_file(folder.path / "link", bytes_of("new"));
        CHECK(fs::is_symlink(folder.path / "link"));
        CHECK(contents(folder.path / "real") == "new");
        CHECK(folder.entries() == 2);
    }

    TEST_CASE("file: what cannot be written is a sentence, and changes nothing") {
        const Folder folder;
        const fs::path lost = folder.path / "no such folder" / "out.png";
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { io::write_file(lost, bytes_of("x")); }),
                       "out.png: cannot be written: No such file"));
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { io::write_file(folder.path, bytes_of("x")); }), "Is a directory"));
        CHECK(folder.entries() == 0);
    }

    TEST_CASE("file: what is written can be read, up to the limit") {
        const Folder folder;
        const fs::path path = folder.path / "in.txt";
        for (const std::string& written : {std::string(), std::string("x"), std::string(100000, 'y')}) {
            io::write_file(path, bytes_of(written));
            const std::vector<std::byte> read = io::read_file(path, written.size());
            CHECK(std::ranges::equal(read, bytes_of(written)));
        }
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { io::read_file(path, 99999); }), "in.txt: expected at most 99999 bytes"));
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { io::read_file(folder.path / "none", 9); }), "cannot be read: No such file"));
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { io::read_file(folder.path, 9); }), "cannot be read: Is a directory"));
        CHECK(contains(sentence(ErrorKind::bad_file, [] { io::read_file("/dev/zero", 70000); }), "expected at most 70000 bytes"));
    }

    TEST_CASE("file: a full disk is a sentence, a device is written to in place") {
        if (!fs::exists("/dev/full")) {
            return;
        }
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { io::write_file("/dev/full", bytes_of("x")); }), "No space left"));
        io::write_file("/dev/null", bytes_of("x"));
        CHECK(!fs::is_regular_file("/dev/null"));
    }
}

}  // namespace heed
