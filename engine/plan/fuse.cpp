#include <algorithm>

#include "base/error.h"
#include "ops/ops.h"
#include "plan/pass.h"
#include "plan/updates.h"

namespace heed::passes_detail {
namespace {

// Input positions of matmul and layer_norm.
constexpr size_t kBias = 2, kMatmulResidual = 3, kNormResidual = 1;

struct Fuser {
    Graph& graph;

    // The node that computes the value, when nobody else looks at it: fusing must not hide what was asked for.
    Node* sole_producer(ValueId id, OpKind op) {
        if (id == kNone || graph.is_output(id) || graph.users(id).size() != 1) {
            return nullptr;
        }
        const NodeId producer = graph.value(id).producer;
        return producer != kNone && graph.node(producer).op == op ? &graph.edit_node(producer) : nullptr;
    }

    // Whether the producer of a value would read at n what it reads where it stands.
    bool reads_the_same_at(ValueId product, NodeId n) const {
        const NodeId producer = graph.value(product).producer;
        return std::ranges::none_of(graph.node(producer).inputs, [&](ValueId id) { return updated_between(graph, id, producer, n); });
    }

    // The node at n now computes what `out` was: it moves there, so that all its inputs come earlier in the order.
    void take_place(NodeId n, Node fused, ValueId out) {
        fused.outputs = {out};
        graph.edit_node(n) = std::move(fused);
    }

    bool activation_into_matmul(NodeId n) {
        const Node node = graph.node(n);
        Node* matmul = node.op == OpKind::unary ? sole_producer(node.inputs[0], OpKind::matmul) : nullptr;
        if (matmul == nullptr || matmul->attributes.integer("activation") != 0 || matmul->inputs[kMatmulResidual] != kNone ||
            !reads_the_same_at(node.inputs[0], n)) {
            return false;
        }
        Node fused = *matmul;
        fused.attributes.set("activation", node.attributes.integer("function"));
        take_place(n, std::move(fused), node.outputs[0]);
        return true;
    }

    static bool is_add(const Node& node) {
        return node.op == OpKind::binary && node.attributes.integer("kind") == static_cast<int64_t>(BinaryKind::add);
    }

    bool add_into_matmul(NodeId n) {
        const Node node = graph.node(n);
        if (!is_add(node) || node.inputs[0] == node.inputs[1]) {
            return false;
        }
        for (size_t side = 0; side < 2; ++side) {
            const ValueId product = node.inputs[side], addend = node.inputs[1 - side];
            Node* matmul = sole_producer(product, OpKind::matmul);
            if (matmul == nullptr || graph.value(product).shape != graph.value(node.outputs[0]).shape ||
                matmul->inputs[kMatmulResidual] != kNone || graph.value(addend).dtype != graph.value(product).dtype ||
                !reads_the_same_at(product, n)) {
                continue;
            }
            const Shape& shape = graph.value(addend).shape;
            const bool plain = matmul->attributes.integer("activation") == 0;
            Node fused = *matmul;
            if (plain && matmul->inputs[kBias] == kNone && shape.rank() == 1 && shape.last() == graph.value(product).shape.last() &&
                matmul->attributes.integer("out_packed") == 0) {
                fused.inputs[kBias] = addend;
            } else if (shape == graph.value(product).shape) {
                fused.inputs[kMatmulResidual] = addend;
            } else {
                continue;
            }
            take_place(n, std::move(fused), node.outputs[0]);
            return true;
        }
        return false;
    }

    // layer_norm(a + b): the norm adds, and hands the sum to whoever else used it.
    bool add_into_norm(NodeId n) {
        const Node node = graph.node(n);
        if (node.op != OpKind::layer_norm || node.inputs[kNormResidual] != kNone) {
            return false;
        }
        const ValueId sum = node.inputs[0];
        const NodeId adder = graph.value(sum).producer;
        if (adder == kNone || !is_add(graph.node(adder)) || graph.is_output(sum) || std::ranges::count(node.inputs, sum) != 1 ||
            !reads_the_same_at(sum, n)) {
            return false;
        }
        const Node add = graph.node(adder);
        if (graph.value(add.inputs[0]).shape != graph.value(add.inputs[1]).shape) {
            return false;
        }
        for (NodeId user : graph.users(sum)) {
            if (user < n) {
                return false;  // needs the sum before the norm would have it
            }
        }
        Node fused = node;
        fused.inputs[0] = add.inputs[0];
        fused.inputs[kNormResidual] = add.inputs[1];
        fused.outputs = {node.outputs[0], graph.add_value(graph.value(sum))};
        graph.edit_value(fused.outputs[1]).producer = n;
        graph.edit_node(n) = fused;
        for (NodeId user : graph.users(sum)) {
            for (ValueId& input : graph.edit_node(user).inputs) {
                input = input == sum ? fused.outputs[1] : input;
            }
        }
        return true;
    }
};

}  // namespace

void fuse(Plan& plan, const PassContext&) {
    Fuser fuser{plan.graph};
    for (NodeId n = 0; n < plan.graph.nodes().size(); ++n) {
        if (fuser.activation_into_matmul(n) || fuser.add_into_matmul(n) || fuser.add_into_norm(n)) {
            continue;
        }
    }
    plan.graph.compact();
}

}  // namespace heed::passes_detail
