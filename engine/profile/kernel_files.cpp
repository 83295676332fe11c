#include "profile/kernel_files.h"

#include <map>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/kernel.h"
#include "io/file.h"

namespace heed::profile {
namespace {

namespace fs = std::filesystem;

// One kernel as one or several plans launch it.
struct Use {
    const PlanSamples* plan;
    uint32_t number;  // in its kernels

    const KernelFacts& facts() const { return plan->kernels[number]; }
};

std::map<std::string, std::vector<Use>> uses_by_name(std::span<const PlanSamples> plans) {
    std::map<std::string, std::vector<Use>> uses;
    for (const PlanSamples& plan : plans) {
        for (uint32_t number = 0; number < plan.kernels.size(); ++number) {
            uses[plan.kernels[number].name].push_back({&plan, number});
        }
    }
    return uses;
}

std::string joined(std::span<const uint32_t> numbers) {
    std::string out;
    for (const uint32_t number : numbers) {
        out += (out.empty() ? "" : " ") + std::to_string(number);
    }
    return out;
}

void describe(std::ostream& out, const Use& use) {
    out << "\nconstants 0.. " << joined(use.facts().constants) << "\n";
    for (size_t i = 0; i < use.plan->dispatches.size(); ++i) {
        const DispatchSamples& dispatch = use.plan->dispatches[i];
        if (dispatch.kernel == use.number) {
            out << "  " << (use.plan->name.empty() ? "" : use.plan->name + " ") << i << ": " << dispatch.op << " " << dispatch.name << " "
                << dispatch.shape << ", grid " << joined(dispatch.grid) << "\n";
        }
    }
}

void write_text(const fs::path& path, const std::string& text) {
    io::write_file(path, std::as_bytes(std::span(text)));
}

std::string title(const KernelFacts& facts) {
    return facts.name + " with constants " + joined(facts.constants);
}

}  // namespace

KernelFolder::KernelFolder(fs::path folder) : folder_(std::move(folder)) {
    std::error_code error;
    fs::create_directories(folder_, error);
    if (!fs::is_directory(folder_)) {
        fail(ErrorKind::bad_file, folder_.string(), ": expected a folder for kernels, and none could be made",
             error ? ": " + error.message() : "");
    }
    const fs::path probe = folder_ / ".heed";
    write_text(probe, "");
    fs::remove(probe, error);
}

size_t KernelFolder::write(std::span<const PlanSamples> plans) const {
    const auto uses = uses_by_name(plans);
    for (const auto& [name, list] : uses) {
        const Kernel* kernel = find_kernel(name);
        ensure(kernel != nullptr, "a plan's kernel ", name, " was never built");
        std::ostringstream text;
        text << name << ": " << kernel->file << " " << kernel->macros << "\n"
             << kernel->binding_count << " bindings, " << kernel->push_bytes << " bytes of push constants\n";
        for (const Use& use : list) {
            describe(text, use);
        }
        io::write_file(folder_ / (name + ".spv"), std::as_bytes(kernel->spirv));
        write_text(folder_ / (name + ".txt"), text.str());
    }
    return uses.size();
}

std::string intermediate_forms(std::span<const PlanSamples> plans, const DeviceFacts& device) {
    std::ostringstream out;
    std::set<std::string> seen;
    for (const PlanSamples& plan : plans) {
        for (const KernelFacts& kernel : plan.kernels) {
            if (!seen.insert(title(kernel)).second) {
                continue;
            }
            for (const Executable& executable : kernel.executables) {
                for (const Representation& form : executable.representations) {
                    out << "---- " << title(kernel) << "\n---- " << executable.name << ", " << form.name << ": " << form.description << "\n"
                        << form.text << (form.text.ends_with('\n') ? "" : "\n");
                }
            }
        }
    }
    return out.str().empty() ? text(device.name, ": the driver shows nothing of what it makes of kernels\n") : out.str();
}

}  // namespace heed::profile
