#include "ops/flat.h"

#include <doctest/doctest.h>

#include <bit>

#include "params.h"
#include "support/sentence.h"

namespace heed {

TEST_SUITE("ops") {
    TEST_CASE("flat_launch: every element has an invocation, whatever the device allows") {
        for (uint32_t invocations : {128u, 192u, 1024u}) {
            for (uint32_t groups_x : {7u, 65535u}) {
                const Caps caps{
                    .max_invocations = invocations, .max_workgroup_size = {1024, 1, 1}, .max_workgroup_count = {groups_x, 65535, 65535}};
                for (int64_t count : {int64_t{1}, int64_t{1023}, int64_t{1025}, int64_t{100003}}) {
                    const FlatLaunch launch = flat_launch(count, caps);
                    CHECK(launch.workgroup <= invocations);
                    CHECK(std::has_single_bit(launch.workgroup));
                    CHECK(launch.grid[0] <= groups_x);
                    const int64_t walked = int64_t{launch.workgroup} * params::kFlatElements * launch.grid[0] * launch.grid[1];
                    CHECK(walked >= count);
                }
            }
        }
    }

    TEST_CASE("row_launch: a workgroup a row, larger for longer rows, at least a subgroup") {
        const Caps caps{.max_invocations = 1024, .max_workgroup_size = {1024, 1, 1}, .subgroup_size = 32};
        CHECK(row_launch(1000, 5, caps).workgroup == 32);
        CHECK(row_launch(1000, 3000, caps).workgroup == 128);
        CHECK(row_launch(1000, 100000, caps).workgroup == params::kRowInvocations);
        CHECK(row_launch(1000, 100000, Caps{}).workgroup == 128);
        CHECK(row_launch(1000, 5, Caps{}).workgroup == 8);
        CHECK(row_launch(1000, 5, caps).grid == std::array<uint32_t, 3>{1000, 1, 1});
    }

    TEST_CASE("index32: what 32 bits cannot count is a sentence") {
        CHECK(index32(4294967295) == 4294967295u);
        CHECK(tests::sentence(ErrorKind::unsupported, [] { index32(4294967296); }) ==
              "kernels count elements in 32 bits: expected at most 4294967295, got 4294967296");
    }
}

}  // namespace heed
