#include <algorithm>

#include "base/error.h"
#include "plan/pass.h"

namespace heed::passes_detail {
namespace {

void check_dispatch(const Plan& plan, const Dispatch& d, const Caps& caps) {
    const std::string_view name = d.kernel->name;
    if (!d.specialization.empty() && d.specialization[0] > caps.max_invocations) {
        fail(ErrorKind::unsupported, name, ": wants ", d.specialization[0], " invocations a workgroup, the device has ", caps.max_invocations);
    }
    for (size_t axis = 0; axis < 3; ++axis) {
        if (d.grid[axis] < 1 || d.grid[axis] > caps.max_workgroup_count[axis]) {
            fail(ErrorKind::unsupported, name, ": wants ", d.grid[axis], " workgroups on axis ", axis, ", the device dispatches 1 to ",
                 caps.max_workgroup_count[axis]);
        }
    }
    ensure(d.push.size() <= caps.push_bytes && d.push.size() <= 128, name, ": ", d.push.size(), " push bytes");
    for (size_t i = 0; i < d.bindings.size(); ++i) {
        const Binding& binding = d.bindings[i];
        const auto declared = static_cast<uint8_t>(binding.access);
        ensure((d.kernel->access[i] & ~declared) == 0, name, ": binding ", i, " is declared with access ", int{declared},
               ", the shader's is ", int{d.kernel->access[i]});
        if (binding.value == kDynamics) {
            continue;
        }
        const Placement& place = plan.placements.at(binding.value);
        const uint64_t size = binding.size == 0 ? place.bytes - binding.offset : binding.size;
        ensure(binding.offset + size <= place.bytes, name, ": binding ", i, " reaches past the end of %", binding.value);
        ensure((place.offset + binding.offset) % caps.storage_alignment == 0, name, ": binding ", i, " starts at an illegal offset");
        if (size > caps.max_binding_range) {
            fail(ErrorKind::unsupported, name, ": binding ", i, " needs a window of ", size, " bytes, the device binds at most ",
                 caps.max_binding_range);
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

// What a step reads of scratch and io was written by the last step that wrote those bytes, as that very value.
void check_contents(const Plan& plan) {
    struct Owner {
        MemoryRange range;
        ValueId value = kNone;
    };
    std::vector<Owner> owners;
    for (const Step& step : plan.steps) {
        const Dispatch& d = step.dispatch;
        const std::vector<MemoryRange> ranges = ranges_of(plan, d);
        size_t r = 0;
        for (const Binding& binding : d.bindings) {
            if (binding.value == kDynamics) {
                continue;
            }
            const MemoryRange& range = ranges[r++];
            const bool own_memory = plan.graph.value(binding.value).kind == ValueKind::computed;
            const bool shader_reads = (d.kernel->access[static_cast<size_t>(&binding - d.bindings.data())] & Kernel::kReads) != 0;
            if (!own_memory || !shader_reads || binding.access == Access::write) {
                continue;
            }
            for (const Owner& owner : owners) {
                ensure(!owner.range.overlaps(range) || owner.value == binding.value, "verify: ", d.kernel->name, " reads %", binding.value,
                       " where %", owner.value, " was written since");
            }
        }
        r = 0;
        for (const Binding& binding : d.bindings) {
            if (binding.value == kDynamics) {
                continue;
            }
            const MemoryRange& range = ranges[r++];
            if (range.written) {
                std::erase_if(owners, [&](const Owner& owner) { return owner.range.overlaps(range) && owner.value != binding.value; });
                owners.push_back({range, binding.value});
            }
        }
    }
    for (const OutputWindow& output : plan.outputs) {
        const Placement& place = plan.placements.at(output.root);
        const uint64_t bytes = static_cast<uint64_t>(output.shape.elements()) * size_of(output.dtype);
        ensure(place.placed && output.offset + bytes <= place.bytes, "verify: output ", output.name, " lies outside its memory");
    }
}

}  // namespace

void verify(Plan& plan, const PassContext& context) {
    for (const Step& step : plan.steps) {
        check_dispatch(plan, step.dispatch, context.caps);
    }
    check_hazards(plan);
    check_contents(plan);
}

}  // namespace heed::passes_detail
