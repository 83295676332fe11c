#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/dtype.h"
#include "base/shape.h"
#include "ir/attributes.h"
#include "ir/op_kind.h"

namespace heed {

using ValueId = uint32_t;
using NodeId = uint32_t;
constexpr uint32_t kNone = ~0u;  // no value, no node: an absent optional input

enum class ValueKind : uint8_t {
    input,     // written by the host before a run
    dynamic,   // small i32 numbers (positions, lengths) read by kernels and by indirect grids
    constant,  // weights, uploaded once
    state,     // kept from run to run (a KV cache); zero at first
    computed,  // a node's output
};

// How the host lays a constant out when it uploads it; the prepack pass chooses.
enum class Packing : uint8_t {
    plain,
    transposed,         // [N,K] -> [K,N]
    panels,             // [K,N] -> [ceil(N/panel),K,panel], zeros behind the last column
    transposed_panels,  // [N,K] -> the same
    filter_panels,      // [O,C,kh,kw], read as [kh*kw*C,O] -> the same
};

struct Constant {
    std::span<const std::byte> bytes;  // as the checkpoint has it; alive as long as the graph is used
    Shape shape;                       // before packing
    DType dtype = DType::f32;          // before conversion to the value's own
    Packing packing = Packing::plain;
    int64_t panel = 0;  // columns a panel, for the panel packings
};

struct Value {
    std::string name;
    Shape shape;
    DType dtype = DType::f32;
    ValueKind kind = ValueKind::computed;
    NodeId producer = kNone;
    ValueId alias_of = kNone;  // an output that IS this input's storage, updated in place
    Constant constant;
};

struct Node {
    OpKind op{};
    std::vector<ValueId> inputs;  // in the op's order; kNone where an optional one is absent
    std::vector<ValueId> outputs;
    Attributes attributes;
};

class Graph;

// A handle on a value of a graph: what model code passes around.
class Tensor {
public:
    Tensor() = default;  // no tensor: an absent optional input
    Tensor(Graph& graph, ValueId id) : graph_(&graph), id_(id) {}

    explicit operator bool() const { return graph_ != nullptr; }
    Graph& graph() const;
    ValueId id() const { return id_; }
    const Shape& shape() const;
    DType dtype() const;

private:
    Graph* graph_ = nullptr;
    ValueId id_ = kNone;
};

struct OutputType {
    Shape shape;
    DType dtype = DType::f32;
    int alias_input = -1;  // the input this output updates in place
};

// A list of nodes in an order that can be executed. Model functions append to it; passes rewrite it.
class Graph {
public:
    Graph() = default;
    Graph(Graph&&) = default;
    Graph& operator=(Graph&&) = default;

    Tensor input(std::string name, Shape shape, DType dtype = DType::f32);
    Tensor dynamic(std::string name, Shape shape);
    Tensor state(std::string name, Shape shape, DType dtype = DType::f32);
    // The bytes are borrowed, the values copied; `stored` is what the device keeps them as, when it is not what they are.
    Tensor constant(std::string name, Shape shape, DType dtype, std::span<const std::byte> bytes, std::optional<DType> stored = {});
    Tensor constant(std::string name, Shape shape, const std::vector<float>& values, DType stored = DType::f32);
    void output(std::string name, Tensor tensor);

    // What op builders call, once the inputs are checked; the node comes last in the order.
    std::vector<Tensor> append(OpKind op, std::vector<ValueId> inputs, Attributes attributes, const std::vector<OutputType>& types);

    const std::vector<Value>& values() const { return values_; }
    const std::vector<Node>& nodes() const { return nodes_; }
    const std::vector<std::pair<std::string, ValueId>>& outputs() const { return outputs_; }
    const Value& value(ValueId id) const { return values_.at(id); }
    const Node& node(NodeId id) const { return nodes_.at(id); }
    ValueId find(std::string_view name) const;  // an input, dynamic, constant, state or output; kNone when there is none
    bool is_output(ValueId id) const;

    Graph structure() const;  // a copy whose constants borrow from this graph: what passes work on
    std::string text() const;

    // For passes. After editing, compact() drops what no output and no state update needs and renumbers nodes.
    Value& edit_value(ValueId id) { return values_.at(id); }
    Node& edit_node(NodeId id) { return nodes_.at(id); }
    ValueId add_value(Value value);
    void replace_uses(ValueId from, ValueId to);  // in every node, output and in-place update
    void replace_output(size_t index, ValueId to) { outputs_.at(index).second = to; }
    std::vector<NodeId> users(ValueId id) const;
    void compact();

private:
    Tensor declare(std::string name, Shape shape, DType dtype, ValueKind kind);

    std::vector<Value> values_;
    std::vector<Node> nodes_;
    std::vector<std::pair<std::string, ValueId>> outputs_;
    std::deque<std::vector<std::byte>> owned_;  // copied constants; a deque never moves them
};

}  // namespace heed
