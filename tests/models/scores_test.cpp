// The attention scores: what they refuse, without a device; on one, their goldens, and that they look where they say they do.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/checkpoint.h"
#include "models/model_check.h"
#include "models/nn/scores/keras.h"
#include "models/nn/scores/score.h"
#include "run/session.h"
#include "support/device.h"
#include "support/golden.h"
#include "support/sentence.h"

namespace heed {
namespace {

using tests::sentence;

constexpr int64_t kSize = 9, kWindow = 2, kPositions = 13;  // as scripts/goldens/scores.py has them
constexpr std::string_view kNames[] = {"additive",      "dot",      "scaled_dot", "general", "concat",
                                       "linear_concat", "location", "local_m",    "local_p"};

// A graph with one look, and what was found in it.
struct Look {
    explicit Look(const std::string& name, const std::vector<float>& other_states = {})
        : file(tests::golden("scores/" + name + ".safetensors")),
          golden(file),
          checkpoint(open_checkpoint(file)),
          kind(nn::score_kind(name)),
          states(other_states.empty() ? golden.floats("states") : other_states) {
        const std::vector<int64_t> of_states = golden.sizes("states"), of_query = golden.sizes("query");
        const Shape shape(of_query);
        const nn::Score score = nn::load_score(
            Weights(graph, *checkpoint) / "attention",
            {.kind = kind, .query = shape.last(), .keys = of_states.back(), .size = kSize, .window = kWindow, .positions = kPositions});
        const nn::ScoreContext context{.lengths = graph.dynamic("lengths", {shape[0]}),
                                       .owners = graph.dynamic("owners", {shape[0]}),
                                       .steps = graph.dynamic("steps", {shape[0]})};
        const nn::ScoreKeys keys = nn::remember(graph.input("states", Shape(of_states)), score);
        CHECK((keys.projected ? keys.projected.shape().last() : 0) == score.projected);
        const nn::Looked looked = nn::look(graph.input("query", shape), keys, score, context);
        graph.output("context", looked.context);
        graph.output("weights", looked.weights);
    }

    Session run() const {
        Session session(tests::device(), graph);
        session.write("states", states);
        session.write("query", golden.floats("query"));
        for (const char* name : {"lengths", "owners", "steps"}) {
            if (graph.find(name) != kNone) {
                session.write(name, golden.integers(name));
            }
        }
        session.run();
        return session;
    }

    std::filesystem::path file;
    tests::GoldenTensors golden;
    std::unique_ptr<Checkpoint> checkpoint;
    nn::ScoreKind kind;
    std::vector<float> states;
    Graph graph;
};

// The place around which local_p looks, as the host reckons it.
double foreseen(const Look& look, size_t row, size_t query) {
    const std::vector<float> matrix = look.golden.floats("attention.position.weight"), queries = look.golden.floats("query");
    const std::vector<float> energy = look.golden.floats("attention.position_energy.weight");
    const auto channels = static_cast<size_t>(look.golden.sizes("query")[2]), rows = static_cast<size_t>(look.golden.sizes("query")[1]);
    double sum = 0;
    for (size_t a = 0; a < energy.size(); ++a) {
        double x = 0;
        for (size_t c = 0; c < channels; ++c) {
            x += static_cast<double>(matrix[a * channels + c]) * static_cast<double>(queries[(row * rows + query) * channels + c]);
        }
        sum += static_cast<double>(energy[a]) * std::tanh(x);
    }
    return look.golden.integers("lengths")[row] / (1 + std::exp(-sum));
}

// What holds of any row of weights, whatever was looked at.
void check_row(const Look& look, std::span<const float> weights, size_t row, size_t query) {
    const auto length = static_cast<size_t>(look.golden.integers("lengths")[row]);
    const int32_t step = look.golden.integers("steps")[row] + static_cast<int32_t>(query);
    const bool local_m = look.kind == nn::ScoreKind::local_m, local_p = look.kind == nn::ScoreKind::local_p;
    const double centre = local_m ? step : local_p ? foreseen(look, row, query) : 0;
    double sum = 0;
    size_t seen = 0;
    for (size_t s = 0; s < weights.size(); ++s) {
        const bool sees = s < length && ((!local_m && !local_p) || std::abs(static_cast<double>(s) - centre) <= kWindow);
        CHECK((weights[s] > 0) == sees);
        CHECK((weights[s] == 0) == !sees);
        sum += static_cast<double>(weights[s]);
        seen += sees;
    }
    if (local_p && seen > 0) {
        CHECK(sum <= 1);
    } else {
        CHECK(sum == doctest::Approx(seen > 0 ? 1 : 0).epsilon(1e-5));
    }
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("scores: their names and sizes") {
        for (size_t i = 0; i < std::size(kNames); ++i) {
            CHECK(nn::score_kind(kNames[i]) == static_cast<nn::ScoreKind>(i));
        }
        CHECK(
            sentence(ErrorKind::bad_model, [] { nn::score_kind("cosine"); }) ==
            "attention: expected a score among additive, dot, scaled_dot, general, concat, linear_concat, location, local_m, local_p, got "
            "'cosine'");
        Graph graph;
        const auto source = random_weights(3);
        const Weights weights(graph, *source);
        const auto refused = [&](const nn::ScoreShape& shape) {
            return sentence(ErrorKind::bad_model, [&] { nn::load_score(weights, shape); });
        };
        CHECK(refused({.kind = nn::ScoreKind::dot, .query = 8, .keys = 6}) ==
              "attention: expected states of 8 channels for the dot product with a query of as many, got 6");
        CHECK(refused({.kind = nn::ScoreKind::local_m, .query = 8, .keys = 6}) ==
              "attention: expected a window of at least 1 for the score 'local_m', got 0");
        CHECK(refused({.kind = nn::ScoreKind::concat, .query = 8, .keys = 6}) ==
              "attention: expected a size of at least 1 for the score 'concat', got 0");
        CHECK(refused({.query = 0, .keys = 6, .size = 4}) == "attention: expected a query of at least 1 for the score 'additive', got 0");
    }

    TEST_CASE("scores: states and queries of other sizes") {
        Graph graph;
        const auto source = random_weights(3);
        const nn::Score score =
            nn::load_score(Weights(graph, *source), {.kind = nn::ScoreKind::location, .query = 8, .keys = 6, .positions = 4});
        const auto bad = [](auto&& call) { return sentence(ErrorKind::bad_input, call); };
        const Tensor states = graph.input("states", {2, 5, 6}), query = graph.input("query", {2, 1, 8});
        CHECK(bad([&] { nn::remember(query, score); }) == "attention: expected states [B,S,6] to look at, got [2,1,8]");
        CHECK(bad([&] { nn::look(states, nn::remember(states, score), score); }) == "attention: expected queries [R,T,8], got [2,5,6]");
        CHECK(bad([&] { nn::look(query, nn::remember(states, score), score); }) ==
              "attention: expected at most 4 places, as the score 'location' knows, got 5");
    }

    TEST_CASE("scores: additive and concat take one kernel between what is projected and the context") {
        for (const char* name : {"additive", "concat"}) {
            const Look look(name);
            CHECK(std::ranges::count(look.graph.nodes(), OpKind::matmul, &Node::op) == 2);
            CHECK(look.graph.nodes().size() == 3);
        }
    }
}

TEST_SUITE("device models") {
    TEST_CASE("scores: as the formulas say in double precision") {
        for (std::string_view name : kNames) {
            INFO(name);
            const Look look{std::string(name)};
            const Session session = look.run();
            tests::check_close(session.read("context"), look.golden.floats("context"), 2e-5f);
            tests::check_close(session.read("weights"), look.golden.floats("weights"), 1e-5f);
        }
    }

    TEST_CASE("scores: weights sum to one, what is masked has none, and windows are where they should be") {
        for (std::string_view name : kNames) {
            INFO(name);
            const Look look{std::string(name)};
            const std::vector<float> weights = look.run().read("weights");
            const auto rows = static_cast<size_t>(look.golden.sizes("weights")[0]),
                       queries = static_cast<size_t>(look.golden.sizes("weights")[1]);
            const size_t places = weights.size() / (rows * queries);
            for (size_t i = 0; i < rows * queries; ++i) {
                check_row(look, std::span(weights).subspan(i * places, places), i / queries, i % queries);
            }
        }
    }

    TEST_CASE("scores: where all places are alike, local_p's weights are a Gaussian around the place it foresees") {
        const std::vector<float> alike(3 * 11 * 14, 0.0f);
        const Look look("local_p", alike);
        const std::vector<float> weights = look.run().read("weights");
        for (const size_t row : {size_t{0}, size_t{1}, size_t{3}}) {
            const auto length = static_cast<size_t>(look.golden.integers("lengths")[row]);
            const double centre = foreseen(look, row, 0);
            const std::span<const float> here = std::span(weights).subspan(row * 2 * 11, 11);
            const auto nearest = static_cast<size_t>(std::min(std::lround(centre), static_cast<long>(length) - 1));
            CHECK(static_cast<size_t>(std::ranges::max_element(here) - here.begin()) == nearest);
            const double at_nearest = std::exp(-std::pow(static_cast<double>(nearest) - centre, 2) * 2 / (kWindow * kWindow));
            for (size_t s = 0; s < here.size(); ++s) {
                const double away = static_cast<double>(s) - centre, bell = std::exp(-away * away * 2 / (kWindow * kWindow));
                const double expected = here[s] == 0 ? 0 : static_cast<double>(here[nearest]) * bell / at_nearest;
                CHECK(static_cast<double>(here[s]) == doctest::Approx(expected).epsilon(1e-4));
            }
        }
    }

    TEST_CASE("scores: with every pass left out in turn, and without lengths, owners and steps") {
        for (std::string_view name : kNames) {
            INFO(name);
            Graph graph;
            const auto source = random_weights(11);
            const nn::Score score = nn::load_score(
                Weights(graph, *source), {.kind = nn::score_kind(name), .query = 6, .keys = 6, .size = 5, .window = 3, .positions = 9});
            const nn::Looked looked =
                nn::look(graph.input("query", {2, 3, 6}), nn::remember(graph.input("states", {2, 7, 6}), score), score);
            graph.output("context", looked.context);
            graph.output("weights", looked.weights);
            tests::check_on_device(graph, tests::feed_for(graph));
        }
    }

    TEST_CASE("scores: in halves, and of one sentence that all rows share") {
        for (std::string_view name : kNames) {
            INFO(name);
            Graph graph;
            const auto source = random_weights(12);
            const nn::Score score =
                nn::load_score(Weights(graph, *source).stored_as(DType::f16),
                               {.kind = nn::score_kind(name), .query = 8, .keys = 8, .size = 12, .window = 3, .positions = 9});
            const nn::ScoreKeys keys = nn::remember(graph.input("states", {1, 7, 8}, DType::f16), score);
            const nn::ScoreContext context{.lengths = graph.dynamic("lengths", {3}), .owners = graph.dynamic("owners", {3})};
            const nn::Looked looked = nn::look(graph.input("query", {3, 2, 8}, DType::f16), keys, score, context);
            graph.output("context", looked.context);
            graph.output("weights", looked.weights);
            tests::check_on_device(graph, tests::feed_for(graph, {{"lengths", {7, 3, 5}}, {"owners", {0, 0, 0}}}), {4e-3, 4e-3});
        }
    }

    TEST_CASE("scores: Keras's layer, its scale and its masks") {
        const tests::GoldenTensors golden(tests::golden("scores/keras.safetensors"));
        const auto checkpoint = open_checkpoint(tests::golden("scores/keras.safetensors"));
        Graph graph;
        const auto input = [&](const char* name) { return graph.input(name, Shape(golden.sizes(name))); };
        const nn::Looked looked =
            nn::keras_attention(input("query"), input("value"), input("key"), nn::load_keras_attention(Weights(graph, *checkpoint), true),
                                {.query = input("query_mask"), .value = input("value_mask")});
        graph.output("context", looked.context);
        graph.output("weights", looked.weights);
        Session session(tests::device(), graph);
        for (const char* name : {"query", "value", "key", "query_mask", "value_mask"}) {
            session.write(name, golden.floats(name));
        }
        session.run();
        tests::check_close(session.read("context"), golden.floats("context"), 1e-5f);
        tests::check_close(session.read("weights"), golden.floats("weights"), 1e-5f);
        for (size_t i = 0; i < session.read("weights").size(); ++i) {
            CHECK((golden.floats("value_mask")[i / 35 * 7 + i % 7] == 0) == (session.read("weights")[i] == 0));
        }
    }

    TEST_CASE("scores: Keras's layer of self-attention over padded sentences") {
        Graph graph;
        const Tensor y = graph.input("y", {3, 5, 4});
        const nn::Looked looked = nn::keras_attention(y, y, {}, {}, {.lengths = graph.dynamic("lengths", {3})});
        graph.output("context", looked.context);
        graph.output("weights", looked.weights);
        tests::check_on_device(graph, tests::feed_for(graph, {{"lengths", {5, 1, 3}}}));
    }
}

}  // namespace heed
