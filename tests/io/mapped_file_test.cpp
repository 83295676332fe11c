#include "io/mapped_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "support/folder.h"
#include "support/sentence.h"

namespace heed {
namespace {

using tests::contains;
using tests::Folder;
using tests::sentence;

std::string refusal(const std::filesystem::path& path, uint64_t most = io::MappedFile::kAnySize) {
    return sentence(ErrorKind::bad_file, [&] { io::MappedFile(path, most); });
}

}  // namespace

TEST_SUITE("io") {
    TEST_CASE("mapped file: the bytes that are there, wherever the object moves") {
        const Folder folder;
        const std::string long_text(100'000, 'x');
        io::MappedFile first(folder.write("a", "hello"));
        io::MappedFile second(folder.write("b", long_text));
        CHECK(first.text() == "hello");
        const io::MappedFile moved(std::move(second));
        CHECK(moved.text() == long_text);
        first = io::MappedFile(folder.write("c", "third"));
        CHECK(first.text() == "third");
    }

    TEST_CASE("mapped file: a file that is replaced stays what it was") {
        const Folder folder;
        const io::MappedFile file(folder.write("a", "old"));
        std::filesystem::rename(folder.write("b", "new"), folder.path / "a");
        CHECK(file.text() == "old");
    }

    TEST_CASE("mapped file: what has no size is read") {
        const Folder folder;
        CHECK(io::MappedFile(folder.write("empty", "")).bytes().empty());
        CHECK(io::MappedFile("/dev/null").bytes().empty());
        const std::filesystem::path pipe = folder.path / "pipe";
        REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
        const std::string sent(200'000, 'y');
        std::thread writer([&] { folder.write("pipe", sent); });
        io::MappedFile file(pipe);
        writer.join();
        CHECK(file.text() == sent);
        const io::MappedFile moved(std::move(file));
        CHECK(moved.text() == sent);
    }

    TEST_CASE("mapped file: what cannot be read is a sentence") {
        const Folder folder;
        CHECK(refusal(folder.path / "none") == (folder.path / "none").string() + ": cannot be read: No such file or directory");
        CHECK(contains(refusal(folder.path), "expected a file, got a folder"));
        CHECK(contains(refusal(folder.write("long", "123456"), 5), "expected at most 5 bytes, got 6"));
        CHECK(io::MappedFile(folder.path / "long", 6).text() == "123456");
        if (std::filesystem::exists("/dev/zero")) {
            CHECK(contains(refusal("/dev/zero", 1 << 20), "expected at most 1048576 bytes, got more"));
        }
        const std::filesystem::path locked = folder.write("locked", "x");
        std::filesystem::permissions(locked, std::filesystem::perms::none);
        if (::geteuid() != 0) {  // to whom nothing is forbidden
            CHECK(contains(refusal(locked), "Permission denied"));
        }
    }
}

}  // namespace heed
