// heed bench: how long every op takes on this device, beside what the device could do at best.
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "check/bench.h"
#include "check/sized_cases.h"
#include "demos/bench_plans.h"
#include "demos/common.h"
#include "run/roofs.h"

namespace heed {
namespace {

struct Arguments {
    std::vector<std::string> ops;
    std::vector<std::string> shapes;
    std::string dtype = "f32";
    std::vector<std::string> strategies;  // "matmul=tiled"
    int runs = 15;
    bool json = false;
};

struct Subject {
    std::string op;
    reference::Case source;
};

// The shapes asked for, or every timed case of the ops asked for, or of all ops.
std::vector<Subject> subjects(const Arguments& arguments) {
    std::vector<Subject> out;
    if (!arguments.shapes.empty()) {
        if (arguments.ops.size() != 1) {
            fail(ErrorKind::bad_input, "bench: --shape goes with one --op, got ", arguments.ops.size());
        }
        for (const std::string& shape : arguments.shapes) {
            out.push_back({arguments.ops[0], check::sized_case(arguments.ops[0], check::parse_shape(shape))});
        }
        return out;
    }
    const std::vector<std::string> every(std::begin(kOpNames), std::end(kOpNames));
    for (const std::string& op : arguments.ops.empty() ? every : arguments.ops) {
        for (reference::Case& source : check::timed_cases(op)) {
            out.push_back({op, std::move(source)});
        }
    }
    return out;
}

void print_header(const Caps& caps, const profile::Roofs& roofs) {
    std::cout << caps.device_name << ", " << caps.driver_name << " " << caps.driver_info
              << (caps.type == DeviceType::cpu ? " (a software device)" : "") << "\nroofs measured here: " << profile::describe(roofs)
              << "\n"
              << std::left << std::setw(26) << "op" << std::setw(60) << "shape" << std::setw(6) << "dtype" << std::right << std::setw(10)
              << "ms" << std::setw(10) << "best" << std::setw(10) << "worst" << std::setw(9) << "GFLOP/s" << std::setw(8) << "GB/s"
              << std::setw(7) << "% roof"
              << "  kernel\n";
}

void print_row(const check::BenchRow& row) {
    std::cout << std::left << std::setw(26) << row.op << std::setw(60) << row.shape << std::setw(6) << row.dtype << std::right << std::fixed
              << std::setprecision(3) << std::setw(10) << row.ms << std::setw(10) << row.best_ms << std::setw(10) << row.worst_ms
              << std::setprecision(1) << std::setw(9) << row.gflops << std::setw(8) << row.gbps << std::setw(7) << row.roof_percent << "  "
              << (row.kernel.size() > 60 ? row.kernel.substr(0, 57) + "..." : row.kernel) << std::endl;
}

nlohmann::json as_json(const check::BenchRow& row, const Caps& caps) {
    return {{"op", row.op},
            {"shape", row.shape},
            {"dtype", row.dtype},
            {"kernel", row.kernel},
            {"ms", row.ms},
            {"best_ms", row.best_ms},
            {"worst_ms", row.worst_ms},
            {"runs", row.runs},
            {"gflops", row.gflops},
            {"gbps", row.gbps},
            {"roof_percent", row.roof_percent},
            {"compile_ms", row.compile_ms},
            {"device", caps.device_name},
            {"driver", caps.driver_name + " " + caps.driver_info}};
}

CompileOptions compile_options(const Arguments& arguments) {
    CompileOptions options;
    for (const std::string& choice : arguments.strategies) {
        const size_t equals = choice.find('=');
        if (equals == std::string::npos) {
            fail(ErrorKind::bad_input, "bench: --strategy is OP=NAME, got '", choice, "'");
        }
        options.kernels.strategy[choice.substr(0, equals)] = choice.substr(equals + 1);
    }
    return options;
}

void run(const CommonOptions& common, const Arguments& arguments) {
    const std::vector<Subject> all = subjects(arguments);
    Device device = open(common);
    const check::BenchOptions options{.roofs = roofs_of(device, true), .runs = arguments.runs, .compile = compile_options(arguments)};
    nlohmann::json rows = nlohmann::json::array();
    if (!arguments.json) {
        print_header(device.caps(), options.roofs);
    }
    for (const Subject& subject : all) {
        for (DType dtype : {DType::f32, DType::f16}) {
            if (arguments.dtype != "both" && arguments.dtype != to_string(dtype)) {
                continue;
            }
            const check::BenchRow row = check::time_case(device, subject.op, subject.source, dtype, options);
            arguments.json ? rows.push_back(as_json(row, device.caps())) : print_row(row);
        }
    }
    if (arguments.ops.empty()) {
        for (const BenchPlan& plan : bench_plans()) {
            const reference::Feed inputs = reference::fill_inputs({.name = plan.name, .build = {}}, plan.graph);
            const check::BenchRow row =
                check::time_graph(device, {.op = plan.name, .shape = plan.shape, .dtype = "f32"}, plan.graph, inputs, options);
            arguments.json ? rows.push_back(as_json(row, device.caps())) : print_row(row);
        }
    }
    if (arguments.json) {
        std::cout << rows.dump(2) << "\n";
    } else if (arguments.ops.empty()) {
        std::cout << "a recorded dispatch costs the host " << std::setprecision(2) << check::host_microseconds_per_dispatch(device)
                  << " us a run, the driver's share included\n";
    }
}

}  // namespace

void add_bench(CLI::App& app, CommonOptions& common) {
    auto* command = app.add_subcommand("bench", "Time ops and plans on this device, beside its measured roofs");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("--op", arguments->ops, "Only these ops")->expected(1)->take_all();
    command->add_option("--shape", arguments->shapes, "With one --op: the shapes to time, like 197x768x3072")->expected(1)->take_all();
    command->add_option("--dtype", arguments->dtype, "Storage: f32, f16 or both")->check(CLI::IsMember({"f32", "f16", "both"}));
    command->add_option("--strategy", arguments->strategies, "Force a kernel strategy, as OP=NAME")->expected(1)->take_all();
    command->add_option("--runs", arguments->runs, "Runs a row, at least")->check(CLI::Range(1, 100000));
    command->add_flag("--json", arguments->json, "Print a JSON array of objects");
    add_bench_recurrent(*command, common);
    add_bench_translate(*command, common);
    add_bench_vit(*command, common);
    command->callback([&common, command, arguments] {
        if (command->get_subcommands().empty()) {
            run(common, *arguments);
        }
    });
}

}  // namespace heed
