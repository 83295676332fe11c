#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "ir/graph.h"

namespace heed::reference {

// A tensor of the reference interpreter: always double, always contiguous.
struct Array {
    Shape shape;
    std::vector<double> data;

    Array() = default;
    explicit Array(const Shape& array_shape) : shape(array_shape), data(static_cast<size_t>(array_shape.elements()), 0.0) {}
};

// inputs[i] is nullptr where an optional input is absent; outputs come sized by infer and filled with zeros.
using Evaluate = void (*)(const Graph& graph, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs);

// Host data by name: inputs, dynamics and states (missing states are zero). States are updated as a run would.
using Feed = std::map<std::string, Array, std::less<>>;

// Runs a whole graph in double, naively; the outputs by name. Constants are taken as the graph holds them, rounded to their value's dtype.
Feed interpret(const Graph& graph, Feed& feed);

}  // namespace heed::reference
