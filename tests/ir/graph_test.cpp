#include "ir/graph.h"

#include <doctest/doctest.h>

#include "support/sentence.h"

namespace heed {
namespace {

using tests::sentence;

// A node of one f32 output with the first input's shape; the graph asks no op whether that makes sense.
Tensor node(Graph& graph, OpKind op, const std::vector<Tensor>& inputs, int alias = -1) {
    std::vector<ValueId> ids;
    for (const Tensor& tensor : inputs) {
        ids.push_back(tensor.id());
    }
    return graph.append(op, ids, {}, {{inputs.at(0).shape(), DType::f32, alias}})[0];
}

}  // namespace

TEST_SUITE("ir") {
    TEST_CASE("graph: what comes from outside is found by its name") {
        Graph graph;
        const Tensor x = graph.input("x", {2, 3}, DType::f16);
        const Tensor lengths = graph.dynamic("lengths", {2});
        const Tensor cache = graph.state("cache", {2, 8, 4}, DType::f16);
        const Tensor w = graph.constant("w", {3}, {1, 2, 3});
        const Tensor y = node(graph, OpKind::unary, {x});
        graph.output("y", y);
        CHECK(graph.find("x") == x.id());
        CHECK(graph.find("lengths") == lengths.id());
        CHECK(graph.find("cache") == cache.id());
        CHECK(graph.find("w") == w.id());
        CHECK(graph.find("y") == y.id());
        CHECK(graph.find("z") == kNone);
        CHECK(graph.value(x.id()).kind == ValueKind::input);
        CHECK(graph.value(lengths.id()).kind == ValueKind::dynamic);
        CHECK(lengths.dtype() == DType::i32);
        CHECK(graph.value(cache.id()).kind == ValueKind::state);
        CHECK(graph.value(w.id()).kind == ValueKind::constant);
        CHECK(graph.value(y.id()).kind == ValueKind::computed);
        CHECK(x.dtype() == DType::f16);
        CHECK(y.shape() == Shape{2, 3});
        CHECK(graph.is_output(y.id()));
        CHECK_FALSE(graph.is_output(x.id()));
    }

    TEST_CASE("graph: names are given once and never empty") {
        Graph graph;
        const Tensor x = graph.input("x", {2});
        CHECK(sentence(ErrorKind::bad_input, [&] { graph.state("x", {2}); }) == "graph: names are unique, got a second 'x'");
        CHECK(sentence(ErrorKind::bad_input, [&] { graph.output("x", x); }) == "output x: names are unique, got a second one");
        graph.output("y", x);
        CHECK(sentence(ErrorKind::bad_input, [&] { graph.dynamic("y", {2}); }) == "graph: names are unique, got a second 'y'");
        CHECK(sentence(ErrorKind::bad_input, [&] { graph.output("y", x); }) == "output y: names are unique, got a second one");
        CHECK(sentence(ErrorKind::bad_input, [&] { graph.input("", {2}); }) ==
              "graph: inputs, constants and states need a name, got an empty one");
        CHECK(sentence(ErrorKind::bad_input, [&] { graph.output("", x); }) == "output: expected a name, got an empty one");
    }

    TEST_CASE("graph: an output is a tensor of this graph") {
        Graph graph, other;
        const Tensor stranger = other.input("x", {2});
        CHECK(sentence(ErrorKind::bad_input, [&] { graph.output("y", stranger); }) ==
              "output y: expected a tensor of this graph, got one of another");
        CHECK(sentence(ErrorKind::bad_input, [&] { graph.output("y", Tensor()); }) == "output y: expected a tensor, got none");
        CHECK(sentence(ErrorKind::internal, [&] { (void)Tensor().shape(); }) == "tensor: an absent tensor was asked for its graph");
        CHECK(graph.outputs().empty());
    }

    TEST_CASE("graph: a constant has exactly the bytes of its shape") {
        Graph graph;
        const std::vector<std::byte> bytes(11);
        CHECK(sentence(ErrorKind::bad_input, [&] {
                  graph.constant("w", {2, 3}, DType::f16, bytes);
              }) == "constant w: [2,3] of f16 is 12 bytes, got 11");
        CHECK(sentence(ErrorKind::bad_input, [&] {
                  graph.constant("w", {2, 2}, {1.0f, 2.0f});
              }) == "constant w: [2,2] of f32 is 16 bytes, got 8");
        CHECK(graph.values().empty());
    }

    TEST_CASE("graph: copied constants outlive what they were copied from") {
        Graph graph;
        std::vector<ValueId> ids;
        for (int i = 0; i < 40; ++i) {
            const auto value = static_cast<float>(i);
            ids.push_back(graph.constant(text("w", i), {2}, std::vector<float>{value, -value}).id());
        }
        const Graph copy = graph.structure();
        for (int i = 0; i < 40; ++i) {
            const Constant& constant = copy.value(ids[static_cast<size_t>(i)]).constant;
            REQUIRE(constant.bytes.size() == 8);
            const auto* floats = reinterpret_cast<const float*>(constant.bytes.data());
            CHECK(floats[0] == static_cast<float>(i));
            CHECK(floats[1] == -static_cast<float>(i));
        }
    }

    TEST_CASE("graph: users are the nodes that read a value, each once") {
        Graph graph;
        const Tensor x = graph.input("x", {2});
        const Tensor a = node(graph, OpKind::binary, {x, x});
        const Tensor b = node(graph, OpKind::binary, {a, x});
        CHECK(graph.users(x.id()) == std::vector<NodeId>{0, 1});
        CHECK(graph.users(a.id()) == std::vector<NodeId>{1});
        CHECK(graph.users(b.id()).empty());
        CHECK(graph.value(b.id()).producer == 1);
    }

    TEST_CASE("graph: replace_uses reaches nodes, outputs and in-place updates") {
        Graph graph;
        const Tensor x = graph.input("x", {2}), cache = graph.state("cache", {2});
        const Tensor old = node(graph, OpKind::unary, {x});
        const Tensor user = node(graph, OpKind::binary, {old, x});
        const Tensor first = node(graph, OpKind::reshape, {cache});
        const Tensor updated = node(graph, OpKind::cache_write, {first, x}, 0);
        graph.output("old", old);
        graph.output("user", user);
        graph.replace_uses(old.id(), x.id());
        graph.replace_uses(first.id(), cache.id());
        CHECK(graph.node(1).inputs == std::vector<ValueId>{x.id(), x.id()});
        CHECK(graph.outputs()[0].second == x.id());
        CHECK(graph.outputs()[1].second == user.id());
        CHECK(graph.node(3).inputs[0] == cache.id());
        CHECK(graph.value(updated.id()).alias_of == cache.id());  // else the update would go to memory nobody keeps
    }

    TEST_CASE("graph: compact drops what no output and no state update needs") {
        Graph graph;
        const Tensor x = graph.input("x", {2}), cache = graph.state("cache", {2});
        const Tensor unused = node(graph, OpKind::unary, {x});
        node(graph, OpKind::unary, {unused});                 // dead, with all before it
        const Tensor rows = node(graph, OpKind::unary, {x});  // needed by the update alone
        const Tensor updated = node(graph, OpKind::cache_write, {cache, rows}, 0);
        const Tensor y = node(graph, OpKind::binary, {x, x});
        graph.output("y", y);
        graph.compact();
        REQUIRE(graph.nodes().size() == 3);
        CHECK(graph.node(0).outputs[0] == rows.id());
        CHECK(graph.node(1).outputs[0] == updated.id());
        CHECK(graph.node(2).outputs[0] == y.id());
        CHECK(graph.value(rows.id()).producer == 0);
        CHECK(graph.value(updated.id()).producer == 1);
        CHECK(graph.value(y.id()).producer == 2);
        CHECK(graph.value(unused.id()).producer == kNone);
    }

    TEST_CASE("graph: compact keeps a node of which any one output is used") {
        Graph graph;
        const Tensor x = graph.input("x", {2, 4});
        const std::vector<Tensor> top = graph.append(OpKind::top_k, {x.id()}, {}, {{Shape{2, 1}}, {Shape{2, 1}, DType::i32}});
        graph.output("indices", top[1]);
        graph.compact();
        REQUIRE(graph.nodes().size() == 1);
        CHECK(graph.node(0).outputs == std::vector<ValueId>{top[0].id(), top[1].id()});
    }

    TEST_CASE("graph: structure() is a copy that can be rewritten") {
        Graph graph;
        const Tensor x = graph.input("x", {2});
        graph.output("y", node(graph, OpKind::unary, {x}));
        const std::string before = graph.text();
        Graph copy = graph.structure();
        CHECK(copy.text() == before);
        copy.replace_output(0, x.id());
        copy.compact();
        CHECK(copy.nodes().empty());
        CHECK(graph.text() == before);
    }
}

}  // namespace heed
