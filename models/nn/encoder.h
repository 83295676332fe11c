#pragma once

#include <vector>

#include "models/nn/attention.h"
#include "models/nn/feed_forward.h"
#include "models/nn/norm.h"

namespace heed::nn {

struct EncoderBlock {
    BranchNorms attention_norms;
    SelfAttention attention;
    BranchNorms feed_forward_norms;
    FeedForward feed_forward;
};

struct Encoder {
    std::vector<EncoderBlock> blocks;
    Norm last;  // pre-norm stacks end with one
};

struct EncoderShape {
    int layers = 1;
    AttentionShape attention;
    FeedForwardShape feed_forward;
    NormShape norm;
    NormPlace norms = NormPlace::after;
};

struct EncoderNames {
    std::string layers = "layers";  // layers.0, layers.1 ..., and in each:
    std::string attention = "attention", attention_norm = "attention_norm";
    std::string feed_forward = "feed_forward", feed_forward_norm = "feed_forward_norm";
    std::string attention_scale = {}, feed_forward_scale = {};  // layer scale [C] of each branch, in the block's scope; empty: none
    std::string last_norm = "norm";                             // empty: none
    AttentionNames in_attention = {};
    FeedForwardNames in_feed_forward = {};
};
Encoder load_encoder(const Weights& weights, const EncoderShape& shape, const EncoderNames& names = {});

struct EncodeOptions {
    AttentionMask mask = {};
    bool keep_stats = false;
};

struct Encoded {
    Tensor out;                    // [B,T,C]
    std::vector<Attended> layers;  // who looked at what, by layer
};
Encoded encode(Tensor x, const Encoder& encoder, const EncodeOptions& options = {});  // [B,T,C]

}  // namespace heed::nn
