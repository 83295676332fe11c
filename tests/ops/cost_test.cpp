// What ops are said to do against hand counts, as docs/profiling.md counts: a multiply-add is two operations; every addition, product,
// comparison, division, root, exp, log, tanh and erf of the formula one; numbers are read once and written once.
#include <doctest/doctest.h>

#include <functional>

#include "ops/ops.h"
#include "plan/compile.h"
#include "support/caps.h"
#include "support/models.h"

namespace heed {
namespace {

struct Work {
    double flops = 0, bytes = 0;

    bool operator==(const Work&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Work& work) {
    return out << work.flops << " FLOP, " << work.bytes << " bytes";
}

// By dispatch, of what the function's result compiles to.
std::vector<Work> works(const std::function<Tensor(Graph&)>& build, const Caps& caps = tests::desktop_caps()) {
    Graph graph;
    graph.output("y", build(graph));
    std::vector<Work> out;
    for (const Step& step : compile(graph, caps).steps) {
        out.push_back({step.dispatch.cost.flops, step.dispatch.cost.bytes});
    }
    return out;
}

Work work(const std::function<Tensor(Graph&)>& build) {
    const std::vector<Work> all = works(build);
    REQUIRE(all.size() == 1);
    return all[0];
}

Tensor weight(Graph& graph, const char* name, const Shape& shape, DType dtype) {
    return graph.constant(name, shape, std::vector<float>(static_cast<size_t>(shape.elements())), dtype);
}

constexpr DType kStored[] = {DType::f32, DType::f16};
double size(DType dtype) {
    return static_cast<double>(size_of(dtype));
}

}  // namespace

TEST_SUITE("ops") {
    TEST_CASE("work: elementwise ops") {
        for (const DType t : kStored) {
            const std::pair<Activation, double> functions[] = {
                {Activation::relu, 1},     {Activation::exp, 1},      // a comparison; an exp
                {Activation::tanh, 1},     {Activation::sigmoid, 3},  // a tanh; exp, 1 +, 1 /
                {Activation::silu, 4},                                // and times x
                {Activation::gelu, 5},                                // x / sqrt 2, erf, 1 +, times x, halved
                {Activation::gelu_tanh, 8}};                          // x x, a + b xx (2), times x, tanh, 1 +, times x, halved
            for (const auto& [function, each] : functions) {
                const Work done = work([&, f = function](Graph& g) { return unary(g.input("x", {3, 7}, t), f); });
                CHECK(done == Work{each * 21, (21 + 21) * size(t)});
            }
            // [3,1,7] + [5,1]: 105 additions of 21 and 5 numbers
            CHECK(work([&](Graph& g) {
                      return add(g.input("a", {3, 1, 7}, t), g.input("b", {5, 1}, t));
                  }) == Work{105, (21 + 5 + 105) * size(t)});
        }
        CHECK(work([](Graph& g) { return cast(g.input("x", {4, 5}), DType::f16); }) == Work{0, 20 * 4 + 20 * 2});
        CHECK(work([](Graph& g) { return cast(g.input("x", {4, 5}, DType::i32), DType::f32); }) == Work{0, 20 * 4 + 20 * 4});
    }

    TEST_CASE("work: copies are read and written, part by part") {
        for (const DType t : kStored) {
            CHECK(work([&](Graph& g) { return permute(g.input("x", {3, 5, 7}, t), {2, 0, 1}); }) == Work{0, 2 * 105 * size(t)});
            CHECK(work([&](Graph& g) { return slice(g.input("x", {3, 5}, t), 1, 1, 4); }) == Work{0, 2 * 9 * size(t)});
            const std::vector<Work> parts = works([&](Graph& g) { return concat({g.input("a", {2, 3}, t), g.input("b", {2, 5}, t)}, 1); });
            CHECK(parts == std::vector<Work>{{0, 2 * 6 * size(t)}, {0, 2 * 10 * size(t)}});
        }
    }

    TEST_CASE("work: matmul with all that is fused into it") {
        for (const DType t : kStored) {
            // 5 x 7 numbers of 11 multiply-adds
            CHECK(work([&](Graph& g) {
                      return matmul(g.input("a", {5, 11}, t), g.input("b", {11, 7}, t));
                  }) == Work{5 * 7 * 11 * 2, (5 * 11 + 11 * 7 + 5 * 7) * size(t)});
            // and each is scaled, gets a bias and a gelu of five, and a residual
            const auto fused = [&](Graph& g) {
                return matmul(g.input("a", {5, 11}, t), weight(g, "w", {7, 11}, t),
                              {.transpose_b = true,
                               .scale = 0.5,
                               .activation = Activation::gelu,
                               .bias = g.input("bias", {7}, t),
                               .residual = g.input("r", {5, 7}, t)});
            };
            CHECK(work(fused) == Work{5 * 7 * (2 * 11 + 1 + 1 + 5 + 1), (5 * 11 + 7 * 11 + 7 + 5 * 7 + 5 * 7) * size(t)});
        }
        // f16 weights under f32, one weight for three batches, a residual without the batch axis
        const auto batched = [](Graph& g) {
            return matmul(g.input("a", {3, 5, 8}), weight(g, "w", {8, 6}, DType::f16), {.residual = g.input("r", {5, 6})});
        };
        CHECK(work(batched) == Work{3 * 5 * 6 * (2 * 8 + 1), (3 * 5 * 8 + 5 * 6 + 3 * 5 * 6) * 4 + 8 * 6 * 2});
        // packed heads: 2 batches x 3 heads of [5,4] x [4,6]
        const auto heads = [](Graph& g) {
            return matmul(g.input("q", {2, 5, 12}), g.input("k", {2, 6, 12}),
                          {.transpose_b = true, .heads = 3, .a_packed = true, .b_packed = true});
        };
        CHECK(work(heads) == Work{2 * 3 * 5 * 6 * 2 * 4, (2 * 5 * 12 + 2 * 6 * 12 + 2 * 3 * 5 * 6) * 4});
    }

    TEST_CASE("work: a matmul whose weight is wider than a binding reads its rows again for each piece of it") {
        Caps caps = tests::desktop_caps();
        caps.max_binding_range = 4096;
        const auto wide = [](Graph& g) {
            return matmul(g.input("a", {2, 16}), weight(g, "w", {150, 16}, DType::f32), {.transpose_b = true, .bias = g.input("b", {150})});
        };
        const std::vector<Work> pieces = works(wide, caps);
        // columns in panels of 64: 64, 64 and the last 22, which are not padded here
        const auto piece = [](double n) { return Work{2 * n * (2 * 16 + 1), (2 * 16 + 16 * n + n + 2 * n) * 4}; };
        CHECK(pieces == std::vector<Work>{piece(64), piece(64), piece(22)});
    }

    TEST_CASE("work: convolution and pooling") {
        for (const DType t : kStored) {
            const auto conv = [&](Graph& g) {
                return conv2d(g.input("x", {2, 6, 5, 3}, t), weight(g, "w", {4, 3, 3, 3}, t),
                              {.pad_y = 1, .pad_x = 1, .bias = g.input("b", {4}, t), .activation = Activation::relu});
            };
            // as many places as before, four filters of 27 taps, bias, relu
            CHECK(work(conv) == Work{2 * 6 * 5 * 4 * (2 * 27 + 1 + 1), (2 * 6 * 5 * 3 + 4 * 27 + 4 + 2 * 6 * 5 * 4) * size(t)});
            // 2 x 2 windows of 6 x 4: 3 x 2 of them, four comparisons each
            CHECK(work([&](Graph& g) {
                      return max_pool(g.input("x", {1, 6, 4, 3}, t));
                  }) == Work{3 * 2 * 3 * 4, (6 * 4 * 3 + 3 * 2 * 3) * size(t)});
        }
        // pictures that do not fit one binding: five in pieces of three and two; each reads the weight
        Caps caps = tests::desktop_caps();
        caps.max_binding_range = 3 * 8 * 8 * 4 * 4;
        const std::vector<Work> pieces = works(
            [](Graph& g) {
                return conv2d(g.input("x", {5, 8, 8, 4}), weight(g, "w", {4, 4, 1, 1}, DType::f32));
            },
            caps);
        const auto piece = [](double images) { return Work{images * 64 * 4 * 2 * 4, (images * 64 * 4 + 16 + images * 64 * 4) * 4}; };
        CHECK(pieces == std::vector<Work>{piece(3), piece(2)});
    }

    TEST_CASE("work: softmax sees what its masks leave") {
        for (const DType t : kStored) {
            // each of 6 x 7 compared, less the peak, exp, added, divided; six rows have a reciprocal
            CHECK(work([&](Graph& g) { return softmax(g.input("x", {2, 3, 7}, t)); }) == Work{42 * 5 + 6, (42 + 42) * size(t)});
            // scaled, and a mask of its own for each batch added
            const auto masked = [&](Graph& g) {
                return softmax(g.input("x", {2, 3, 7}, t), {.scale = 0.5, .mask = g.input("m", {2, 1, 7}, t)});
            };
            CHECK(work(masked) == Work{42 * 7 + 6, (42 + 14 + 42) * size(t)});
            // row t sees t + 1 columns: 1 + 2 + 3 twice; all are written
            CHECK(work([&](Graph& g) {
                      return softmax(g.input("x", {2, 3, 7}, t), {.causal = true});
                  }) == Work{12 * 5 + 6, (12 + 42) * size(t)});
            // at most five columns near a centre: its distance, squared, scaled, off the exponent
            const auto near = [&](Graph& g) {
                return softmax(g.input("x", {2, 3, 7}, t), {.centres = g.input("c", {2, 3}), .reach = 2, .gaussian = true});
            };
            CHECK(work(near) == Work{30 * 9 + 6, (30 + 42) * size(t) + 6 * 4});
            // how long rows are is known when they are: all of it, and two numbers more
            const auto lengths = [&](Graph& g) { return softmax(g.input("x", {2, 3, 7}, t), {.key_lengths = g.dynamic("n", {2})}); };
            CHECK(work(lengths) == Work{42 * 5 + 6, 84 * size(t) + 2 * 4});
        }
    }

    TEST_CASE("work: norms") {
        for (const DType t : kStored) {
            const auto whole = [&](Graph& g) {
                return layer_norm(g.input("x", {5, 8}, t), {.gamma = g.input("gamma", {8}, t), .beta = g.input("beta", {8}, t)}).normed;
            };
            // mean, centred, square added (2), scaled, gamma, beta; a row: two divisions, epsilon, a root
            CHECK(work(whole) == Work{40 * 7 + 5 * 4, (40 + 8 + 8 + 40) * size(t)});
            const auto residual = [&](Graph& g) {
                const LayerNormResult both = layer_norm(g.input("x", {5, 8}, t), {.residual = g.input("r", {5, 8}, t)});
                g.output("sum", both.sum);
                return both.normed;
            };
            CHECK(work(residual) == Work{40 * 6 + 5 * 4, 4 * 40 * size(t)});  // one addition more; two in, two out
            const auto rms = [&](Graph& g) {
                return layer_norm(g.input("x", {5, 8}, t), {.gamma = g.input("gamma", {8}, t), .rms = true}).normed;
            };
            CHECK(work(rms) == Work{40 * 4 + 5 * 3, (40 + 8 + 40) * size(t)});  // square added (2), scaled, gamma
        }
    }

    TEST_CASE("work: sums and searches look at every number") {
        for (const DType t : kStored) {
            const auto reduced = [&](ReduceKind kind) { return work([&](Graph& g) { return reduce(g.input("x", {6, 7}, t), 1, kind); }); };
            CHECK(reduced(ReduceKind::sum) == Work{42, (42 + 6) * size(t)});
            CHECK(reduced(ReduceKind::max) == Work{42, (42 + 6) * size(t)});
            CHECK(reduced(ReduceKind::mean) == Work{42 + 6, (42 + 6) * size(t)});  // and a division a row
            // compared, less the peak, exp, added; a log and the peak again
            CHECK(reduced(ReduceKind::log_sum_exp) == Work{42 * 4 + 6 * 2, (42 + 6) * size(t)});
            CHECK(work([&](Graph& g) { return argmax(g.input("x", {6, 7}, t)); }) == Work{42, 42 * size(t) + 6 * 4});
            const auto best = [&](Graph& g) {
                const TopK top = top_k(g.input("x", {6, 7}, t), 3);
                g.output("i", top.indices);
                return top.values;
            };
            CHECK(work(best) == Work{42, (42 + 18) * size(t) + 18 * 4});
        }
    }

    TEST_CASE("work: tables are read where they are looked at") {
        for (const DType t : kStored) {
            const auto looked_up = [&](double scale) {
                return [&, scale](Graph& g) {
                    return embedding(g.input("table", {1000, 8}, t), g.input("ids", {2, 3}, DType::i32), scale);
                };
            };
            CHECK(work(looked_up(1)) == Work{0, 2 * 48 * size(t) + 6 * 4});
            CHECK(work(looked_up(2)) == Work{48, 2 * 48 * size(t) + 6 * 4});
            // windows of 600 and 400 rows: so much of the rows each, and all ids
            Caps caps = tests::desktop_caps();
            caps.max_binding_range = static_cast<uint64_t>(600 * 8 * size(t));
            CHECK(works(looked_up(1), caps) == std::vector<Work>{{0, 0.6 * 2 * 48 * size(t) + 6 * 4}, {0, 0.4 * 2 * 48 * size(t) + 6 * 4}});
            // rows of new keys in, rows of the cache out, and where they begin; then a copy for the host to read
            const auto cached = [&](Graph& g) {
                return cache_write(g.state("cache", {2, 100, 8}, t), g.input("k", {2, 3, 8}, t), g.dynamic("at", {2}));
            };
            CHECK(works(cached).front() == Work{0, 2 * 48 * size(t) + 2 * 4});
        }
        // two lines of a table of four, read and written, with parents and starts
        const auto lines = [](Graph& g) {
            return lineage(g.state("table", {4, 100}, DType::i32), g.dynamic("parents", {2}), g.dynamic("starts", {2}));
        };
        CHECK(works(lines).front() == Work{0, 2 * 2 * 100 * 4 + 2 * 4 + 2 * 4});
    }

    TEST_CASE("work: a recurrent layer, step by step") {
        for (const DType t : kStored) {
            const auto lstm = [&](Graph& g) {
                return recurrent(g.input("x", {2, 3, 4 * 8}, t), weight(g, "w", {4 * 8, 8}, t), {.bias = g.input("b", {32}, t)}).out;
            };
            // 16 units of four gates: inputs and bias added (8), three sigmoids (9), two tanh, f c + i g (3), o times (1)
            const double units = 16, gates = 8 + 9 + 2 + 3 + 1, in = 2 * 32, out = 16, bias = 32;
            // the first begins with zeros: no product, no weight read, no state; the cell is only written
            const Work first{units * gates, (in + bias + out) * size(t) + 16 * 4};
            const Work later{units * (gates + 4 * 8 * 2), (in + bias + 32 * 8 + 16 + out) * size(t) + 2 * 16 * 4};
            const Work last{later.flops, later.bytes + 16 * size(t)};  // writes what is left, too
            CHECK(works(lstm) == std::vector<Work>{first, later, last});

            const auto gru = [&](Graph& g) {
                return recurrent(g.input("x", {2, 1, 2 * 3 * 8}, t), weight(g, "w", {2 * 3 * 8, 8}, t),
                                 {.cell = Cell::gru, .first = g.input("h", {2, 16}, t), .lengths = g.dynamic("n", {2})})
                    .out;
            };
            // 32 units in two directions, three gates: inputs added (3; the new one's times reset is a product more), two sigmoids (6),
            // a tanh, n + z (h - n) (3); in and out, the states before and after, the weight
            CHECK(work(gru) == Work{32 * (3 * 8 * 2 + 3 + 1 + 6 + 1 + 3), (2 * 48 + 32 + 48 * 8 + 32 + 32) * size(t) + 2 * 4});
        }
    }

    TEST_CASE("work: every dispatch of a model has some, on any device") {
        for (const tests::NamedGraph& named : tests::named_graphs()) {
            const Graph graph = named.build(DType::f32);
            for (const Caps& caps : tests::all_caps()) {
                for (const Step& step : compile(graph, caps).steps) {
                    CHECK_MESSAGE(step.dispatch.cost.bytes > 0, named.name, ": ", step.dispatch.kernel->name);
                }
            }
        }
    }
}

}  // namespace heed
