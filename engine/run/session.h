#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plan/compile.h"
#include "profile/recorder.h"
#include "run/device.h"
#include "run/segments.h"
#include "run/store.h"

namespace heed {

class SessionMemory;
class Recording;

struct SessionOptions {
    CompileOptions compile;
    Store* store = nullptr;                 // share weights and states with other Sessions; none: this one has its own
    Progress on_upload;                     // bytes of weights on the device, of all
    Progress on_compile;                    // pipelines made, of all
    double max_submit_seconds = 0.5;        // estimated; drivers kill work that takes too long (2 s is common)
    std::optional<Rates> rates;             // unset: from the roofs that were measured on this device, else a guess
    bool heed_quarantine = true;            // leave out kernels that failed `heed doctor` on this device
    profile::Recorder* recorder = nullptr;  // told of everything this Session does and how long it took; none: nothing is measured
    std::string name;                       // what the Recorder calls this plan
};

// A graph on a device: compiled, uploaded and recorded once. A run is a submit and a wait. One thread at a time;
// any number of Sessions may run side by side on one Device.
class Session {
public:
    Session(Device& device, const Graph& graph, const SessionOptions& options = {});
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;
    ~Session();

    // Inputs (converted to their dtype) and dynamics stay until written again; a state is overwritten at once.
    void write(std::string_view name, std::span<const float> values);
    void write(std::string_view name, std::span<const int32_t> values);

    void run();    // start and wait
    void start();  // returns at once; inputs must not be written until wait()
    void wait();

    std::vector<float> read(std::string_view name) const;  // an output of the last run
    std::vector<int32_t> read_integers(std::string_view name) const;
    Shape shape(std::string_view name) const;

    void zero_states();

    const Plan& plan() const;
    // With options.recorder, which also says how runs are made: this plan, each dispatch's times and every run so far.
    profile::PlanSamples profile() const;
    size_t recorded_commands() const;  // of a run
    uint64_t device_bytes() const;     // this Session's own memory and its Store's
    std::string stray_write() const;   // with options.compile.guard_bytes: where a kernel wrote outside every tensor

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace heed
