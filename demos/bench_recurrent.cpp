// heed bench recurrent: recurrent layers beside their bare matmuls.
#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "demos/common.h"
#include "models/nn/recurrent.h"
#include "run/session.h"

namespace heed {
namespace {

using Watch = std::chrono::steady_clock;

struct Arguments {
    int64_t units = 512, steps = 64;
    std::vector<int64_t> batches{1, 4, 16};
    int runs = 15;
    std::string dtype = "f32";
    bool json = false;

    DType stored() const { return dtype == "f16" ? DType::f16 : DType::f32; }
};

double milliseconds(Watch::duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

double median(std::vector<double> values) {
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return values[values.size() / 2];
}

struct Layer {
    std::string_view name;
    Cell cell;
    nn::Backwards backwards;
};
constexpr Layer kLayers[] = {{"LSTM", Cell::lstm, nn::Backwards::none},
                             {"LSTM both ways", Cell::lstm, nn::Backwards::all_layers},
                             {"GRU", Cell::gru, nn::Backwards::none}};

Graph layer_graph(const Layer& layer, const Arguments& arguments, int64_t batch, WeightSource& source) {
    Graph graph;
    const nn::RecurrentShape shape{.cell = layer.cell, .inputs = arguments.units, .hidden = arguments.units, .backwards = layer.backwards};
    const nn::RecurrentStack stack = nn::load_recurrent(Weights(graph, source).stored_as(arguments.stored()), shape);
    graph.output("y", nn::unroll(graph.input("x", {batch, arguments.steps, arguments.units}, arguments.stored()), stack).out);
    return graph;
}

// The same products and nothing else: the inputs' of all steps in one, then one a step and direction, each of which reads what the one
// before wrote.
Graph matmuls_graph(const Layer& layer, const Arguments& arguments, int64_t batch, WeightSource& source) {
    Graph graph;
    const Weights weights = Weights(graph, source).stored_as(arguments.stored());
    const int64_t rows = gates_of(layer.cell) * arguments.units, directions = layer.backwards == nn::Backwards::none ? 1 : 2;
    const Tensor x = graph.input("x", {batch, arguments.steps, arguments.units}, arguments.stored());
    const Init init{Init::Kind::uniform, 0.05};
    graph.output("inputs", matmul(x, weights.tensor("input", {directions * rows, arguments.units}, init), {.transpose_b = true}));
    for (int64_t d = 0; d < directions; ++d) {
        const Tensor recurrent = weights.tensor(text("recurrent ", d), {rows, arguments.units}, init);
        Tensor h = graph.input(text("h", d), {batch, arguments.units}, arguments.stored());
        for (int64_t step = 0; step < arguments.steps; ++step) {
            h = slice(matmul(h, recurrent, {.transpose_b = true}), 1, 0, arguments.units);
        }
        graph.output(text("last ", d), h);
    }
    return graph;
}

Session open_session(Device& device, const Graph& graph) {
    Session session(device, graph);
    for (const Value& value : graph.values()) {
        if (value.kind == ValueKind::input) {
            session.write(value.name, std::vector<float>(static_cast<size_t>(value.shape.elements()), 0.1f));
        }
    }
    session.run();  // drivers compile now
    return session;
}

struct Row {
    std::string name;
    int64_t batch = 1;
    double layer_ms = 0, matmuls_ms = 0, host_us = 0;  // host: of a run, until everything is submitted
    size_t dispatches = 0;
};

// In turns, so that whatever else the machine does meets both.
Row measure(Device& device, const Layer& layer, const Arguments& arguments, int64_t batch) {
    const auto weights = random_weights(1);
    const Graph whole = layer_graph(layer, arguments, batch, *weights), bare = matmuls_graph(layer, arguments, batch, *weights);
    Session layers = open_session(device, whole), matmuls = open_session(device, bare);
    std::vector<double> layer_times, matmul_times, host;
    for (int run = 0; run < arguments.runs; ++run) {
        const Watch::time_point begin = Watch::now();
        layers.start();
        const Watch::time_point submitted = Watch::now();
        layers.wait();
        const Watch::time_point middle = Watch::now();
        matmuls.run();
        layer_times.push_back(milliseconds(middle - begin));
        host.push_back(1000 * milliseconds(submitted - begin));
        matmul_times.push_back(milliseconds(Watch::now() - middle));
    }
    return {.name = std::string(layer.name),
            .batch = batch,
            .layer_ms = median(layer_times),
            .matmuls_ms = median(matmul_times),
            .host_us = median(host),
            .dispatches = layers.plan().steps.size()};
}

void print(const Row& row) {
    std::cout << std::left << std::setw(16) << row.name << std::right << std::setw(6) << row.batch << std::fixed << std::setprecision(2)
              << std::setw(10) << row.layer_ms << std::setw(12) << row.matmuls_ms << std::setw(8) << row.layer_ms / row.matmuls_ms
              << std::setw(12) << row.dispatches << std::setprecision(1) << std::setw(10) << row.host_us << std::endl;
}

void run(const CommonOptions& common, const Arguments& arguments) {
    Device device = open(common);
    nlohmann::json rows = nlohmann::json::array();
    if (!arguments.json) {
        std::cout << arguments.units << " units, " << arguments.steps << " steps, " << arguments.dtype << "\n"
                  << std::left << std::setw(16) << "layer" << std::right << std::setw(6) << "batch" << std::setw(10) << "ms"
                  << std::setw(12) << "matmuls ms" << std::setw(8) << "ratio" << std::setw(12) << "dispatches" << std::setw(10) << "host us"
                  << "\n";
    }
    for (const Layer& layer : kLayers) {
        for (const int64_t batch : arguments.batches) {
            const Row row = measure(device, layer, arguments, batch);
            if (!arguments.json) {
                print(row);
                continue;
            }
            rows.push_back({{"layer", row.name},
                            {"batch", row.batch},
                            {"ms", row.layer_ms},
                            {"matmuls_ms", row.matmuls_ms},
                            {"dispatches", row.dispatches},
                            {"host_us", row.host_us},
                            {"device", device.caps().device_name},
                            {"driver", device.caps().driver_name + " " + device.caps().driver_info}});
        }
    }
    if (arguments.json) {
        std::cout << rows.dump(2) << "\n";
    } else {
        std::cout << "medians of " << arguments.runs
                  << " runs of each, in turns; matmuls: the same products alone, as many barriers between them;\n"
                  << "host: what the processor does for all steps together, until they are submitted\n";
    }
}

}  // namespace

void add_bench_recurrent(CLI::App& bench, CommonOptions& common) {
    auto* command = bench.add_subcommand("recurrent", "Time recurrent layers beside their bare matmuls, with random weights");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("--units", arguments->units, "Units of a layer, and numbers it reads")
        ->check(CLI::Range(1, 8192))
        ->capture_default_str();
    command->add_option("--steps", arguments->steps, "Steps")->check(CLI::Range(1, 4096))->capture_default_str();
    command->add_option("--batch", arguments->batches, "Sentences together; may be said several times")
        ->check(CLI::Range(1, 4096))
        ->expected(1)
        ->take_all();
    command->add_option("--runs", arguments->runs, "Runs a row")->check(CLI::Range(1, 100000))->capture_default_str();
    command->add_option("--dtype", arguments->dtype, "Storage: f32 or f16")->check(CLI::IsMember({"f32", "f16"}))->capture_default_str();
    command->add_flag("--json", arguments->json, "Print a JSON array of objects");
    command->callback([&common, arguments] { run(common, *arguments); });
}

}  // namespace heed
