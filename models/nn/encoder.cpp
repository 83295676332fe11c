#include "models/nn/encoder.h"

namespace heed::nn {
namespace {

// Factors of a branch's result; none where the family has no layer scale.
std::vector<float> load_scale(const Weights& layer, const std::string& name, const EncoderShape& shape) {
    return name.empty() ? std::vector<float>() : layer.numbers({name, {shape.norm.channels}, {Init::Kind::constant, 1}});
}

// One block: x + attention, then + feed-forward. [B,T,C] -> [B,T,C]
Tensor encode_block(Tensor x, const EncoderBlock& block, const EncodeOptions& options, std::vector<Attended>& layers) {
    layers.push_back(self_attention(norm(x, block.attention_norms.before), block.attention,
                                    {.mask = options.mask, .keep_stats = options.keep_stats, .residual = x}));
    const Tensor mixed = norm(layers.back().out, block.attention_norms.after);
    const Tensor out = feed_forward(norm(mixed, block.feed_forward_norms.before), block.feed_forward, mixed);
    return norm(out, block.feed_forward_norms.after);
}

}  // namespace

Encoder load_encoder(const Weights& weights, const EncoderShape& shape, const EncoderNames& names) {
    Encoder encoder;
    for (int i = 0; i < shape.layers; ++i) {
        const Weights layer = weights / names.layers / i;
        encoder.blocks.push_back({.attention_norms = load_branch_norms(layer / names.attention_norm, shape.norm, shape.norms),
                                  .attention = load_self_attention(layer / names.attention, shape.attention, names.in_attention,
                                                                   load_scale(layer, names.attention_scale, shape)),
                                  .feed_forward_norms = load_branch_norms(layer / names.feed_forward_norm, shape.norm, shape.norms),
                                  .feed_forward = load_feed_forward(layer / names.feed_forward, shape.feed_forward, names.in_feed_forward,
                                                                    load_scale(layer, names.feed_forward_scale, shape))});
    }
    if (shape.norms == NormPlace::before && !names.last_norm.empty()) {
        encoder.last = load_norm(weights / names.last_norm, shape.norm);
    }
    return encoder;
}

Encoded encode(Tensor x, const Encoder& encoder, const EncodeOptions& options) {
    Encoded result;
    for (const EncoderBlock& block : encoder.blocks) {
        x = encode_block(x, block, options, result.layers);
    }
    result.out = norm(x, encoder.last);
    return result;
}

}  // namespace heed::nn
