#include "profile/resources.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>

namespace heed::profile {

namespace {

// A driver's numbers, as it prints them for a compute kernel.
Executable executable(std::vector<std::pair<std::string, double>> numbers, uint32_t subgroup_size = 32) {
    Executable out{.name = "compute", .description = {}, .subgroup_size = subgroup_size, .statistics = {}, .representations = {}};
    for (auto& [name, value] : numbers) {
        out.statistics.push_back({.name = name, .text = {}, .description = {}, .value = value});
    }
    return out;
}

struct Vendor {
    std::string_view name;
    Executable executable;
    std::array<double, kResources.size()> expected;  // in the order of kResources; -1 where the driver does not tell
};

constexpr double kUntold = -1;

// The names that drivers really use: of RADV as its null devices print them, of the others from their sources.
std::vector<Vendor> vendors_of_cards() {
    const auto u = kUntold;
    return {
        {"RADV",
         executable({{"Driver pipeline hash", 1e18},
                     {"SGPRs", 128},
                     {"VGPRs", 48},
                     {"Spilled SGPRs", 3},
                     {"Spilled VGPRs", 4},
                     {"Code size", 616},
                     {"LDS size", 8192},
                     {"Scratch size", 1024},
                     {"Subgroups per SIMD", 16},
                     {"Instructions", 137},
                     {"Pre-Sched VGPRs", 3}}),
         {48, 128, 7, 8192, 1024, 137, 616, 16}},
        {"AMDVLK",
         executable({{"numUsedVgprs", 24}, {"numUsedSgprs", 30}, {"ldsUsageSizeInBytes", 512}, {"scratchMemUsageInBytes", 64}}),
         {24, 30, u, 512, 64, u, u, u}},
        {"NVIDIA",
         executable(
             {{"Register Count", 40}, {"Binary Size", 3200}, {"Stack Size", 0}, {"Local Memory Size", 16}, {"Shared Memory Size", 4096}}),
         {40, u, u, 4096, 16, u, 3200, 51}},
        {"NVK",
         executable({{"Instruction count", 90},
                     {"Static cycle count", 700},
                     {"Max warps/SM", 32},
                     {"Number of GPRs", 60},
                     {"Spills to memory", 2},
                     {"Fills from memory", 5},
                     {"Spills to reg", 9},
                     {"Code size", 1440},
                     {"SLM size", 48}}),
         {60, u, 2, u, 48, 90, 1440, 32}},
        {"ANV",
         executable({{"Instructions", 210},
                     {"SENDs", 12},
                     {"Cycles", 4000},
                     {"Spills", 1},
                     {"Fills", 2},
                     {"Scratch Memory Size", 1024},
                     {"GRF registers", 128},
                     {"Max dispatch width", 16},
                     {"Max live registers", 87},
                     {"Workgroup Memory Size", 2048}}),
         {128, u, 1, 2048, 1024, 210, u, 16}},
        {"ANV of Mesa 22.3",
         executable({{"Instruction Count", 210},
                     {"SEND Count", 12},
                     {"Spill Count", 6},
                     {"Fill Count", 2},
                     {"Scratch Memory Size", 0},
                     {"Workgroup Memory Size", 2048}}),
         {u, u, 6, 2048, 0, 210, u, u}},
    };
}

std::vector<Vendor> vendors_of_chips() {
    const auto u = kUntold;
    return {
        {"Turnip",
         executable(
             {{"Max Waves Per Core", 12}, {"Instruction Count", 77}, {"Registers used", 9}, {"Half-registers used", 2}, {"STP Count", 0}}),
         {9, u, 0, u, u, 77, u, 12}},
        {"PanVK",
         executable({{"Instructions", 55},
                     {"Cycles", 3.5},
                     {"Code size", 640},
                     {"Threads", 1024},
                     {"Spills", 0},
                     {"Fills", 0},
                     {"Registers used", 30},
                     {"Uniforms used", 12}}),
         {30, 12, 0, u, u, 55, 640, 1024}},
        {"Honeykrisp",
         executable({{"Instructions", 55}, {"GPRs", 60}, {"Uniforms", 40}, {"Scratch", 8}, {"Threads", 896}, {"Spills", 1}}),
         {60, 40, 1, u, 8, 55, u, 896}},
        {"V3DV",
         executable({{"Compile Strategy", 0},
                     {"Instruction Count", 99},
                     {"Thread Count", 4},
                     {"Spill Size", 32},
                     {"TMU Spills", 8},
                     {"TMU Fills", 8}}),
         {u, u, 8, u, 32, 99, u, 4}},
        {"PowerVR",
         executable({{"Code size", 100}, {"Scratch size", 12}, {"Spill count", 3}, {"Temp count", 14}, {"Inst group count", 40}}),
         {14, u, 3, u, 12, 40, 100, u}},
    };
}

}  // namespace

TEST_SUITE("profile") {
    TEST_CASE("resources: every vendor's names") {
        std::vector<Vendor> vendors = vendors_of_cards();
        std::ranges::move(vendors_of_chips(), std::back_inserter(vendors));
        for (const Vendor& vendor : vendors) {
            CAPTURE(vendor.name);
            const Resources resources = resources_of(std::span(&vendor.executable, 1));
            CHECK(resources.subgroup_size == 32);
            for (const Resource resource : kResources) {
                const double expected = vendor.expected[static_cast<size_t>(resource)];
                CAPTURE(to_string(resource));
                CHECK((resources[resource] ? resources[resource]->value : kUntold) == expected);
            }
        }
    }

    TEST_CASE("resources: the driver's own words stay beside the number") {
        const Executable radv = executable({{"Spilled SGPRs", 1}, {"Spilled VGPRs", 2}, {"Subgroups per SIMD", 10}});
        const Resources resources = resources_of(std::span(&radv, 1));
        CHECK(resources[Resource::spills]->name == "Spilled VGPRs + Spilled SGPRs");
        CHECK(resources[Resource::occupancy]->unit == "subgroups a SIMD");
    }

    TEST_CASE("resources: code that is counted in words of four bytes is told in bytes") {
        Executable turnip = executable({{"Code size", 25}});
        turnip.statistics[0].description = "Total number of dwords in the final generated shader executable.";
        CHECK(resources_of(std::span(&turnip, 1))[Resource::code]->value == 100);
    }

    TEST_CASE("resources: of several executables the worst, of none nothing") {
        const std::array several{executable({{"VGPRs", 24}, {"Subgroups per SIMD", 16}, {"Code size", 900}}, 32),
                                 executable({{"VGPRs", 96}, {"Subgroups per SIMD", 5}, {"Code size", 400}}, 64)};
        const Resources worst = resources_of(several);
        CHECK(worst[Resource::registers]->value == 96);
        CHECK(worst[Resource::occupancy]->value == 5);
        CHECK(worst[Resource::code]->value == 900);
        CHECK(worst.subgroup_size == 64);
        const Resources none = resources_of({});
        CHECK(none.subgroup_size == 0);
        for (const Resource resource : kResources) {
            CHECK_FALSE(none[resource]);
        }
    }

    TEST_CASE("resources: warps that NVIDIA's registers leave room for") {
        const auto warps = [](double registers) {
            const Executable nvidia = executable({{"Register Count", registers}});
            return resources_of(std::span(&nvidia, 1))[Resource::occupancy]->value;
        };
        CHECK(warps(16) == 64);
        CHECK(warps(33) == 51);  // 40 are given
        CHECK(warps(64) == 32);
        CHECK(warps(255) == 8);
    }
}

}  // namespace heed::profile
