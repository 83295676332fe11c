#pragma once

#include <string>
#include <vector>

#include "models/checkpoint.h"
#include "models/json_config.h"
#include "models/nn/recurrent.h"

namespace heed {

enum class RecurrentTask { classify, tag };  // a text; each of its words
enum class Pooling { mean, last };           // what a text's states come to: their mean, or the state after the last word

// Recurrent layers over a text with a head on them, by a config.json of model_type "heed_text_classifier" or "heed_tagger";
// docs/systems.md has the keys.
struct RecurrentTextConfig {
    RecurrentTask task = RecurrentTask::classify;
    int64_t words = 0, channels = 0;  // of the embedding
    nn::RecurrentShape recurrent;
    bool attends = false, scaled = false;  // Attention([x, x, x]) over the states, as Keras has it
    Pooling pooling = Pooling::mean;
    std::vector<std::string> labels;
    bool sigmoid = false;  // one logit decides between two labels: it is the second one's
};
bool is_recurrent_text(const Config& config);
RecurrentTextConfig read_recurrent_text_config(const Config& config, const Checkpoint& checkpoint);

struct RecurrentTextOptions {
    int64_t batch = 1, tokens = 1;
    DType stored = DType::f32;
    bool attention = false;
};
// Inputs "ids" i32 [B,T]; dynamic "lengths" [B]. Output "logits": [B,L] (with a sigmoid [B,1]), of a tagger [B,T,L]. With attention, where
// the model attends, "attention" [B,T,T] f32 and "attended" [B,T], its mean over the text's own rows.
Graph build_recurrent_text(const RecurrentTextConfig& config, WeightSource& source, const RecurrentTextOptions& options);

}  // namespace heed
