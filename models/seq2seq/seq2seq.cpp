#include "models/seq2seq/seq2seq.h"

#include "models/decode/row_states.h"

namespace heed {
namespace {

Tensor as(Tensor x, DType dtype) {
    return x.dtype() == dtype ? x : cast(x, dtype);
}

// One step's [R,C] as a sequence of one, and back.
Tensor one_step(Tensor x) {
    return reshape(x, {x.shape()[0], 1, x.shape()[1]});
}
Tensor only_step(Tensor x) {
    return reshape(x, {x.shape()[0], x.shape()[2]});
}

Tensor load_embedding(const Weights& weights, std::string_view name, int64_t words, int64_t channels) {
    return (weights / name).tensor("weight", {words, channels}, {Init::Kind::normal, 1});
}

// zeros: of the decoder's width, where states begin with them
DecoderState first_state(const Seq2Seq& model, const nn::Unrolled& encoded, Tensor zero) {
    const bool lstm = model.config.decoder.cell == Cell::lstm;
    DecoderState first;
    for (size_t i = 0; i < model.decoder.layers.size(); ++i) {
        switch (model.config.first) {
            case FirstState::zero: first.layers.push_back({zero, lstm ? as(zero, DType::f32) : Tensor()}); break;
            case FirstState::last: first.layers.push_back(encoded.last.at(i)); break;
            case FirstState::bridge: {
                const nn::RecurrentState& top = encoded.last.back();
                const auto bridge = [&](Tensor x, const nn::Linear& layer) {
                    return nn::linear(x, layer, {.activation = Activation::tanh});
                };
                const DType dtype = top.hidden.dtype();
                const Tensor cell = lstm ? as(bridge(as(top.cell, dtype), model.bridge_cell[i]), DType::f32) : Tensor();
                first.layers.push_back({bridge(top.hidden, model.bridge_hidden[i]), cell});
                break;
            }
        }
    }
    first.fed = model.config.input_feeding ? zero : Tensor();
    return first;
}

// What stands beside the token that a step's layers read: [R,1,C].
Tensor beside(const Seq2Seq& model, const DecoderState& state, const EncodedSource& source, const nn::ScoreContext& where, Tensor context) {
    if (context) {
        return context;
    }
    if (model.config.context == SourceContext::every_step) {
        return one_step(where.owners ? gathered(source.summary, where.owners) : source.summary);
    }
    return state.fed ? one_step(state.fed) : Tensor();
}

}  // namespace

Seq2Seq load_seq2seq(const Seq2SeqConfig& config, const Weights& weights) {
    Seq2Seq model{.config = config,
                  .source = load_embedding(weights, "source_embedding", config.source_words, config.source_channels),
                  .target = load_embedding(weights, "target_embedding", config.target_words, config.target_channels),
                  .encoder = nn::load_recurrent(weights / "encoder", config.encoder),
                  .decoder = nn::load_recurrent(weights / "decoder", config.decoder),
                  .bridge_hidden = {},
                  .bridge_cell = {},
                  .score = {},
                  .combine = {},
                  .output = nn::load_linear(weights / "output", {.in = config.output_inputs(), .out = config.target_words})};
    for (int64_t i = 0; config.first == FirstState::bridge && i < config.decoder.layers; ++i) {
        const nn::LinearShape shape{.in = config.encoder.outputs(), .out = config.decoder.hidden};
        model.bridge_hidden.push_back(nn::load_linear(weights / "bridge" / "hidden" / i, shape));
        if (config.decoder.cell == Cell::lstm) {
            model.bridge_cell.push_back(nn::load_linear(weights / "bridge" / "cell" / i, shape));
        }
    }
    if (config.attends()) {
        model.score = nn::load_score(weights / "attention", config.score);
    }
    if (config.luong()) {
        const nn::LinearShape shape{.in = config.encoder.outputs() + config.decoder.hidden, .out = config.decoder.hidden, .bias = false};
        model.combine = nn::load_linear(weights / "combine", shape);
    }
    return model;
}

EncodedSource encode_source(const Seq2Seq& model, Tensor ids, Tensor lengths) {
    const nn::Unrolled encoded = nn::unroll(embedding(model.source, ids), model.encoder, {.lengths = lengths});
    Graph& graph = ids.graph();
    const Shape state{ids.shape()[0], model.config.decoder.hidden};
    const Tensor zero = graph.constant(text("zero state ", state), state, std::vector<float>(static_cast<size_t>(state.elements()), 0),
                                       encoded.out.dtype());
    EncodedSource source{.keys = {}, .summary = encoded.last.back().hidden, .first = first_state(model, encoded, zero)};
    if (model.score) {
        source.keys = nn::remember(encoded.out, *model.score);
    }
    return source;
}

DecodedStep decode_step(const Seq2Seq& model, Tensor tokens, const DecoderState& state, const EncodedSource& source,
                        const nn::ScoreContext& where) {
    const Seq2SeqConfig& config = model.config;
    const Tensor word = embedding(model.target, tokens);  // [R,1,E]
    DecodedStep step;
    Tensor context;  // [R,1,He]
    if (config.attends() && config.order == AttentionOrder::bahdanau) {
        const nn::RecurrentState& asks = config.decoder.all_beside ? state.layers.front() : state.layers.back();
        const nn::Looked looked = nn::look(one_step(asks.hidden), source.keys, *model.score, where);
        context = looked.context;
        step.weights = looked.weights;
    }
    const nn::Unrolled decoded =
        nn::unroll(word, model.decoder, {.first = state.layers, .beside = beside(model, state, source, where, context)});
    step.state.layers = decoded.last;
    Tensor said = decoded.out;  // [R,1,Hd]
    if (config.luong()) {
        const nn::Looked looked = nn::look(decoded.out, source.keys, *model.score, where);
        step.weights = looked.weights;
        said = nn::linear(concat({looked.context, decoded.out}, 2), model.combine, {.activation = Activation::tanh});
    } else if (context) {
        said = concat({decoded.out, context, word}, 2);
    }
    if (config.input_feeding) {
        step.state.fed = only_step(said);
    }
    step.logits = nn::linear(only_step(said), model.output);
    return step;
}

}  // namespace heed
