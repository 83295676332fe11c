#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "demos/common.h"

namespace heed {

struct WorkloadArguments {
    std::string model = "vit-cifar10";  // a folder, or one of heed's own
    std::string input;                  // a text, or a file of what the model reads; empty: something made up
    int64_t batch = 1;                  // pictures or texts together
    std::optional<int64_t> beams;       // of models that write; unset: as the folder says
    Precision precision = Precision::automatic;

    std::string op;     // instead of a model
    std::string shape;  // of it; empty: every shape that `heed bench` times
    std::string dtype = "f32";
};

// A piece of work as a user would have it done, whole, and again as often as wanted.
struct Workload {
    std::string subject;  // "vit-cifar10: 1 picture of 32x32"
    std::function<void()> once;
};

// The model is opened, read and put onto the device; what happens from here on is told to the Recorder.
Workload open_workload(Device& device, profile::Recorder& recorder, const WorkloadArguments& arguments);

}  // namespace heed
