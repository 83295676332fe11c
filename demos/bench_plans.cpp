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
    return plans;
}

}  // namespace heed
