#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "ops/lowering.h"

namespace heed {

// The sizes of a matmul node, heads split off and transposition undone: batch axes, then M, N, K.
struct MatmulSizes {
    Shape batch;
    int64_t m = 0, n = 0, k = 0;
};

// Throws a sentence when the node's inputs do not fit each other.
MatmulSizes matmul_sizes(const Graph& graph, const Node& node);

// Products to be computed alike, every operand as a view of rows: [batch..,rows,columns], neighbours in a row side by side.
struct MatmulProblem {
    int64_t m = 0, n = 0, k = 0;
    std::vector<int64_t> batch;  // at most two axes once it reaches a kernel
    bool transpose_b = false;    // B is [N,K]
    int64_t panel = 0;           // B is [panels,K * panel] where this is not 0, else [K,N]
    int64_t first_column = 0;    // of the node's N: where the bias begins
    View a, b, c, residual;      // residual.root is kNone when there is none
};

MatmulProblem matmul_problem(const Lowering& lowering, const Node& node);

// Cuts the problem until two batch axes are enough and every operand's part fits one binding; calls `emit` for each piece.
void for_each_piece(MatmulProblem problem, const Lowering& lowering, const std::function<void(const MatmulProblem&)>& emit);

}  // namespace heed
