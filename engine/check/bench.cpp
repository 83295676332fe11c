#include "check/bench.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "check/case_runner.h"
#include "ops/ops.h"

namespace heed::check {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string kernels_of(const Plan& plan) {
    std::vector<std::string_view> names;
    for (const Step& step : plan.steps) {
        if (std::ranges::find(names, step.dispatch.kernel->name) == names.end()) {
            names.push_back(step.dispatch.kernel->name);
        }
    }
    std::string out;
    for (std::string_view name : names) {
        out += (out.empty() ? "" : "+") + std::string(name);
    }
    return out;
}

// Seconds that the roofs allow a plan's dispatches, one after the other.
double least_seconds(const Plan& plan, const profile::Roofs& roofs) {
    double sum = 0;
    for (const Step& step : plan.steps) {
        sum += profile::bound_of(roofs, {.flops = step.dispatch.cost.flops, .bytes = step.dispatch.cost.bytes}).seconds;
    }
    return sum;
}

std::vector<double> time_runs(Session& session, const BenchOptions& options) {
    session.run();  // compiles at the first dispatch on some drivers
    session.run();
    std::vector<double> seconds;
    const Clock::time_point start = Clock::now();
    while (static_cast<int>(seconds.size()) < options.runs || (seconds_since(start) < options.seconds && seconds.size() < 1000)) {
        const Clock::time_point run_start = Clock::now();
        session.run();
        seconds.push_back(seconds_since(run_start));
    }
    std::ranges::sort(seconds);
    return seconds;
}

}  // namespace

BenchRow time_graph(Device& device, BenchRow row, const Graph& graph, const reference::Feed& inputs, const BenchOptions& options) {
    const Clock::time_point start = Clock::now();
    Session session(device, graph, {.compile = options.compile});
    row.compile_ms = seconds_since(start) * 1e3;
    row.kernel = kernels_of(session.plan());
    write_inputs(session, graph, inputs);
    const std::vector<double> seconds = time_runs(session, options);
    const double median = seconds[seconds.size() / 2];
    const Cost cost = session.plan().cost();
    row.runs = static_cast<int>(seconds.size());
    row.ms = median * 1e3;
    row.best_ms = seconds.front() * 1e3;
    row.worst_ms = seconds.back() * 1e3;
    row.gflops = cost.flops / median * 1e-9;
    row.gbps = cost.bytes / median * 1e-9;
    row.roof_percent = 100 * least_seconds(session.plan(), options.roofs) / median;
    return row;
}

BenchRow time_case(Device& device, const std::string& op, const reference::Case& source, DType dtype, const BenchOptions& options) {
    Graph graph;
    source.build(graph, dtype);
    const BenchRow row{.op = op, .shape = source.name, .dtype = std::string(to_string(dtype))};
    return time_graph(device, row, graph, reference::fill_inputs(source, graph), options);
}

double host_microseconds_per_dispatch(Device& device) {
    constexpr int kDispatches = 256, kRuns = 21;
    const auto best_start = [&](int dispatches) {
        Graph graph;
        Tensor x = graph.input("x", {64});
        for (int i = 0; i < dispatches; ++i) {
            x = unary(x, Activation::relu);
        }
        graph.output("y", x);
        Session session(device, graph, {});
        session.write("x", std::vector<float>(64, 1.0f));
        session.run();
        std::vector<double> seconds;
        for (int i = 0; i < kRuns; ++i) {
            const Clock::time_point start = Clock::now();
            session.start();
            seconds.push_back(seconds_since(start));
            session.wait();
        }
        return *std::ranges::min_element(seconds);
    };
    return std::max(0.0, best_start(kDispatches + 1) - best_start(1)) / kDispatches * 1e6;  // too little to measure is none
}

}  // namespace heed::check
