#include "ir/graph.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"

namespace heed {

Graph& Tensor::graph() const {
    ensure(graph_ != nullptr, "tensor: an absent tensor was asked for its graph");
    return *graph_;
}

const Shape& Tensor::shape() const {
    return graph().value(id_).shape;
}

DType Tensor::dtype() const {
    return graph().value(id_).dtype;
}

Tensor Graph::declare(std::string name, Shape shape, DType dtype, ValueKind kind) {
    if (name.empty()) {
        fail(ErrorKind::bad_input, "graph: inputs, constants and states need a name, got an empty one");
    }
    if (find(name) != kNone) {
        fail(ErrorKind::bad_input, "graph: names are unique, got a second '", name, "'");
    }
    return {*this, add_value({.name = std::move(name), .shape = shape, .dtype = dtype, .kind = kind, .constant = {}})};
}

Tensor Graph::input(std::string name, Shape shape, DType dtype) {
    return declare(std::move(name), shape, dtype, ValueKind::input);
}

Tensor Graph::dynamic(std::string name, Shape shape) {
    return declare(std::move(name), shape, DType::i32, ValueKind::dynamic);
}

Tensor Graph::state(std::string name, Shape shape, DType dtype) {
    return declare(std::move(name), shape, dtype, ValueKind::state);
}

Tensor Graph::constant(std::string name, Shape shape, DType dtype, std::span<const std::byte> bytes, std::optional<DType> stored) {
    const size_t expected = static_cast<size_t>(shape.elements()) * size_of(dtype);
    if (bytes.size() != expected) {
        fail(ErrorKind::bad_input, "constant ", name, ": ", shape, " of ", dtype, " is ", expected, " bytes, got ", bytes.size());
    }
    Tensor tensor = declare(std::move(name), shape, stored.value_or(dtype), ValueKind::constant);
    values_[tensor.id()].constant = {.bytes = bytes, .shape = shape, .dtype = dtype};
    return tensor;
}

Tensor Graph::constant(std::string name, Shape shape, const std::vector<float>& values, DType stored) {
    std::vector<std::byte>& copy = owned_.emplace_back(values.size() * sizeof(float));
    if (!values.empty()) {
        std::memcpy(copy.data(), values.data(), copy.size());
    }
    return constant(std::move(name), shape, DType::f32, copy, stored);
}

void Graph::output(std::string name, Tensor tensor) {
    if (name.empty()) {
        fail(ErrorKind::bad_input, "output: expected a name, got an empty one");
    }
    if (!tensor) {
        fail(ErrorKind::bad_input, "output ", name, ": expected a tensor, got none");
    }
    if (&tensor.graph() != this) {
        fail(ErrorKind::bad_input, "output ", name, ": expected a tensor of this graph, got one of another");
    }
    if (find(name) != kNone) {
        fail(ErrorKind::bad_input, "output ", name, ": names are unique, got a second one");
    }
    outputs_.emplace_back(std::move(name), tensor.id());
}

std::vector<Tensor> Graph::append(OpKind op, std::vector<ValueId> inputs, Attributes attributes, const std::vector<OutputType>& types) {
    const NodeId id = static_cast<NodeId>(nodes_.size());
    Node node{.op = op, .inputs = std::move(inputs), .outputs = {}, .attributes = std::move(attributes)};
    std::vector<Tensor> tensors;
    for (const OutputType& type : types) {
        const ValueId alias = type.alias_input < 0 ? kNone : node.inputs.at(static_cast<size_t>(type.alias_input));
        node.outputs.push_back(add_value({.name = {},
                                          .shape = type.shape,
                                          .dtype = type.dtype,
                                          .kind = ValueKind::computed,
                                          .producer = id,
                                          .alias_of = alias,
                                          .constant = {}}));
        tensors.emplace_back(*this, node.outputs.back());
    }
    nodes_.push_back(std::move(node));
    return tensors;
}

ValueId Graph::add_value(Value value) {
    values_.push_back(std::move(value));
    return static_cast<ValueId>(values_.size() - 1);
}

ValueId Graph::find(std::string_view name) const {
    for (ValueId id = 0; id < values_.size(); ++id) {
        if (values_[id].kind != ValueKind::computed && values_[id].name == name) {
            return id;
        }
    }
    for (const auto& [output_name, id] : outputs_) {
        if (output_name == name) {
            return id;
        }
    }
    return kNone;
}

bool Graph::is_output(ValueId id) const {
    return std::ranges::any_of(outputs_, [id](const auto& output) { return output.second == id; });
}

Graph Graph::structure() const {
    Graph copy;
    copy.values_ = values_;
    copy.nodes_ = nodes_;
    copy.outputs_ = outputs_;
    return copy;
}

void Graph::replace_uses(ValueId from, ValueId to) {
    for (Node& node : nodes_) {
        std::ranges::replace(node.inputs, from, to);
    }
    for (auto& output : outputs_) {
        if (output.second == from) {
            output.second = to;
        }
    }
    for (Value& value : values_) {  // an update in place goes where its input lives
        if (value.alias_of == from) {
            value.alias_of = to;
        }
    }
}

std::vector<NodeId> Graph::users(ValueId id) const {
    std::vector<NodeId> out;
    for (NodeId n = 0; n < nodes_.size(); ++n) {
        if (std::ranges::find(nodes_[n].inputs, id) != nodes_[n].inputs.end()) {
            out.push_back(n);
        }
    }
    return out;
}

void Graph::compact() {
    std::vector<bool> needed(values_.size(), false);
    for (const auto& output : outputs_) {
        needed[output.second] = true;
    }
    std::vector<Node> kept;
    for (size_t n = nodes_.size(); n-- > 0;) {  // inputs of a needed node come earlier, so one backward walk finds them all
        Node& node = nodes_[n];
        const bool updates = std::ranges::any_of(node.outputs, [this](ValueId id) { return values_[id].alias_of != kNone; });
        if (!updates && std::ranges::none_of(node.outputs, [&](ValueId id) { return needed[id]; })) {
            continue;
        }
        for (ValueId id : node.inputs) {
            if (id != kNone) {
                needed[id] = true;
            }
        }
        kept.push_back(std::move(node));
    }
    std::ranges::reverse(kept);
    nodes_ = std::move(kept);
    for (Value& value : values_) {
        value.producer = kNone;
    }
    for (NodeId n = 0; n < nodes_.size(); ++n) {
        for (ValueId id : nodes_[n].outputs) {
            values_[id].producer = n;
        }
    }
}

}  // namespace heed
