#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "plan/pass.h"

namespace heed::passes_detail {
namespace {

constexpr int kRounds = 32;  // of trying another order of placement; each costs the square of the number of tensors

// A tensor of the scratch arena, or several that take over each other's memory in place.
struct Tenant {
    std::vector<ValueId> values;
    uint64_t bytes = 0;
    uint32_t first = 0, last = 0;  // groups of steps in which it is alive
    uint32_t chunk = 0;
    uint64_t offset = 0;

    bool meets(const Tenant& other) const { return first <= other.last && other.first <= last; }
};

uint64_t align_up(uint64_t bytes, uint64_t alignment) {
    return (bytes + alignment - 1) / alignment * alignment;
}

uint64_t exact_bytes(const Value& value) {
    return static_cast<uint64_t>(value.shape.elements()) * size_of(value.dtype);
}

uint64_t storage_bytes(const Value& value) {
    return align_up(exact_bytes(value), 4);  // fills work in words
}

struct Placer {
    Plan& plan;
    const Caps& caps;
    uint64_t chunk_limit = std::min(caps.max_allocation, caps.max_buffer);
    std::vector<Tenant> tenants;
    std::vector<uint32_t> tenant_of;  // by value id

    uint64_t padded(uint64_t bytes) const { return align_up(bytes + plan.guard_bytes, caps.storage_alignment); }
    uint64_t first_offset() const { return align_up(plan.guard_bytes, caps.storage_alignment); }  // in every chunk

    void check_size(ValueId id) const {
        const Value& value = plan.graph.value(id);
        const uint64_t needed = first_offset() + padded(storage_bytes(value));
        if (needed > chunk_limit) {
            fail(ErrorKind::unsupported, "place: tensor ", value.name.empty() ? text("%", id) : value.name, " ", value.dtype, value.shape,
                 " needs ", needed, " bytes in one piece, the device allocates at most ", chunk_limit);
        }
    }

    void place_in_io(ValueId id) {
        if (plan.placements[id].placed) {
            return;
        }
        check_size(id);
        std::vector<uint64_t>& chunks = plan.chunks[static_cast<size_t>(Arena::io)];
        const uint64_t bytes = storage_bytes(plan.graph.value(id));
        if (chunks.empty() || chunks.back() + padded(bytes) > chunk_limit) {
            chunks.push_back(first_offset());
        }
        plan.placements[id] = {true, Arena::io, static_cast<uint32_t>(chunks.size() - 1), chunks.back(), bytes};
        chunks.back() += padded(bytes);
    }

    void touch(ValueId id, uint32_t group) {
        const Value& value = plan.graph.value(id);
        if (value.kind == ValueKind::constant || value.kind == ValueKind::state) {
            check_size(id);
            const Arena arena = value.kind == ValueKind::state ? Arena::state : Arena::weights;
            plan.placements[id] = {true, arena, id, 0, storage_bytes(value)};
        }
        if (plan.placements[id].placed) {
            return;
        }
        ensure(value.kind == ValueKind::computed, "place: %", id, " is bound and has no memory");
        if (tenant_of[id] == kNone) {
            check_size(id);
            tenant_of[id] = static_cast<uint32_t>(tenants.size());
            tenants.push_back({.values = {id}, .bytes = storage_bytes(value), .first = group, .last = group});
        }
        Tenant& tenant = tenants[tenant_of[id]];
        tenant.first = std::min(tenant.first, group);
        tenant.last = std::max(tenant.last, group);
    }

    // The last binding moves into the memory of one that dies in this very step.
    void take_over(const Dispatch& dispatch, uint32_t group) {
        if (dispatch.in_place < 0) {
            return;
        }
        const Binding& from = dispatch.bindings.at(static_cast<size_t>(dispatch.in_place));
        const Binding& to = dispatch.bindings.back();
        if (from.value == to.value || tenant_of[from.value] == kNone || tenant_of[to.value] == kNone) {
            return;
        }
        Tenant& old = tenants[tenant_of[from.value]];
        Tenant& young = tenants[tenant_of[to.value]];
        const bool whole =
            from.offset == 0 && to.offset == 0 && exact_bytes(plan.graph.value(from.value)) == exact_bytes(plan.graph.value(to.value));
        const bool once = std::ranges::count_if(dispatch.bindings, [&](const Binding& b) { return b.value == from.value; }) == 1;
        if (!whole || !once || old.last != group || young.first != group || shared_in_group(from.value, dispatch, group)) {
            return;
        }
        old.last = young.last;
        for (ValueId id : young.values) {
            tenant_of[id] = tenant_of[from.value];
            old.values.push_back(id);
        }
        young.values.clear();
        young.bytes = 0;
    }

    // Another step of the same group may still be reading what would be overwritten.
    bool shared_in_group(ValueId id, const Dispatch& but, uint32_t group) const {
        for (const Step& step : plan.steps) {
            if (step.group == group && &step.dispatch != &but &&
                std::ranges::any_of(step.dispatch.bindings, [id](const Binding& b) { return b.value == id; })) {
                return true;
            }
        }
        return false;
    }

    // Lowest free gap among the tenants already placed that are alive at the same time.
    void settle(Tenant& tenant, const std::vector<const Tenant*>& placed, std::vector<uint64_t>& chunks) const {
        const uint64_t bytes = padded(tenant.bytes);
        for (uint32_t chunk = 0;; ++chunk) {
            std::vector<std::pair<uint64_t, uint64_t>> taken;
            for (const Tenant* other : placed) {
                if (other->chunk == chunk && other->meets(tenant)) {
                    taken.emplace_back(other->offset, other->offset + padded(other->bytes));
                }
            }
            std::ranges::sort(taken);
            uint64_t offset = first_offset();
            for (const auto& [begin, end] : taken) {
                if (offset + bytes <= begin) {
                    break;
                }
                offset = std::max(offset, end);
            }
            if (offset + bytes <= chunk_limit) {
                tenant.chunk = chunk;
                tenant.offset = offset;
                chunks.resize(std::max<size_t>(chunks.size(), chunk + 1));
                chunks[chunk] = std::max(chunks[chunk], offset + bytes);
                return;
            }
        }
    }

    std::vector<uint64_t> settle_in(const std::vector<uint32_t>& sequence) {
        std::vector<uint64_t> chunks;
        std::vector<const Tenant*> placed;
        for (uint32_t i : sequence) {
            if (tenants[i].bytes > 0) {
                settle(tenants[i], placed, chunks);
                placed.push_back(&tenants[i]);
            }
        }
        return chunks;
    }

    // Whoever ended up highest chooses first in the next round.
    void move_highest_to_front(std::vector<uint32_t>& sequence) const {
        const auto end_of = [this](uint32_t i) {
            const Tenant& tenant = tenants[i];
            return std::pair(tenant.bytes > 0 ? tenant.chunk + 1 : 0, tenant.offset + tenant.bytes);
        };
        const auto highest = std::ranges::max_element(sequence, {}, end_of);
        std::rotate(sequence.begin(), highest, highest + 1);
    }

    // Greedy, by size and by birth; neither is best for all graphs, so where much is wasted other orders are tried.
    void settle_all() {
        std::vector<uint32_t> by_size(tenants.size());
        std::iota(by_size.begin(), by_size.end(), 0u);
        std::vector<uint32_t> by_birth = by_size;
        std::ranges::stable_sort(by_size, [&](uint32_t a, uint32_t b) { return tenants[a].bytes > tenants[b].bytes; });
        std::ranges::stable_sort(by_birth, [&](uint32_t a, uint32_t b) { return tenants[a].first < tenants[b].first; });
        const uint64_t enough = plan.scratch_lower_bound + plan.scratch_lower_bound / 50;
        std::vector<Tenant> best;
        uint64_t best_bytes = ~uint64_t{0};
        for (std::vector<uint32_t>* sequence : {&by_size, &by_birth}) {
            for (int round = 0; round < kRounds && best_bytes > enough; ++round) {
                const std::vector<uint64_t> chunks = settle_in(*sequence);
                const uint64_t bytes = std::accumulate(chunks.begin(), chunks.end(), uint64_t{0});
                if (bytes < best_bytes) {
                    best_bytes = bytes;
                    best = tenants;
                    plan.chunks[static_cast<size_t>(Arena::scratch)] = chunks;
                }
                move_highest_to_front(*sequence);
            }
        }
        tenants = std::move(best);
    }

    void measure_lower_bound() {
        for (const Tenant& at : tenants) {
            uint64_t alive = 0;
            for (const Tenant& other : tenants) {
                alive += other.first <= at.first && at.first <= other.last ? padded(other.bytes) * (other.bytes > 0) : 0;
            }
            plan.scratch_lower_bound = std::max(plan.scratch_lower_bound, alive);
        }
    }
};

}  // namespace

void place(Plan& plan, const PassContext& context) {
    plan.placements.assign(plan.graph.values().size(), {});
    Placer placer{.plan = plan, .caps = context.caps, .tenants = {}, .tenant_of = std::vector<uint32_t>(plan.graph.values().size(), kNone)};
    for (ValueId id = 0; id < plan.graph.values().size(); ++id) {
        if (plan.graph.value(id).kind == ValueKind::input) {
            placer.place_in_io(id);
        }
    }
    for (const OutputWindow& output : plan.outputs) {
        if (plan.graph.value(output.root).kind == ValueKind::computed) {
            placer.place_in_io(output.root);
        }
    }
    for (const Step& step : plan.steps) {
        for (const Binding& binding : step.dispatch.bindings) {
            if (binding.value != kDynamics) {
                placer.touch(binding.value, step.group);
            }
        }
    }
    if (context.options.off.contains("reuse")) {
        for (Tenant& tenant : placer.tenants) {
            tenant.first = 0;
            tenant.last = kNone;
        }
    } else {
        for (const Step& step : plan.steps) {
            placer.take_over(step.dispatch, step.group);
        }
    }
    placer.measure_lower_bound();
    placer.settle_all();
    for (const Tenant& tenant : placer.tenants) {
        for (ValueId id : tenant.values) {
            plan.placements[id] = {true, Arena::scratch, tenant.chunk, tenant.offset, tenant.bytes};
        }
    }
}

}  // namespace heed::passes_detail
