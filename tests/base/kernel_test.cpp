#include "base/kernel.h"

#include <doctest/doctest.h>

#include <set>

namespace heed {

TEST_SUITE("base") {
    TEST_CASE("kernel: what a device lacks is said in words, and nothing where it lacks nothing") {
        Caps all;
        all.subgroup_basic = all.subgroup_arithmetic = all.subgroup_ballot = all.subgroup_shuffle = all.fp16_storage = true;
        all.max_storage_buffers = 8;
        const Caps none;
        const std::pair<uint32_t, const char*> needs[] = {{kNeedsSubgroupBasic, "subgroup operations"},
                                                          {kNeedsSubgroupArithmetic, "subgroup arithmetic"},
                                                          {kNeedsSubgroupBallot, "subgroup ballot and broadcast"},
                                                          {kNeedsSubgroupShuffle, "subgroup shuffle"},
                                                          {kNeedsFp16Storage, "16-bit storage"}};
        for (const auto& [need, words] : needs) {
            const Kernel kernel{.name = "made_up", .needs = need, .binding_count = 3, .spirv = {}};
            CHECK(missing_for(kernel, none) == words);
            CHECK(missing_for(kernel, all) == "");
        }
        const Kernel wide{.name = "made_up", .binding_count = 5, .spirv = {}};
        CHECK(missing_for(wide, none) == "more storage buffers than the device binds at once");
        CHECK(missing_for(wide, all) == "");
    }

    TEST_CASE("kernel: names are unique and found again") {
        std::set<std::string_view> names;
        for (const Kernel& kernel : kernels()) {
            CHECK_MESSAGE(names.insert(kernel.name).second, kernel.name);
            CHECK(find_kernel(kernel.name) == &kernel);
        }
        CHECK(find_kernel("no such kernel") == nullptr);
    }
}

}  // namespace heed
