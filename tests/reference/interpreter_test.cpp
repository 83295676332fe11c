#include <doctest/doctest.h>

#include <array>

#include "base/half.h"
#include "ops/ops.h"
#include "reference/array.h"
#include "support/sentence.h"

namespace heed {
namespace {

using reference::Array;
using reference::Feed;
using tests::sentence;

Array array(const Shape& shape, std::vector<double> data) {
    Array out(shape);
    REQUIRE(out.data.size() == data.size());
    out.data = std::move(data);
    return out;
}

using Numbers = std::vector<double>;

}  // namespace

TEST_SUITE("reference") {
    TEST_CASE("interpret: a chain of ops, by hand") {
        Graph graph;
        const Tensor x = graph.input("x", {2, 3});
        const Tensor bias = graph.constant("bias", {3}, {10, 20, 30});
        const Tensor sum = add(x, bias);                          // [2,3]
        graph.output("turned", permute(sum, {1, 0}));             // [3,2]
        graph.output("means", reduce(sum, 1, ReduceKind::mean));  // [2]
        graph.output("best", argmax(unary(x, Activation::relu)));
        Feed feed{{"x", array({2, 3}, {1, -2, 3, -4, 5, -6})}};
        Feed out = interpret(graph, feed);
        CHECK(out.size() == 3);
        CHECK(out["turned"].shape == Shape{3, 2});
        CHECK(out["turned"].data == Numbers{11, 6, 18, 25, 33, 24});
        CHECK(out["means"].data == Numbers{62.0 / 3, 55.0 / 3});
        CHECK(out["best"].data == Numbers{2, 1});
    }

    TEST_CASE("interpret: the smaller ops, by hand") {
        Graph graph;
        const Tensor x = graph.input("x", {2, 4});
        const TopK best = top_k(x, 2);
        graph.output("values", best.values);
        graph.output("indices", best.indices);
        graph.output("joined", concat({slice(x, 1, 0, 1), slice(x, 1, 2, 4)}, 1));  // [2,3]
        graph.output("rows", embedding(x, graph.input("ids", {2}, DType::i32), 2));
        graph.output("pooled", max_pool(reshape(x, {1, 2, 4, 1})));  // [1,2,4,1] -> [1,1,2,1]
        Feed feed{{"x", array({2, 4}, {1, 7, 7, 3, 4, 2, 8, 6})}, {"ids", array({2}, {1, 0})}};
        Feed out = interpret(graph, feed);
        CHECK(out["values"].data == Numbers{7, 7, 8, 6});
        CHECK(out["indices"].data == Numbers{1, 2, 2, 3});
        CHECK(out["joined"].data == Numbers{1, 7, 3, 4, 8, 6});
        CHECK(out["rows"].data == Numbers{8, 4, 16, 12, 2, 14, 14, 6});
        CHECK(out["pooled"].data == Numbers{7, 8});
    }

    TEST_CASE("interpret: what comes from outside is rounded to its dtype, what is computed is not") {
        const std::array<uint16_t, 1> half{to_half(0.1f)};
        Graph graph;
        const Tensor x = graph.input("x", {1}, DType::f16);
        const Tensor c = graph.constant("c", {1}, DType::f16, std::as_bytes(std::span(half)));
        graph.output("x read", x);
        graph.output("c read", c);
        graph.output("product", multiply(x, c));
        Feed feed{{"x", array({1}, {0.1})}};
        Feed out = interpret(graph, feed);
        const double tenth = static_cast<double>(from_half(to_half(0.1f)));
        CHECK(tenth != 0.1);
        CHECK(out["x read"].data == Numbers{tenth});
        CHECK(out["c read"].data == Numbers{tenth});
        CHECK(out["product"].data == Numbers{tenth * tenth});
    }

    TEST_CASE("interpret: a state begins as zeros and is kept from run to run") {
        Graph graph;
        const Tensor cache = graph.state("cache", {1, 3, 2});
        const Tensor updated = cache_write(cache, graph.input("rows", {1, 1, 2}), graph.dynamic("starts", {1}));
        graph.output("sums", reduce(updated, 2, ReduceKind::sum));  // [1,3]
        graph.output("old handle", reduce(cache, 2, ReduceKind::sum));
        Feed feed{{"rows", array({1, 1, 2}, {1, 2})}, {"starts", array({1}, {1})}};
        Feed out = interpret(graph, feed);
        CHECK(out["sums"].data == Numbers{0, 3, 0});
        CHECK(out["old handle"].data == Numbers{0, 3, 0});  // the same memory
        CHECK(feed["cache"].data == Numbers{0, 0, 1, 2, 0, 0});
        feed["rows"] = array({1, 1, 2}, {5, 6});
        feed["starts"] = array({1}, {2});
        out = interpret(graph, feed);
        CHECK(out["sums"].data == Numbers{0, 3, 11});
        feed["starts"] = array({1}, {3});  // behind the end: dropped
        CHECK(interpret(graph, feed)["sums"].data == Numbers{0, 3, 11});
    }

    TEST_CASE("interpret: an intermediate value that is an output or used twice is still there") {
        Graph graph;
        const Tensor x = graph.input("x", {2});
        const Tensor y = add(x, x);
        graph.output("z", multiply(y, y));
        graph.output("y", y);
        Feed feed{{"x", array({2}, {1, 2})}};
        Feed out = interpret(graph, feed);
        CHECK(out["y"].data == Numbers{2, 4});
        CHECK(out["z"].data == Numbers{4, 16});
    }

    TEST_CASE("interpret: bad feeds are sentences") {
        Graph graph;
        graph.output("y", unary(graph.input("x", {2, 3}), Activation::relu));
        Feed nothing;
        CHECK(sentence(ErrorKind::bad_input, [&] { interpret(graph, nothing); }) == "interpret: expected [2,3] for input 'x', got nothing");
        Feed wrong{{"x", array({3, 2}, {1, 2, 3, 4, 5, 6})}};
        CHECK(sentence(ErrorKind::bad_input, [&] { interpret(graph, wrong); }) ==
              "interpret: expected [2,3] for 'x', got [3,2] with 6 elements");
    }
}

}  // namespace heed
