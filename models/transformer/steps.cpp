#include "models/transformer/steps.h"

#include <algorithm>

namespace heed {
namespace {

std::string source_states(const SearchMemory& memory) {
    return text("sources ", memory.sentences, "x", memory.source_tokens, " ");
}

std::vector<nn::TokenCache> source_caches(Graph& graph, const TransformerConfig& config, const SearchMemory& memory, DType stored) {
    std::vector<nn::TokenCache> out;
    for (int i = 0; i < config.decoder.layers; ++i) {
        const std::string name = text(source_states(memory), i);
        out.push_back(nn::make_cache(graph, name, memory.sentences, memory.source_tokens, config.decoder.cross, stored));
    }
    return out;
}

std::vector<nn::TokenCache> token_caches(Graph& graph, const TransformerConfig& config, const SearchMemory& memory, DType stored) {
    std::vector<nn::TokenCache> out;
    for (int i = 0; i < config.decoder.layers; ++i) {
        out.push_back(nn::make_cache(graph, text(token_states(memory), i), memory.rows, memory.tokens, config.decoder.self, stored));
    }
    return out;
}

Tensor lineage_state(Graph& graph, const SearchMemory& memory) {
    return graph.state(token_states(memory) + "lineage", {memory.rows, memory.tokens}, DType::i32);
}

}  // namespace

bool SearchMemory::holds(const SearchMemory& other) const {
    return sentences >= other.sentences && source_tokens >= other.source_tokens && rows >= other.rows && tokens >= other.tokens;
}

int64_t SearchMemory::numbers() const {
    return sentences * source_tokens + rows * tokens;
}

std::string token_states(const SearchMemory& memory) {
    return text("tokens ", memory.rows, "x", memory.tokens, " ");
}

Graph build_encode(const TransformerConfig& config, WeightSource& source, const SearchMemory& memory, const EncodePlan& plan) {
    Graph graph;
    const Transformer model =
        load_transformer(config, Weights(graph, source).stored_as(plan.stored), {.source = memory.source_tokens, .target = memory.tokens});
    const Tensor ids = graph.input("source_ids", {plan.batch, plan.tokens}, DType::i32);
    const Tensor lengths = graph.dynamic("source_lengths", {plan.batch}), zeros = graph.dynamic("zeros", {plan.batch});
    const Tensor encoded = encode_source(model, ids, lengths).out;  // [B,S,C]
    const std::vector<nn::TokenCache> caches = source_caches(graph, config, memory, plan.stored);
    for (size_t i = 0; i < caches.size(); ++i) {
        nn::remember_in(caches[i], encoded, model.decoder.blocks[i].cross, zeros);
    }
    return graph;
}

Graph build_step(const TransformerConfig& config, WeightSource& source, const SearchMemory& memory, const StepPlan& plan) {
    Graph graph;
    const Transformer model =
        load_transformer(config, Weights(graph, source).stored_as(plan.stored), {.source = memory.source_tokens, .target = memory.tokens});
    const Tensor starts = graph.dynamic("starts", {plan.rows});
    nn::DecodeOptions options{.self_mask = {.key_lengths = graph.dynamic("seen", {plan.rows})},
                              .cross_mask = {.key_lengths = graph.dynamic("source_lengths", {plan.rows})},
                              .caches = token_caches(graph, config, memory, plan.stored),
                              .starts = starts,
                              .lineage = lineage(lineage_state(graph, memory), graph.dynamic("parents", {plan.rows}), starts),
                              .sentences = graph.input("sentences", {plan.rows, 1}, DType::i32),
                              .keep_stats = plan.attention};
    std::vector<nn::Memory> memories;
    std::ranges::transform(source_caches(graph, config, memory, plan.stored), std::back_inserter(memories), nn::memory_of);
    const Tensor ids = graph.input("tokens", {plan.rows, 1}, DType::i32);
    const nn::Decoded decoded = decode_target(model, ids, memories, options);
    const Tensor last = reshape(decoded.out, {plan.rows, config.channels()});
    output_scores(graph, transformer_logits(model, last), plan.scores);
    if (plan.attention) {
        graph.output("attention", reduce(nn::attention_map(decoded.cross.back()), 1, ReduceKind::mean));
    }
    return graph;
}

Graph build_growth(const TransformerConfig& config, const SearchMemory& from, const SearchMemory& to, DType stored) {
    Graph graph;
    const Tensor zeros = graph.dynamic("zeros", {from.rows});
    const std::vector<nn::TokenCache> small = token_caches(graph, config, from, stored), large = token_caches(graph, config, to, stored);
    for (size_t i = 0; i < small.size(); ++i) {
        cache_write(large[i].key_value, small[i].key_value, zeros);
    }
    cache_write(lineage_state(graph, to), lineage_state(graph, from), zeros);
    return graph;
}

}  // namespace heed
