// The ways a kernel can be launched: what is offered, what is taken, and that all of them compute the same.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "check/trials.h"
#include "ops/ops.h"
#include "plan/compile.h"
#include "support/caps.h"
#include "support/device.h"
#include "support/sentence.h"

namespace heed {
namespace {

Graph product() {
    Graph graph;
    const std::vector<float> weight(96 * 64);
    graph.output("y", matmul(graph.input("x", {197, 64}), graph.constant("w", {96, 64}, weight), {.transpose_b = true}));
    return graph;
}

CompileOptions with_tile(const std::string& tile) {
    CompileOptions options;
    options.kernels.tile["matmul"] = tile;
    return options;
}

const Dispatch& first(const Plan& plan) {
    return plan.steps.at(0).dispatch;
}

// HEED_TEST_THIN=1: every third tile, for the drivers that come after the first.
size_t tile_step() {
    const char* thin = std::getenv("HEED_TEST_THIN");
    return thin != nullptr && thin[0] == '1' ? 3 : 1;
}

std::string strategy_of(const check::Trial& trial) {
    return trial.name.substr(0, trial.name.find(' '));
}

// Every strategy with all its tiles, in the first of an op's cases that it fits.
void check_tiles(OpKind op) {
    Device& device = tests::device();
    std::set<std::string> seen;
    for (const reference::Case& source : reference::op_reference(op).cases()) {
        if (source.timed) {
            continue;
        }
        const check::PreparedCase prepared = check::prepare_inputs(source, DType::f32);
        std::vector<check::Trial> trials = check::trials_of(prepared.graph, device.caps());
        std::erase_if(trials, [&](const check::Trial& trial) { return !trial.refused.empty() || seen.contains(strategy_of(trial)); });
        const check::PreparedCase expected = trials.empty() ? check::PreparedCase{} : check::prepare(source, DType::f32);
        for (size_t i = 0; i < trials.size(); i += tile_step()) {
            seen.insert(strategy_of(trials[i]));
            INFO(to_string(op) << " " << source.name << ": " << trials[i].name);
            check::CaseOptions options{.compile = trials[i].compile, .replays = 2};
            options.compile.guard_bytes = 256;
            CHECK(check::run_case(device, expected, options).verdict() == "");
        }
    }
}

}  // namespace

TEST_SUITE("ops") {
    TEST_CASE("tiles: a plan says what was chosen from") {
        const Graph graph = product();
        const Plan plan = compile(graph, tests::desktop_caps());
        REQUIRE(plan.offers.size() == 1);
        const Offer& offer = plan.offers[0];
        CHECK(offer.family == "matmul");
        CHECK(offer.strategy == "tiled");
        CHECK(offer.strategies == std::vector<std::string>{"row", "tiled", "broadcast"});
        CHECK(offer.tile == "64x64/64");
        CHECK(std::ranges::count(offer.tiles, "64x64/64", &Tile::name) == 1);
        CHECK(std::ranges::count(offer.tiles, "128x128/256", &Tile::name) == 1);
        CHECK(first(plan).specialization[0] == 64);
    }

    TEST_CASE("tiles: the one that is forced is launched") {
        const Graph graph = product();
        const Plan plan = compile(graph, tests::desktop_caps(), with_tile("32x128/64"));
        CHECK(plan.offers.at(0).tile == "32x128/64");
        CHECK(first(plan).specialization[0] == 64);
        CHECK(first(plan).specialization[1] == 16);
        CHECK(first(plan).grid == std::array<uint32_t, 3>{7, 1, 1});
        const Plan usual = compile(graph, tests::desktop_caps(), with_tile("64x64/64"));
        CHECK(usual.text() == compile(graph, tests::desktop_caps()).text());
    }

    TEST_CASE("tiles: one that is not there, or does not fit, is a sentence") {
        const Graph graph = product();
        const auto complaint = [&](const std::string& tile) {
            return tests::sentence(ErrorKind::unsupported, [&] { compile(graph, tests::minimum_caps(), with_tile(tile)); });
        };
        CHECK(complaint("7x7/7") ==
              "matmul: matmul_tiled_f32 has no tile '7x7/7', but 64x64/64, 128x128/256, 64x128/128, 64x64/64, 128x64/128, 32x128/64, "
              "32x64/32");
        CHECK(complaint("128x128/256") == "matmul: tile 128x128/256 of matmul_tiled_f32 does not fit this shape or device");
    }

    TEST_CASE("tiles: a kernel that was replaced is taken where the built one would be") {
        const Graph graph = product();
        const Kernel other = *find_kernel("matmul_tiled_f32");
        CompileOptions options;
        options.kernels.replaced["matmul_tiled_f32"] = &other;
        CHECK(first(compile(graph, tests::desktop_caps(), options)).kernel == &other);
    }
}

TEST_SUITE_BEGIN("device ops");

#define HEED_OP(name)              \
    TEST_CASE("tiles of " #name) { \
        check_tiles(OpKind::name); \
    }
#include "ir/op_list.def"
#undef HEED_OP

TEST_SUITE_END();

}  // namespace heed
