#pragma once

#include <optional>
#include <vector>

#include "models/seq2seq/config.h"

namespace heed {

// A recurrent encoder-decoder in a graph.
struct Seq2Seq {
    Seq2SeqConfig config;
    Tensor source, target;  // embeddings [V,E]
    nn::RecurrentStack encoder, decoder;
    std::vector<nn::Linear> bridge_hidden, bridge_cell;  // by the decoder's layers
    std::optional<nn::Score> score;
    nn::Linear combine;  // Luong: [c ; h] -> h~
    nn::Linear output;
};
Seq2Seq load_seq2seq(const Seq2SeqConfig& config, const Weights& weights);

// What a decoder carries from step to step.
struct DecoderState {
    std::vector<nn::RecurrentState> layers;
    Tensor fed;  // [R,Hd], with input feeding
};

struct EncodedSource {
    nn::ScoreKeys keys;  // with attention
    Tensor summary;      // [B,He], the encoder's last state
    DecoderState first;  // what decoding begins with, a row a sentence
};
// ids i32 [B,S]; lengths dynamic [B].
EncodedSource encode_source(const Seq2Seq& model, Tensor ids, Tensor lengths);

struct DecodedStep {
    Tensor logits;   // [R,V]
    Tensor weights;  // [R,1,S] f32, with attention
    DecoderState state;
};
// tokens i32 [R,1]. Rows find their sentence in `source` (keys or summary) through where.owners.
DecodedStep decode_step(const Seq2Seq& model, Tensor tokens, const DecoderState& state, const EncodedSource& source,
                        const nn::ScoreContext& where);

}  // namespace heed
