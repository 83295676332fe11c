#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/bert/bert.h"
#include "models/precision.h"
#include "models/text/tokenizer.h"

namespace heed {

struct TextModelOptions {
    Precision precision = Precision::automatic;
    bool bare = false;       // without its head, hidden states alone
    bool hidden = false;     // fill TextAnswer::hidden, as a model without a head always does
    bool attention = false;  // fill TextAnswer::attention
    SessionOptions session;
};

// What the model makes of one text; only the text's own tokens, without what fills the batch up.
struct TextAnswer {
    size_t tokens = 0;
    std::vector<float> logits;                  // [words], [labels]: by token where the task is by token, [tokens, ...]
    std::vector<float> hidden;                  // [tokens,C]
    std::vector<std::vector<float>> attention;  // by block [H,tokens,tokens]
};

// A published BERT, RoBERTa or DistilBERT with its tokenizer. One thread at a time.
class TextModel {
public:
    // The folder of a checkpoint: config.json, weights, tokenizer files.
    TextModel(Device& device, const std::filesystem::path& folder, const TextModelOptions& options = {});
    TextModel(TextModel&&) noexcept;
    ~TextModel();

    // Texts of different lengths in one run; none attends to what fills another up. Throws bad_input for one that is too long.
    std::vector<TextAnswer> run(std::span<const Encoding> texts);

    const BertConfig& config() const;
    const Tokenizer& tokenizer() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace heed
