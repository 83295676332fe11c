#include "base/error.h"

#include <doctest/doctest.h>

#include <set>

#include "base/shape.h"
#include "support/sentence.h"

namespace heed {

TEST_SUITE("base") {
    TEST_CASE("error: a sentence is joined from its parts, whatever can be printed") {
        CHECK(text("softmax: expected ", 3, " axes, got ", Shape{2, 5}) == "softmax: expected 3 axes, got [2,5]");
        CHECK(tests::sentence(ErrorKind::bad_file, [] { fail(ErrorKind::bad_file, "weights.bin: expected ", 8, " bytes, got ", 3.5); }) ==
              "weights.bin: expected 8 bytes, got 3.5");
    }

    TEST_CASE("error: a broken invariant is heed's own fault, a kept one costs nothing") {
        CHECK_NOTHROW(ensure(true, "never said"));
        CHECK(tests::sentence(ErrorKind::internal, [] { ensure(false, "place: %", 7, " has no memory"); }) == "place: %7 has no memory");
    }

    TEST_CASE("error: every kind has a name of its own") {
        std::set<std::string_view> names;
        for (int kind = 0; kind <= static_cast<int>(ErrorKind::internal); ++kind) {
            names.insert(to_string(static_cast<ErrorKind>(kind)));
        }
        CHECK(names.size() == 8);
        CHECK(names.count("unknown") == 0);
    }
}

}  // namespace heed
