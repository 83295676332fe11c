#include "demos/bench_plans.h"

#include "models/nn/encoder.h"
#include "models/sentence/encoder.h"

namespace heed {
namespace {

BenchPlan encoder(std::string name, int layers, int heads, int64_t channels, const Shape& tokens) {
    BenchPlan plan{.name = std::move(name),
                   .shape = text(tokens, ", ", layers, " layers, ", heads, " heads"),
                   .weights = random_weights(1),
                   .graph = {}};
    const nn::EncoderShape shape{.layers = layers,
                                 .attention = {.channels = channels, .heads = heads},
                                 .feed_forward = {.channels = channels, .hidden = 4 * channels, .activation = Activation::gelu},
                                 .norm = {.channels = channels},
                                 .norms = nn::NormPlace::before};
    const nn::Encoder loaded = nn::load_encoder(Weights(plan.graph, *plan.weights), shape);
    plan.graph.output("encoded", nn::encode(plan.graph.input("x", tokens), loaded).out);
    return plan;
}

// softmax(v . tanh(q + k)) and the values under it, as one op or as the ops it is made of.
BenchPlan additive(bool fused, int64_t batch, int64_t queries, int64_t keys, int64_t size, int64_t channels) {
    BenchPlan plan{.name = fused ? "plan: additive, fused" : "plan: additive, in parts",
                   .shape = text("B", batch, " T", queries, " S", keys, " A", size, " C", channels),
                   .weights = nullptr,
                   .graph = {}};
    const Tensor q = plan.graph.input("q", {batch, queries, size}), k = plan.graph.input("k", {batch, keys, size});
    const Tensor v = plan.graph.input("v", {size}), values = plan.graph.input("values", {batch, keys, channels});
    if (fused) {
        plan.graph.output("out", additive_attention(q, k, v, values).out);
        return plan;
    }
    const Tensor pairs = add(reshape(q, {batch, queries, 1, size}), reshape(k, {batch, 1, keys, size}));         // [B,T,S,A]
    const Tensor scores = matmul(unary(pairs, Activation::tanh), reshape(v, {1, size}), {.transpose_b = true});  // [B,T,S,1]
    plan.graph.output("out", matmul(softmax(reshape(scores, {batch, queries, keys})), values));
    return plan;
}

}  // namespace

std::vector<BenchPlan> bench_plans() {
    std::vector<BenchPlan> plans;
    const SentenceEncoderShape sentence;
    std::unique_ptr<WeightSource> wired = wired_weights(sentence.seed);
    Graph graph = build_sentence_encoder(sentence, 12, *wired);
    plans.push_back(
        {.name = "plan: heed demo", .shape = "12 words, with every map", .weights = std::move(wired), .graph = std::move(graph)});
    plans.push_back(encoder("plan: ViT-Tiny", 12, 3, 192, {1, 197, 192}));
    plans.push_back(encoder("plan: encoder", 6, 8, 512, {4, 32, 512}));
    for (const bool fused : {true, false}) {
        plans.push_back(additive(fused, 8, 1, 40, 128, 256));
        plans.push_back(additive(fused, 8, 30, 40, 128, 256));
    }
    return plans;
}

}  // namespace heed
