#include <doctest/doctest.h>

#include "ops/ops.h"
#include "support/caps.h"
#include "support/passes.h"

namespace heed {
namespace {

using namespace passes_detail;
using tests::passed;

std::string ops_after(const Graph& graph, const Caps& caps = tests::desktop_caps()) {
    return tests::ops_of(passed(graph, caps, {infer, widen, simplify}).graph);
}

// x -> relu -> what `middle` makes of it -> tanh -> y
template <typename Middle>
Graph between(const Middle& middle) {
    Graph graph;
    const Tensor a = unary(graph.input("x", {2, 3, 4}), Activation::relu);
    graph.output("y", unary(middle(a), Activation::tanh));
    return graph;
}

// The updated cache is what the next run sees; `before` is read after the update.
Graph read_after_update(bool no_change) {
    Graph graph;
    const Tensor cache = graph.state("cache", {1, 4, 2}), rows = graph.input("rows", {1, 1, 2});
    const Tensor before = no_change ? reshape(cache, {1, 4, 2}) : reshape(reshape(cache, {8}), {4, 2});
    cache_write(cache, rows, graph.dynamic("at", {1}));
    graph.output("y", unary(before, Activation::tanh));
    return graph;
}

}  // namespace

TEST_SUITE("plan") {
    TEST_CASE("simplify: what changes nothing goes") {
        CHECK(ops_after(between([](Tensor a) { return reshape(a, {2, 3, 4}); })) == "unary unary");
        CHECK(ops_after(between([](Tensor a) { return slice(a, 1, 0, 3); })) == "unary unary");
        CHECK(ops_after(between([](Tensor a) { return permute(a, {0, 1, 2}); })) == "unary unary");
        CHECK(ops_after(between([](Tensor a) { return slice(permute(reshape(a, {2, 3, 4}), {0, 1, 2}), -1, 0, 4); })) == "unary unary");
    }

    TEST_CASE("simplify: what changes something stays") {
        CHECK(ops_after(between([](Tensor a) { return reshape(a, {6, 4}); })) == "unary reshape unary");
        CHECK(ops_after(between([](Tensor a) { return slice(a, 1, 1, 3); })) == "unary slice unary");
        CHECK(ops_after(between([](Tensor a) { return permute(a, {1, 0, 2}); })) == "unary permute unary");
        CHECK(ops_after(between([](Tensor a) { return cast(cast(a, DType::f16), DType::f32); })) == "unary cast cast unary");  // it rounds
    }

    TEST_CASE("simplify: a reshape of a reshape is one") {
        const Graph graph = between([](Tensor a) { return reshape(reshape(a, {6, 4}), {24}); });
        CHECK(ops_after(graph) == "unary reshape unary");
        CHECK(ops_after(between([](Tensor a) { return reshape(reshape(a, {6, 4}), {2, 3, 4}); })) == "unary unary");
    }

    TEST_CASE("simplify: casts that widening made equal go") {
        const Graph graph = between([](Tensor a) { return cast(cast(a, DType::f16), DType::f32); });
        CHECK(ops_after(graph, tests::minimum_caps()) == "unary unary");
    }

    TEST_CASE("simplify: what nobody needs goes, state updates stay") {
        Graph graph;
        const Tensor x = graph.input("x", {1, 1, 2});
        unary(x, Activation::relu);
        cache_write(graph.state("cache", {1, 4, 2}), x, graph.dynamic("at", {1}));
        graph.output("y", unary(x, Activation::tanh));
        CHECK(ops_after(graph) == "cache_write unary");
    }

    TEST_CASE("simplify: an output stays where it is, and other users go past it") {
        Graph graph;
        const Tensor x = graph.input("x", {2, 3});
        const Tensor same = reshape(x, {2, 3});
        graph.output("same", same);
        graph.output("y", unary(same, Activation::tanh));
        CHECK(ops_after(graph) == "reshape unary");
        CHECK(compile(graph, tests::desktop_caps()).outputs.at(0).name == "same");
    }

    TEST_CASE("simplify: a copy of a state from before its update is no copy too many") {
        CHECK(ops_after(read_after_update(true)) == "reshape cache_write unary");
        Graph unchanged;  // the same, with nothing in between
        const Tensor cache = unchanged.state("cache", {1, 4, 2});
        unchanged.output("y", unary(reshape(cache, {1, 4, 2}), Activation::tanh));
        cache_write(cache, unchanged.input("rows", {1, 1, 2}), unchanged.dynamic("at", {1}));
        CHECK(ops_after(unchanged) == "unary cache_write");
    }

    TEST_CASE("simplify: two reshapes are not one when the state is updated between them") {
        Graph graph;
        const Tensor cache = graph.state("cache", {1, 4, 2});
        const Tensor flat = reshape(cache, {8});
        cache_write(cache, graph.input("rows", {1, 1, 2}), graph.dynamic("at", {1}));
        graph.output("y", unary(reshape(flat, {4, 2}), Activation::tanh));
        CHECK(ops_after(graph) == "reshape cache_write reshape unary");
        CHECK(ops_after(read_after_update(false)) == "reshape cache_write unary");
    }
}

}  // namespace heed
