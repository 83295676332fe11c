#include "models/seq2seq/steps.h"

#include "models/decode/row_states.h"

namespace heed {
namespace {

// What is kept of the sources. Absent tensors are absent there too.
struct SourceStates {
    nn::ScoreKeys keys;
    Tensor summary;  // [B,1,He]
};

SourceStates source_states(Graph& graph, const Seq2Seq& model, const Seq2SeqMemory& memory, DType dtype) {
    const Seq2SeqConfig& config = model.config;
    const auto state = [&](const char* name, int64_t tokens, int64_t channels) {
        return graph.state(text("sources ", memory.sentences, "x", memory.source_tokens, " ", name), {memory.sentences, tokens, channels},
                           dtype);
    };
    SourceStates out;
    if (config.attends()) {
        out.keys.states = state("states", memory.source_tokens, config.encoder.outputs());
        if (model.score->projected > 0) {
            out.keys.projected = state("keys", memory.source_tokens, model.score->projected);
        }
    } else if (config.context == SourceContext::every_step) {
        out.summary = state("summary", 1, config.encoder.outputs());
    }
    return out;
}

// The rows' states [rows,1,Hd], layer by layer.
DecoderState kept_states(Graph& graph, const Seq2SeqConfig& config, const Seq2SeqMemory& memory, DType dtype) {
    const std::string name = text("rows ", memory.rows, " ");
    return {.layers = row_states(graph, name, memory.rows, config.decoder, dtype),
            .fed = config.input_feeding ? row_state(graph, name + "fed", memory.rows, config.decoder.hidden, dtype) : Tensor()};
}

void keep(const DecoderState& states, const DecoderState& rows, Tensor zeros) {
    keep(states.layers, rows.layers, zeros);
    if (states.fed) {
        keep(states.fed, rows.fed, zeros);
    }
}

DecoderState gathered(const DecoderState& states, Tensor parents) {
    return {.layers = gathered(states.layers, parents), .fed = states.fed ? gathered(states.fed, parents) : Tensor()};
}

}  // namespace

bool Seq2SeqMemory::holds(const Seq2SeqMemory& other) const {
    return sentences >= other.sentences && source_tokens >= other.source_tokens && rows >= other.rows;
}

Graph build_encode(const Seq2SeqConfig& config, WeightSource& source, const Seq2SeqMemory& memory, const Seq2SeqEncodePlan& plan) {
    Graph graph;
    const Seq2Seq model = load_seq2seq(config, Weights(graph, source).stored_as(plan.stored));
    const Tensor ids = graph.input("source_ids", {plan.batch, plan.tokens}, DType::i32);
    const Tensor lengths = graph.dynamic("source_lengths", {plan.batch}), zeros = graph.dynamic("zeros", {plan.batch});
    const EncodedSource encoded = encode_source(model, ids, lengths);
    const SourceStates kept = source_states(graph, model, memory, plan.stored);
    if (kept.keys.states) {
        cache_write(kept.keys.states, encoded.keys.states, zeros);
    }
    if (kept.keys.projected) {
        cache_write(kept.keys.projected, encoded.keys.projected, zeros);
    }
    if (kept.summary) {
        cache_write(kept.summary, reshape(encoded.summary, {plan.batch, 1, config.encoder.outputs()}), zeros);
    }
    keep(kept_states(graph, config, memory, plan.stored), encoded.first, zeros);
    return graph;
}

Graph build_step(const Seq2SeqConfig& config, WeightSource& source, const Seq2SeqMemory& memory, const Seq2SeqStepPlan& plan) {
    Graph graph;
    const Seq2Seq model = load_seq2seq(config, Weights(graph, source).stored_as(plan.stored));
    const Tensor tokens = graph.input("tokens", {plan.rows, 1}, DType::i32);
    const Tensor sentences = graph.input("sentences", {plan.rows}, DType::i32);
    const Tensor zeros = graph.dynamic("zeros", {plan.rows});
    const DecoderState states = kept_states(graph, config, memory, plan.stored);
    const DecoderState before = gathered(states, graph.dynamic("parents", {plan.rows}));
    const nn::ScoreContext where{
        .lengths = graph.dynamic("source_lengths", {plan.rows}), .owners = sentences, .steps = graph.dynamic("positions", {plan.rows})};
    SourceStates kept = source_states(graph, model, memory, plan.stored);
    const DecodedStep step = decode_step(model, tokens, before, {.keys = kept.keys, .summary = kept.summary, .first = {}}, where);
    keep(states, step.state, zeros);
    output_scores(graph, step.logits, plan.scores);
    if (plan.attention && step.weights) {
        graph.output("attention", step.weights);
    }
    return graph;
}

}  // namespace heed
