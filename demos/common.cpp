#include "demos/common.h"

#include <unistd.h>

#include <array>
#include <filesystem>
#include <iostream>
#include <utility>

#include "models/shipped.h"

namespace heed {
namespace {

bool on_terminal() {
    return isatty(STDERR_FILENO) != 0;
}

// Whether there is a line to take away: standard output may be on the same terminal, and what stands there is to stay.
bool& progress_shown() {
    static bool shown = false;
    return shown;
}

}  // namespace

Device open(const CommonOptions& common) {
    Device device = open_device({.spec = common.device});
    const Caps& caps = device.caps();
    std::cerr << "using " << device_title(caps) << ": " << device.reason() << "\n";
    if (caps.type == DeviceType::cpu) {
        std::cerr << "a software device: everything runs on the processor, as Vulkan, many times slower than on a GPU\n";
    }
    if (common.verbose) {
        std::cerr << "driver " << caps.driver_name << " " << caps.driver_info << ", subgroups of " << caps.subgroup_size << ", "
                  << human_bytes(caps.shared_bytes) << " shared memory, bindings up to " << human_bytes(caps.max_binding_range) << "\n";
    }
    return device;
}

std::string device_title(const Caps& caps) {
    return caps.device_name.empty() ? std::string("a device without a name") : caps.device_name;
}

void progress_line(const std::string& what, size_t done, size_t total) {
    if (on_terminal()) {
        progress_shown() = true;
        std::cerr << "\r\x1b[K" << what << " " << done << "/" << total << std::flush;
    }
}

void end_progress() {
    if (std::exchange(progress_shown(), false)) {
        std::cerr << "\r\x1b[K" << std::flush;
    }
}

void add_precision(CLI::App& command, Precision& precision) {
    const std::map<std::string, Precision> precisions{{"auto", Precision::automatic}, {"f32", Precision::f32}, {"f16", Precision::f16}};
    command.add_option("--precision", precision, "How tensors are stored: f32, f16, or auto: f16 where the device can and gains by it")
        ->transform(CLI::CheckedTransformer(precisions))
        ->default_str("auto");
}

std::filesystem::path model_folder(const std::string& model) {
    std::error_code error;
    return std::filesystem::exists(model, error) || model.find('/') != std::string::npos ? std::filesystem::path(model)
                                                                                         : shipped_model(model);
}

std::string human_bytes(uint64_t bytes) {
    constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    double value = static_cast<double>(bytes);
    for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) {
        value /= 1024;
    }
    std::ostringstream out;
    out.precision(value < 10 ? 2 : value < 100 ? 3 : 4);
    out << value << " " << kUnits[unit];
    return out.str();
}

CLI::Validator ends_in(const std::vector<std::string>& endings) {
    const auto check = [endings](const std::string& path) {
        std::string known;
        for (const std::string& ending : endings) {
            if (std::filesystem::path(path).extension() == ending) {
                return std::string();
            }
            known += (known.empty() ? "" : " or ") + ending;
        }
        return text("expected a name that ends in ", known, ", got '", path, "'");
    };
    return {check, "", ""};
}

}  // namespace heed
