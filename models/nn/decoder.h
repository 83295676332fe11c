#pragma once

#include "models/nn/encoder.h"

namespace heed::nn {

struct DecoderBlock {
    BranchNorms self_norms;
    SelfAttention self;
    BranchNorms cross_norms;
    CrossAttention cross;
    BranchNorms feed_forward_norms;
    FeedForward feed_forward;
};

struct Decoder {
    std::vector<DecoderBlock> blocks;
    Norm last;  // pre-norm stacks end with one
};

struct DecoderShape {
    int layers = 1;
    AttentionShape self, cross;
    FeedForwardShape feed_forward;
    NormShape norm;
    NormPlace norms = NormPlace::after;
};

struct DecoderNames {
    std::string layers = "layers";  // layers.0, layers.1 ..., and in each:
    std::string self = "self_attention", self_norm = "self_attention_norm";
    std::string cross = "cross_attention", cross_norm = "cross_attention_norm";
    std::string feed_forward = "feed_forward", feed_forward_norm = "feed_forward_norm";
    std::string last_norm = "norm";  // empty: none
    AttentionNames in_self = {}, in_cross = {};
    FeedForwardNames in_feed_forward = {};
};
Decoder load_decoder(const Weights& weights, const DecoderShape& shape, const DecoderNames& names = {});

// What every block looks at of the encoder's output, made once a sentence.
std::vector<Memory> remember(Tensor encoded, const Decoder& decoder);  // [B,S,C]

struct DecodeOptions {
    AttentionMask self_mask = {};         // causal whatever it says
    AttentionMask cross_mask = {};        // key_lengths: how long each sentence is
    std::vector<TokenCache> caches = {};  // one a block: x continues what they hold. None: x is all there is
    Tensor starts = {};                   // with caches: dynamic [B], the position of x's first token
    Tensor lineage = {};                  // with caches: i32 [B or more,capacity], which row of them holds each position of a row's past
    Tensor sentences = {};                // i32 [B,1]: the row of the memories that a row looks at; absent: its own
    bool keep_stats = false;
};

struct Decoded {
    Tensor out;                         // [B,T,C]
    std::vector<Attended> self, cross;  // who looked at what, by block
};
Decoded decode(Tensor x, const Decoder& decoder, const std::vector<Memory>& memories, const DecodeOptions& options = {});  // [B,T,C]

}  // namespace heed::nn
