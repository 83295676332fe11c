#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "profile/roofs.h"
#include "profile/samples.h"

namespace heed::profile {

// The device, and with which clock it was measured.
struct DeviceFacts {
    std::string name, driver, uuid, type;  // type: "discrete", "cpu"...
    uint32_t subgroup_size = 1;
    bool software = false;
    bool timestamps = false;     // else times are the host's, of submits that hold one dispatch
    double tick_seconds = 0;     // the resolution of the clock that dispatches were timed with
    std::string clock;           // how the device's clock was laid on the host's: "calibrated", "bracketed", "none"
    double clock_deviation = 0;  // seconds by which that may be wrong
};

// Something the host did.
struct Phase {
    std::string name, detail;  // "upload", "3.6 MiB"
    Interval time;
    uint32_t thread = 0;
};

// The whole piece of work that was profiled, done once: a picture classified, a text translated.
struct Round {
    bool isolated = false;
    Interval host;
    double pace = 0;  // seconds a fixed piece of work took on the device beside this round: how fast the machine was then
};

// Everything that was measured in one `heed profile`; all writers start from this.
struct Profile {
    std::string version;  // heed's
    std::string subject;  // "vit-cifar10: a picture of 32 x 32"
    std::string started;  // 2026-11-21T22:45:58Z
    DeviceFacts device;
    Roofs roofs;
    std::vector<PlanSamples> plans;
    std::vector<Phase> phases;
    std::vector<Round> rounds;       // warm-up rounds are not among them
    uint64_t device_bytes = 0;       // the most device memory in use at one time
    bool interrupted = false;        // stopped before all rounds were done
    std::vector<std::string> notes;  // what a reader should know of these numbers
};

}  // namespace heed::profile
