#include "models/nn/decoder.h"

namespace heed::nn {
namespace {

// x + self-attention, then + cross-attention, then + feed-forward. [B,T,C] -> [B,T,C]
Tensor decode_block(Tensor x, const DecoderBlock& block, const Memory& memory, size_t index, const DecodeOptions& options,
                    Decoded& result) {
    const Tensor before = norm(x, block.self_norms.before);
    AttendOptions self{.mask = options.self_mask, .keep_stats = options.keep_stats, .residual = x};
    self.mask.causal = true;
    self.key_owners = options.lineage;
    result.self.push_back(options.caches.empty() ? self_attention(before, block.self, self)
                                                 : cached_self_attention(before, block.self, options.caches[index], options.starts, self));
    const Tensor told = norm(result.self.back().out, block.self_norms.after);
    const AttendOptions cross{
        .mask = options.cross_mask, .key_owners = options.sentences, .keep_stats = options.keep_stats, .residual = told};
    result.cross.push_back(cross_attention(norm(told, block.cross_norms.before), memory, block.cross, cross));
    const Tensor looked = norm(result.cross.back().out, block.cross_norms.after);
    const Tensor out = feed_forward(norm(looked, block.feed_forward_norms.before), block.feed_forward, looked);
    return norm(out, block.feed_forward_norms.after);
}

}  // namespace

Decoder load_decoder(const Weights& weights, const DecoderShape& shape, const DecoderNames& names) {
    Decoder decoder;
    for (int i = 0; i < shape.layers; ++i) {
        const Weights layer = weights / names.layers / i;
        decoder.blocks.push_back(
            {.self_norms = load_branch_norms(layer / names.self_norm, shape.norm, shape.norms),
             .self = load_self_attention(layer / names.self, shape.self, names.in_self),
             .cross_norms = load_branch_norms(layer / names.cross_norm, shape.norm, shape.norms),
             .cross = load_cross_attention(layer / names.cross, shape.cross, names.in_cross),
             .feed_forward_norms = load_branch_norms(layer / names.feed_forward_norm, shape.norm, shape.norms),
             .feed_forward = load_feed_forward(layer / names.feed_forward, shape.feed_forward, names.in_feed_forward)});
    }
    if (shape.norms == NormPlace::before && !names.last_norm.empty()) {
        decoder.last = load_norm(weights / names.last_norm, shape.norm);
    }
    return decoder;
}

std::vector<Memory> remember(Tensor encoded, const Decoder& decoder) {
    std::vector<Memory> memories;
    for (const DecoderBlock& block : decoder.blocks) {
        memories.push_back(remember(encoded, block.cross));
    }
    return memories;
}

Decoded decode(Tensor x, const Decoder& decoder, const std::vector<Memory>& memories, const DecodeOptions& options) {
    const size_t blocks = decoder.blocks.size();
    if (memories.size() != blocks || (!options.caches.empty() && options.caches.size() != blocks)) {
        fail(ErrorKind::bad_input, "decode: expected a memory, and a cache or none, for each of ", blocks, " blocks, got ", memories.size(),
             " and ", options.caches.size());
    }
    Decoded result;
    for (size_t i = 0; i < blocks; ++i) {
        x = decode_block(x, decoder.blocks[i], memories[i], i, options, result);
    }
    result.out = norm(x, decoder.last);
    return result;
}

}  // namespace heed::nn
