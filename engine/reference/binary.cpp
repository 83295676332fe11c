#include <array>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"
#include "reference/index.h"

namespace heed::reference {
namespace {

double combine(BinaryKind kind, double a, double b) {
    switch (kind) {
        case BinaryKind::add: return a + b;
        case BinaryKind::subtract: return a - b;
        case BinaryKind::multiply: return a * b;
        case BinaryKind::divide: return a / b;
        case BinaryKind::maximum:
        case BinaryKind::minimum: break;
    }
    if (std::isnan(a) || std::isnan(b)) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return kind == BinaryKind::maximum ? std::max(a, b) : std::min(a, b);
}

void evaluate(const Graph&, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const auto kind = static_cast<BinaryKind>(node.attributes.integer("kind"));
    const Array& a = *inputs[0];
    const Array& b = *inputs[1];
    for (size_t i = 0; i < outputs[0].data.size(); ++i) {
        const std::vector<int64_t> at = coordinates_of(outputs[0].shape, i);
        outputs[0].data[i] = combine(kind, a.data[index_of(a.shape, at)], b.data[index_of(b.shape, at)]);
    }
}

constexpr std::array<std::string_view, 6> kNames{"add", "subtract", "multiply", "divide", "maximum", "minimum"};

Case binary_case(Shape a, Shape b, BinaryKind kind, Fill fill_a = Fill::normal, Fill fill_b = Fill::normal, std::string_view note = "") {
    return {.name = text(a, " ", kNames[static_cast<size_t>(kind)], " ", b, note),
            .build = [=](Graph& graph,
                         DType dtype) { graph.output("y", binary(graph.input("a", a, dtype), graph.input("b", b, dtype), kind)); },
            .fills = {{"a", fill_a}, {"b", fill_b}}};
}

Case exact(Case made) {
    made.f32 = made.f16 = {0, 0};
    return made;
}

// Operands that are views: columns of a wider tensor, and a transposed one.
Case strided_case() {
    return exact({.name = "[5,7] slice subtract [5,7] permute",
                  .build =
                      [](Graph& graph, DType dtype) {
                          const Tensor columns = slice(graph.input("a", {5, 19}, dtype), 1, 3, 10);  // [5,7]
                          const Tensor turned = permute(graph.input("b", {7, 5}, dtype), {1, 0});    // [7,5] -> [5,7]
                          graph.output("y", binary(columns, turned, BinaryKind::subtract));
                      },
                  .fills = {{"a", Fill::lattice}, {"b", Fill::lattice}}});
}

std::vector<Case> cases() {
    using enum BinaryKind;
    std::vector<Case> out;
    for (BinaryKind kind : {add, subtract, multiply, divide, maximum, minimum}) {
        const Fill divisor = kind == divide ? Fill::positive : Fill::normal;
        out.push_back(binary_case({13, 37}, {13, 37}, kind, Fill::normal, divisor));
        out.push_back(binary_case({2, 3, 5, 7}, {5, 1}, kind, Fill::normal, divisor));
        out.push_back(binary_case({11, 17}, {17}, kind, Fill::with_nan, divisor, " with NaN"));
        out.push_back(binary_case({1, 7}, {11, 1}, kind, Fill::normal, kind == divide ? Fill::positive : Fill::with_nan, " with NaN"));
    }
    out.push_back(exact(binary_case({3, 1, 5, 1, 7}, {2, 1, 3, 1}, add, Fill::lattice, Fill::lattice)));  // no two axes merge
    out.push_back(exact(binary_case({}, {3, 3}, multiply, Fill::lattice, Fill::lattice)));
    out.push_back(exact(binary_case({2, 1, 2, 1, 2, 1, 2, 1}, {2, 1, 2, 1, 2, 1, 2}, add, Fill::lattice, Fill::lattice)));
    out.push_back(exact(binary_case({1}, {1}, add, Fill::lattice, Fill::lattice)));
    out.push_back(binary_case({31}, {31}, maximum, Fill::large, Fill::very_low, " of large and very low"));
    out.push_back(binary_case({31}, {31}, add, Fill::denormal, Fill::constant, " of denormals"));
    out.push_back(exact(binary_case({37, 131}, {37, 131}, add, Fill::lattice, Fill::lattice, " in several workgroups")));
    out.push_back(exact(binary_case({5, 37, 31}, {37, 1}, multiply, Fill::lattice, Fill::lattice, " in several workgroups")));
    out.push_back(strided_case());
    Case timed = binary_case({8, 197, 768}, {197, 768}, add);
    timed.timed = true;
    out.push_back(timed);
    return out;
}

Case sized(const std::vector<int64_t>& s) {
    return binary_case({s[0], s[1]}, {s[0], s[1]}, BinaryKind::add);
}

}  // namespace

OpReference reference_binary() {
    return {.evaluate = evaluate, .cases = cases, .axes = "TxC", .axis_count = 2, .sized = sized};
}

}  // namespace heed::reference
