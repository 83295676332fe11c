#include "profile/roofs.h"

#include <doctest/doctest.h>

namespace heed::profile {
namespace {

constexpr double kMega = 1e6;

Roofs roofs() {
    return {.flops_f32 = 80 * kMega,
            .flops_f16 = 0,
            .memory = {{16 << 10, 40 * kMega}, {64 << 10, 20 * kMega}, {16 << 20, 10 * kMega}},
            .dispatch_seconds = 3e-6,
            .submit_seconds = 25e-6,
            .timestamp_seconds = 0};
}

}  // namespace

TEST_SUITE("profile") {
    TEST_CASE("roofs: memory is as fast as what is gone through lets it be") {
        const Roofs r = roofs();
        CHECK(r.bytes_per_second(1) == 40 * kMega);
        CHECK(r.bytes_per_second(16 << 10) == 40 * kMega);
        CHECK(r.bytes_per_second(32 << 10) == doctest::Approx(30 * kMega));  // half of the way in logarithms
        CHECK(r.bytes_per_second(64 << 10) == 20 * kMega);
        CHECK(r.bytes_per_second(1 << 20) == doctest::Approx(15 * kMega));
        CHECK(r.bytes_per_second(1e12) == 10 * kMega);
        CHECK(r.far_bytes_per_second() == 10 * kMega);
        CHECK(Roofs{}.bytes_per_second(5) == 0);
    }

    TEST_CASE("roofs: the bound is the slowest of launching, computing and moving") {
        const Bound launch = bound_of(roofs(), {.flops = 80, .bytes = 40});
        CHECK(launch.limit == Limit::launch);
        CHECK(launch.seconds == 3e-6);
        const Bound compute = bound_of(roofs(), {.flops = 8 * kMega, .bytes = 40});
        CHECK(compute.limit == Limit::compute);
        CHECK(compute.seconds == doctest::Approx(0.1));
        const Bound memory = bound_of(roofs(), {.flops = 80, .bytes = 16 << 20});
        CHECK(memory.limit == Limit::memory);
        CHECK(memory.seconds == doctest::Approx((16 << 20) / (10 * kMega)));
    }

    TEST_CASE("roofs: are said in two lines") {
        Roofs r = roofs();
        r.flops_f32 = 80.84e9;
        for (Roofs::Level& level : r.memory) {
            level.bytes_per_second *= 1e3;
        }
        CHECK(describe(r) ==
              "80.8 GFLOP/s f32 multiply-add, no f16 arithmetic; a dispatch 3.0 us, a submit 25.0 us, a timestamp 0.0 us\n"
              "copying 16 KiB 40.0, 64 KiB 20.0, 16 MiB 10.0 GB/s");
        r.flops_f16 = 9e9;
        CHECK(describe(r).find("multiply-add, 9.0 f16; ") != std::string::npos);
    }
}

}  // namespace heed::profile
