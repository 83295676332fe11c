#include "base/shape.h"

#include <doctest/doctest.h>

#include <vector>

#include "support/sentence.h"

namespace heed {

using tests::sentence;

TEST_SUITE("base") {
    TEST_CASE("shape: sizes, strides and rows of a row-major tensor") {
        const Shape shape{2, 3, 5};
        CHECK(shape.rank() == 3);
        CHECK(shape.elements() == 30);
        CHECK(shape.rows() == 6);
        CHECK(shape.last() == 5);
        CHECK(shape[-2] == 3);
        CHECK(shape.axis(-3) == 0);
        CHECK(shape.stride(0) == 15);
        CHECK(shape.stride(1) == 5);
        CHECK(shape.stride(-1) == 1);
        CHECK(shape.with(-1, 7) == Shape{2, 3, 7});
        CHECK(shape == Shape{2, 3, 5});
        CHECK(to_string(shape) == "[2,3,5]");
    }

    TEST_CASE("shape: a scalar has one element and no axis") {
        const Shape scalar;
        CHECK(scalar.rank() == 0);
        CHECK(scalar.elements() == 1);
        CHECK(to_string(scalar) == "[]");
        CHECK(scalar == Shape{});
        CHECK_FALSE(scalar == Shape{1});
        CHECK(sentence(ErrorKind::bad_input, [&] { (void)scalar.last(); }) == "shape: [] has 0 axes, got axis -1");
    }

    TEST_CASE("shape: a wrong size, rank, axis or product is a sentence") {
        CHECK(sentence(ErrorKind::bad_input, [] { Shape{4, 0}; }) == "shape: every size is at least 1, got 0 for axis 1");
        CHECK(sentence(ErrorKind::bad_input, [] { Shape{4, -3, 2}; }) == "shape: every size is at least 1, got -3 for axis 1");
        CHECK(sentence(ErrorKind::bad_input, [] { Shape(std::vector<int64_t>(9, 1)); }) == "shape: at most 8 axes, got 9");
        CHECK(Shape(std::vector<int64_t>(8, 2)).elements() == 256);
        CHECK(sentence(ErrorKind::bad_input, [] { (void)Shape{2, 3}[2]; }) == "shape: [2,3] has 2 axes, got axis 2");
        CHECK(sentence(ErrorKind::bad_input, [] { (void)Shape{2, 3}.stride(-3); }) == "shape: [2,3] has 2 axes, got axis -3");
        CHECK(sentence(ErrorKind::bad_input, [] { Shape{2, 3}.with(0, 0); }) == "shape: every size is at least 1, got 0 for axis 0");
        CHECK(tests::contains(sentence(ErrorKind::bad_input,
                                       [] {
                                           Shape{1ll << 32, 1ll << 32}.elements();
                                       }),
                              "more elements than 63 bits"));
    }

    TEST_CASE("broadcast: axes align at the last one and size 1 stretches") {
        CHECK(broadcast({2, 3, 5}, {5}) == Shape{2, 3, 5});
        CHECK(broadcast({5}, {2, 3, 5}) == Shape{2, 3, 5});
        CHECK(broadcast({2, 1, 5}, {3, 1}) == Shape{2, 3, 5});
        CHECK(broadcast({}, {4}) == Shape{4});
        CHECK(broadcast({}, {}) == Shape{});
        CHECK(broadcast({7, 1}, {1, 7}) == Shape{7, 7});
    }

    TEST_CASE("broadcast: shapes that do not fit are both named") {
        CHECK(sentence(ErrorKind::bad_input, [] {
                  broadcast({2, 3}, {2, 4});
              }) == "broadcast: sizes must be equal or 1, got [2,3] and [2,4]");
        CHECK(sentence(ErrorKind::bad_input, [] { broadcast({2, 3}, {2}); }) == "broadcast: sizes must be equal or 1, got [2,3] and [2]");
    }
}

}  // namespace heed
