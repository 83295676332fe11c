#include "check/trials.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "check/experiment.h"
#include "check/ratio.h"
#include "check/shader_compiler.h"
#include "check/sized_cases.h"
#include "support/caps.h"
#include "support/device.h"
#include "support/folder.h"
#include "support/sentence.h"
#include "support/sources.h"

namespace {

using namespace heed;
using check::Trial;

const Trial* find(const std::vector<Trial>& trials, const std::string& name) {
    const auto found = std::ranges::find(trials, name, &Trial::name);
    return found != trials.end() ? &*found : nullptr;
}

std::vector<Trial> product_trials(const Caps& caps, int64_t rows) {
    const reference::Case source = check::sized_case("matmul", {rows, 96, 64});
    return check::trials_of(check::prepare_inputs(source, DType::f32).graph, caps);
}

// A shader that computes something else than the one that was built.
std::filesystem::path altered(const tests::Folder& folder, const std::string& name,
                              const std::vector<std::pair<std::string, std::string>>& changes) {
    std::filesystem::copy(tests::repository() / "shaders/include", folder.path / "include");
    std::string source = tests::read_source("shaders/" + name).text;
    for (const auto& [what, with] : changes) {
        const size_t at = source.find(what);
        REQUIRE(at != std::string::npos);
        source.replace(at, what.size(), with);
    }
    return folder.write(name, source);
}

}  // namespace

TEST_SUITE("check") {
    TEST_CASE("trials: what the picker takes comes first, then its tiles, then other strategies with theirs") {
        const std::vector<Trial> trials = product_trials(tests::desktop_caps(), 197);
        CHECK(trials.at(0).name == "tiled 64x64/64");
        CHECK(std::ranges::count_if(trials, &Trial::chosen) == 1);
        CHECK(trials[0].chosen);
        REQUIRE(find(trials, "tiled 128x128/256") != nullptr);
        CHECK(find(trials, "tiled 128x128/256")->compile.kernels.tile.at("matmul") == "128x128/256");
        REQUIRE(find(trials, "broadcast 16x64/8") != nullptr);
        CHECK(find(trials, "broadcast 16x64/8")->compile.kernels.strategy.at("matmul") == "broadcast");
        REQUIRE(find(trials, "row") != nullptr);
        CHECK(find(trials, "row")->refused == "matmul_row_f32 does not fit this shape or device: it wants at most 8 rows");
        CHECK(find(product_trials(tests::desktop_caps(), 1), "row 1x64/128") != nullptr);
    }

    TEST_CASE("trials: what the device cannot launch is refused, and said to be") {
        const std::vector<Trial> trials = product_trials(tests::minimum_caps(), 197);
        REQUIRE(find(trials, "tiled 128x128/256") != nullptr);
        CHECK(find(trials, "tiled 128x128/256")->refused == "this tile does not fit this shape or device");
        REQUIRE(find(trials, "broadcast") != nullptr);
        CHECK(find(trials, "broadcast")->refused == "matmul_broadcast_f32 needs subgroup operations");
    }

    TEST_CASE("trials: good ones come first, fastest first, then wrong ones, then those refused") {
        std::vector<Trial> trials(5);
        trials[0] = {.name = "refused", .refused = "too large"};
        trials[1] = {.name = "wrong", .wrong = "y[3]", .seconds = {1}};
        trials[2] = {.name = "slow", .seconds = {9, 8, 7}};
        trials[3] = {.name = "fast", .seconds = {2, 2, 99}};
        trials[4] = {.name = "never ran"};
        check::rank(trials);
        const char* expected[] = {"fast", "slow", "wrong", "never ran", "refused"};
        for (size_t i = 0; i < trials.size(); ++i) {
            CHECK(trials[i].name == expected[i]);
        }
    }

    TEST_CASE("ratio: of pairs, with what chance leaves open") {
        const std::vector<double> before{10, 11, 30, 12, 10, 11, 10, 12, 11, 10, 10, 11, 12, 10, 11};
        std::vector<double> after = before;
        CHECK(check::ratio_of(before, after).noise());
        for (double& seconds : after) {
            seconds *= 1.1;
        }
        const check::Ratio slower = check::ratio_of(before, after);
        CHECK(slower.median == doctest::Approx(1.1));
        CHECK(slower.low == doctest::Approx(1.1));
        CHECK(!slower.noise());
        for (double& seconds : after) {
            seconds *= 0.92;
        }
        CHECK(check::ratio_of(before, after).noise());  // 1.2 %: two buffers may lie as differently
        for (size_t i = 0; i < after.size(); ++i) {
            after[i] = before[i] * (i % 2 == 0 ? 1.3 : 0.8);
        }
        CHECK(check::ratio_of(before, after).noise());
        CHECK(check::ratio_of(std::span(before).first(3), std::vector<double>{20, 8, 60}).noise());
        CHECK(check::ratio_of({}, {}).noise());
    }
}

TEST_SUITE_BEGIN("device check");

TEST_CASE("trials: each is run by turns and held against the reference") {
    const reference::Case source = check::sized_case("softmax", {2, 5, 96});
    check::PreparedCase prepared = check::prepare_trials(source, DType::f32);
    std::vector<Trial> trials = check::trials_of(prepared.graph, tests::device().caps());
    size_t told = 0;
    check::run_by_turns(tests::device(), prepared, trials,
                        {.turns = 3, .progress = [&](const std::string&, size_t done, size_t total) { told += done < total ? 1 : 0; }});
    CHECK(told == trials.size() + 3);
    for (const Trial& trial : trials) {
        INFO(trial.name << ": " << trial.wrong);
        CHECK(trial.wrong == "");
        if (trial.refused.empty()) {
            CHECK(trial.seconds.size() == 3);
            CHECK(trial.median() > 0);
            CHECK(trial.plan.dispatches.size() == 1);
        }
    }
    int asked = 0;
    check::run_by_turns(tests::device(), prepared, trials, {.turns = 100, .stop = [&] { return ++asked > 20; }});
    CHECK(trials[0].seconds.size() <= 20);
}

TEST_CASE("trials: a kernel that is wrong is said to be, however fast it is") {
    const tests::Folder folder;
    const reference::Case source = check::sized_case("unary", {64, 64});
    check::PreparedCase prepared = check::prepare_trials(source, DType::f32);
    const Kernel& built = *find_kernel("unary_flat_f32");
    const auto wrong = check::recompile(built, altered(folder, "unary.comp", {{"k < kFlatElements", "k < kFlatElements - 1u"}}));
    std::vector<Trial> trials(2);
    trials[0].name = "built";
    trials[1].name = "altered";
    trials[1].compile.kernels.replaced["unary_flat_f32"] = &wrong->kernel();
    check::run_by_turns(tests::device(), prepared, trials, {.turns = 2});
    CHECK(trials[0].good());
    CHECK(!trials[1].good());
    CHECK_MESSAGE(trials[1].wrong.find("expected") != std::string::npos, trials[1].wrong);
    CHECK(trials[1].seconds.size() == 2);

    check::PreparedCase unknown = check::prepare_inputs(source, DType::f32);  // as where the reference would take minutes
    trials[1].wrong.clear();
    check::run_by_turns(tests::device(), unknown, trials, {.turns = 1});
    CHECK(trials[0].good());
    CHECK_MESSAGE(trials[1].wrong.find("expected") != std::string::npos, trials[1].wrong);
}

TEST_CASE("trials: what a kernel prints in one run is kept") {
    const tests::Folder folder;
    Device device = tests::open_device({.validation = Validation::print});
    const std::filesystem::path file =
        altered(folder, "unary.comp",
                {{"#version 450", "#version 450\n#extension GL_EXT_debug_printf : require"},
                 {"void main() {", "void main() { if (gl_GlobalInvocationID.x == 0) debugPrintfEXT(\"of %u\", p.count);"}});
    check::Experiment experiment(device, check::prepare_trials(check::sized_case("unary", {8, 8}), DType::f32), {}, file);
    CHECK(experiment.kernels() == std::set<std::string>{"unary_flat_f32"});
    const std::vector<check::Outcome> outcomes = experiment.measure({.turns = 3});
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].wrong == "");
    CHECK(outcomes[0].after.count == 3);
    CHECK(outcomes[0].prints == std::vector<std::string>{"of 64"});
}

TEST_CASE("experiment: a shader of a strategy that the picker would not take is tried; one of another op is refused") {
    const tests::Folder folder;
    Device& device = tests::device();
    const std::filesystem::path file = altered(folder, "matmul_tiled.comp", {});
    const reference::Case product = check::sized_case("matmul", {2, 8, 16}), unary = check::sized_case("unary", {8, 8});
    check::Experiment experiment(device, check::prepare_trials(product, DType::f32), {}, file);
    CHECK(experiment.kernels() == std::set<std::string>{"matmul_tiled_f32"});
    const std::vector<check::Outcome> outcomes = experiment.measure({.turns = 3});
    REQUIRE(outcomes.size() == 1);
    CHECK(outcomes[0].wrong == "");
    CHECK(outcomes[0].ratio.noise());  // three turns say nothing
    CHECK(outcomes[0].plan.kernels.at(0).name == "matmul_tiled_f32");
    const auto refused = [&](const std::filesystem::path& path) {
        return tests::sentence(ErrorKind::bad_input,
                               [&] { check::Experiment(device, check::prepare_trials(unary, DType::f32), {}, path); });
    };
    CHECK(refused(file) ==
          file.string() + ": expected the shader of a kernel that this case can take, and its plan takes matmul kernels nowhere");
    CHECK(refused("own.comp") ==
          "own.comp: expected the shader of a kernel that this case can take, and no kernel that was built is of that shader");
}

TEST_SUITE_END();
