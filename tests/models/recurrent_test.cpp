#include "models/nn/recurrent.h"

#include <doctest/doctest.h>

#include "models/checkpoint.h"
#include "models/model_check.h"
#include "run/session.h"
#include "support/caps.h"
#include "support/device.h"
#include "support/golden.h"
#include "support/sentence.h"

namespace {

using namespace heed;

struct Layer {
    const char* name;
    Cell cell;
};

constexpr Layer kLayers[] = {{"rnn-tanh", Cell::tanh}, {"rnn-relu", Cell::relu}, {"lstm", Cell::lstm}, {"gru", Cell::gru}};

// What PyTorch keeps as [layers*D,B,H]: a layer's [B,D*H].
std::vector<float> of_layer(const std::vector<float>& all, size_t layer, size_t directions, size_t batch, size_t hidden) {
    std::vector<float> out(batch * directions * hidden);
    for (size_t d = 0; d < directions; ++d) {
        for (size_t b = 0; b < batch; ++b) {
            const auto from = all.begin() + static_cast<std::ptrdiff_t>(((layer * directions + d) * batch + b) * hidden);
            std::copy(from, from + static_cast<std::ptrdiff_t>(hidden),
                      out.begin() + static_cast<std::ptrdiff_t>((b * directions + d) * hidden));
        }
    }
    return out;
}

struct Golden {
    nn::RecurrentShape shape;
    std::filesystem::path file;
    tests::GoldenTensors tensors;

    Golden(const Layer& layer, int layers, bool both)
        : file(tests::golden(text("recurrent/layers/", layer.name, "-", layers, both ? "-both" : "", ".safetensors"))), tensors(file) {
        shape = {.cell = layer.cell,
                 .layers = layers,
                 .inputs = tensors.sizes("x")[2],
                 .hidden = tensors.sizes("h0")[2],
                 .backwards = both ? nn::Backwards::all_layers : nn::Backwards::none};
    }

    void check(DType stored, bool from_first, float tolerance) const {
        INFO(file.filename().string() << (from_first ? " from a state" : "") << " as " << to_string(stored));
        const std::unique_ptr<Checkpoint> weights = open_checkpoint(file);
        const int64_t batch = tensors.sizes("x")[0], steps = tensors.sizes("x")[1];
        const auto directions = static_cast<size_t>(shape.directions(0));
        const Shape state{batch, shape.outputs(0)};
        const bool lstm = shape.cell == Cell::lstm;
        Graph graph;
        const nn::RecurrentStack stack = nn::load_recurrent(Weights(graph, *weights).stored_as(stored), shape);
        nn::UnrollOptions options{.lengths = graph.dynamic("lengths", {batch})};
        for (int i = 0; from_first && i < shape.layers; ++i) {
            options.first.push_back({graph.input(text("h", i), state, stored), lstm ? graph.input(text("c", i), state) : Tensor()});
        }
        const nn::Unrolled out = nn::unroll(graph.input("x", {batch, steps, shape.inputs}, stored), stack, options);
        graph.output("y", out.out);
        for (size_t i = 0; i < out.last.size(); ++i) {
            graph.output(text("h_n.", i), out.last[i].hidden);
            if (lstm) {
                graph.output(text("c_n.", i), out.last[i].cell);
            }
        }
        Session session(tests::device(), graph);
        session.write("x", tensors.floats("x"));
        session.write("lengths", tensors.integers("lengths"));
        const auto layer_of = [&](const std::string& name, size_t i) {
            return of_layer(tensors.floats(name), i, directions, static_cast<size_t>(batch), static_cast<size_t>(shape.hidden));
        };
        for (size_t i = 0; i < options.first.size(); ++i) {
            session.write(text("h", i), layer_of("h0", i));
            if (lstm) {
                session.write(text("c", i), layer_of("c0", i));
            }
        }
        session.run();
        const std::string scope = from_first ? "from." : "";
        tests::check_close(session.read("y"), tensors.floats(scope + "y"), tolerance);  // behind a sentence's end PyTorch has zeros too
        for (size_t i = 0; i < out.last.size(); ++i) {
            tests::check_close(session.read(text("h_n.", i)), layer_of(scope + "h_n", i), tolerance);
            if (lstm) {
                tests::check_close(session.read(text("c_n.", i)), layer_of(scope + "c_n", i), tolerance);
            }
        }
        CHECK_MESSAGE(tests::validation_messages() == 0, tests::validation_report());
    }
};

}  // namespace

TEST_SUITE_BEGIN("device recurrent");

TEST_CASE("recurrent layers give what PyTorch gives, one way and both, for sentences of different lengths") {
    for (const Layer& layer : kLayers) {
        for (const int layers : {1, 2}) {
            for (const bool both : {false, true}) {
                const Golden golden(layer, layers, both);
                golden.check(DType::f32, false, 1e-5f);
                golden.check(DType::f32, true, 1e-5f);
            }
        }
        Golden(layer, 2, true).check(DType::f16, true, 3e-2f);
    }
}

TEST_CASE("a stack's numbers are the same with every optional pass left out") {
    Graph graph;
    const auto weights = random_weights(4);
    const nn::RecurrentShape shape{.cell = Cell::gru,
                                   .layers = 3,
                                   .inputs = 6,
                                   .hidden = 8,
                                   .backwards = nn::Backwards::first_layer,
                                   .residual_from = 2,
                                   .beside = 3,
                                   .all_beside = true};
    const nn::Unrolled out = nn::unroll(graph.input("x", {2, 4, 6}), nn::load_recurrent(Weights(graph, *weights), shape),
                                        {.lengths = graph.dynamic("lengths", {2}), .beside = graph.input("context", {2, 4, 3})});
    graph.output("y", out.out);
    graph.output("last", out.last[1].hidden);
    tests::check_on_device(graph, tests::feed_for(graph, {{"lengths", {4, 2}}}));
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("recurrent");

TEST_CASE("recurrent: what contradicts the weight is a sentence") {
    Graph graph;
    const Tensor x = graph.input("x", {2, 3, 16}), weight = graph.input("w", {16, 4});
    const auto refused = [&](const auto& call) { return tests::sentence(ErrorKind::bad_input, call); };
    CHECK(refused([&] { recurrent(x, graph.input("w3", {15, 4}), {}); }) == "recurrent: expected a weight of [D*4*H,H], got [15,4]");
    CHECK(refused([&] {
              recurrent(graph.input("x2", {2, 3, 12}), weight, {});
          }) == "recurrent: expected x [B,T,16] for a weight of [16,4], got [2,3,12]");
    CHECK(refused([&] {
              recurrent(x, weight, {.first = graph.input("h", {2, 8})});
          }) == "recurrent: expected f32[2,4] for the first state, got f32[2,8]");
    CHECK(refused([&] {
              recurrent(graph.input("x4", {2, 3, 4}), graph.input("w4", {4, 4}),
                        {.cell = Cell::tanh, .first_cell = graph.input("c", {2, 4})});
          }) == "recurrent: expected a cell state for an LSTM alone");
    CHECK(refused([&] {
              recurrent(graph.input("x5", {2, 3, 48}), graph.input("w5", {48, 4}), {});
          }) == "recurrent: expected one direction or two, got 3 with a weight of [48,4]");
}

TEST_CASE("recurrent: one dispatch a step does both directions") {
    Graph graph;
    const auto weights = random_weights(1);
    const nn::RecurrentShape shape{.inputs = 5, .hidden = 7, .backwards = nn::Backwards::all_layers};
    graph.output("y", nn::unroll(graph.input("x", {2, 9, 5}), nn::load_recurrent(Weights(graph, *weights), shape)).out);
    CHECK(compile(graph, tests::software_caps()).steps.size() == 9 + 1);  // and one matmul for all their inputs
}

TEST_SUITE_END();
