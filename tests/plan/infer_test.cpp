#include <doctest/doctest.h>

#include "ops/ops.h"
#include "support/caps.h"
#include "support/passes.h"
#include "support/sentence.h"

namespace heed {
namespace {

using namespace passes_detail;
using tests::contains;
using tests::passed;
using tests::sentence;

const Caps kCaps = tests::desktop_caps();

}  // namespace

TEST_SUITE("plan") {
    TEST_CASE("infer: what the host wrote, or a run keeps, becomes an output by a copy of its own") {
        Graph graph;
        const Tensor x = graph.input("x", {2, 3}), w = graph.constant("w", {2}, {1, 2}), cache = graph.state("cache", {1, 4, 2});
        const Tensor rows = graph.input("rows", {1, 1, 2}), at = graph.dynamic("at", {1});
        graph.output("x again", x);
        graph.output("w again", w);
        graph.output("cache before", cache);
        graph.output("cache after", cache_write(cache, rows, at));
        graph.output("computed", unary(x, Activation::relu));
        const Plan plan = passed(graph, kCaps, {infer});
        const Graph& after = plan.graph;
        REQUIRE(after.outputs().size() == 5);
        CHECK(after.nodes().size() == graph.nodes().size() + 4);
        for (size_t i = 0; i < 5; ++i) {
            const Value& value = after.value(after.outputs()[i].second);
            CHECK(after.outputs()[i].first == graph.outputs()[i].first);
            CHECK(value.kind == ValueKind::computed);
            CHECK(value.alias_of == kNone);
            CHECK(value.shape == graph.value(graph.outputs()[i].second).shape);
            CHECK(to_string(after.node(value.producer).op) == (i < 4 ? "reshape" : "unary"));
        }
        CHECK(after.node(after.value(after.outputs()[3].second).producer).inputs[0] == graph.outputs()[3].second);
        for (const Caps& caps : tests::all_caps()) {
            for (const char* off : {"none", "views", "simplify"}) {
                CompileOptions options;
                if (std::string(off) != "none") {
                    options.off.insert(off);
                }
                const Plan compiled = compile(graph, caps, options);
                for (const OutputWindow& output : compiled.outputs) {
                    CHECK(compiled.placements[output.root].arena == Arena::io);
                }
            }
        }
    }

    TEST_CASE("infer: an output may be what the host wrote into the dynamics") {
        Graph graph;
        graph.output("lengths again", graph.dynamic("lengths", {3}));
        for (const Caps& caps : tests::all_caps()) {
            CHECK(compile(graph, caps).outputs.at(0).shape == Shape{3});
        }
    }

    TEST_CASE("infer: a graph that computes nothing anyone could see") {
        Graph graph;
        unary(graph.input("x", {2}), Activation::relu);
        CHECK(sentence(ErrorKind::bad_model, [&] { compile(graph, kCaps); }) ==
              "compile: expected a graph with at least one output or state update, got none");
        const Graph empty;
        CHECK(sentence(ErrorKind::bad_model, [&] { compile(empty, kCaps); }) ==
              "compile: expected a graph with at least one output or state update, got none");
        Graph update;
        cache_write(update.state("cache", {1, 4, 2}), update.input("rows", {1, 1, 2}), update.dynamic("at", {1}));
        CHECK(compile(update, kCaps).steps.size() == 1);
    }

    TEST_CASE("infer: a graph edited by hand that contradicts its ops is refused with both sides") {
        Graph graph;
        const Tensor x = graph.input("x", {2, 3});
        const Tensor y = unary(x, Activation::relu);
        graph.output("y", y);
        graph.edit_value(y.id()).shape = {3, 2};
        CHECK(sentence(ErrorKind::internal, [&] { compile(graph, kCaps); }) == "unary: infers f32[2,3], the graph says f32[3,2]");
        graph.edit_value(y.id()).shape = {2, 3};
        graph.edit_value(y.id()).dtype = DType::f16;
        CHECK(sentence(ErrorKind::internal, [&] { compile(graph, kCaps); }) == "unary: infers f32[2,3], the graph says f16[2,3]");
    }

    TEST_CASE("infer: a node that reads what comes later, or has too few outputs, is refused") {
        Graph graph;
        const Tensor x = graph.input("x", {2, 3});
        const Tensor a = unary(x, Activation::relu), b = unary(a, Activation::tanh);
        graph.output("b", b);
        graph.edit_node(0).inputs[0] = b.id();
        CHECK(contains(sentence(ErrorKind::internal, [&] { compile(graph, kCaps); }), "unary: node 0 reads %2 before it is computed"));
        Graph top;
        top.output("values", top_k(top.input("x", {4}), 2).values);
        top.edit_node(0).outputs.pop_back();
        CHECK(sentence(ErrorKind::internal, [&] { compile(top, kCaps); }) == "top_k: infers 2 outputs, the node has 1");
    }
}

}  // namespace heed
