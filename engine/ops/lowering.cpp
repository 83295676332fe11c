#include "ops/lowering.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "base/error.h"

namespace heed {

std::string dtype_suffix(DType first) {
    return std::string(to_string(first));
}

std::string dtype_suffix(DType first, DType second) {
    return first == second ? dtype_suffix(first) : text(first, "_", second);
}

Lowering::Lowering(Graph& graph, const Caps& caps, const KernelChoice& choice)
    : graph_(graph), caps_(caps), choice_(choice), dynamic_offsets_(graph.values().size(), kNone) {
    for (ValueId id = 0; id < graph.values().size(); ++id) {
        if (graph.value(id).kind == ValueKind::dynamic) {
            dynamic_offsets_[id] = dynamic_elements_;
            dynamic_elements_ += static_cast<uint32_t>(graph.value(id).shape.elements());
        }
    }
}

View Lowering::view(ValueId id) const {
    const Value& value = graph_.value(id);
    if (value.alias_of != kNone) {
        View view = this->view(value.alias_of);
        ensure(view.contiguous(), "lowering: an in-place update of a strided view");
        return view;
    }
    if (value.kind == ValueKind::computed && value.producer != kNone) {
        const Node& node = graph_.node(value.producer);
        if (node.attributes.integer("view") != 0) {
            const std::optional<View> view = op_def(node.op).view(graph_, node, this->view(node.inputs[0]));
            ensure(view.has_value(), "lowering: ", to_string(node.op), " was marked a view and is none");
            return *view;
        }
    }
    return contiguous_view(id, value.shape);
}

uint32_t Lowering::dynamic_offset(ValueId id) const {
    if (id == kNone) {
        return kNone;
    }
    ensure(graph_.value(id).kind == ValueKind::dynamic, "lowering: %", id, " is no dynamic value");
    return dynamic_offsets_[id];
}

ValueId Lowering::scratch(std::string_view name, const Shape& shape, DType dtype) {
    return graph_.add_value(
        {.name = std::string(name), .shape = shape, .dtype = dtype, .kind = ValueKind::computed, .producer = kNone, .constant = {}});
}

const Kernel& Lowering::kernel(std::string_view op, std::string_view strategy, std::string_view dtype) const {
    const std::string name = text(op, "_", strategy, "_", dtype);
    if (const auto replaced = choice_.replaced.find(name); replaced != choice_.replaced.end()) {
        return *replaced->second;
    }
    const Kernel* found = find_kernel(name);
    ensure(found != nullptr, op, ": no kernel ", name, " was built");
    return *found;
}

const Kernel& Lowering::choose(const Node& node, std::span<const Candidate> candidates, std::string_view dtype) {
    return choose(node, to_string(node.op), candidates, dtype);
}

const Kernel& Lowering::choose(const Node& node, std::string_view family, std::span<const Candidate> candidates, std::string_view dtype) {
    const auto forced = choice_.strategy.find(family);
    std::string refused;
    for (const Candidate& candidate : candidates) {
        if (forced != choice_.strategy.end() && forced->second != candidate.strategy) {
            continue;
        }
        const Kernel& found = kernel(family, candidate.strategy, dtype);
        const std::string missing = missing_for(found, caps_);
        const bool quarantined = choice_.quarantined.contains(found.name);
        if (candidate.fits && missing.empty() && !quarantined) {
            if (!refused.empty()) {
                note(text("%", node.outputs.at(0), " takes ", found.name, ": ", refused));
            }
            Offer& offer = offers.emplace_back(Offer{.family = std::string(family), .strategy = std::string(candidate.strategy)});
            std::ranges::transform(candidates, std::back_inserter(offer.strategies),
                                   [](const Candidate& made) { return std::string(made.strategy); });
            return found;
        }
        if (quarantined) {
            refused += text(refused.empty() ? "" : "; ", found.name, " is quarantined on this device");
        } else if (!missing.empty()) {
            refused += text(refused.empty() ? "" : "; ", found.name, " needs ", missing);
        } else if (forced != choice_.strategy.end()) {
            refused += text(refused.empty() ? "" : "; ", found.name, " does not fit this shape or device");
            refused += candidate.wants.empty() ? "" : text(": it wants ", candidate.wants);
        }
    }
    if (forced != choice_.strategy.end() && refused.empty()) {
        refused = text("this node has no strategy '", forced->second, "'");
    }
    fail(ErrorKind::unsupported, to_string(node.op), ": no kernel can compute ", graph_.value(node.outputs.at(0)).shape, " in ", dtype,
         " on ", caps_.device_name.empty() ? "this device" : caps_.device_name, refused.empty() ? "" : ": ", refused);
}

size_t Lowering::choose_tile(const Kernel& kernel, std::span<const Tile> tiles) {
    const auto forced = choice_.tile.find(kernel.op);
    size_t chosen = 0;
    std::string known;
    if (forced != choice_.tile.end() && forced->second != tiles[0].name) {
        for (size_t i = 1; i < tiles.size() && chosen == 0; ++i) {
            chosen = tiles[i].name == forced->second ? i : 0;
        }
        for (const Tile& tile : tiles) {
            known += (known.empty() ? "" : ", ") + tile.name;
        }
        if (chosen == 0) {
            fail(ErrorKind::unsupported, kernel.op, ": ", kernel.name, " has no tile '", forced->second, "', but ", known);
        }
        if (!tiles[chosen].fits) {
            fail(ErrorKind::unsupported, kernel.op, ": tile ", forced->second, " of ", kernel.name, " does not fit this shape or device");
        }
    }
    const auto offer = std::find_if(offers.rbegin(), offers.rend(),
                                    [&](const Offer& made) { return made.family == kernel.op && made.strategy == kernel.strategy; });
    if (offer != offers.rend()) {
        offer->tile = tiles[chosen].name;
        offer->tiles.clear();
        for (const Tile& tile : tiles) {
            if (std::ranges::find(offer->tiles, tile.name, &Tile::name) == offer->tiles.end()) {
                offer->tiles.push_back(tile);
            }
        }
    }
    return chosen;
}

Binding Lowering::read(ValueId id) const {
    const View view = this->view(id);
    const DType dtype = graph_.value(id).dtype;
    ensure(view.contiguous(), "lowering: %", id, " is strided and was bound as contiguous");
    const auto bytes = static_cast<uint64_t>(view.shape.elements()) * size_of(dtype);
    return {.value = view.root, .access = Access::read, .offset = static_cast<uint64_t>(view.offset) * size_of(dtype), .size = bytes};
}

Binding Lowering::write(ValueId id) const {
    Binding binding = read(id);
    binding.access = Access::write;
    return binding;
}

Binding Lowering::read_root(ValueId id) const {
    return {.value = view(id).root, .access = Access::read};
}

Binding Lowering::read_or(ValueId id, ValueId stand_in) const {
    return id == kNone ? read_root(stand_in) : read(id);
}

Binding Lowering::write_or(ValueId id, ValueId stand_in) const {
    return write(id == kNone ? stand_in : id);
}

void Lowering::add(Dispatch dispatch) {
    const Kernel& kernel = *dispatch.kernel;
    ensure(dispatch.bindings.size() == kernel.binding_count, kernel.name, ": the shader has ", kernel.binding_count, " bindings, got ",
           dispatch.bindings.size());
    ensure(dispatch.push.size() == kernel.push_bytes, kernel.name, ": the shader has ", kernel.push_bytes, " push bytes, got ",
           dispatch.push.size());
    dispatch.node = node_;
    dispatches.push_back(std::move(dispatch));
}

void Lowering::note(std::string sentence) {
    notes.push_back(std::move(sentence));
}

void lower_nodes(Lowering& lowering) {
    for (NodeId n = 0; n < lowering.graph().nodes().size(); ++n) {
        const Node node = lowering.graph().node(n);  // a copy: lower() may add values
        if (node.attributes.integer("view") != 0) {
            continue;
        }
        lowering.node_ = n;
        const size_t first = lowering.dispatches.size();
        op_def(node.op).lower(lowering, node);
        const size_t count = lowering.dispatches.size() - first;
        const Cost cost = cost_of(lowering.graph(), node);
        for (size_t i = first; i < lowering.dispatches.size(); ++i) {
            Dispatch& dispatch = lowering.dispatches[i];
            ensure(count == 1 || dispatch.cost.bytes > 0, to_string(node.op), ": ", dispatch.kernel->name, " is one of ", count,
                   " dispatches and says nothing of its work");
            dispatch.cost = count == 1 ? cost : dispatch.cost;
        }
    }
    std::ranges::sort(lowering.offers);
    const auto twice = std::ranges::unique(lowering.offers);
    lowering.offers.erase(twice.begin(), twice.end());
}

bool few_lanes(const Caps& caps) {
    return caps.subgroup_size <= 8;
}

uint32_t groups(int64_t a, int64_t b) {
    const int64_t count = (a + b - 1) / b;
    if (count > std::numeric_limits<uint32_t>::max()) {
        fail(ErrorKind::unsupported, "grid: at most 2^32 - 1 workgroups an axis, got ", count);
    }
    return static_cast<uint32_t>(count);
}

std::array<uint32_t, 3> linear_grid(int64_t count, const Caps& caps) {
    const int64_t x = std::min<int64_t>(count, caps.max_workgroup_count[0]);
    return {static_cast<uint32_t>(x), groups(count, x), 1};
}

}  // namespace heed
