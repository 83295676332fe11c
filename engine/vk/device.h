#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/caps.h"
#include "vk/context.h"
#include "vk/instance.h"
#include "vk/messages.h"

namespace heed::vk {

struct DeviceOptions {
    std::string spec;                       // see select(); empty: HEED_DEVICE, else the best device
    std::optional<Validation> validation;   // unset: HEED_VALIDATION (1, gpu, race, print)
    std::optional<std::string> clamp;       // unset: HEED_CAPS; see base/caps_clamp.h
    std::string shader_digest;              // names the set of kernels in the pipeline cache's file name
    std::filesystem::path cache_directory;  // empty: HEED_CACHE, $XDG_CACHE_HOME/heed, ~/.cache/heed
    bool pipeline_cache = true;             // keep compiled pipelines on disk
};

// A physical device and its current Context. Thread-safe: several Sessions and threads may share one.
class Device {
public:
    static Device open(const DeviceOptions& options = {});
    Device(Device&&) noexcept;
    Device& operator=(Device&&) noexcept;
    ~Device();

    const Caps& caps() const;           // after clamping
    const std::string& reason() const;  // why this device was chosen
    Validation validation() const;
    Messages& messages() const;  // what validation said

    // The logical device that new objects belong to. After a loss this makes a fresh one; the lost one stays until the Device
    // goes, so that what was created from it can still be released. Ask once a Session: objects of two Contexts never mix.
    Context& context();
    // Gives every Context back, so that messages() then hold what was leaked; nothing made from them may be left.
    void close();

private:
    struct State;
    explicit Device(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// All devices of this machine, also those heed cannot use, and one sentence for each that could not be asked.
struct Listing {
    std::vector<Caps> devices;
    std::vector<std::string> problems;
};
Listing list_devices();

}  // namespace heed::vk
