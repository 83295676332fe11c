#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ir/graph.h"
#include "ops/view.h"

namespace heed {

class Lowering;

// Work of one node, for the profiler, the submit splitter and `heed plan`.
struct Cost {
    double flops = 0;
    double bytes = 0;   // what must be read and written once
    double spared = 0;  // what a kernel each for the parts of a fused one would read and write besides

    Cost& operator+=(const Cost& other) {
        flops += other.flops;
        bytes += other.bytes;
        spared += other.spared;
        return *this;
    }
};

// Everything the compiler knows of an op. engine/ops/NAME.cpp defines one by `OpDef define_NAME()`.
struct OpDef {
    // Shapes of the outputs; throws a sentence when the inputs contradict each other.
    std::vector<OutputType> (*infer)(const Graph& graph, const Node& node) = nullptr;
    // Appends the dispatches that compute the node.
    void (*lower)(Lowering& lowering, const Node& node) = nullptr;
    Cost (*cost)(const Graph& graph, const Node& node) = nullptr;

    // Only for ops that move no data: the output as a view of its input, or nothing when strides cannot say it.
    std::optional<View> (*view)(const Graph& graph, const Node& node, const View& input) = nullptr;
    // Whether input `index` may be a strided view; absent: inputs are contiguous and aligned.
    bool (*accepts)(const Graph& graph, const Node& node, size_t index, const View& view) = nullptr;
};

const OpDef& op_def(OpKind op);

// Infers, then appends: the last line of every builder.
std::vector<Tensor> append_node(OpKind op, const std::vector<Tensor>& inputs, Attributes attributes);

Cost cost_of(const Graph& graph, const Node& node);

// Bytes of all present inputs and outputs: the cost most ops start from.
double bytes_touched(const Graph& graph, const Node& node);

double bytes_of(const Graph& graph, ValueId id);  // 0 for kNone

}  // namespace heed
