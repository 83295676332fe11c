#include <doctest/doctest.h>

#include "ir/graph.h"

namespace heed {

TEST_SUITE("ir") {
    TEST_CASE("graph text: one line a value from outside, one line a node, then the outputs") {
        Graph graph;
        const Tensor x = graph.input("tokens", {1, 5, 8}, DType::f16);
        const Tensor at = graph.dynamic("position", {1});
        const Tensor w = graph.constant("encoder.0.weight", {8, 8}, std::vector<float>(64));
        const Tensor cache = graph.state("keys", {1, 16, 8}, DType::f16);
        Attributes product, rows;
        product.set("transpose_b", int64_t{1}).set("scale", 0.5);
        const Tensor y = graph.append(OpKind::matmul, {x.id(), w.id(), kNone, kNone}, product, {{{1, 5, 8}, DType::f16}})[0];
        graph.append(OpKind::cache_write, {cache.id(), y.id(), at.id()}, {}, {{{1, 16, 8}, DType::f16, 0}});
        const std::vector<Tensor> top =
            graph.append(OpKind::top_k, {y.id()}, rows.set("k", int64_t{2}), {{{1, 5, 2}, DType::f16}, {{1, 5, 2}, DType::i32}});
        graph.output("values", top[0]);
        graph.output("indices", top[1]);
        CHECK(graph.text() ==
              "%0 = input tokens f16[1,5,8]\n"
              "%1 = dynamic position i32[1]\n"
              "%2 = constant encoder.0.weight f32[8,8]\n"
              "%3 = state keys f16[1,16,8]\n"
              "%4 f16[1,5,8] = matmul(%0, %2, -, -) {transpose_b=1, scale=0.5}\n"
              "%5 f16[1,16,8] = cache_write(%3, %4, %1)\n"
              "%6 f16[1,5,2], %7 i32[1,5,2] = top_k(%4) {k=2}\n"
              "output values = %6\n"
              "output indices = %7\n");
    }

    TEST_CASE("graph text: says how a constant was packed") {
        Graph graph;
        const Tensor w = graph.constant("w", {10, 8}, std::vector<float>(80));
        Value& value = graph.edit_value(w.id());
        value.constant.packing = Packing::transposed;
        CHECK(graph.text() == "%0 = constant w f32[10,8] transposed\n");
        value.constant.packing = Packing::panels;
        value.constant.panel = 4;
        CHECK(graph.text() == "%0 = constant w f32[10,8] panels of 4\n");
        value.constant.packing = Packing::transposed_panels;
        CHECK(graph.text() == "%0 = constant w f32[10,8] transposed, panels of 4\n");
    }
}

}  // namespace heed
