#include "support/hand_plan.h"

#include <map>
#include <memory>
#include <tuple>

#include "base/text.h"

namespace heed::tests {

const Kernel& made_up_kernel(size_t reads, size_t updates, size_t writes, uint32_t push_bytes) {
    struct Entry {
        std::string name;
        Kernel kernel;
    };
    static std::map<std::tuple<size_t, size_t, size_t, uint32_t>, std::unique_ptr<Entry>> all;
    std::unique_ptr<Entry>& entry = all[{reads, updates, writes, push_bytes}];
    if (!entry) {
        entry = std::make_unique<Entry>();
        entry->name = text("made_up_", reads, "_", updates, "_", writes);
        Kernel& kernel = entry->kernel;
        kernel.name = entry->name;
        kernel.binding_count = static_cast<uint32_t>(reads + updates + writes);
        kernel.push_bytes = push_bytes;
        for (size_t i = 0; i < kernel.binding_count; ++i) {
            kernel.access.at(i) = i < reads ? Kernel::kReads : i < reads + updates ? Kernel::kReads | Kernel::kWrites : Kernel::kWrites;
        }
    }
    return entry->kernel;
}

ValueId HandPlan::add(const std::string& name, int64_t floats, ValueKind kind) {
    return plan.graph.add_value({.name = name, .shape = {floats}, .dtype = DType::f32, .kind = kind, .constant = {}});
}

ValueId HandPlan::scratch(int64_t floats) {
    return add("", floats, ValueKind::computed);
}

ValueId HandPlan::input(const std::string& name, int64_t floats) {
    return add(name, floats, ValueKind::input);
}

ValueId HandPlan::state(const std::string& name, int64_t floats) {
    return add(name, floats, ValueKind::state);
}

ValueId HandPlan::weight(const std::string& name, int64_t floats) {
    return add(name, floats, ValueKind::constant);
}

Dispatch& HandPlan::step(const Touch& touch) {
    Dispatch dispatch{.kernel = &made_up_kernel(touch.reads.size(), touch.updates.size(), touch.writes.size())};
    const auto bind = [&](const std::vector<ValueId>& values, Access access) {
        for (ValueId id : values) {
            const auto bytes = static_cast<uint64_t>(plan.graph.value(id).shape.elements()) * sizeof(float);
            dispatch.bindings.push_back({.value = id, .access = access, .offset = 0, .size = bytes});
        }
    };
    bind(touch.reads, Access::read);
    bind(touch.updates, Access::read_write);
    bind(touch.writes, Access::write);
    dispatch.in_place = touch.in_place;
    dispatch.specialization = {64};
    const auto group = static_cast<uint32_t>(plan.steps.size());
    plan.steps.push_back({.dispatch = std::move(dispatch), .barrier = false, .group = group});
    return plan.steps.back().dispatch;
}

void HandPlan::output(const std::string& name, ValueId id) {
    const Value& value = plan.graph.value(id);
    plan.outputs.push_back({.name = name, .root = id, .offset = 0, .shape = value.shape, .dtype = value.dtype});
}

HandPlan random_plan(std::mt19937& random, size_t steps) {
    HandPlan hand;
    const auto below = [&](size_t count) { return static_cast<size_t>(random() % count); };
    const auto size = [&] { return static_cast<int64_t>(1 + below(64)) * (below(4) == 0 ? 64 : 7); };
    std::vector<ValueId> values{hand.input("x", size()), hand.input("y", size())};
    std::vector<ValueId> states{hand.state("s", size()), hand.state("t", size())};
    std::vector<bool> read(values.size(), true);
    for (size_t i = 0; i < steps; ++i) {
        Touch touch;
        for (size_t count = 1 + below(3), k = 0; k < count; ++k) {
            const size_t back = below(10) == 0 ? below(values.size()) : below(std::min<size_t>(values.size(), 6));
            touch.reads.push_back(values[values.size() - 1 - back]);
            read[values.size() - 1 - back] = true;
        }
        if (below(8) == 0) {
            touch.reads.push_back(states[below(2)]);
        }
        if (below(8) == 0) {
            touch.updates.push_back(states[below(2)]);
        }
        const bool in_place = below(3) == 0;
        const ValueId out = hand.scratch(in_place ? hand.plan.graph.value(touch.reads[0]).shape.elements() : size());
        touch.writes = {out};
        touch.in_place = in_place ? 0 : -1;
        hand.step(touch);
        values.push_back(out);
        read.push_back(false);
    }
    for (size_t i = 0; i < values.size(); ++i) {
        if (!read[i]) {
            hand.output(text("out", i), values[i]);
        }
    }
    return hand;
}

HandPlan transformer_plan(int layers, int64_t rows, int64_t channels) {
    HandPlan hand;
    const int64_t one = rows * channels;
    ValueId x = hand.input("x", one);
    for (int layer = 0; layer < layers; ++layer) {
        const auto product = [&](ValueId from, const char* name, int64_t out_channels, ValueId residual) {
            const ValueId weight = hand.weight(text("layer", layer, ".", name), 64);
            const ValueId out = hand.scratch(rows * out_channels);
            hand.step({.reads = residual == kNone ? std::vector{from, weight} : std::vector{from, weight, residual}, .writes = {out}});
            return out;
        };
        const auto flat = [&](ValueId from, int64_t floats, int in_place) {
            const ValueId out = hand.scratch(floats);
            hand.step({.reads = {from}, .writes = {out}, .in_place = in_place});
            return out;
        };
        const ValueId q = product(flat(x, one, 0), "qkv", 3 * channels, kNone);
        const ValueId attended = flat(q, one, -1);
        x = product(attended, "out", channels, x);
        const ValueId hidden = product(flat(x, one, 0), "up", 4 * channels, kNone);
        x = product(flat(hidden, 4 * one, 0), "down", channels, x);
    }
    hand.output("y", x);
    return hand;
}

}  // namespace heed::tests
