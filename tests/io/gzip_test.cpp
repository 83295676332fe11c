#include "io/gzip.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "heed.h"
#include "io/checksum.h"
#include "io/file.h"
#include "support/folder.h"
#include "support/sentence.h"

namespace heed {
namespace {

using tests::contains;
using tests::Folder;
using tests::sentence;
using Bytes = std::vector<std::byte>;

constexpr size_t kAny = 1 << 20;

Bytes bytes_of(std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

std::string text_of(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// What Python's gzip made of 344 bytes of words in a row, whose CRC-32 is kWordsChecksum.
constexpr uint32_t kWordsChecksum = 0x6863b1c7;
constexpr const char* kWords =
    "1f8b08000000000002032b4e2c51c8cf53f04e2ca94a8592c510a14485dcc4122e88507a6249be82891154414946aa423250112a0fac06"
    "5913d41c2805d40d56816c135800663686f26264a7c154c16c4362a2a88309421c82ca43b21fe61a188dea41300f25186006a1d989a910"
    "662000c7b1636858010000";

Bytes packed_words() {
    Bytes out;
    const std::string_view hex = kWords;
    for (size_t i = 0; i < hex.size(); i += 2) {
        out.push_back(static_cast<std::byte>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    }
    return out;
}

void append_number(Bytes& out, size_t value, int bytes) {
    for (int i = 0; i < bytes; ++i, value >>= 8) {
        out.push_back(static_cast<std::byte>(value & 0xff));
    }
}

// A gzip file that compresses nothing.
Bytes stored(std::string_view text, unsigned flags = 0, std::string_view more = "") {
    Bytes out = bytes_of(std::string_view("\x1f\x8b\x08", 3));
    append_number(out, flags, 1);
    append_number(out, 0, 6);
    std::ranges::copy(bytes_of(more), std::back_inserter(out));
    append_number(out, 1, 1);  // the last block, not compressed
    append_number(out, text.size(), 2);
    append_number(out, ~text.size(), 2);
    std::ranges::copy(bytes_of(text), std::back_inserter(out));
    append_number(out, io::checksum(bytes_of(text)), 4);
    append_number(out, text.size(), 4);
    return out;
}

}  // namespace

TEST_SUITE("io") {
    TEST_CASE("gzip: what was packed comes out, whatever the header has") {
        const Bytes words = io::gunzip(packed_words(), "x", kAny);
        CHECK(words.size() == 344);
        CHECK(io::checksum(words) == kWordsChecksum);
        CHECK(text_of(words).starts_with("sat on Katze"));
        CHECK(text_of(io::gunzip(stored("plain"), "x", kAny)) == "plain");
        CHECK(text_of(io::gunzip(stored("named", 8, std::string_view("a name\0", 7)), "x", kAny)) == "named");
        const std::string all = std::string("\x03\0abc", 5) + std::string("n\0", 2) + std::string("c\0", 2) + "hh";
        CHECK(text_of(io::gunzip(stored("all", 2 + 4 + 8 + 16, all), "x", kAny)) == "all");
        CHECK(io::checksum(bytes_of("123456789")) == 0xcbf43926);
    }

    TEST_CASE("gzip: a file is read as it is or unpacked") {
        const Folder folder;
        io::write_file(folder.path / "a.gz", stored("packed"));
        io::write_file(folder.path / "b", bytes_of("plain"));
        io::write_file(folder.path / "c", {});
        CHECK(io::read_text(folder.path / "a.gz", kAny) == "packed");
        CHECK(io::read_text(folder.path / "b", kAny) == "plain");
        CHECK(io::read_text(folder.path / "c", kAny).empty());
    }

    TEST_CASE("gzip: damage, lies and what is too long are sentences") {
        const auto complaint = [](const Bytes& bytes, size_t limit = kAny) {
            return sentence(ErrorKind::bad_file, [&] { io::gunzip(bytes, "x.gz", limit); });
        };
        CHECK(complaint(bytes_of("no gzip at all, but long enough")) == "x.gz: expected a gzip file, got something else");
        CHECK(complaint(packed_words(), 100) == "x.gz: expected at most 100 bytes when unpacked, got 344");
        CHECK(contains(complaint(bytes_of("\x1f\x8b\x08\x08 a name that does not end")), "cut short"));
        Bytes lie = packed_words();
        lie[lie.size() - 2] = std::byte{0x10};  // a megabyte
        CHECK(contains(complaint(lie, size_t{1} << 30), "got damage or several pieces"));
        Bytes two = stored("one");
        std::ranges::copy(stored("two"), std::back_inserter(two));
        CHECK(contains(complaint(two), "got damage or several pieces"));
        const Bytes good = packed_words();
        for (size_t at = 0; at < good.size(); ++at) {
            for (const int with : {1, 0x10, 0x80, 0xff}) {
                Bytes bad = good;
                bad[at] ^= static_cast<std::byte>(with);
                CAPTURE(at);
                try {
                    CHECK(io::checksum(io::gunzip(bad, "x.gz", kAny)) == kWordsChecksum);  // the time, the system: nothing depends on them
                } catch (const Error& error) {
                    CHECK(error.kind == ErrorKind::bad_file);
                }
            }
            CHECK(!complaint(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(at))).empty());
        }
    }
}

}  // namespace heed
