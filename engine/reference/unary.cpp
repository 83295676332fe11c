#include "base/text.h"
#include "ops/activation.h"
#include "reference/activation.h"
#include "reference/case.h"

namespace heed::reference {
namespace {

void evaluate(const Graph&, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const auto function = static_cast<Activation>(node.attributes.integer("function"));
    for (size_t i = 0; i < outputs[0].data.size(); ++i) {
        outputs[0].data[i] = activate(function, inputs[0]->data[i]);
    }
}

Case unary_case(Shape shape, Activation function, Fill fill = Fill::normal, std::string_view note = "") {
    return {.name = text(shape, " ", to_string(function), note),
            .build = [=](Graph& graph, DType dtype) { graph.output("y", unary(graph.input("x", shape, dtype), function)); },
            .fills = {{"x", fill}}};
}

std::vector<Case> cases() {
    std::vector<Case> out;
    for (Activation function : {Activation::relu, Activation::gelu, Activation::gelu_tanh, Activation::silu, Activation::tanh,
                                Activation::sigmoid, Activation::exp}) {
        out.push_back(unary_case({7, 131}, function));
        out.push_back(unary_case({3, 5, 2, 3}, function, Fill::with_nan, " with NaN"));
        out.push_back(unary_case({257}, function, Fill::large, " of +-1e4"));
        out.push_back(unary_case({2, 3, 1, 1, 11}, function, Fill::very_low, " of very low numbers"));
        out.push_back(unary_case({19}, function, Fill::denormal, " of denormals"));
    }
    // exp(1e4) is infinite in every dtype; the largest finite results would need a tolerance of their own.
    out.push_back(unary_case({}, Activation::gelu, Fill::constant));
    Case exact = unary_case({64, 33}, Activation::relu, Fill::lattice, " exact");
    exact.f32 = exact.f16 = {0, 0};
    out.push_back(exact);
    Case timed = unary_case({197, 3072}, Activation::gelu);
    timed.timed = true;
    out.push_back(timed);
    return out;
}

Case sized(const std::vector<int64_t>& s) {
    return unary_case({s[0], s[1]}, Activation::gelu);
}

}  // namespace

OpReference reference_unary() {
    return {.evaluate = evaluate, .cases = cases, .axes = "TxC", .axis_count = 2, .sized = sized};
}

}  // namespace heed::reference
