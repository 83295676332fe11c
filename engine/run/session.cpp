#include "run/session.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "base/half.h"
#include "run/guards.h"
#include "run/memory.h"
#include "run/notes.h"
#include "run/recording.h"
#include "run/run_log.h"
#include "vk/transfer.h"

namespace heed {

struct Session::State {
    std::optional<Store> own_store;
    Store* store = nullptr;
    Plan plan;
    std::unique_ptr<SessionMemory> memory;
    std::unique_ptr<Recording> recording;
    std::unique_ptr<Recording> isolated;  // made when first asked for by the Recorder
    Recording* running = nullptr;         // the one that was started
    std::optional<RunLog> log;
    std::vector<int32_t> dynamics;  // the numbers, then the grids of indirect dispatches
    std::vector<ValueId> given;     // what the host writes: inputs, dynamics, states. A run looks at these and at no other value
    std::vector<bool> written;      // by value id: inputs and dynamics the host has given
    RecordingOptions recording_options;

    ValueId host_value(std::string_view name, size_t count) const;
    void give(ValueId id, std::span<const std::byte> bytes);
    void update_grids();
    Recording& next();
    void count();
    profile::Recorder* recorder() const { return log ? &log->recorder() : nullptr; }
};

namespace {

CompileOptions compile_options(Device& device, const SessionOptions& options) {
    CompileOptions compile = options.compile;
    if (options.heed_quarantine) {
        const DeviceNotes notes = load_notes(device.caps());
        compile.kernels.quarantined.insert(notes.quarantined.begin(), notes.quarantined.end());
    }
    return compile;
}

Rates rates_of(Device& device, const SessionOptions& options) {
    if (options.rates) {
        return *options.rates;
    }
    const DeviceNotes notes = load_notes(device.caps());
    return notes.roofs ? rates_under(*notes.roofs) : guessed_rates(device.caps());
}

std::vector<std::byte> convert(std::span<const float> values, DType dtype) {
    std::vector<std::byte> out(values.size() * size_of(dtype));
    if (dtype == DType::f32) {
        std::memcpy(out.data(), values.data(), out.size());
    } else {
        for (size_t i = 0; i < values.size(); ++i) {
            const uint16_t bits = to_half(values[i]);
            std::memcpy(out.data() + 2 * i, &bits, sizeof bits);
        }
    }
    return out;
}

const OutputWindow& find_output(const Plan& plan, std::string_view name) {
    for (const OutputWindow& output : plan.outputs) {
        if (output.name == name) {
            return output;
        }
    }
    std::string known;
    for (const OutputWindow& output : plan.outputs) {
        known += (known.empty() ? "" : ", ") + output.name;
    }
    fail(ErrorKind::bad_input, "session: no output is called '", name, "'; there is ", known);
}

}  // namespace

Session::Session(Device& device, const Graph& graph, const SessionOptions& options) : state_(std::make_unique<State>()) {
    State& s = *state_;
    {
        const profile::Scope scope(options.recorder, "compile", options.name);
        s.plan = compile(graph, device.caps(), compile_options(device, options));
    }
    s.store = options.store != nullptr ? options.store : &s.own_store.emplace(device);
    {
        const profile::Scope scope(options.recorder, "upload", options.name);
        s.store->add(s.plan, options.on_upload);
    }
    vk::Context& context = s.store->context();
    s.memory = std::make_unique<SessionMemory>(context, s.plan, *s.store);
    if (s.plan.guard_bytes > 0) {
        poison(context, *s.memory);
    }
    s.recording_options = {.segments = split(s.plan, rates_of(device, options), options.max_submit_seconds),
                           .timing = options.recorder != nullptr ? Timing::submits : Timing::none,
                           .progress = options.on_compile,
                           .recorder = options.recorder};
    s.recording = std::make_unique<Recording>(context, s.plan, *s.memory, s.recording_options);
    if (options.recorder != nullptr) {
        s.log.emplace(*options.recorder, context, s.plan, options.name, *s.recording);
    }
    s.dynamics.assign(s.plan.dynamics_bytes() / sizeof(int32_t), 0);
    s.written.assign(s.plan.graph.values().size(), false);
    for (ValueId id = 0; id < s.plan.graph.values().size(); ++id) {
        const ValueKind kind = s.plan.graph.value(id).kind;
        if (kind == ValueKind::input || kind == ValueKind::dynamic || kind == ValueKind::state) {
            s.given.push_back(id);
        }
    }
}

Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

Session::~Session() {
    if (state_ && state_->running != nullptr) {
        try {
            state_->running->wait();
        } catch (const Error&) {  // a lost device has nothing left to wait for
        }
    }
}

ValueId Session::State::host_value(std::string_view name, size_t count) const {
    const auto found = std::ranges::find_if(given, [&](ValueId id) { return plan.graph.value(id).name == name; });
    if (found == given.end()) {
        fail(ErrorKind::bad_input, "session: no input or state is called '", name, "'");
    }
    const ValueId id = *found;
    const Value& value = plan.graph.value(id);
    if (static_cast<size_t>(value.shape.elements()) != count) {
        fail(ErrorKind::bad_input, "session: input ", name, " is ", value.shape, ", got ", count, " values");
    }
    ensure(running == nullptr, "session: input ", name, " was written during a run");
    return id;
}

void Session::State::give(ValueId id, std::span<const std::byte> bytes) {
    const Placement& place = plan.placements[id];
    if (plan.graph.value(id).kind == ValueKind::state) {
        if (place.placed) {  // a state that no kernel touches has no memory
            const Stored stored = store->find(plan.graph.value(id));
            vk::Transfer transfer(store->context());
            transfer.upload(bytes, *stored.buffer, stored.offset);
            transfer.flush();
        }
        return;
    }
    memory->write(place.chunk, place.offset, bytes);
    written[id] = true;
}

void Session::write(std::string_view name, std::span<const float> values) {
    State& s = *state_;
    const profile::Scope scope(s.recorder(), "write", name);
    const ValueId id = s.host_value(name, values.size());
    const Value& value = s.plan.graph.value(id);
    if (!is_float(value.dtype)) {
        fail(ErrorKind::bad_input, "session: input ", name, " holds ", value.dtype, ", got floats");
    }
    s.give(id, convert(values, value.dtype));
}

void Session::write(std::string_view name, std::span<const int32_t> values) {
    State& s = *state_;
    const ValueId id = s.host_value(name, values.size());
    const Value& value = s.plan.graph.value(id);
    if (value.dtype != DType::i32) {
        fail(ErrorKind::bad_input, "session: input ", name, " holds ", value.dtype, ", got integers");
    }
    if (value.kind == ValueKind::dynamic) {
        std::ranges::copy(values, s.dynamics.begin() + s.plan.dynamic_offsets[id]);
    } else {
        s.give(id, std::as_bytes(values));
    }
    s.written[id] = true;
}

// The grids of indirect dispatches, from the dynamic values they follow.
void Session::State::update_grids() {
    size_t at = plan.indirect_offset(0) / sizeof(int32_t);
    for (const Step& step : plan.steps) {
        const Dispatch& dispatch = step.dispatch;
        if (!dispatch.indirect) {
            continue;
        }
        const IndirectGrid& rule = *dispatch.indirect;
        std::array<uint32_t, 3> grid = dispatch.grid;
        const auto first = dynamics.begin() + plan.dynamic_offsets[rule.dynamic];
        const auto last = first + plan.graph.value(rule.dynamic).shape.elements();
        const int64_t largest = std::max<int64_t>(*std::max_element(first, last), 0);
        const uint32_t wanted = groups(std::max<int64_t>(largest * rule.times, 1), rule.per);
        grid[rule.axis] = std::min(grid[rule.axis], wanted);
        for (uint32_t size : grid) {
            dynamics[at++] = static_cast<int32_t>(size);
        }
    }
}

// How the next run is made.
Recording& Session::State::next() {
    if (!log || !log->recorder().isolated()) {
        return *recording;
    }
    if (!isolated) {
        RecordingOptions options = recording_options;
        options.timing = Timing::dispatches;
        isolated = std::make_unique<Recording>(store->context(), plan, *memory, options);
    }
    return *isolated;
}

// A recording for the counters alone, as the right to count is one program's at a time.
void Session::State::count() {
    RecordingOptions options = recording_options;
    options.timing = Timing::counters;
    Recording counting(store->context(), plan, *memory, options);
    counting.start();
    log->counted(counting.counters());
}

void Session::start() {
    State& s = *state_;
    ensure(s.running == nullptr, "session: started twice with no wait() between");
    for (const ValueId id : s.given) {
        const Value& value = s.plan.graph.value(id);
        if (value.kind != ValueKind::state && !s.written[id]) {
            fail(ErrorKind::bad_input, "session: input ", value.name, " ", value.shape, " was never written");
        }
    }
    s.update_grids();
    s.memory->write_dynamics(std::as_bytes(std::span(s.dynamics)));
    if (s.log && s.log->recorder().counting()) {
        s.count();
    }
    Recording& recording = s.next();
    if (s.log) {
        s.log->begin(&recording == s.isolated.get());
    }
    recording.start();
    s.running = &recording;
    if (s.log) {
        s.log->submitted();
    }
}

void Session::wait() {
    State& s = *state_;
    Recording* const recording = std::exchange(s.running, nullptr);
    if (recording == nullptr) {
        return;
    }
    recording->wait();
    if (s.log) {
        s.log->end(*recording);
    }
}

void Session::run() {
    start();
    wait();
}

std::vector<float> Session::read(std::string_view name) const {
    const profile::Scope scope(state_->recorder(), "read", name);
    const OutputWindow& output = find_output(state_->plan, name);
    if (!is_float(output.dtype)) {
        fail(ErrorKind::bad_input, "session: output ", name, " holds ", output.dtype, ", asked for floats");
    }
    const auto count = static_cast<size_t>(output.shape.elements());
    const Placement& place = state_->plan.placements[output.root];
    std::vector<float> values(count);
    if (output.dtype == DType::f32) {
        state_->memory->read(place.chunk, place.offset + output.offset, std::as_writable_bytes(std::span(values)));
        return values;
    }
    std::vector<uint16_t> halves(count);
    state_->memory->read(place.chunk, place.offset + output.offset, std::as_writable_bytes(std::span(halves)));
    std::ranges::transform(halves, values.begin(), from_half);
    return values;
}

std::vector<int32_t> Session::read_integers(std::string_view name) const {
    const OutputWindow& output = find_output(state_->plan, name);
    if (output.dtype != DType::i32) {
        fail(ErrorKind::bad_input, "session: output ", name, " holds ", output.dtype, ", asked for integers");
    }
    std::vector<int32_t> values(static_cast<size_t>(output.shape.elements()));
    const Placement& place = state_->plan.placements[output.root];
    state_->memory->read(place.chunk, place.offset + output.offset, std::as_writable_bytes(std::span(values)));
    return values;
}

Shape Session::shape(std::string_view name) const {
    const ValueId id = state_->plan.graph.find(name);
    if (id == kNone) {
        fail(ErrorKind::bad_input, "session: nothing is called '", name, "'");
    }
    return state_->plan.graph.value(id).shape;
}

void Session::zero_states() {
    state_->store->zero_states();
}

const Plan& Session::plan() const {
    return state_->plan;
}

profile::PlanSamples Session::profile() const {
    ensure(state_->log.has_value(), "session: asked for a profile, but it was made without a recorder");
    return state_->log->samples();
}

size_t Session::recorded_commands() const {
    return state_->recording->commands();
}

uint64_t Session::device_bytes() const {
    return state_->memory->bytes() + state_->store->bytes();
}

std::string Session::stray_write() const {
    return find_stray_write(state_->store->context(), state_->plan, *state_->memory);
}

}  // namespace heed
