#pragma once

#include <string>

#include "models/checkpoint.h"
#include "models/json_config.h"
#include "models/nn/recurrent.h"
#include "models/nn/scores/score.h"

namespace heed {

// What a decoder knows of the source besides the state it starts from: nothing, the encoder's last state in every step, or what it
// attends to.
enum class SourceContext { initial, every_step, attention };

// When a step attends. Bahdanau: before its layers, with the state of the step before, and they read the context. Luong: after them, with
// the new state, and the context meets that state in one more layer.
enum class AttentionOrder { bahdanau, luong };

// How a decoder's states begin: zeros, the encoder's last ones layer by layer, or a layer of their own over those of its top layer.
enum class FirstState { zero, last, bridge };

// An encoder and a decoder of recurrent layers, by a config.json of model_type "heed_seq2seq"; docs/systems.md has the keys.
struct Seq2SeqConfig {
    int64_t source_words = 0, target_words = 0;
    int64_t source_channels = 0, target_channels = 0;  // of the embeddings
    nn::RecurrentShape encoder, decoder;
    FirstState first = FirstState::zero;
    SourceContext context = SourceContext::initial;
    nn::ScoreShape score;    // with attention
    std::string score_name;  // as the file says it
    AttentionOrder order = AttentionOrder::bahdanau;
    bool input_feeding = false;  // Luong: what a step came to is read by the next one

    bool attends() const { return context == SourceContext::attention; }
    bool luong() const { return attends() && order == AttentionOrder::luong; }
    int64_t output_inputs() const;   // channels that the logits are made of
    int64_t longest_source() const;  // tokens
};

bool is_seq2seq(const Config& config);

Seq2SeqConfig read_seq2seq_config(const Config& config, const Checkpoint& checkpoint);

}  // namespace heed
