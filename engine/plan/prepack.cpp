#include <algorithm>

#include "plan/pack.h"
#include "plan/pass.h"

namespace heed::passes_detail {
namespace {

constexpr size_t kWeight = 1;   // input of matmul, of conv2d and of recurrent
constexpr int64_t kPanel = 64;  // columns: what a workgroup takes of them, so that it streams through one piece of memory

int64_t panel_of(int64_t columns) {
    return std::min(kPanel, (columns + 3) / 4 * 4);
}

// How one user would like its weight; plain when it does not care, or reads it otherwise.
Packing wanted(const Node& node, ValueId id) {
    if (node.inputs.size() <= kWeight || node.inputs[kWeight] != id || std::ranges::count(node.inputs, id) != 1) {
        return Packing::plain;
    }
    if (node.op == OpKind::conv2d) {
        return Packing::filter_panels;
    }
    if (node.op == OpKind::recurrent) {
        return Packing::transposed_panels;
    }
    if (node.op != OpKind::matmul || node.attributes.integer("b_packed") != 0) {
        return Packing::plain;
    }
    return node.attributes.integer("transpose_b") != 0 ? Packing::transposed_panels : Packing::panels;
}

}  // namespace

// A weight that every user wants in panels is laid out so by the host, once. One that is read in other ways too (an embedding
// table that is also the last matmul) stays as it is: it is not worth a second copy.
void prepack(Plan& plan, const PassContext&) {
    Graph& graph = plan.graph;
    for (ValueId id = 0; id < graph.values().size(); ++id) {
        Value& value = graph.edit_value(id);
        const std::vector<NodeId> users = graph.users(id);
        if (value.kind != ValueKind::constant || value.constant.packing != Packing::plain || users.empty() || graph.is_output(id) ||
            value.shape != value.constant.shape) {
            continue;
        }
        const Packing packing = wanted(graph.node(users[0]), id);
        const auto agrees = [&](NodeId n) { return wanted(graph.node(n), id) == packing; };
        if (packing == Packing::plain || !std::ranges::all_of(users, agrees)) {
            continue;
        }
        const Shape& shape = value.constant.shape;
        const int64_t columns = packing == Packing::filter_panels ? shape[0] : packing == Packing::panels ? shape[-1] : shape[-2];
        value.constant.packing = packing;
        value.constant.panel = panel_of(columns);
        value.shape = packed_shape(shape, packing, value.constant.panel);
    }
}

}  // namespace heed::passes_detail
