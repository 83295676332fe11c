#include <doctest/doctest.h>

#include <chrono>

#include "base/error.h"
#include "ops/ops.h"
#include "reference/case.h"
#include "run/measure.h"
#include "run/session.h"
#include "support/counted_device.h"
#include "support/device.h"
#include "support/models.h"
#include "support/own_cache.h"

namespace {

using namespace heed;

void write_made_up(Session& session, const Graph& graph) {
    for (const Value& value : graph.values()) {
        const auto count = static_cast<size_t>(value.shape.elements());
        if (value.kind == ValueKind::input && value.dtype == DType::i32) {
            session.write(value.name, std::vector<int32_t>(count, 1));
        } else if (value.kind == ValueKind::input) {
            std::vector<float> values(count);
            for (size_t i = 0; i < count; ++i) {
                values[i] = 0.01f * static_cast<float>(i % 101) - 0.5f;
            }
            session.write(value.name, values);
        } else if (value.kind == ValueKind::dynamic) {
            session.write(value.name, std::vector<int32_t>(count, 1));
        }
    }
}

// Multiplications that take some milliseconds on a software device.
Graph work(int layers = 4) {
    Graph graph;
    const std::vector<float> weights(size_t{256} * 256, 0.01f);
    Tensor x = graph.input("x", {192, 256});
    for (int layer = 0; layer < layers; ++layer) {
        x = matmul(x, graph.constant(text("layer ", layer), {256, 256}, weights));  // [192,256]
    }
    graph.output("y", x);
    return graph;
}

double seconds_of(const std::function<void()>& action) {
    const auto start = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool has_timestamps() {
    return tests::device().caps().timestamp_bits > 0;
}

}  // namespace

TEST_SUITE_BEGIN("device run");

TEST_CASE("recorder: a Session without one records not a command more") {
    for (const tests::NamedGraph& named : tests::named_graphs()) {
        CAPTURE(named.name);
        const Graph graph = named.build(DType::f32);
        const Session plain(tests::device(), graph);
        profile::Recorder recorder;
        const Session measured(tests::device(), graph, {.recorder = &recorder});
        size_t expected = measured.plan().barriers() + 1 /* between runs */ + 1 /* for the host */;
        for (const Step& step : measured.plan().steps) {
            expected += step.dispatch.push.empty() ? 3 : 4;  // pipeline, bindings, push constants, dispatch
        }
        if (tests::device().caps().unified_memory) {
            CHECK(plain.recorded_commands() == expected);
        }
        const size_t timestamps = has_timestamps() ? 1 + 2 * measured.profile().submits : 0;  // a reset, and two a submit
        CHECK(measured.recorded_commands() == plain.recorded_commands() + timestamps);
    }
}

TEST_CASE("recorder: every dispatch of the plan is there once, in the plan's order, with a time for each isolated run") {
    for (const tests::NamedGraph& named : tests::named_graphs()) {
        CAPTURE(named.name);
        const Graph graph = named.build(DType::f32);
        profile::Recorder recorder;
        Session session(tests::device(), graph, {.recorder = &recorder, .name = named.name});
        write_made_up(session, graph);
        session.run();
        recorder.isolate(true);
        session.run();
        session.run();
        const profile::PlanSamples samples = session.profile();
        const Plan& plan = session.plan();
        CHECK(samples.name == named.name);
        REQUIRE(samples.dispatches.size() == plan.steps.size());
        double flops = 0, bytes = 0;
        for (size_t i = 0; i < plan.steps.size(); ++i) {
            const profile::DispatchSamples& dispatch = samples.dispatches[i];
            CAPTURE(i);
            CHECK(samples.kernels.at(dispatch.kernel).name == plan.steps[i].dispatch.kernel->name);
            CHECK(samples.kernels.at(dispatch.kernel).constants == plan.steps[i].dispatch.specialization);
            CHECK(dispatch.op == to_string(plan.graph.node(plan.steps[i].dispatch.node).op));
            CHECK(dispatch.grid == plan.steps[i].dispatch.grid);
            CHECK(dispatch.barrier == plan.steps[i].barrier);
            REQUIRE(dispatch.seconds.size() == 2);
            CHECK(dispatch.seconds[0] > 0);
            CHECK(dispatch.seconds[1] < 60);
            flops += dispatch.work.flops;
            bytes += dispatch.work.bytes;
        }
        CHECK(flops == doctest::Approx(plan.cost().flops));
        CHECK(bytes == doctest::Approx(plan.cost().bytes));
        REQUIRE(samples.runs.size() == 3);
        CHECK(!samples.runs[0].isolated);
        CHECK(samples.runs[1].isolated);
        CHECK(samples.runs[1].dispatches.size() == plan.steps.size());
    }
}

TEST_CASE("recorder: both kinds of runs give the same bits") {
    const Graph graph = tests::encoder_graph(DType::f32);
    profile::Recorder recorder;
    Session session(tests::device(), graph, {.recorder = &recorder});
    write_made_up(session, graph);
    session.run();
    std::vector<std::vector<float>> together;
    for (const OutputWindow& output : session.plan().outputs) {
        together.push_back(session.read(output.name));
    }
    recorder.isolate(true);
    session.run();
    for (size_t i = 0; i < together.size(); ++i) {
        CHECK(session.read(session.plan().outputs[i].name) == together[i]);
    }
}

TEST_CASE("recorder: the device's times lie in the host's") {
    if (!has_timestamps()) {
        return;
    }
    const Graph graph = work();
    profile::Recorder recorder;
    Session session(tests::device(), graph, {.recorder = &recorder});
    write_made_up(session, graph);
    for (const bool isolated : {false, true}) {
        recorder.isolate(isolated);
        session.run();
    }
    const double slack = recorder.clock_deviation() + 2 * tests::device().caps().timestamp_ns * 1e-9;
    CHECK((recorder.clock() == "calibrated" || recorder.clock() == "bracketed"));
    for (const profile::RunSample& run : session.profile().runs) {
        CHECK(run.host.begin <= run.submitted);
        CHECK(run.submitted <= run.host.end);
        REQUIRE(!run.device.empty());
        CHECK(run.device.front().begin >= run.host.begin - slack);
        CHECK(run.device.back().end <= run.host.end + slack);
        CHECK(run.dispatches.size() == (run.isolated ? session.plan().steps.size() : 0));
    }
}

// The best of some runs: what else the machine does may take time from any one of them. Validation looks at every submit, on the
// host's time, so it is off.
TEST_CASE("recorder: a stopwatch around a run agrees with the sum of its dispatches") {
    vk::Device device = tests::open_device({.validation = vk::Validation::off});
    const Graph graph = work(8);
    profile::Recorder recorder;
    Session session(device, graph, {.recorder = &recorder});
    write_made_up(session, graph);
    recorder.isolate(true);
    session.run();
    session.run();
    recorder.forget_runs();
    double closest = 1;
    for (size_t i = 0; i < 60 && closest >= 0.05; ++i) {
        const double outside = seconds_of([&] { session.run(); });
        double sum = 0;
        for (const profile::DispatchSamples& dispatch : session.profile().dispatches) {
            sum += dispatch.seconds[i];
        }
        CHECK(sum <= outside + recorder.clock_deviation());
        closest = std::min(closest, 1 - sum / outside);
    }
    CHECK(closest < 0.05);
}

TEST_CASE("recorder: without timestamps dispatches are submits that the host times") {
    vk::Device device = tests::open_device({.clamp = "timestamps=0"});
    const Graph graph = work();
    profile::Recorder recorder;
    Session session(device, graph, {.recorder = &recorder});
    write_made_up(session, graph);
    session.run();
    recorder.isolate(true);
    session.run();
    const profile::PlanSamples samples = session.profile();
    CHECK(recorder.clock() == "none");
    REQUIRE(samples.runs.size() == 2);
    CHECK(samples.runs[0].device.empty());
    CHECK(samples.runs[1].device.empty());
    REQUIRE(samples.runs[1].dispatches.size() == session.plan().steps.size());
    double last = samples.runs[1].host.begin;
    for (const profile::Interval& dispatch : samples.runs[1].dispatches) {
        CHECK(dispatch.begin >= last);
        CHECK(dispatch.end > dispatch.begin);
        last = dispatch.end;
    }
    CHECK(last <= samples.runs[1].host.end);
}

TEST_CASE("recorder: a plan that is built again goes on where it stopped, and runs can be forgotten") {
    const Graph graph = work();
    profile::Recorder recorder;
    for (int i = 0; i < 2; ++i) {
        Session session(tests::device(), graph, {.recorder = &recorder, .name = "work"});
        write_made_up(session, graph);
        session.run();
    }
    REQUIRE(recorder.plans().size() == 1);
    CHECK(recorder.plan(0).runs.size() == 2);
    recorder.forget_runs();
    CHECK(recorder.plan(0).runs.empty());
    Session other(tests::device(), graph, {.recorder = &recorder, .name = "other"});
    CHECK(recorder.plans().size() == 2);
}

TEST_CASE("recorder: what the host did is told phase by phase") {
    const Graph graph = work();
    profile::Recorder recorder;
    Session session(tests::device(), graph, {.recorder = &recorder, .name = "work"});
    write_made_up(session, graph);
    session.run();
    session.read("y");
    std::vector<std::string> names;
    for (const profile::Phase& phase : recorder.phases()) {
        CHECK(phase.time.end >= phase.time.begin);
        names.push_back(phase.name);
    }
    CHECK(names == std::vector<std::string>{"compile", "upload", "pipelines", "record", "write", "submit", "wait", "read"});
    CHECK(recorder.device_bytes() >= session.device_bytes());
}

TEST_CASE("recorder: hardware counters are taken of every dispatch, once") {
    vk::Device device = tests::open_counted();
    {
        const Graph graph = work();
        profile::Recorder recorder;
        Session session(device, graph, {.recorder = &recorder});
        write_made_up(session, graph);
        session.run();
        const std::vector<float> alone = session.read("y");
        CHECK(session.profile().dispatches[0].counters.empty());
        recorder.count(true);
        session.run();
        recorder.count(false);
        CHECK(session.read("y") == alone);
        const profile::PlanSamples samples = session.profile();
        CHECK(samples.runs.size() == 2);
        for (const profile::DispatchSamples& dispatch : samples.dispatches) {
            REQUIRE(dispatch.counters.size() == 3);
            CHECK(dispatch.counters[0].name == "dispatches");
            CHECK(dispatch.counters[0].value == 1);
            CHECK(dispatch.counters[1].value == dispatch.grid[0] * dispatch.grid[1] * dispatch.grid[2]);
            CHECK(dispatch.counters[2].unit == "cycles");
        }
    }
    CHECK(tests::counter_complaints().empty());
}

TEST_CASE("measure: rounds by turns, and counters where they are asked for and there are any") {
    const tests::OwnCache cache;  // for the roofs
    vk::Device counted = tests::open_counted();
    for (vk::Device* device : {&counted, &tests::device()}) {
        const Graph graph = work();
        profile::Recorder recorder;
        Session session(*device, graph, {.recorder = &recorder, .name = "work"});
        write_made_up(session, graph);
        const auto once = [&] { session.run(); };
        const profile::Profile measured =
            measure(*device, recorder, once, {.subject = "a test", .rounds = 2, .warm_up = 1, .counters = true});
        REQUIRE(measured.rounds.size() == 4);
        CHECK(!measured.rounds[0].isolated);
        CHECK(measured.rounds[1].isolated);
        CHECK(measured.rounds[1].pace > 0);
        CHECK(measured.plans.at(0).runs.size() == 4);
        CHECK(measured.plans[0].dispatches[0].seconds.size() == 2);
        CHECK(measured.device.name == device->caps().device_name);
        CHECK(measured.plans[0].dispatches[0].counters.size() == (device->caps().performance_query ? 3 : 0));
        CHECK(measured.notes.size() == (device->caps().performance_query ? 0 : 1));
    }
}

TEST_CASE("measure: what is stopped answers with what there was") {
    const tests::OwnCache cache;
    const Graph graph = work();
    profile::Recorder recorder;
    Session session(tests::device(), graph, {.recorder = &recorder});
    write_made_up(session, graph);
    int asked = 0;
    const profile::Profile measured = measure(tests::device(), recorder, [&] { session.run(); },
                                              {.subject = "a test", .rounds = 5, .warm_up = 1, .stop = [&] { return ++asked > 5; }});
    CHECK(measured.interrupted);
    CHECK(measured.rounds.size() == 3);
    CHECK(measured.plans[0].runs.size() == 3);
}

TEST_CASE("recorder: a profile that nobody asked for is refused") {
    const Graph graph = work();
    const Session session(tests::device(), graph);
    CHECK_THROWS_WITH_AS(session.profile(), "session: asked for a profile, but it was made without a recorder", Error);
}

TEST_SUITE_END();
