#include "ops/op.h"

#include <array>

#include "base/error.h"

namespace heed {

#define HEED_OP(name) OpDef define_##name();
#include "ir/op_list.def"
#undef HEED_OP

const OpDef& op_def(OpKind op) {
    static const std::array<OpDef, kOpCount> defs{
#define HEED_OP(name) define_##name(),
#include "ir/op_list.def"
#undef HEED_OP
    };
    return defs.at(static_cast<size_t>(op));
}

std::vector<Tensor> append_node(OpKind op, const std::vector<Tensor>& inputs, Attributes attributes) {
    Graph& graph = inputs.at(0).graph();
    Node node{.op = op, .inputs = {}, .outputs = {}, .attributes = std::move(attributes)};
    for (const Tensor& input : inputs) {
        if (input && &input.graph() != &graph) {
            fail(ErrorKind::bad_input, to_string(op), ": expected all inputs from one graph, got tensors of two");
        }
        node.inputs.push_back(input ? input.id() : kNone);
    }
    const std::vector<OutputType> types = op_def(op).infer(graph, node);
    return graph.append(op, std::move(node.inputs), std::move(node.attributes), types);
}

Cost cost_of(const Graph& graph, const Node& node) {
    return op_def(node.op).cost(graph, node);
}

double bytes_of(const Graph& graph, ValueId id) {
    if (id == kNone) {
        return 0;
    }
    const Value& value = graph.value(id);
    const Shape& shape = value.constant.packing == Packing::plain ? value.shape : value.constant.shape;  // what a packing pads is no work
    return static_cast<double>(shape.elements()) * static_cast<double>(size_of(value.dtype));
}

double bytes_touched(const Graph& graph, const Node& node) {
    double bytes = 0;
    for (ValueId id : node.inputs) {
        bytes += bytes_of(graph, id);
    }
    for (ValueId id : node.outputs) {
        bytes += bytes_of(graph, id);
    }
    return bytes;
}

}  // namespace heed
