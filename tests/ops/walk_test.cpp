#include "ops/walk.h"

#include <doctest/doctest.h>

namespace heed {
namespace {

using List = std::vector<int64_t>;
using Lists = std::vector<List>;

Walk walk_of(const Shape& shape, const Lists& strides) {
    return walk(shape, strides);
}

}  // namespace

TEST_SUITE("ops") {
    TEST_CASE("walk: contiguous operands are one axis") {
        const Walk axes = walk_of({2, 3, 5}, {{15, 5, 1}, {15, 5, 1}});
        CHECK(axes.sizes == List{30});
        CHECK(axes.strides == Lists{{1}, {1}});
    }

    TEST_CASE("walk: axes of size 1 vanish, whatever their stride") {
        const Walk axes = walk_of({1, 4, 1, 3}, {{99, 3, 77, 1}, {0, 3, 0, 1}});
        CHECK(axes.sizes == List{12});
        CHECK(axes.strides == Lists{{1}, {1}});
    }

    TEST_CASE("walk: axes merge only where every operand lets them") {
        const Walk axes = walk_of({2, 3, 5}, {{15, 5, 1}, {0, 5, 1}});  // a row broadcast over the first axis
        CHECK(axes.sizes == List{2, 15});
        CHECK(axes.strides == Lists{{15, 1}, {0, 1}});
    }

    TEST_CASE("walk: one element is one axis of one") {
        for (const Shape& shape : {Shape{}, Shape{1, 1}}) {
            const Walk axes = walk_of(shape, {List(static_cast<size_t>(shape.rank()), 1)});
            CHECK(axes.sizes == List{1});
            CHECK(axes.strides == Lists{{0}});
        }
    }

    TEST_CASE("broadcast_strides: aligned at the last axis, 0 where a size stretches") {
        CHECK(broadcast_strides(contiguous_view(0, {3, 1}), {2, 3, 5}) == List{0, 1, 0});
        CHECK(broadcast_strides(contiguous_view(0, {}), {2, 3}) == List{0, 0});
    }

    TEST_CASE("window: begins where a binding may, ends with the last element touched") {
        const Caps caps{.storage_alignment = 64};
        const View view{.root = 7, .offset = 100, .shape = {3, 2}, .strides = {10, 1}};  // elements 100 .. 121
        const Window bytes = window(view, DType::f32, Access::read, caps);
        CHECK(bytes.binding.value == 7);
        CHECK(bytes.binding.offset == 384);
        CHECK(bytes.offset == 4);
        CHECK(bytes.binding.offset + bytes.binding.size == 122 * 4);
        const Window halves = window(view, DType::f16, Access::write, Caps{.storage_alignment = 4});
        CHECK(halves.binding.offset == 192);  // a multiple of 16 even so
        CHECK(halves.offset == 4);
        CHECK(halves.binding.access == Access::write);
    }
}

}  // namespace heed
