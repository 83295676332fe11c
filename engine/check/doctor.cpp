#include "check/doctor.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <iterator>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/kernel.h"
#include "check/variants.h"
#include "ops/op.h"

namespace heed::check {
namespace {

constexpr uint64_t kGuardBytes = 256;

// What one variant made of a case.
struct Finding {
    std::vector<std::string> kernels;
    reference::Comparison worst;
    double tolerance = 0;  // of the worst element
    std::string verdict;   // "" when right
    bool refused = false;
};

// A case in one dtype.
struct Visit {
    std::string op;
    const reference::Case* source = nullptr;
    DType dtype = DType::f32;
    bool alternatives = false;  // even if what the picker takes is right
    std::vector<Finding> findings = {};
};

std::string verdict(const VariantRun& run, const std::set<std::string>& pretend_wrong) {
    for (const std::string& kernel : run.result.kernels) {
        if (pretend_wrong.contains(kernel)) {
            return "taken as wrong, as asked";
        }
    }
    return run.error.empty() ? run.result.verdict() : run.error;
}

std::vector<Finding> examine_case(Device& device, const Visit& visit, const DoctorOptions& options) {
    const PreparedCase prepared = prepare(*visit.source, visit.dtype);
    CaseOptions case_options{.compile = {}, .replays = options.replays};
    case_options.compile.guard_bytes = kGuardBytes;
    std::vector<VariantRun> runs{run_chosen(device, prepared, case_options)};
    if (visit.alternatives || !verdict(runs[0], options.pretend_wrong).empty()) {
        std::ranges::move(run_alternatives(device, prepared, case_options, runs[0]), std::back_inserter(runs));
    }
    std::vector<Finding> findings;
    for (const VariantRun& run : runs) {
        const reference::Comparison& worst = run.result.worst;
        findings.push_back({.kernels = run.result.kernels,
                            .worst = worst,
                            .tolerance = prepared.tolerance().absolute + prepared.tolerance().relative * std::abs(worst.expected),
                            .verdict = verdict(run, options.pretend_wrong),
                            .refused = run.refused});
    }
    return findings;
}

std::vector<Visit> plan_visits(const std::vector<std::vector<reference::Case>>& cases, bool fp16, const std::set<std::string>& only) {
    std::vector<Visit> visits;
    for (size_t op = 0; op < cases.size(); ++op) {
        const std::string name(kOpNames[op]);
        if (!only.empty() && !only.contains(name)) {
            continue;
        }
        bool turn = true;
        for (const reference::Case& source : cases[op]) {
            if (source.timed) {
                continue;  // sizes for the stopwatch; the reference would take minutes
            }
            visits.push_back({.op = name, .source = &source, .dtype = DType::f32, .alternatives = turn || !fp16});
            if (fp16) {
                visits.push_back({.op = name, .source = &source, .dtype = DType::f16, .alternatives = !turn});
            }
            turn = !turn;
        }
    }
    return visits;
}

// Each visit by whichever device is free.
void make_visits(const std::vector<Device*>& devices, const std::vector<Visit*>& visits, const DoctorOptions& options) {
    std::mutex mutex;
    size_t next = 0;
    std::exception_ptr error;
    const auto work = [&](Device& device) {
        for (;;) {
            size_t mine = 0;
            {
                const std::scoped_lock lock(mutex);
                if (next == visits.size() || error) {
                    return;
                }
                mine = next++;
                if (options.progress) {
                    options.progress(visits[mine]->op, mine, visits.size());
                }
            }
            try {
                visits[mine]->findings = examine_case(device, *visits[mine], options);
            } catch (...) {
                const std::scoped_lock lock(mutex);
                error = std::current_exception();
            }
        }
    };
    {
        std::vector<std::jthread> threads;
        for (size_t i = 1; i < devices.size(); ++i) {
            threads.emplace_back(work, std::ref(*devices[i]));
        }
        work(*devices[0]);
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

DoctorRow& row_of(DoctorReport& report, const std::string& op, const std::string& kernel) {
    for (DoctorRow& row : report.rows) {
        if (row.op == op && row.kernel == kernel) {
            return row;
        }
    }
    return report.rows.emplace_back(DoctorRow{.op = op, .kernel = kernel, .first_failure = {}});
}

void count(DoctorReport& report, const Visit& visit, const Finding& finding) {
    for (const std::string& kernel : finding.kernels) {
        DoctorRow& row = row_of(report, visit.op, kernel);
        ++row.cases;
        if (finding.worst.worst_ratio >= row.worst_ratio) {
            row.worst_ratio = finding.worst.worst_ratio;
            row.worst_error = finding.worst.worst_error;
            row.tolerance = finding.tolerance;
        }
        if (!finding.verdict.empty()) {
            ++row.failures;
            if (row.first_failure.empty()) {
                row.first_failure = text(visit.source->name, " ", visit.dtype, ": ", finding.verdict);
            }
        }
    }
}

std::set<std::string> wrong_kernels(const std::vector<Visit>& visits) {
    std::set<std::string> out;
    for (const Visit& visit : visits) {
        for (const Finding& finding : visit.findings) {
            if (!finding.verdict.empty()) {
                out.insert(finding.kernels.begin(), finding.kernels.end());
            }
        }
    }
    return out;
}

// Some variant computed the case rightly, with no kernel that is wrong elsewhere.
bool has_cure(const Visit& visit, const std::set<std::string>& quarantined) {
    return std::ranges::any_of(visit.findings, [&](const Finding& finding) {
        return finding.verdict.empty() &&
               std::ranges::none_of(finding.kernels, [&](const std::string& kernel) { return quarantined.contains(kernel); });
    });
}

}  // namespace

DoctorReport examine(Device& device, const DoctorOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::vector<reference::Case>> cases;
    for (int op = 0; op < kOpCount; ++op) {
        cases.push_back(reference::op_reference(static_cast<OpKind>(op)).cases());
    }
    std::vector<Device*> devices{&device};
    devices.insert(devices.end(), options.more.begin(), options.more.end());
    std::vector<Visit> visits = plan_visits(cases, device.caps().fp16_storage, options.only);
    std::vector<Visit*> pending;
    for (Visit& visit : visits) {
        pending.push_back(&visit);
    }
    DoctorReport report;
    while (!pending.empty()) {  // again, with every alternative, where what was right relies on a kernel that is wrong elsewhere
        make_visits(devices, pending, options);
        report.quarantined = wrong_kernels(visits);
        pending.clear();
        for (Visit& visit : visits) {
            if (!visit.alternatives && !has_cure(visit, report.quarantined)) {
                visit.alternatives = true;
                pending.push_back(&visit);
            }
        }
    }

    for (const Visit& visit : visits) {
        const std::string name = text(visit.op, " ", visit.source->name, " ", visit.dtype);
        for (const Finding& finding : visit.findings) {
            count(report, visit, finding);
            if (!finding.verdict.empty() && finding.kernels.empty() && !finding.refused) {
                report.problems.push_back(text(name, ": ", finding.verdict));
            }
        }
        if (!has_cure(visit, report.quarantined)) {
            report.without_cure.push_back(name);
        }
    }
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
}

}  // namespace heed::check
