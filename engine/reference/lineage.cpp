#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"

namespace heed::reference {
namespace {

void evaluate(const Graph&, const Node&, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const Array &before = *inputs[0], &parents = *inputs[1], &starts = *inputs[2];
    Array& table = outputs[0];
    table.data = before.data;
    const int64_t rows = parents.shape[0], columns = table.shape[1];
    for (int64_t r = 0; r < rows; ++r) {
        const auto parent = static_cast<int64_t>(parents.data[static_cast<size_t>(r)]);
        const auto start = static_cast<int64_t>(starts.data[static_cast<size_t>(r)]);
        const int64_t from = parent < 0 || parent >= table.shape[0] ? r : parent;
        for (int64_t s = 0; s <= start && s < columns; ++s) {
            table.data[static_cast<size_t>(r * columns + s)] =
                s == start ? static_cast<double>(r) : before.data[static_cast<size_t>(from * columns + s)];
        }
    }
}

// A table in which every cell has something to lose.
Case step_case(Shape table, const std::vector<double>& parents, const std::vector<double>& starts) {
    const auto rows = static_cast<int64_t>(parents.size());
    std::vector<double> before;
    for (int64_t i = 0; i < table.elements(); ++i) {
        before.push_back(static_cast<double>((i * 7 + 3) % table[0]));
    }
    return {.name = text(table, " ", rows, " rows from ", starts[0]),
            .build =
                [=](Graph& graph, DType) {
                    Tensor lines = graph.state("table", table, DType::i32);
                    lines = cache_write(lines, graph.input("before", table, DType::i32), graph.dynamic("zeros", {table[0]}));
                    graph.output("y", lineage(lines, graph.dynamic("parents", {rows}), graph.dynamic("starts", {rows})));
                },
            .values = {{"before", before},
                       {"zeros", std::vector<double>(static_cast<size_t>(table[0]), 0)},
                       {"parents", parents},
                       {"starts", starts}},
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

// Rows that swap, repeat and drop one another.
Case many_rows(int64_t rows, int64_t columns) {
    std::vector<double> parents, starts;
    for (int64_t r = 0; r < rows; ++r) {
        parents.push_back(static_cast<double>(r % 3 == 0 ? (r * 11 + 4) % rows : r ^ 1));
        starts.push_back(static_cast<double>((r * 3 + columns / 2) % columns));
    }
    return step_case({rows, columns}, parents, starts);
}

std::vector<Case> cases() {
    std::vector<Case> out{step_case({1, 4}, {-1}, {1}),
                          step_case({3, 5}, {2, 0, 0}, {2, 2, 2}),
                          step_case({6, 7}, {5, 0}, {6, 7}),  // a row that is used no more is a parent still
                          step_case({2, 9}, {5, 1}, {8, 20}),
                          step_case({4, 9}, {3, -1, 0, 1}, {5, -1, 5, 0}),
                          many_rows(33, 130),
                          many_rows(128, 65),
                          many_rows(128, 512)};
    out.back().timed = true;  // four beams of 32 sentences
    return out;
}

}  // namespace

OpReference reference_lineage() {
    return {.evaluate = evaluate, .cases = cases};
}

}  // namespace heed::reference
