#include "models/vision/rollout.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

#include "support/sentence.h"

namespace heed {
namespace {

using tests::contains;
using tests::sentence;

using Layers = std::vector<std::vector<float>>;

VisionAttention over(const Layers& layers, int64_t heads, int64_t before, Grid grid, bool class_token = true) {
    return {.layers = {layers.begin(), layers.end()}, .heads = heads, .before = before, .grid = grid, .class_token = class_token};
}

void check_near(const std::vector<float>& values, const std::vector<double>& expected) {
    REQUIRE(values.size() == expected.size());
    for (size_t i = 0; i < values.size(); ++i) {
        CAPTURE(i);
        CHECK(static_cast<double>(values[i]) == doctest::Approx(expected[i]).epsilon(1e-6));
    }
}

// Rows of exact weights that sum to 1.
Layers made_up(size_t layers, size_t heads, size_t tokens, unsigned seed) {
    std::mt19937 random(seed);
    Layers out(layers, std::vector<float>(heads * tokens * tokens));
    for (std::vector<float>& layer : out) {
        for (auto row = layer.begin(); row != layer.end(); row += static_cast<std::ptrdiff_t>(tokens)) {
            const auto end = row + static_cast<std::ptrdiff_t>(tokens);
            std::generate(row, end, [&] { return static_cast<float>(random() % 1000); });
            const float sum = std::accumulate(row, end, 0.0f);
            std::for_each(row, end, [&](float& weight) { weight /= sum; });
        }
    }
    return out;
}

using Matrix = std::vector<std::vector<double>>;

// The paper's formula as it stands: one matrix a layer, the later from the left.
Matrix rolled_out(const Layers& layers, size_t heads, size_t tokens) {
    Matrix out(tokens, std::vector<double>(tokens, 0.0));
    for (size_t t = 0; t < tokens; ++t) {
        out[t][t] = 1;
    }
    for (const std::vector<float>& layer : layers) {
        Matrix product(tokens, std::vector<double>(tokens, 0.0));
        for (size_t from = 0; from < tokens; ++from) {
            for (size_t via = 0; via < tokens; ++via) {
                double weight = from == via ? 0.5 : 0.0;
                for (size_t head = 0; head < heads; ++head) {
                    weight += 0.5 * static_cast<double>(layer[(head * tokens + from) * tokens + via]) / static_cast<double>(heads);
                }
                for (size_t to = 0; to < tokens; ++to) {
                    product[from][to] += weight * out[via][to];
                }
            }
        }
        out = product;
    }
    return out;
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("rollout: layers worked out by hand") {
        const std::vector<float> first{0.2f, 0.5f, 0.3f, 0.5f, 0.5f, 0, 0, 0.5f, 0.5f}, last{0, 0.5f, 0.5f, 1, 0, 0, 1, 0, 0};
        check_near(attention_rollout(over({first}, 1, 1, {1, 2})), {0.625, 0.375});
        check_near(attention_rollout(over({first, last}, 1, 1, {1, 2})), {0.375 / 0.6375, 0.2625 / 0.6375});
        check_near(attention_rollout(over({first}, 1, 1, {1, 2}, false)), {0.5 / 0.875, 0.375 / 0.875});
        check_near(attention_rollout(over({}, 1, 1, {1, 2}, false)), {0.5, 0.5});  // no layers: what a token is, it is by itself
        check_near(attention_rollout(over({}, 1, 1, {1, 2})), {0, 0});
    }

    TEST_CASE("rollout: the mean of the heads, tokens before the patches left out") {
        const std::vector<float> two_heads{0.2f, 0.4f, 0.4f, 0, 1, 0, 0, 0, 1, 0.2f, 0, 0.8f, 0, 1, 0, 0, 0, 1};
        check_near(attention_rollout(over({two_heads}, 2, 1, {2, 1})), {0.25, 0.75});
        check_near(attention_rollout(over({two_heads}, 2, 2, {1, 1})), {1});
    }

    TEST_CASE("rollout: what the whole product of matrices says, rows of which sum to 1") {
        const Grid grid{3, 4};
        for (const size_t before : {1u, 2u, 5u}) {
            CAPTURE(before);
            const size_t tokens = before + 12;
            const Layers layers = made_up(4, 3, tokens, static_cast<unsigned>(before));
            const Matrix matrix = rolled_out(layers, 3, tokens);
            std::vector<double> of_class(matrix[0].begin() + static_cast<std::ptrdiff_t>(before), matrix[0].end()), of_patches(12, 0.0);
            CHECK(std::accumulate(matrix[0].begin(), matrix[0].end(), 0.0) == doctest::Approx(1));
            for (size_t patch = 0; patch < 12; ++patch) {
                for (size_t from = before; from < tokens; ++from) {
                    of_patches[patch] += matrix[from][before + patch];
                }
            }
            for (std::vector<double>* expected : {&of_class, &of_patches}) {
                const double sum = std::accumulate(expected->begin(), expected->end(), 0.0);
                std::ranges::for_each(*expected, [&](double& share) { share /= sum; });
                const bool class_token = expected == &of_class;
                const std::vector<float> shares = attention_rollout(over(layers, 3, static_cast<int64_t>(before), grid, class_token));
                check_near(shares, *expected);
                CHECK(std::accumulate(shares.begin(), shares.end(), 0.0) == doctest::Approx(1));
            }
        }
    }

    TEST_CASE("rollout: weights that are no numbers stay so") {
        std::vector<float> layer(9, 1.0f / 3);
        layer[1] = std::numeric_limits<float>::quiet_NaN();
        for (const float share : attention_rollout(over({layer}, 1, 1, {1, 2}))) {
            CHECK(share != share);
        }
    }

    TEST_CASE("attention by head: the class token's row, or the mean of the patches' rows") {
        const std::vector<float> layer{0.2f, 0.5f, 0.3f, 0.5f, 0.5f, 0, 0, 0.5f, 0.5f, 1, 0, 0, 0, 1, 0, 0, 0, 1};
        check_near(attention_by_head(over({layer}, 2, 1, {1, 2}), 0), {0.5, 0.3, 0, 0});
        check_near(attention_by_head(over({layer}, 2, 1, {1, 2}, false), 0), {0.5, 0.25, 0.5, 0.5});
    }

    TEST_CASE("rollout: weights of another size are a sentence") {
        const auto complaint = [](const VisionAttention& attention) {
            return sentence(ErrorKind::bad_input, [&] { attention_rollout(attention); });
        };
        CHECK(contains(complaint(over({std::vector<float>(17)}, 2, 1, {2, 1})), "expected layers of 2 x 3 x 3 weights, got one of 17"));
        CHECK(contains(complaint(over({}, 2, 0, {2, 1})), "and 0 tokens before them"));
        CHECK(contains(complaint(over({}, 0, 1, {2, 1})), "got 0 heads"));
        CHECK(contains(complaint(over({}, 1, 1, {2, 0})), "got 1 heads, 2 x 0 patches"));
        CHECK(contains(sentence(ErrorKind::bad_input, [] { attention_by_head(over({}, 1, 1, {2, 1}), 3); }), "a layer below 0, got 3"));
    }
}

}  // namespace heed
