#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ir/graph.h"
#include "reference/array.h"

namespace heed::reference {

// How a case fills an input. Every kind is deterministic in the case's and the input's name.
enum class Fill {
    normal,    // mean 0, deviation 1
    lattice,   // multiples of 1/2 in [-4,4]: sums are exact in f32
    large,     // +-1e4
    very_low,  // -1.8e10 .. -6.5e9 (f16: -6e4 .. -3e4)
    constant,  // all 0.75
    denormal,  // below the smallest normal number
    with_nan,  // normal, and one NaN in the middle
    masks,     // 0 or -inf, row r of the last axis wholly -inf when r % 5 == 4, one survivor when r % 5 == 3
    positive,  // 0.5 .. 1.5
};

// |got - expected| <= absolute + relative * |expected|; NaN must meet NaN, infinity the same infinity.
struct Tolerance {
    double absolute = 1e-5, relative = 1e-5;
};

// One line of an op's case table. The same table serves the tests, `heed doctor` and `heed bench`.
struct Case {
    std::string name;                                        // "2x3x197x64 causal"
    std::function<void(Graph& graph, DType dtype)> build;    // declares inputs (named), appends the op, names the outputs
    std::map<std::string, Fill> fills = {};                  // default: normal
    std::map<std::string, std::vector<double>> values = {};  // literal contents (lengths, ids), instead of a fill
    Tolerance f32 = {1e-5, 1e-5};
    Tolerance f16 = {2e-3, 2e-3};
    bool timed = false;  // worth timing in `heed bench`; large, so left out of thin tables
};

struct OpReference {
    Evaluate evaluate = nullptr;
    std::vector<Case> (*cases)() = nullptr;

    // For ops worth timing at sizes a person chooses (`heed bench --shape`): the sizes it wants, in words, how many, and their case.
    std::string_view axes = {};
    size_t axis_count = 0;
    Case (*sized)(const std::vector<int64_t>& sizes) = nullptr;
};

// engine/reference/NAME.cpp defines one by `OpReference reference_NAME()` for every line of op_list.def.
const OpReference& op_reference(OpKind op);

// The inputs of a case, rounded to the dtypes the graph declares.
Feed fill_inputs(const Case& test_case, const Graph& graph);

// Worst error over tolerance: at most 1 is a pass. Infinity when NaN or infinities disagree.
struct Comparison {
    double worst_ratio = 0;
    double worst_error = 0;
    size_t worst_index = 0;
    double got = 0, expected = 0;
};
Comparison compare(std::span<const float> got, const Array& expected, const Tolerance& tolerance);

}  // namespace heed::reference
