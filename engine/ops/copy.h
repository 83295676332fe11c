#pragma once

#include "ops/lowering.h"

namespace heed {

// Copies a strided view into another of the same shape, whatever their dtype: the one kernel behind reshape, slice, permute, concat.
void copy_elements(Lowering& lowering, const Node& node, const View& from, const View& to, DType dtype);

// What a copy of the node's output costs: read once, written once.
Cost copy_cost(const Graph& graph, const Node& node);

// `accepts` of the copying ops: any strides will do.
bool accepts_strides(const Graph& graph, const Node& node, size_t index, const View& view);

}  // namespace heed
