#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "profile/profile.h"

namespace heed::profile {

// A folder for what kernels were made of: NAME.spv, and NAME.txt with the constants and dispatches each was specialised for.
class KernelFolder {
public:
    // Makes it. Throws bad_file when nothing can be written there, so that nobody learns it after a long run.
    explicit KernelFolder(std::filesystem::path folder);

    // Every kernel of these plans once; how many there were.
    size_t write(std::span<const PlanSamples> plans) const;

private:
    std::filesystem::path folder_;
};

// What the driver's compiler made of each kernel: assembly or whatever forms it shows. One sentence where it shows none.
std::string intermediate_forms(std::span<const PlanSamples> plans, const DeviceFacts& device);

}  // namespace heed::profile
