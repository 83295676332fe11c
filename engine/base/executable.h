#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace heed {

// One number of the driver's compiler: registers, spills, instructions... under the driver's own name.
struct Statistic {
    std::string name, text, description;
    double value = 0;
};

// What a driver made of a kernel, as it shows it: assembly or one of its intermediate forms.
struct Representation {
    std::string name, description, text;
};

// What VK_KHR_pipeline_executable_properties says of a pipeline; most have one of these, some drivers make several of a kernel.
struct Executable {
    std::string name, description;
    uint32_t subgroup_size = 0;
    std::vector<Statistic> statistics;
    std::vector<Representation> representations;
};

}  // namespace heed
