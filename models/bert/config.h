#pragma once

#include <string>
#include <vector>

#include "models/checkpoint.h"
#include "models/json_config.h"
#include "models/nn/encoder.h"

namespace heed {

// What stands on top of the encoder: act(dense(x)), a norm, a last matrix; empty names: that part is not there.
struct BertHead {
    std::string dense;
    Activation activation = Activation::none;
    std::string norm;
    std::string weight, bias;  // of the last matrix, in full
    bool first_token = false;  // reads the first token alone
    int64_t outputs = 0;
};

// How a classifier's logits are to be read: one label holds, each may hold, or they are the numbers themselves.
enum class LabelScores { softmax, sigmoid, plain };

enum class BertTask { none, masked_words, classify, classify_tokens, answer };

// What a checkpoint calls the tensors around its encoder, in full.
struct BertNames {
    std::string words, positions, types, norm;  // types may be empty
    std::string encoder;                        // the scope of what `in_encoder` names
    nn::EncoderNames in_encoder;
};

// BERT and its kin, whatever their config files call things.
struct BertConfig {
    std::string family;  // "BERT"
    int64_t words = 0, positions = 0, types = 0;
    int64_t first_position = 0;  // rows of the position table before that of the first token
    nn::EncoderShape encoder;
    BertTask task = BertTask::none;
    BertHead head;
    std::vector<std::string> labels;  // of a classifier
    LabelScores scores = LabelScores::softmax;
    BertNames names;

    int64_t longest() const { return positions - first_position; }  // tokens
};

bool is_bert(const Config& config);  // of a family that is known

// BERT, RoBERTa and DistilBERT. Throws bad_model for another family, or for one that heed cannot run, saying why.
BertConfig read_bert_config(const Config& config, const Checkpoint& checkpoint);

}  // namespace heed
