#include <algorithm>
#include <set>

#include "base/error.h"
#include "plan/pass.h"

namespace heed::passes_detail {
namespace {

void check_launch(const Plan& plan, const Dispatch& d, const Caps& caps) {
    const std::string_view name = d.kernel->name;
    const std::string missing = missing_for(*d.kernel, caps);
    if (!missing.empty()) {
        fail(ErrorKind::unsupported, name, ": needs ", missing);
    }
    const uint32_t workgroup = d.specialization.empty() ? 1 : d.specialization[0];
    const uint32_t largest = std::min(caps.max_invocations, caps.max_workgroup_size[0]);
    if (workgroup > largest) {
        fail(ErrorKind::unsupported, name, ": wants ", workgroup, " invocations a workgroup, the device has ", largest);
    }
    for (size_t axis = 0; axis < 3; ++axis) {
        if (d.grid[axis] < 1 || d.grid[axis] > caps.max_workgroup_count[axis]) {
            fail(ErrorKind::unsupported, name, ": wants ", d.grid[axis], " workgroups on axis ", axis, ", the device dispatches 1 to ",
                 caps.max_workgroup_count[axis]);
        }
    }
    ensure(d.push.size() <= std::min(caps.push_bytes, 128u), name, ": ", d.push.size(), " push bytes");
    ensure(d.push.size() == d.kernel->push_bytes, name, ": ", d.push.size(), " push bytes, the shader has ", d.kernel->push_bytes);
    if (d.indirect) {
        const IndirectGrid& rule = *d.indirect;
        ensure(plan.graph.value(rule.dynamic).kind == ValueKind::dynamic, name, ": its grid follows %", rule.dynamic,
               ", which is no dynamic value");
        ensure(rule.axis < 3 && rule.times > 0 && rule.per > 0, name, ": its indirect grid has axis ", rule.axis, ", times ", rule.times,
               ", per ", rule.per);
    }
}

void check_bindings(const Plan& plan, const Dispatch& d, const Caps& caps) {
    const std::string_view name = d.kernel->name;
    ensure(d.bindings.size() == d.kernel->binding_count, name, ": ", d.bindings.size(), " bindings, the shader has ",
           d.kernel->binding_count);
    for (size_t i = 0; i < d.bindings.size(); ++i) {
        const Binding& binding = d.bindings[i];
        const auto declared = static_cast<uint8_t>(binding.access);
        ensure((d.kernel->access[i] & ~declared) == 0, name, ": binding ", i, " is declared with access ", int{declared},
               ", the shader's is ", int{d.kernel->access[i]});
        if (binding.value == kDynamics) {
            ensure(binding.access == Access::read, name, ": binding ", i, " writes the dynamics");
            continue;
        }
        const Placement& place = plan.placements.at(binding.value);
        ensure(place.placed, name, ": binding ", i, ", %", binding.value, ", was not placed");
        ensure(binding.offset < place.bytes && binding.size <= place.bytes - binding.offset, name, ": binding ", i,
               " reaches past the end of %", binding.value);
        ensure((place.offset + binding.offset) % caps.storage_alignment == 0, name, ": binding ", i, " starts at an illegal offset");
        const uint64_t size = binding.size == 0 ? place.bytes - binding.offset : binding.size;
        if (size > caps.max_binding_range) {
            fail(ErrorKind::unsupported, name, ": binding ", i, " needs a window of ", size, " bytes, the device binds at most ",
                 caps.max_binding_range);
        }
    }
}

// One dispatch may overwrite what it reads only where its kernel said so.
void check_in_place(const Plan& plan, const Dispatch& d) {
    for (size_t a = 0; a < d.bindings.size(); ++a) {
        for (size_t b = a + 1; b < d.bindings.size(); ++b) {
            const Binding &x = d.bindings[a], &y = d.bindings[b];
            if (x.value == y.value || x.value == kDynamics || y.value == kDynamics) {
                continue;
            }
            const MemoryRange p = range_of(plan, x), q = range_of(plan, y);
            const bool allowed = d.in_place == static_cast<int>(a) && y.value == d.bindings.back().value && p.begin == q.begin;
            ensure(allowed || !p.conflicts(q), "verify: ", d.kernel->name, " has %", x.value, " and %", y.value, " in the same bytes");
        }
    }
}

void check_arenas(const Plan& plan, const Caps& caps) {
    for (Arena arena : {Arena::io, Arena::scratch}) {
        for (uint64_t bytes : plan.chunks[static_cast<size_t>(arena)]) {
            ensure(bytes <= std::min(caps.max_allocation, caps.max_buffer), "verify: a chunk of ", to_string(arena), " has ", bytes,
                   " bytes");
        }
    }
    for (ValueId id = 0; id < plan.placements.size(); ++id) {
        const Placement& place = plan.placements[id];
        if (place.placed && (place.arena == Arena::io || place.arena == Arena::scratch)) {
            const std::vector<uint64_t>& chunks = plan.chunks[static_cast<size_t>(place.arena)];
            ensure(place.chunk < chunks.size() && place.offset + place.bytes <= chunks[place.chunk], "verify: %", id,
                   " lies outside its chunk");
        }
    }
}

// Every pair of steps that touch the same bytes, one of them writing, has a barrier somewhere between.
void check_hazards(const Plan& plan) {
    std::vector<std::vector<MemoryRange>> ranges;
    std::vector<size_t> epoch;  // barriers before each step
    size_t barriers = 0;
    for (const Step& step : plan.steps) {
        ranges.push_back(ranges_of(plan, step.dispatch));
        epoch.push_back(barriers += step.barrier);
    }
    for (size_t a = 0; a < ranges.size(); ++a) {
        for (size_t b = a + 1; b < ranges.size() && epoch[b] == epoch[a]; ++b) {
            for (const MemoryRange& x : ranges[a]) {
                for (const MemoryRange& y : ranges[b]) {
                    ensure(!x.conflicts(y), "verify: steps ", a, " and ", b, " touch the same bytes with no barrier between");
                }
            }
        }
    }
}

// Whose numbers lie in which bytes, as the steps go by.
class Contents {
public:
    void write(const MemoryRange& range, ValueId value) {
        std::vector<Owned> kept;
        for (const Owned& owned : all_) {
            if (!owned.range.overlaps(range)) {
                kept.push_back(owned);
                continue;
            }
            Owned before = owned, after = owned;
            before.range.end = range.begin;
            after.range.begin = range.end;
            for (const Owned& rest : {before, after}) {
                if (rest.range.begin < rest.range.end) {
                    kept.push_back(rest);
                }
            }
        }
        kept.push_back({range, value});
        all_ = std::move(kept);
        born_.insert(value);
    }

    bool born(ValueId value) const { return born_.contains(value); }

    // Throws when some byte of the range holds anything but `value`.
    void expect(MemoryRange range, ValueId value, std::string_view reader) const {
        while (range.begin < range.end) {
            const auto here = std::ranges::find_if(all_, [&](const Owned& owned) {
                return owned.range.overlaps({range.arena, range.chunk, range.begin, range.begin + 1, false});
            });
            ensure(here != all_.end(), "verify: ", reader, " reads %", value, ", which nobody wrote at byte ", range.begin);
            ensure(here->value == value, "verify: ", reader, " reads %", value, " where %", here->value, " was written since");
            range.begin = here->range.end;
        }
    }

private:
    struct Owned {
        MemoryRange range;
        ValueId value = kNone;
    };
    std::vector<Owned> all_;  // no two overlap
    std::set<ValueId> born_;
};

// Without what rounds a tensor's memory up to whole words.
MemoryRange exact(const Plan& plan, MemoryRange range, ValueId id) {
    const Value& value = plan.graph.value(id);
    const uint64_t bytes = static_cast<uint64_t>(value.shape.elements()) * size_of(value.dtype);
    range.end = std::min(range.end, plan.placements.at(id).offset + bytes);
    return range;
}

// What a step reads was written before, as that very value, and by nobody since; so is every output at the end.
void check_contents(const Plan& plan) {
    Contents contents;
    for (ValueId id = 0; id < plan.placements.size(); ++id) {
        if (plan.placements[id].placed && plan.graph.value(id).kind != ValueKind::computed) {
            contents.write(range_of(plan, {.value = id}), id);
        }
    }
    for (const Step& step : plan.steps) {
        for (const Binding& binding : step.dispatch.bindings) {
            // What is born in a binding that reads and writes is read by the invocation that wrote it.
            const bool birth = binding.access == Access::read_write && !contents.born(binding.value);
            if (binding.value != kDynamics && binding.access != Access::write && !birth) {
                contents.expect(exact(plan, range_of(plan, binding), binding.value), binding.value, step.dispatch.kernel->name);
            }
        }
        for (const Binding& binding : step.dispatch.bindings) {
            if (binding.value != kDynamics && binding.access != Access::read) {
                contents.write(range_of(plan, binding), binding.value);
            }
        }
    }
    for (const OutputWindow& output : plan.outputs) {
        const Placement& place = plan.placements.at(output.root);
        const uint64_t bytes = static_cast<uint64_t>(output.shape.elements()) * size_of(output.dtype);
        ensure(place.placed && output.offset + bytes <= place.bytes, "verify: output ", output.name, " lies outside its memory");
        ensure(place.arena == Arena::io, "verify: output ", output.name, " lies in ", to_string(place.arena),
               ", where the host does not read");
        contents.expect(range_of(plan, {.value = output.root, .offset = output.offset, .size = bytes}), output.root,
                        text("output ", output.name));
    }
}

}  // namespace

void verify(Plan& plan, const PassContext& context) {
    check_arenas(plan, context.caps);
    for (const Step& step : plan.steps) {
        check_launch(plan, step.dispatch, context.caps);
        check_bindings(plan, step.dispatch, context.caps);
        check_in_place(plan, step.dispatch);
    }
    check_hazards(plan);
    check_contents(plan);
}

}  // namespace heed::passes_detail
