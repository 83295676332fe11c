// heed bench vit: whole vision transformers, from patches to logits, and how long the first answer takes.
#include <chrono>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "check/bench.h"
#include "demos/common.h"
#include "models/vision/image_classifier.h"
#include "run/roofs.h"

namespace heed {
namespace {

struct Arguments {
    int runs = 10;
    std::vector<std::string> only;
    bool json = false;
};

// The published sizes; the weights are random, which does not change the time.
struct Size {
    const char* name;
    int64_t image, patch, channels;
    int layers, heads;
    int64_t batch;
    DType stored;
    bool for_gpus;  // minutes on a software device
};
constexpr Size kSizes[] = {
    {"ViT-Tiny/16", 224, 16, 192, 12, 3, 1, DType::f32, false}, {"ViT-B/32", 384, 32, 768, 12, 12, 1, DType::f32, false},
    {"ViT-B/16", 224, 16, 768, 12, 12, 1, DType::f32, true},    {"ViT-B/16", 224, 16, 768, 12, 12, 32, DType::f32, true},
    {"ViT-B/16", 224, 16, 768, 12, 12, 32, DType::f16, true},
};

VitConfig config_of(const Size& size) {
    VitConfig config;
    config.family = size.name;
    config.image_height = config.image_width = size.image;
    config.patch_height = config.patch_width = size.patch;
    config.encoder = {.layers = size.layers,
                      .attention = {.channels = size.channels, .heads = size.heads},
                      .feed_forward = {.channels = size.channels, .hidden = 4 * size.channels, .activation = Activation::gelu},
                      .norm = {.channels = size.channels, .epsilon = 1e-6},
                      .norms = nn::NormPlace::before};
    config.names = {.patches = "patches", .positions = "positions", .class_token = "class_token", .encoder = "encoder", .head = "head"};
    config.labels.assign(1000, "");
    return config;
}

struct Row {
    check::BenchRow time;
    int64_t batch = 1;
    uint64_t weights = 0, device = 0, needed = 0;  // bytes: of weights, taken, and weights with the least scratch and io
    double first_cold = 0, first_warm = 0;         // seconds to the first answer, by heed's own pipeline cache
};

// Opening the device, compiling, uploading, running; weights that lie in memory, as those of a mapped file do.
double first_answer(const CommonOptions& common, const std::filesystem::path& cache, const Graph& graph,
                    const std::vector<float>& patches) {
    const auto start = std::chrono::steady_clock::now();
    Device device = open_device({.spec = common.device, .cache_directory = cache});
    Session session(device, graph);
    session.write("patches", patches);
    session.run();
    session.read("logits");
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Row measure(const CommonOptions& common, Device& device, const Size& size, const check::BenchOptions& options) {
    const VitConfig config = config_of(size);
    const VitOptions vit{.batch = size.batch, .stored = size.stored};
    Row row{.batch = size.batch};
    const std::unique_ptr<WeightSource> weights = random_weights(1);
    const Graph graph = build_vit(config, *weights, vit);
    const std::vector<float> patches(static_cast<size_t>(graph.value(graph.find("patches")).shape.elements()), 0.5f);
    const std::filesystem::path cache =
        std::filesystem::temp_directory_path() / text("heed-bench-", std::chrono::steady_clock::now().time_since_epoch().count());
    row.first_cold = first_answer(common, cache, graph, patches);
    row.first_warm = first_answer(common, cache, graph, patches);
    std::filesystem::remove_all(cache);

    const reference::Feed inputs = reference::fill_inputs({.name = size.name, .build = {}}, graph);
    const std::string shape = text(size.batch, "x3x", size.image, "x", size.image);
    row.time =
        check::time_graph(device, {.op = size.name, .shape = shape, .dtype = std::string(to_string(size.stored))}, graph, inputs, options);
    const Session session(device, graph);
    const Plan& plan = session.plan();
    row.weights = plan.bytes(Arena::weights);
    row.device = session.device_bytes();
    row.needed = row.weights + plan.scratch_lower_bound + plan.bytes(Arena::io);
    return row;
}

void print(const Row& row) {
    std::cout << std::left << std::setw(13) << row.time.op << std::setw(14) << row.time.shape << std::setw(5) << row.time.dtype
              << std::right << std::fixed << std::setprecision(1) << std::setw(9) << row.time.ms << std::setw(9) << row.time.best_ms
              << std::setw(9) << row.time.gflops << std::setw(8) << row.time.roof_percent << std::setw(10)
              << 1000 * static_cast<double>(row.batch) / row.time.ms << std::setw(12) << human_bytes(row.weights) << std::setw(12)
              << human_bytes(row.device) << std::setprecision(3) << std::setw(8)
              << static_cast<double>(row.device) / static_cast<double>(row.needed) << std::setprecision(2) << std::setw(9) << row.first_cold
              << std::setw(9) << row.first_warm << std::endl;
}

nlohmann::json as_json(const Row& row, const Caps& caps) {
    return {{"model", row.time.op},
            {"shape", row.time.shape},
            {"dtype", row.time.dtype},
            {"ms", row.time.ms},
            {"best_ms", row.time.best_ms},
            {"gflops", row.time.gflops},
            {"roof_percent", row.time.roof_percent},
            {"pictures_per_second", 1000 * static_cast<double>(row.batch) / row.time.ms},
            {"weight_bytes", row.weights},
            {"device_bytes", row.device},
            {"needed_bytes", row.needed},
            {"first_answer_cold_s", row.first_cold},
            {"first_answer_warm_s", row.first_warm},
            {"device", caps.device_name},
            {"driver", caps.driver_name + " " + caps.driver_info}};
}

void run(const CommonOptions& common, const Arguments& arguments) {
    Device device = open(common);
    const check::BenchOptions options{.roofs = roofs_of(device, true), .runs = arguments.runs};
    nlohmann::json rows = nlohmann::json::array();
    if (!arguments.json) {
        std::cout << std::left << std::setw(13) << "model" << std::setw(14) << "pictures" << std::setw(5) << "" << std::right
                  << std::setw(9) << "ms" << std::setw(9) << "best" << std::setw(9) << "GFLOP/s" << std::setw(8) << "% roof"
                  << std::setw(10) << "a second" << std::setw(12) << "weights" << std::setw(12) << "device" << std::setw(8) << "x least"
                  << std::setw(9) << "cold s" << std::setw(9) << "warm s\n";
    }
    for (const Size& size : kSizes) {
        const bool asked = std::ranges::find(arguments.only, size.name) != arguments.only.end();
        if (asked || (arguments.only.empty() && (!size.for_gpus || device.caps().type != DeviceType::cpu))) {
            const Row row = measure(common, device, size, options);
            arguments.json ? rows.push_back(as_json(row, device.caps())) : print(row);
        }
    }
    if (arguments.json) {
        std::cout << rows.dump(2) << "\n";
    } else {
        std::cout << "cold, warm: seconds from opening the device to the first answer, with heed's pipeline cache empty and filled\n"
                     "x least: device memory over weights, inputs, outputs and the most that is alive between kernels at one time\n";
    }
}

}  // namespace

void add_bench_vit(CLI::App& bench, CommonOptions& common) {
    auto* command = bench.add_subcommand("vit", "Time whole vision transformers of published sizes, with random weights");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("--only", arguments->only, "Only these, like ViT-B/16")->expected(1)->take_all();
    command->add_option("--runs", arguments->runs, "Runs a row, at least")->check(CLI::Range(1, 100000))->capture_default_str();
    command->add_flag("--json", arguments->json, "Print a JSON array of objects");
    command->callback([&common, arguments] { run(common, *arguments); });
}

}  // namespace heed
