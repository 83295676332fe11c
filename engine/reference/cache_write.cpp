#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"

namespace heed::reference {
namespace {

void evaluate(const Graph&, const Node&, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const Array& rows = *inputs[1];
    Array& cache = outputs[0];
    cache.data = inputs[0]->data;
    const int64_t columns = rows.shape.rank() == 2 ? 1 : rows.shape[2], capacity = cache.shape[1];
    for (int64_t b = 0; b < rows.shape[0]; ++b) {
        for (int64_t t = 0; t < rows.shape[1]; ++t) {
            const auto row = static_cast<int64_t>(inputs[2]->data[static_cast<size_t>(b)]) + t;
            for (int64_t c = 0; c < columns && row >= t && row < capacity; ++c) {
                cache.data[static_cast<size_t>((b * capacity + row) * columns + c)] =
                    rows.data[static_cast<size_t>((b * rows.shape[1] + t) * columns + c)];
            }
        }
    }
}

// The cache is filled first, so that rows which must stay as they are have something to lose.
Tensor filled_cache(Graph& graph, Shape shape, DType dtype) {
    const Tensor before = graph.input("before", shape, dtype);
    return cache_write(graph.state("cache", shape, dtype), before, graph.dynamic("zeros", {shape[0]}));
}

Case cache_case(Shape cache, int64_t new_rows, std::vector<double> starts, std::string_view note = "") {
    return {.name = text(cache, " ", new_rows, " rows", note),
            .build =
                [=](Graph& graph, DType dtype) {
                    const Tensor rows = graph.input("rows", cache.with(1, new_rows), dtype);
                    graph.output("y", cache_write(filled_cache(graph, cache, dtype), rows, graph.dynamic("starts", {cache[0]})));
                },
            .values = {{"zeros", std::vector<double>(starts.size(), 0)}, {"starts", starts}},
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

// Rows that are columns of a joint projection: a strided view. The cache starts out as zeros.
Case strided_case() {
    return {.name = "[2,7,5] 3 strided rows",
            .build =
                [](Graph& graph, DType dtype) {
                    const Tensor rows = slice(graph.input("rows", {2, 3, 15}, dtype), 2, 5, 10);  // [2,3,5]
                    graph.output("y", cache_write(graph.state("cache", {2, 7, 5}, dtype), rows, graph.dynamic("starts", {2})));
                },
            .values = {{"starts", {4, 1}}},
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

// A decoder's step; the output is small, so that handing it to the host is not what is timed.
Case decode_case() {
    return {.name = "[8,512,768] 1 row, as a decoder writes it",
            .build =
                [](Graph& graph, DType dtype) {
                    const Tensor rows = graph.input("rows", {8, 1, 768}, dtype);
                    const Tensor cache = cache_write(graph.state("cache", {8, 512, 768}, dtype), rows, graph.dynamic("starts", {8}));
                    graph.output("y", slice(cache, 1, 510, 512));  // [8,2,768]
                },
            .values = {{"starts", {0, 1, 63, 64, 100, 255, 510, 511}}},
            .f32 = {0, 0},
            .f16 = {0, 0},
            .timed = true};
}

// Fewer rows than the cache has.
Case partial_case() {
    return {.name = "[4,9,6] 2 rows for 3 of its batch",
            .build =
                [](Graph& graph, DType dtype) {
                    const Tensor cache = graph.state("cache", {4, 9, 6}, dtype);
                    graph.output("y", cache_write(cache, graph.input("rows", {3, 2, 6}, dtype), graph.dynamic("starts", {3})));
                },
            .values = {{"starts", {3, 0, 8}}},
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

// As a table of lineage is moved into a longer one.
Case table_case() {
    return {.name = "[3,8] a table, i32",
            .build =
                [](Graph& graph, DType) {
                    const Tensor rows = graph.input("rows", {2, 5}, DType::i32);
                    graph.output("y", cache_write(graph.state("cache", {3, 8}, DType::i32), rows, graph.dynamic("starts", {2})));
                },
            .values = {{"rows", {3, 1, 4, 1, 5, 9, 2, 6, 5, 3}}, {"starts", {3, 0}}},
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

std::vector<Case> cases() {
    return {cache_case({1, 5, 3}, 1, {4}),
            cache_case({3, 11, 7}, 4, {0, 7, 3}),
            cache_case({4, 11, 7}, 5, {8, 11, 2147483647, -3}, " beyond the end"),
            cache_case({2, 4, 16}, 4, {0, 0}, " filling it"),
            cache_case({3, 41, 61}, 17, {24, 0, 30}),
            partial_case(),
            table_case(),
            strided_case(),
            decode_case()};
}

}  // namespace

OpReference reference_cache_write() {
    return {.evaluate = evaluate, .cases = cases};
}

}  // namespace heed::reference
