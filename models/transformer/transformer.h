#pragma once

#include "models/nn/embedding.h"
#include "models/transformer/config.h"

namespace heed {

// How many tokens of each side the tables of positions reach where the model itself has no limit.
struct TransformerReach {
    int64_t source = 1024, target = 1024;
};

// An encoder-decoder in a graph.
struct Transformer {
    nn::Embedding source, target;
    nn::Encoder encoder;
    nn::Decoder decoder;
    Tensor encoder_bias, decoder_bias;  // [H,2R+1] by distance, or absent
    nn::Linear output;                  // C -> V
    double output_scale = 1;
};
Transformer load_transformer(const TransformerConfig& config, const Weights& weights, const TransformerReach& reach = {});

// ids i32 [B,S]; lengths dynamic [B]: how many tokens of each row count.
nn::Encoded encode_source(const Transformer& model, Tensor ids, Tensor lengths, bool keep_stats = false);

// Teacher-forced, or with caches one step: ids i32 [B,T]. What is left out of the options' self_mask is the model's own.
nn::Decoded decode_target(const Transformer& model, Tensor ids, const std::vector<nn::Memory>& memories, nn::DecodeOptions options);

Tensor transformer_logits(const Transformer& model, Tensor decoded);  // [..,C] -> [..,V]

// By block, the exact weights "encoder.0" [B,H,S,S], "self.0" [B,H,T,T] and "cross.0" [B,H,T,S] ...
struct TransformerMaps {
    bool encoder = false, self = false, cross = false;
};
constexpr TransformerMaps kAllMaps{.encoder = true, .self = true, .cross = true};

struct TransformerOptions {
    int64_t batch = 1, source_tokens = 1, target_tokens = 1;
    DType stored = DType::f32;
    bool logits = true;
    bool encoded = false;  // also the output "encoded" [B,S,C]
    TransformerMaps maps;  // also these
};

// All of it at once, without caches. Inputs "source_ids" i32 [B,S] and "target_ids" i32 [B,T], which begins with what the decoder begins
// with; dynamic "source_lengths" [B]. Output "logits" [B,T,V]: row t is of the token behind target token t.
Graph build_transformer(const TransformerConfig& config, WeightSource& source, const TransformerOptions& options);

}  // namespace heed
