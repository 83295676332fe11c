#include "check/doctor.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "base/kernel.h"
#include "check/variants.h"
#include "ops/op.h"

namespace heed::check {
namespace {

constexpr uint64_t kGuardBytes = 256;

// A case in one dtype, and the kernels of every variant that computed it rightly.
struct Cure {
    std::string name;
    std::vector<std::vector<std::string>> good;
};

struct Examination {
    Device& device;
    const DoctorOptions& options;
    DoctorReport report;
    std::vector<Cure> cures;

    DoctorRow& row(const std::string& op, const std::string& kernel) {
        for (DoctorRow& row : report.rows) {
            if (row.op == op && row.kernel == kernel) {
                return row;
            }
        }
        return report.rows.emplace_back(DoctorRow{.op = op, .kernel = kernel, .first_failure = {}});
    }

    void count(const std::string& op, const PreparedCase& prepared, const VariantRun& run, Cure& cure) {
        std::string verdict = run.error.empty() ? run.result.verdict() : run.error;
        for (const std::string& kernel : run.result.kernels) {
            if (options.pretend_wrong.contains(kernel)) {
                verdict = "taken as wrong, as asked";
            }
        }
        for (const std::string& kernel : run.result.kernels) {
            DoctorRow& entry = row(op, kernel);
            ++entry.cases;
            if (run.result.worst.worst_ratio >= entry.worst_ratio) {
                const reference::Comparison& worst = run.result.worst;
                entry.worst_ratio = worst.worst_ratio;
                entry.worst_error = worst.worst_error;
                entry.tolerance = prepared.tolerance().absolute + prepared.tolerance().relative * std::abs(worst.expected);
            }
            if (!verdict.empty()) {
                ++entry.failures;
                report.quarantined.insert(kernel);
                if (entry.first_failure.empty()) {
                    entry.first_failure = text(prepared.source->name, " ", prepared.dtype, ": ", verdict);
                }
            }
        }
        if (verdict.empty()) {
            cure.good.push_back(run.result.kernels);
        } else if (run.result.kernels.empty() && !run.refused) {
            report.problems.push_back(text(cure.name, ": ", run.error));
        }
    }

    void examine_case(const std::string& op, const reference::Case& source, DType dtype) {
        Cure& cure = cures.emplace_back(Cure{text(op, " ", source.name, " ", dtype), {}});
        const PreparedCase prepared = prepare(source, dtype);
        CaseOptions case_options{.compile = {}, .replays = options.replays};
        case_options.compile.guard_bytes = kGuardBytes;
        run_variants(device, prepared, case_options, [&](const VariantRun& run) { count(op, prepared, run, cure); });
    }
};

}  // namespace

DoctorReport examine(Device& device, const DoctorOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    Examination examination{.device = device, .options = options, .report = {}, .cures = {}};
    for (int op = 0; op < kOpCount; ++op) {
        const std::string name(kOpNames[op]);
        if (options.progress) {
            options.progress(name, static_cast<size_t>(op), static_cast<size_t>(kOpCount));
        }
        if (!options.only.empty() && !options.only.contains(name)) {
            continue;
        }
        for (const reference::Case& source : reference::op_reference(static_cast<OpKind>(op)).cases()) {
            if (source.timed) {
                continue;  // sizes for the stopwatch; the reference would take minutes
            }
            examination.examine_case(name, source, DType::f32);
            if (device.caps().fp16_storage) {
                examination.examine_case(name, source, DType::f16);
            }
        }
    }
    DoctorReport& report = examination.report;
    for (const Cure& cure : examination.cures) {
        const bool cured = std::ranges::any_of(cure.good, [&](const std::vector<std::string>& kernels) {
            return std::ranges::none_of(kernels, [&](const std::string& kernel) { return report.quarantined.contains(kernel); });
        });
        if (!cured) {
            report.without_cure.push_back(cure.name);
        }
    }
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(report);
}

}  // namespace heed::check
