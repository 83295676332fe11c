// heed doctor: does every kernel compute what it should, on this device and this driver?
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "check/doctor.h"
#include "demos/common.h"
#include "run/notes.h"

namespace heed {
namespace {

struct Arguments {
    std::vector<std::string> ops;
    std::vector<std::string> pretend_wrong;
    bool json = false;
};

nlohmann::json as_json(const check::DoctorReport& report, const Caps& caps) {
    nlohmann::json rows = nlohmann::json::array();
    for (const check::DoctorRow& row : report.rows) {
        rows.push_back({{"op", row.op},
                        {"kernel", row.kernel},
                        {"cases", row.cases},
                        {"failures", row.failures},
                        {"worst_error", row.worst_error},
                        {"tolerance", row.tolerance},
                        {"verdict", row.good() ? "good" : "wrong"},
                        {"first_failure", row.first_failure}});
    }
    return {{"device", caps.device_name},
            {"driver", caps.driver_name + " " + caps.driver_info},
            {"healthy", report.healthy()},
            {"seconds", report.seconds},
            {"rows", rows},
            {"quarantined", report.quarantined},
            {"without_cure", report.without_cure},
            {"problems", report.problems}};
}

void print_table(const check::DoctorReport& report) {
    std::cout << std::left << std::setw(19) << "op" << std::setw(30) << "kernel" << std::right << std::setw(6) << "cases" << std::setw(13)
              << "worst error" << std::setw(12) << "tolerance"
              << "  verdict\n";
    for (const check::DoctorRow& row : report.rows) {
        std::cout << std::left << std::setw(19) << row.op << std::setw(30) << row.kernel << std::right << std::setw(6) << row.cases
                  << std::setw(13) << std::setprecision(3) << row.worst_error << std::setw(12) << row.tolerance << "  "
                  << (row.good() ? "good" : text("WRONG in ", row.failures, ": ", row.first_failure)) << "\n";
    }
}

void print_verdict(const check::DoctorReport& report) {
    for (const std::string& problem : report.problems) {
        std::cout << "could not run: " << problem << "\n";
    }
    for (const std::string& kernel : report.quarantined) {
        std::cout << "quarantined: " << kernel << " is wrong on this device and driver; other kernels are taken from now on\n";
    }
    for (const std::string& name : report.without_cure) {
        std::cout << "no good kernel is left for " << name << "\n";
    }
    size_t cases = 0;
    for (const check::DoctorRow& row : report.rows) {
        cases += static_cast<size_t>(row.cases);
    }
    std::cout << report.rows.size() << " kernels, " << cases << " cases, " << std::fixed << std::setprecision(1) << report.seconds
              << " s: " << (report.healthy() ? "this device is fit for heed" : "this device is NOT fit for heed") << "\n";
}

// What takes the time is the driver, compiling kernels, and many do that on one core a device.
std::vector<Device> open_again(const CommonOptions& common) {
    constexpr unsigned kMost = 4;
    std::vector<Device> more;
    for (unsigned i = 1; i < std::min(kMost, std::thread::hardware_concurrency()); ++i) {
        more.push_back(open_device({.spec = common.device}));
    }
    return more;
}

int run(const CommonOptions& common, const Arguments& arguments) {
    Device device = open(common);
    std::vector<Device> more = open_again(common);
    check::DoctorOptions options;
    std::ranges::transform(more, std::back_inserter(options.more), [](Device& again) { return &again; });
    options.only.insert(arguments.ops.begin(), arguments.ops.end());
    for (const std::string& op : arguments.ops) {
        if (std::ranges::find(kOpNames, op) == std::end(kOpNames)) {
            fail(ErrorKind::bad_input, "doctor: there is no op '", op, "'");
        }
    }
    options.pretend_wrong.insert(arguments.pretend_wrong.begin(), arguments.pretend_wrong.end());
    options.progress = [](const std::string& op, size_t done, size_t total) { progress_line("examining " + op, done, total); };
    const check::DoctorReport report = check::examine(device, options);
    end_progress();
    if (arguments.json) {
        std::cout << as_json(report, device.caps()).dump(2) << "\n";
    } else {
        print_table(report);
        print_verdict(report);
    }
    if (options.only.empty()) {  // a look at some ops says nothing of the others
        DeviceNotes notes = load_notes(device.caps());
        notes.quarantined = report.quarantined;
        save_notes(device.caps(), notes);
    }
    return report.healthy() ? 0 : 1;
}

}  // namespace

void add_doctor(CLI::App& app, CommonOptions& common, int& status) {
    auto* command = app.add_subcommand("doctor", "Check every kernel against the reference on this device; quarantine what is wrong");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("--op", arguments->ops, "Only these ops (nothing is quarantined then)");
    command->add_option("--pretend-wrong", arguments->pretend_wrong, "A drill: take these kernels' results as wrong");
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([&common, &status, arguments] { status = run(common, *arguments); });
}

}  // namespace heed
