#include "io/process.h"

#include <doctest/doctest.h>

#include <chrono>

#include "support/sentence.h"

using namespace heed;
using namespace std::chrono_literals;

TEST_SUITE("io") {
    TEST_CASE("process: what it writes, and how it ends") {
        const io::ProcessResult said = io::run_process({"printf", "%s|", "a b", "$HOME;'"}, 10s);
        CHECK(said.status == 0);
        CHECK(said.output == "a b|$HOME;'|");
        const io::ProcessResult both = io::run_process({"sh", "-c", "echo out; echo err >&2; exit 3"}, 10s);
        CHECK(both.status == 3);
        CHECK(both.output == "out\nerr\n");
        CHECK(io::run_process({"sh", "-c", "kill -9 $$"}, 10s).status == 137);
        CHECK(io::run_process({"cat"}, 10s).output.empty());  // there is nothing to read
    }

    TEST_CASE("process: one that writes and writes is read to its end, and a megabyte of it is kept") {
        const io::ProcessResult much = io::run_process({"head", "-c", "3000000", "/dev/zero"}, 60s);
        CHECK(much.status == 0);
        CHECK(much.output.size() >= 1 << 20);
        CHECK(much.output.size() < 1100000);
    }

    TEST_CASE("process: one that is missing, and one that does not end, are sentences") {
        CHECK(tests::sentence(ErrorKind::bad_file, [] { io::run_process({"no-such-program"}, 1s); }) ==
              "no-such-program: expected a program of that name, and there is none in PATH");
        const auto start = std::chrono::steady_clock::now();
        CHECK(tests::sentence(ErrorKind::bad_file, [] {
                  io::run_process({"sleep", "600"}, 50ms);
              }) == "sleep: expected an end within 50 ms, got none");
        CHECK(tests::sentence(ErrorKind::bad_file, [] {
                  io::run_process({"sh", "-c", "exec >&- 2>&-; exec sleep 600"}, 200ms);
              }) == "sh: expected an end within 200 ms, got none");
        CHECK(std::chrono::steady_clock::now() - start < 30s);
    }
}
