#pragma once

#include <optional>
#include <string>

#include "models/checkpoint.h"
#include "models/json_config.h"
#include "models/nn/decoder.h"
#include "models/nn/positions.h"

namespace heed {

// What tells a model where a token stands, besides attention.
struct TokenPositions {
    enum class Kind { none, sinusoidal, learned };
    Kind kind = Kind::none;
    std::string table;             // learned: [first_row + count, C], in full
    int64_t first_row = 0;         // learned: rows before that of the first token
    nn::Sinusoids sinusoids;       // sinusoidal
    std::optional<int64_t> count;  // the most tokens; none: as many as memory holds. Learned ones have it
};

// norm(scale * words[id] + position): [..] -> [..,C]
struct TokenEmbedding {
    std::string table;  // [words,C], in full; the same name as another's: the same tensor
    int64_t words = 0;
    double scale = 1;
    TokenPositions positions;
    std::string norm;  // in full; empty: none
};

// T5's: a number for each head and each bucket of distances, added to the scores of every self-attention of a stack.
struct RelativePositions {
    std::string table;  // [buckets.count,H], in full; empty: none
    nn::DistanceBuckets buckets;
};

// scale * decoded weight' + bias: [..,C] -> [..,V]
struct TransformerOutput {
    std::string weight;  // [V,C], in full; the target's table where they are tied
    std::string bias;    // [V] or [1,V], in full; empty: none
    Shape bias_shape;    // as the source has it
    double scale = 1;
};

// Ids of a config file, with the defaults of its family's configuration class. Where there is a generation_config.json it goes before,
// and these stand in for `padding`, `start` and `end` alone.
struct TransformerTokens {
    std::optional<int32_t> padding, start, end;        // start: what the decoder begins with
    std::optional<int32_t> forced_first, forced_last;  // behind the start; before the longest sequence ends
};

// An encoder and a decoder of any published family, whatever its files call things.
struct TransformerConfig {
    std::string family;  // "Marian", for sentences
    TokenEmbedding source, target;
    nn::EncoderShape encoder;
    nn::DecoderShape decoder;
    RelativePositions encoder_positions, decoder_positions;
    std::string encoder_scope, decoder_scope;  // of what the names below name
    nn::EncoderNames in_encoder;
    nn::DecoderNames in_decoder;
    TransformerOutput output;
    TransformerTokens tokens;

    int64_t channels() const { return encoder.norm.channels; }
    int64_t longest_source() const { return source.positions.count.value_or(kUnlimited); }  // tokens
    int64_t longest_target() const { return target.positions.count.value_or(kUnlimited); }  // tokens the decoder can read
};

bool is_transformer(const Config& config);  // of a family that is known

// By the config file's model_type. Throws bad_model for one that is not known, with the list of those that are, and for one that heed
// cannot run, saying why.
TransformerConfig read_transformer_config(const Config& config, const Checkpoint& checkpoint);

}  // namespace heed
