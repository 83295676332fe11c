#include "models/weights.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "support/sentence.h"

namespace heed {
namespace {

using tests::contains;
using tests::sentence;

std::vector<float> values(const Tensor& tensor) {
    const std::span<const std::byte> bytes = tensor.graph().value(tensor.id()).constant.bytes;
    std::vector<float> out(bytes.size() / sizeof(float));
    std::memcpy(out.data(), bytes.data(), bytes.size());
    return out;
}

constexpr Init kUniform{Init::Kind::uniform, 0.5}, kNormal{Init::Kind::normal, 2};

// Has one tensor, of another shape than anyone asks for.
class OneTensor : public WeightSource {
public:
    std::optional<WeightData> find(const WeightRequest& request) override {
        if (request.name != "known") {
            return std::nullopt;
        }
        return WeightData{.bytes = std::as_bytes(std::span(data_)), .shape = {2, 2}, .dtype = DType::f32};
    }
    std::string description() const override { return "one.safetensors"; }

private:
    std::vector<float> data_{1, 2, 3, 4};
};

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("random weights: a tensor depends on its name and the seed alone") {
        const auto draw = [](uint64_t seed, const char* first) {
            const auto source = random_weights(seed);
            Graph graph;
            const Weights weights(graph, *source);
            weights.tensor(first, {3}, kUniform);
            return values((weights / "layer" / 0).tensor("weight", {4, 5}, kUniform));
        };
        CHECK(draw(1, "a") == draw(1, "b"));
        CHECK(draw(1, "a") != draw(2, "a"));
    }

    TEST_CASE("random weights: the same on every platform") {
        const auto source = random_weights(1);
        Graph graph;
        const Weights weights(graph, *source);
        const std::vector<float> uniform = values(weights.tensor("uniform", {4}, kUniform));
        const std::vector<float> normal = values(weights.tensor("normal", {4}, kNormal));
        CHECK(uniform == std::vector<float>{0.45153439f, -0.2730124f, -0.122163832f, -0.466182828f});
        CHECK(normal == std::vector<float>{1.27167189f, -1.48924875f, 1.19006872f, -2.09550309f});
        CHECK(values(weights.tensor("ones", {2}, {Init::Kind::constant, 1})) == std::vector<float>{1, 1});
    }

    TEST_CASE("random weights: bounds, mean and deviation") {
        const auto source = random_weights(3);
        Graph graph;
        const Weights weights(graph, *source);
        for (const float x : values(weights.tensor("uniform", {100, 100}, kUniform))) {
            CHECK_UNARY(std::abs(x) <= 0.5f);
        }
        double sum = 0, squares = 0;
        for (const float x : values(weights.tensor("normal", {100, 100}, kNormal))) {
            sum += static_cast<double>(x);
            squares += static_cast<double>(x) * static_cast<double>(x);
        }
        CHECK(std::abs(sum / 1e4) < 0.1);
        CHECK(std::sqrt(squares / 1e4) == doctest::Approx(2).epsilon(0.03));
    }

    TEST_CASE("weights: asked for twice, it is one tensor") {
        const auto source = random_weights(1);
        Graph graph;
        const Weights weights = Weights(graph, *source) / "decoder";
        const Tensor embedding = weights.tensor("embedding", {10, 4}, kNormal);
        CHECK((Weights(graph, *source) / "decoder").tensor("embedding", {10, 4}, kNormal).id() == embedding.id());
        CHECK(graph.values().size() == 1);
        CHECK(graph.value(embedding.id()).name == "decoder.embedding");
    }

    TEST_CASE("weights: a stack holds its parts one below the other, and is made once") {
        const auto source = random_weights(1);
        const auto build = [&](Graph& graph) {
            const Weights weights = Weights(graph, *source) / "attention";
            return weights.stacked({{"query", {2, 3}, kNormal}, {"key", {1, 3}, kNormal}});
        };
        Graph graph, again;
        const Tensor both = build(graph);
        CHECK(both.shape() == Shape{3, 3});
        CHECK(graph.value(both.id()).name == "attention.query+key");
        std::vector<float> expected = values((Weights(graph, *source) / "attention").tensor("query", {2, 3}, kNormal));
        const std::vector<float> key = values((Weights(graph, *source) / "attention").tensor("key", {1, 3}, kNormal));
        expected.insert(expected.end(), key.begin(), key.end());
        CHECK(values(both) == expected);
        CHECK(again.value(build(again).id()).constant.bytes.data() == graph.value(both.id()).constant.bytes.data());
        CHECK(build(graph).id() == both.id());
    }

    TEST_CASE("weights: what the host reckons it reckons once a source") {
        const auto source = random_weights(1);
        int reckoned = 0;
        const auto make = [&] {
            ++reckoned;
            return std::vector<float>{1, 2, 3};
        };
        for (int i = 0; i < 2; ++i) {
            Graph graph;
            CHECK(values(Weights(graph, *source).constant("three", {3}, make)) == std::vector<float>{1, 2, 3});
        }
        CHECK(reckoned == 1);
    }

    TEST_CASE("weights: what is missing or of another shape is named") {
        OneTensor source;
        Graph graph;
        const Weights weights(graph, source);
        CHECK(sentence(ErrorKind::bad_model, [&] { (weights / "encoder").tensor("bias", {3}); }) ==
              "one.safetensors: expected a tensor 'encoder.bias' [3], got none of that name");
        CHECK(sentence(ErrorKind::bad_model, [&] {
                  weights.tensor("known", {4, 2});
              }) == "one.safetensors: expected 'known' to be [4,2], got [2,2]");
        CHECK(contains(sentence(ErrorKind::bad_model,
                                [&] {
                                    weights.stacked({{"known", {2, 2}, {}}, {"other", {2, 2}, {}}});
                                }),
                       "'other'"));
    }
}

}  // namespace heed
