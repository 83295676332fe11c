// What attention and a whole block are said to do, against hand counts.
#include <doctest/doctest.h>

#include <functional>

#include "ops/ops.h"
#include "plan/compile.h"
#include "support/caps.h"

namespace heed {
namespace {

struct Work {
    double flops = 0, bytes = 0;

    bool operator==(const Work&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Work& work) {
    return out << work.flops << " FLOP, " << work.bytes << " bytes";
}

std::vector<Work> works(const std::function<Tensor(Graph&)>& build) {
    Graph graph;
    graph.output("y", build(graph));
    std::vector<Work> out;
    for (const Step& step : compile(graph, tests::desktop_caps()).steps) {
        out.push_back({step.dispatch.cost.flops, step.dispatch.cost.bytes});
    }
    return out;
}

Work work(const std::function<Tensor(Graph&)>& build) {
    const std::vector<Work> all = works(build);
    REQUIRE(all.size() == 1);
    return all[0];
}

constexpr DType kStored[] = {DType::f32, DType::f16};
double size(DType dtype) {
    return static_cast<double>(size_of(dtype));
}

// B 2, H 4 of D 8, T 5, S 6: scores of a pair, scaled, compared, less the peak, exp, added (2 D + 5), and 2 D for its value.
constexpr double kPair = 2 * 8 + 5 + 2 * 8, kHeads = 2 * 4;
constexpr double kRow = 1 + 8;  // the sum's reciprocal, and the row times that

struct Operands {
    Tensor q, k, v;

    Operands(Graph& g, DType t) : q(g.input("q", {2, 5, 32}, t)), k(g.input("k", {2, 6, 32}, t)), v(g.input("v", {2, 6, 32}, t)) {}
};

Work masked(DType t, const std::function<AttentionMask(Graph&)>& mask) {
    return work([&](Graph& g) {
        const Operands in(g, t);
        return attention(in.q, in.k, in.v, {.heads = 4, .mask = mask(g)}).out;
    });
}

}  // namespace

TEST_SUITE("ops") {
    TEST_CASE("work: attention is its scores, its weights and their values, whatever lies between") {
        for (const DType t : kStored) {
            const double in = (2 * 5 * 32 + 2 * (2 * 6 * 32)) * size(t), out = 2 * 5 * 32 * size(t);
            CHECK(masked(t, [](Graph&) { return AttentionMask{}; }) == Work{kHeads * (5 * 6 * kPair + 5 * kRow), in + out});
            // statistics: two f32 a row of each head
            const auto kept = [&](Graph& g) {
                const Operands o(g, t);
                const AttentionResult result = attention(o.q, o.k, o.v, {.heads = 4, .scale = 1, .keep_stats = true});
                g.output("stats", result.stats);
                return result.out;
            };
            CHECK(work(kept) == Work{kHeads * (5 * 6 * (kPair - 1) + 5 * kRow), in + out + kHeads * 5 * 2 * 4});  // nothing to scale by
            // two heads of keys serve four
            const auto grouped = [&](Graph& g) {
                return attention(g.input("q", {2, 5, 32}, t), g.input("k", {2, 6, 16}, t), g.input("v", {2, 6, 16}, t),
                                 {.heads = 4, .kv_heads = 2})
                    .out;
            };
            CHECK(work(grouped) == Work{kHeads * (5 * 6 * kPair + 5 * kRow), (2 * 5 * 32 + 2 * (2 * 6 * 16)) * size(t) + out});
        }
    }

    TEST_CASE("work: attention does what its mask lets it see") {
        for (const DType t : kStored) {
            const double moved = (2 * 5 * 32 + 2 * (2 * 6 * 32) + 2 * 5 * 32) * size(t), rows = 5 * kRow;
            const auto flops = [&](double pairs, double pair = kPair) { return kHeads * (pairs * pair + rows); };
            // causal: 1 + 2 + 3 + 4 + 5 pairs
            CHECK(masked(t, [](Graph&) { return AttentionMask{.causal = true}; }) == Work{flops(15), moved});
            // one to the left and none to the right: 1, then 2 four times
            CHECK(masked(t, [](Graph&) { return AttentionMask{.causal = true, .window_left = 1}; }) == Work{flops(9), moved});
            // two to the left, one to the right: 2, 3, 4, 4, 4
            CHECK(masked(t, [](Graph&) { return AttentionMask{.window_left = 2, .window_right = 1}; }) == Work{flops(17), moved});
            // what only the run knows counts as the most it can be, and its numbers as read
            CHECK(masked(t, [](Graph& g) { return AttentionMask{.key_lengths = g.dynamic("n", {2})}; }) == Work{flops(30), moved + 8});
            CHECK(masked(t, [](Graph& g) { return AttentionMask{.causal = true, .query_starts = g.dynamic("n", {2})}; }) ==
                  Work{flops(30), moved + 8});
            CHECK(masked(t, [](Graph& g) {
                      return AttentionMask{.causal = true, .window_left = 2, .query_starts = g.dynamic("n", {2})};
                  }) == Work{flops(5 * 3), moved + 8});
            CHECK(masked(t, [](Graph& g) { return AttentionMask{.causal = true, .prefix_lengths = g.dynamic("n", {2})}; }) ==
                  Work{flops(30), moved + 8});
            // a bias, one for all heads: an addition a pair; a relative one is its table
            CHECK(masked(t, [&](Graph& g) {
                      return AttentionMask{.bias = g.input("b", {2, 1, 5, 6}, t)};
                  }) == Work{flops(30, kPair + 1), moved + 60 * size(t)});
            CHECK(masked(t, [&](Graph& g) {
                      return AttentionMask{.relative_bias = g.input("b", {4, 9}, t)};
                  }) == Work{flops(30, kPair + 1), moved + 36 * size(t)});
        }
    }

    TEST_CASE("work: a decoding step's keys are split, and what the parts hand over counts in both dispatches") {
        for (const DType t : kStored) {
            const auto step = [&](Graph& g) {
                return attention(
                           g.input("q", {2, 1, 32}, t), g.state("k", {3, 512, 32}, t), g.state("v", {3, 512, 32}, t),
                           {.heads = 4, .mask = {.key_lengths = g.dynamic("n", {2})}, .key_owners = g.state("o", {3, 512}, DType::i32)})
                    .out;
            };
            Graph graph;
            graph.output("y", step(graph));
            const Plan plan = compile(graph, tests::desktop_caps());
            REQUIRE(plan.steps.size() == 2);
            const double parts = plan.steps[0].dispatch.grid[0];
            CHECK(parts > 1);
            const double partial = kHeads * parts * (8 + 4) * 4;  // a row's values, peak and sum, in fours of f32
            // of three rows of keys and owners two can be looked at
            const Work split{kHeads * 512 * kPair, (32 * 2 + 2 * (2 * 512 * 32)) * size(t) + 2 * 512 * 4 + 2 * 4 + partial};
            // a part: compared, less the peak, exp, sum (2), values (2 each)
            const Work join{kHeads * (parts * (5 + 2 * 8) + kRow), partial + 32 * 2 * size(t)};
            CHECK(works(step) == std::vector<Work>{split, join});
        }
    }

    TEST_CASE("work: exact weights are those of the chosen heads") {
        for (const DType t : kStored) {
            const auto weights = [&](const std::vector<int>& heads) {
                return work([&](Graph& g) {
                    return attention_weights(g.input("q", {2, 5, 32}, t), g.input("k", {2, 6, 32}, t), g.input("stats", {2, 4, 5, 2}),
                                             {.heads = 4}, heads);
                });
            };
            const double weight = 2 * 8 + 4;  // scaled, less the peak, exp, times the reciprocal, of which there is one a row
            CHECK(weights({}) == Work{kHeads * (30 * weight + 5), (2 * 5 * 32 + 2 * 6 * 32) * size(t) + (kHeads * 10 + kHeads * 30) * 4});
            CHECK(weights({2}) == Work{2 * (30 * weight + 5), (2 * 5 * 8 + 2 * 6 * 8) * size(t) + (2 * 10 + 2 * 30) * 4});
            // B 2, T 5, S 6, A 8, C 4: eight sums, tanh and multiply-adds, a softmax (5), four values; a reciprocal a row
            const auto additive = [&](Graph& g) {
                const AdditiveAttentionResult result =
                    additive_attention(g.input("q", {2, 5, 8}, t), g.input("k", {2, 6, 8}, t), g.input("v", {8}, t),
                                       g.input("values", {2, 6, 4}, t), {.key_lengths = g.dynamic("n", {2})});
                g.output("weights", result.weights);
                return result.out;
            };
            CHECK(work(additive) == Work{60 * (8 * 4 + 5 + 4 * 2) + 10, (80 + 96 + 8 + 48 + 40) * size(t) + 2 * 4 + 60 * 4});
        }
    }

    TEST_CASE("work: a whole block adds up") {
        // 10 tokens of 16 channels, two heads, four times as wide in between
        const auto block = [](Graph& g) {
            const auto weight = [&](const char* name, const Shape& shape) {
                return g.constant(name, shape, std::vector<float>(static_cast<size_t>(shape.elements())));
            };
            const auto norm = [&](Tensor x, const char* gamma, const char* beta) {
                return layer_norm(x, {.gamma = weight(gamma, {16}), .beta = weight(beta, {16})}).normed;
            };
            const Tensor x = g.input("x", {1, 10, 16});
            const Tensor qkv = matmul(norm(x, "g1", "b1"), weight("qkv", {48, 16}), {.transpose_b = true, .bias = weight("qkv b", {48})});
            const auto part = [&](int64_t i) { return slice(qkv, 2, 16 * i, 16 * i + 16); };
            const Tensor seen = attention(part(0), part(1), part(2), {.heads = 2}).out;
            const Tensor mixed = add(x, matmul(seen, weight("out", {16, 16}), {.transpose_b = true, .bias = weight("out b", {16})}));
            const Tensor up =
                unary(add(matmul(norm(mixed, "g2", "b2"), weight("up", {64, 16}), {.transpose_b = true}), weight("up b", {64})),
                      Activation::gelu);
            return add(mixed, matmul(up, weight("down", {16, 64}), {.transpose_b = true, .bias = weight("down b", {16})}));
        };
        const double norm_flops = 160 * 7 + 10 * 4, norm_bytes = (160 + 16 + 16 + 160) * 4;
        const std::vector<Work> expected{{norm_flops, norm_bytes},
                                         {10 * 48 * (2 * 16 + 1), (160 + 48 * 16 + 48 + 480) * 4},
                                         {2 * (100 * (2 * 8 + 5 + 2 * 8) + 10 * (1 + 8)), 4 * 160 * 4},  // q, k, v are views of qkv
                                         {10 * 16 * (2 * 16 + 2), (160 + 256 + 16 + 160 + 160) * 4},     // bias and residual
                                         {norm_flops, norm_bytes},
                                         {10 * 64 * (2 * 16 + 1 + 5), (160 + 64 * 16 + 64 + 640) * 4},  // bias and gelu
                                         {10 * 16 * (2 * 64 + 2), (640 + 64 * 16 + 16 + 160 + 160) * 4}};
        CHECK(works(block) == expected);
        Graph graph;
        graph.output("y", block(graph));
        const Cost whole = compile(graph, tests::desktop_caps()).cost();
        double flops = 0, bytes = 0;
        for (const Work& one : expected) {
            flops += one.flops;
            bytes += one.bytes;
        }
        CHECK(whole.flops == flops);
        CHECK(whole.bytes == bytes);
    }
}

}  // namespace heed
