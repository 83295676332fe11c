#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"
#include "reference/index.h"

namespace heed::reference {
namespace {

void evaluate(const Graph&, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const auto axis = static_cast<size_t>(node.attributes.integer("axis"));
    int64_t begin = 0;
    for (const Array* part : inputs) {
        for (size_t i = 0; i < part->data.size(); ++i) {
            std::vector<int64_t> at = coordinates_of(part->shape, i);
            at[axis] += begin;
            outputs[0].data[index_of(outputs[0].shape, at)] = part->data[i];
        }
        begin += part->shape[static_cast<int>(axis)];
    }
}

Case concat_case(std::vector<Shape> shapes, int axis) {
    std::string name;
    for (const Shape& shape : shapes) {
        name += text(shape, " ");
    }
    Case made{.name = text(name, "axis ", axis),
              .build =
                  [=](Graph& graph, DType dtype) {
                      std::vector<Tensor> parts;
                      for (size_t i = 0; i < shapes.size(); ++i) {
                          parts.push_back(graph.input(text("x", i), shapes[i], dtype));
                      }
                      graph.output("y", concat(parts, axis));
                  },
              .fills = {{"x1", Fill::with_nan}},
              .f32 = {0, 0},
              .f16 = {0, 0}};
    return made;
}

// A part that is a view, and one part twice.
Case views_case() {
    return {.name = "a permuted part, twice",
            .build =
                [](Graph& graph, DType dtype) {
                    const Tensor turned = permute(graph.input("x", {5, 3}, dtype), {1, 0});  // [5,3] -> [3,5]
                    graph.output("y", concat({turned, turned}, -1));
                },
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

std::vector<Case> cases() {
    std::vector<Case> out{
        concat_case({{3}, {4}, {1}}, 0),          concat_case({{2, 3, 5}, {2, 1, 5}}, 1),
        concat_case({{7, 3}, {7, 5}, {7, 1}}, 1), concat_case({{1, 1, 16}, {1, 13, 16}}, 1),
        concat_case({{2, 8}, {2, 12}}, -1),       concat_case({{1, 2, 3, 2, 5}, {4, 2, 3, 2, 5}}, 0),
        concat_case({{37, 61}, {37, 67}}, 1),     views_case(),
    };
    Case timed = concat_case({{8, 1, 768}, {8, 196, 768}}, 1);  // a class token before the patches
    timed.timed = true;
    out.push_back(timed);
    return out;
}

}  // namespace

OpReference reference_concat() {
    return {.evaluate = evaluate, .cases = cases};
}

}  // namespace heed::reference
