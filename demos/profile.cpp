// heed profile: how long does every dispatch take, how far is that from what the device can do, and why?
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "demos/common.h"
#include "demos/interrupt.h"
#include "demos/profile_op.h"
#include "demos/profile_outputs.h"
#include "demos/profile_workload.h"
#include "profile/compare.h"
#include "profile/json.h"
#include "profile/kernel_files.h"
#include "profile/table.h"
#include "run/kernel_forms.h"
#include "run/measure.h"
#include "run/roofs.h"

namespace heed {
namespace {

constexpr int kRegressed = 2;

struct Arguments {
    WorkloadArguments workload;
    ProfileOutputs outputs;
    OpLoop loop;
    std::string spirv;  // the folder
    bool forms = false;
    int runs = 20, warm_up = 2;
    bool fresh_roofs = false, each = false, counters = false;
    std::vector<std::string> compare;
    double threshold = 5;
    bool other_device = false;
};

bool on_terminal() {
    return ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
}

// The command's status.
int compare(const profile::Profile& before, const profile::Profile& after, const Arguments& arguments) {
    const profile::Comparison comparison =
        profile::compare(before, after, {.threshold = arguments.threshold / 100, .allow_other_device = arguments.other_device});
    std::cout << profile::comparison_text(comparison);
    return comparison.regressed() ? kRegressed : 0;
}

profile::Profile measure_workload(Device& device, const Arguments& arguments) {
    profile::Recorder recorder;
    const Interrupt interrupt;
    const Workload workload = open_workload(device, recorder, arguments.workload);
    profile::Profile measured =
        measure(device, recorder, workload.once,
                {.subject = workload.subject,
                 .rounds = arguments.runs,
                 .warm_up = arguments.warm_up,
                 .fresh_roofs = arguments.fresh_roofs,
                 .counters = arguments.counters,
                 .progress = [](int done, int total) { progress_line("measuring", static_cast<size_t>(done), static_cast<size_t>(total)); },
                 .stop = [&] { return interrupt.asked(); }});
    end_progress();
    measured.version = HEED_VERSION;
    if (arguments.forms) {
        add_forms(device, measured.plans);
    }
    return measured;
}

int work_on_op(const CommonOptions& common, const Arguments& arguments) {
    Device device = open(common);
    const Interrupt interrupt;
    const profile::Roofs roofs = roofs_of(device, arguments.fresh_roofs);
    const WorkloadArguments& asked = arguments.workload;
    return run_op_loop({.device = device,
                        .roofs = roofs,
                        .op = asked.op,
                        .shape = asked.shape,
                        .dtype = asked.dtype,
                        .stop = [&] { return interrupt.asked(); },
                        .colours = on_terminal()},
                       arguments.loop);
}

int run(const CommonOptions& common, const Arguments& arguments) {
    if (arguments.loop.asked()) {
        return work_on_op(common, arguments);
    }
    if (arguments.compare.size() == 2) {
        return compare(profile::read_json(std::filesystem::path(arguments.compare[0])),
                       profile::read_json(std::filesystem::path(arguments.compare[1])), arguments);
    }
    arguments.outputs.check();
    std::optional<profile::Profile> before;
    if (!arguments.compare.empty()) {
        before = profile::read_json(std::filesystem::path(arguments.compare[0]));
    }
    std::optional<profile::KernelFolder> spirv;
    if (!arguments.spirv.empty()) {
        spirv.emplace(arguments.spirv);
    }
    Device device = open(common);
    const profile::Profile measured = measure_workload(device, arguments);
    std::cout << profile::table(measured, {.colours = on_terminal(), .each = arguments.each});
    if (arguments.forms) {
        std::cout << "\n" << profile::intermediate_forms(measured.plans, measured.device);
    }
    arguments.outputs.write(measured);
    if (spirv) {
        const size_t kernels = spirv->write(measured.plans);
        std::cerr << "wrote " << kernels << (kernels == 1 ? " kernel" : " kernels") << " into " << arguments.spirv << "\n";
    }
    if (measured.interrupted) {
        return Interrupt::kStatus;
    }
    return before ? compare(*before, measured, arguments) : 0;
}

}  // namespace

void add_profile(CLI::App& app, CommonOptions& common, int& status) {
    auto* command = app.add_subcommand("profile", "Where the time goes, dispatch by dispatch, and what the hardware allows");
    auto arguments = std::make_shared<Arguments>();
    WorkloadArguments& workload = arguments->workload;
    command->add_option("--model", workload.model, "A checkpoint's folder, or one of heed's own models")->capture_default_str();
    command->add_option("--input", workload.input, "The text, or the file, that the model is given; else something made up");
    command->add_option("--batch", workload.batch, "Pictures or texts together")->check(CLI::Range(1, 4096))->capture_default_str();
    command->add_option("--beams", workload.beams, "Of models that write; else as the folder says")->check(CLI::Range(1, 1024));
    add_precision(*command, workload.precision);
    command->add_option("--op", workload.op, "An op alone, instead of a model");
    command->add_option("--shape", workload.shape, "With --op: its sizes, like 197x768x3072; else all that heed bench times");
    command->add_option("--dtype", workload.dtype, "With --op: f32 or f16")->check(CLI::IsMember({"f32", "f16"}))->capture_default_str();
    arguments->loop.add_to(*command);
    command->add_option("--dump-spirv", arguments->spirv, "Write each kernel's SPIR-V, and what it is specialised for, into a folder")
        ->type_name("FOLDER");
    command->add_flag("--isa", arguments->forms, "What the driver made of each kernel, where it shows it");
    command->add_option("--runs", arguments->runs, "Rounds as in production, and as many with each dispatch on its own")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    command->add_option("--warmup", arguments->warm_up, "Rounds of each kind that do not count")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    command->add_flag("--each", arguments->each, "A line for every dispatch in the table");
    command->add_flag("--counters", arguments->counters, "Take the hardware's counters of every dispatch too, where the driver has them");
    command->add_flag("--fresh-roofs", arguments->fresh_roofs, "Measure what the device can do again, instead of the noted figures");
    arguments->outputs.add_to(*command);
    command->add_option("--compare", arguments->compare, "BEFORE.json AFTER.json: what changed; or one file, to compare this run with")
        ->expected(1, 2)
        ->type_name("FILE");
    command->add_option("--threshold", arguments->threshold, "With --compare: slower by more percent than that ends with status 2")
        ->check(CLI::Range(0.0, 1000.0))
        ->capture_default_str();
    command->add_flag("--other-device", arguments->other_device, "With --compare: also profiles of two devices");
    command->callback([&common, &status, arguments] { status = run(common, *arguments); });
}

}  // namespace heed
