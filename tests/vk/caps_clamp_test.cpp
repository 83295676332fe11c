#include <doctest/doctest.h>

#include <string>

#include "base/caps_clamp.h"
#include "base/error.h"

namespace heed {

namespace {

Caps large() {
    Caps caps;
    caps.device_name = "large";
    caps.max_invocations = 1024;
    caps.max_workgroup_size = {1024, 1024, 64};
    caps.shared_bytes = 65536;
    caps.push_bytes = 256;
    caps.max_binding_range = 4ull << 30;
    caps.max_allocation = 4ull << 30;
    caps.heaps = {{.size = 8ull << 30, .budget = 7ull << 30, .device_local = true}};
    caps.subgroup_size = 32;
    caps.min_subgroup_size = 8;
    caps.max_subgroup_size = 32;
    caps.subgroup_arithmetic = caps.subgroup_basic = caps.subgroup_size_control = true;
    caps.fp16_storage = caps.fp16_arithmetic = caps.unified_memory = true;
    caps.cooperative_matrix.resize(1);
    caps.timestamp_bits = 64;
    return caps;
}

std::string error_of(std::string_view spec) {
    try {
        clamp(large(), spec);
    } catch (const Error& error) {
        CHECK(error.kind == ErrorKind::bad_input);
        return error.what();
    }
    return "";
}

}  // namespace

TEST_SUITE("vk") {
    TEST_CASE("clamp: every limit shrinks") {
        const Caps caps =
            clamp(large(), "shared=16384, invocations=128,binding=64M,allocation=1G,memory=512M,push=128,timestamps=0,unified=0");
        CHECK(caps.shared_bytes == 16384);
        CHECK(caps.max_invocations == 128);
        CHECK(caps.max_workgroup_size[0] == 128);
        CHECK(caps.max_workgroup_size[2] == 64);
        CHECK(caps.max_binding_range == 64ull << 20);
        CHECK(caps.max_allocation == 1ull << 30);
        CHECK(caps.heaps[0].size == 512ull << 20);
        CHECK(caps.heaps[0].budget == 512ull << 20);
        CHECK(caps.push_bytes == 128);
        CHECK(caps.timestamp_bits == 0);
        CHECK_FALSE(caps.unified_memory);
        CHECK(caps.fp16_storage);
    }

    TEST_CASE("clamp: nothing grows") {
        const Caps caps = clamp(large(), "shared=1G,invocations=99999,fp16=1,int8=1,subgroup=64");
        CHECK(caps.shared_bytes == 65536);
        CHECK(caps.max_invocations == 1024);
        CHECK(caps.fp16_storage);
        CHECK_FALSE(caps.int8_storage);
        CHECK(caps.subgroup_size == 32);
    }

    TEST_CASE("clamp: subgroup=1 takes every subgroup operation away") {
        const Caps caps = clamp(large(), "subgroup=1,fp16=0");
        CHECK(caps.subgroup_size == 1);
        CHECK_FALSE(caps.subgroup_basic);
        CHECK_FALSE(caps.subgroup_arithmetic);
        CHECK(caps.cooperative_matrix.empty());
        CHECK_FALSE(caps.fp16_storage);
        CHECK_FALSE(caps.fp16_arithmetic);
    }

    TEST_CASE("clamp: a subgroup size that the device can be told is forced on every pipeline") {
        const Caps caps = clamp(large(), "subgroup=16");
        CHECK(caps.subgroup_size == 16);
        CHECK(caps.forced_subgroup_size == 16);
        CHECK(error_of("subgroup=4") ==
              "HEED_CAPS: subgroup=4 is not possible on large, whose subgroups have 8 to 32 invocations; subgroup=1 always is");
    }

    TEST_CASE("clamp: what is wrong is named") {
        CHECK(error_of("shard=3").find("HEED_CAPS: 'shard' is no key; the keys are subgroup, ") == 0);
        CHECK(error_of("shared=lots") == "HEED_CAPS: shared takes a size such as 16384, 16K, 64M or 1G, got 'lots'");
        CHECK(error_of("shared=0").find("got '0'") != std::string::npos);
        CHECK(error_of("shared").find("got ''") != std::string::npos);
        CHECK(error_of("shared=12X").find("got '12X'") != std::string::npos);
        CHECK(error_of("shared=99999999999G").find("shared takes") != std::string::npos);
        CHECK(error_of("shared=99999999999999999999").find("shared takes") != std::string::npos);
        CHECK(error_of("invocations=1K") == "HEED_CAPS: invocations takes a number of at least 1, got '1K'");
        CHECK(error_of("fp16=2") == "HEED_CAPS: fp16 takes 0 or 1, got '2'");
        CHECK(error_of("fp16=-1") == "HEED_CAPS: fp16 takes 0 or 1, got '-1'");
        CHECK(error_of("") == "");
        CHECK(error_of(" , ,") == "");
    }
}

}  // namespace heed
