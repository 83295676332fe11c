#include "run/session.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "base/half.h"
#include "run/guards.h"
#include "run/memory.h"
#include "run/notes.h"
#include "run/recording.h"
#include "vk/transfer.h"

namespace heed {

struct Session::State {
    std::optional<Store> own_store;
    Store* store = nullptr;
    Plan plan;
    std::unique_ptr<SessionMemory> memory;
    std::unique_ptr<Recording> recording;
    std::vector<int32_t> dynamics;  // the numbers, then the grids of indirect dispatches
    std::vector<ValueId> given;     // what the host writes: inputs, dynamics, states. A run looks at these and at no other value
    std::vector<bool> written;      // by value id: inputs and dynamics the host has given
    bool running = false;

    ValueId host_value(std::string_view name, size_t count) const;
    void give(ValueId id, std::span<const std::byte> bytes);
    void update_grids();
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
    return notes.rates ? *notes.rates : guessed_rates(device.caps());
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
    s.plan = compile(graph, device.caps(), compile_options(device, options));
    s.store = options.store != nullptr ? options.store : &s.own_store.emplace(device);
    s.store->add(s.plan, options.on_upload);
    vk::Context& context = s.store->context();
    s.memory = std::make_unique<SessionMemory>(context, s.plan, *s.store);
    if (s.plan.guard_bytes > 0) {
        poison(context, *s.memory);
    }
    s.recording =
        std::make_unique<Recording>(context, s.plan, *s.memory,
                                    RecordingOptions{.segments = split(s.plan, rates_of(device, options), options.max_submit_seconds),
                                                     .timestamps = options.timestamps,
                                                     .progress = options.on_compile});
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
    if (state_ && state_->running) {
        try {
            state_->recording->wait();
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
    ensure(!running, "session: input ", name, " was written during a run");
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

void Session::start() {
    State& s = *state_;
    ensure(!s.running, "session: started twice with no wait() between");
    for (const ValueId id : s.given) {
        const Value& value = s.plan.graph.value(id);
        if (value.kind != ValueKind::state && !s.written[id]) {
            fail(ErrorKind::bad_input, "session: input ", value.name, " ", value.shape, " was never written");
        }
    }
    s.update_grids();
    s.memory->write_dynamics(std::as_bytes(std::span(s.dynamics)));
    s.recording->start();
    s.running = true;
}

void Session::wait() {
    state_->running = false;
    state_->recording->wait();
}

void Session::run() {
    start();
    wait();
}

std::vector<float> Session::read(std::string_view name) const {
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

std::vector<double> Session::step_seconds() const {
    return state_->recording->step_seconds();
}

uint64_t Session::device_bytes() const {
    return state_->memory->bytes() + state_->store->bytes();
}

std::string Session::stray_write() const {
    return find_stray_write(state_->store->context(), state_->plan, *state_->memory);
}

}  // namespace heed
