#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"

namespace heed::reference {
namespace {

// Unrounded, like every op here: the device's rounding is what the tolerance is for.
void evaluate(const Graph&, const Node&, std::span<const Array* const> inputs, std::span<Array> outputs) {
    outputs[0].data = inputs[0]->data;
}

// From f32 to f16 in the f16 column of a table, back in the f32 column. Drivers may cut off instead of rounding to nearest.
Case cast_case(Shape shape, Fill fill, std::string_view note) {
    return {.name = text(shape, note),
            .build =
                [=](Graph& graph, DType dtype) {
                    const DType from = dtype == DType::f16 ? DType::f32 : DType::f16;
                    graph.output("y", cast(graph.input("x", shape, from), dtype));
                },
            .fills = {{"x", fill}},
            .f32 = {1e-6, 0},  // exact, but denormal halves may be flushed
            .f16 = {1e-4, 1e-3}};
}

Case integers_case() {
    return {.name = "[2,3] i32",
            .build =
                [](Graph& graph, DType) {
                    graph.output("y", cast(graph.input("x", {2, 3}, DType::i32), DType::f32));
                },
            .values = {{"x", {0, 1, -1, 16777216, -16777215, 2000000000}}},
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

Case dynamic_case() {
    return {.name = "[5] dynamic",
            .build =
                [](Graph& graph, DType) {
                    graph.dynamic("before", {2});
                    graph.output("y", cast(graph.dynamic("x", {5}), DType::f32));
                },
            .values = {{"before", {7, 7}}, {"x", {5, 4, -3, 2, 1}}},
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

std::vector<Case> cases() {
    Case timed = cast_case({197, 3072}, Fill::normal, "");
    timed.timed = true;
    return {cast_case({7, 131}, Fill::normal, ""),
            cast_case({1}, Fill::constant, ""),
            cast_case({3, 5, 2, 3, 2}, Fill::with_nan, " with NaN"),
            cast_case({257}, Fill::large, " of +-1e4"),
            cast_case({33}, Fill::lattice, " lattice"),
            cast_case({37, 131}, Fill::lattice, " in several workgroups"),
            integers_case(),
            dynamic_case(),
            timed};
}

}  // namespace

OpReference reference_cast() {
    return {.evaluate = evaluate, .cases = cases};
}

}  // namespace heed::reference
