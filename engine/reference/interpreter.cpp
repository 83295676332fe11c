// Runs a graph in double, one naive loop an op. What comes from outside (inputs, states, constants) is first rounded to the dtype its
// value declares, because that is what the device is given; between ops nothing is rounded, so that the distance to a device's
// numbers is all of the device's own rounding, f16 intermediates included.
#include <cstring>

#include "base/error.h"
#include "base/half.h"
#include "reference/array.h"
#include "reference/case.h"
#include "reference/round.h"

namespace heed::reference {
namespace {

double element(const Constant& constant, size_t index) {
    const std::byte* at = constant.bytes.data() + index * size_of(constant.dtype);
    if (constant.dtype == DType::f16) {
        uint16_t half = 0;
        std::memcpy(&half, at, sizeof half);
        return static_cast<double>(from_half(half));
    }
    if (constant.dtype == DType::i32) {
        int32_t integer = 0;
        std::memcpy(&integer, at, sizeof integer);
        return integer;
    }
    float single = 0;
    std::memcpy(&single, at, sizeof single);
    return static_cast<double>(single);
}

Array constant_array(const Value& value) {
    const Constant& constant = value.constant;
    ensure(constant.packing == Packing::plain && constant.shape.elements() == value.shape.elements(), "interpret: constant ", value.name,
           " is already packed for a device; the reference runs the graph as it was before the prepack pass");
    Array array(value.shape);
    for (size_t i = 0; i < array.data.size(); ++i) {
        array.data[i] = rounded(element(constant, i), value.dtype);
    }
    return array;
}

Array fed_array(const Value& value, const Feed& feed) {
    const auto found = feed.find(value.name);
    if (found == feed.end()) {
        if (value.kind != ValueKind::state) {
            fail(ErrorKind::bad_input, "interpret: expected ", value.shape, " for input '", value.name, "', got nothing");
        }
        return Array(value.shape);
    }
    if (found->second.shape != value.shape || found->second.data.size() != static_cast<size_t>(value.shape.elements())) {
        fail(ErrorKind::bad_input, "interpret: expected ", value.shape, " for '", value.name, "', got ", found->second.shape, " with ",
             found->second.data.size(), " elements");
    }
    Array array = found->second;
    for (double& x : array.data) {
        x = rounded(x, value.dtype);
    }
    return array;
}

class Interpreter {
public:
    Interpreter(const Graph& graph, Feed& feed) : graph_(graph), feed_(feed), arrays_(graph.values().size()), uses_(arrays_.size(), 0) {
        for (ValueId id = 0; id < arrays_.size(); ++id) {
            const Value& value = graph.value(id);
            if (value.kind == ValueKind::constant) {
                arrays_[id] = constant_array(value);
            } else if (value.kind != ValueKind::computed) {
                arrays_[id] = fed_array(value, feed);
            }
        }
        for (const Node& node : graph.nodes()) {
            for (ValueId id : node.inputs) {
                if (id != kNone) {
                    ++uses_[id];
                }
            }
        }
    }

    Feed run() {
        for (const Node& node : graph_.nodes()) {
            run_node(node);
            release(node);
        }
        Feed outputs;
        for (const auto& [name, id] : graph_.outputs()) {
            outputs[name] = arrays_[id];
        }
        return outputs;
    }

private:
    void run_node(const Node& node) {
        std::vector<const Array*> inputs;
        for (ValueId id : node.inputs) {
            inputs.push_back(id == kNone ? nullptr : &arrays_[id]);
        }
        std::vector<Array> outputs;
        for (ValueId id : node.outputs) {
            outputs.emplace_back(graph_.value(id).shape);
        }
        op_reference(node.op).evaluate(graph_, node, inputs, outputs);
        for (size_t i = 0; i < outputs.size(); ++i) {
            arrays_[node.outputs[i]] = std::move(outputs[i]);
            update_in_place(node.outputs[i]);
        }
    }

    // What the output aliases holds the new numbers too, down to the state the caller keeps for the next run.
    void update_in_place(ValueId updated) {
        for (ValueId id = graph_.value(updated).alias_of; id != kNone; id = graph_.value(id).alias_of) {
            arrays_[id] = arrays_[updated];
            if (graph_.value(id).kind == ValueKind::state) {
                feed_[graph_.value(id).name] = arrays_[updated];
            }
        }
    }

    // A model's intermediate values together are far larger than what lives at once.
    void release(const Node& node) {
        for (ValueId id : node.inputs) {
            if (id != kNone && --uses_[id] == 0 && graph_.value(id).kind == ValueKind::computed && !graph_.is_output(id)) {
                arrays_[id] = Array();
            }
        }
    }

    const Graph& graph_;
    Feed& feed_;
    std::vector<Array> arrays_;
    std::vector<size_t> uses_;
};

}  // namespace

Feed interpret(const Graph& graph, Feed& feed) {
    return Interpreter(graph, feed).run();
}

}  // namespace heed::reference
