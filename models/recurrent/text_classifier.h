#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/precision.h"
#include "models/recurrent/recurrent_text.h"
#include "models/text/tokenizer.h"

namespace heed {

struct TextClassifierOptions {
    Precision precision = Precision::automatic;
    size_t batch = 64;  // texts run together
    bool attention = false;
    SessionOptions session;
};

// What the model makes of one text.
struct ClassifiedText {
    Encoding tokens;
    std::vector<double> probabilities;  // by label
    std::vector<float> attended;        // with attention: how much each token was looked at, 1 in all
    std::vector<float> attention;       // with attention: [T,T]
    std::string problem;                // why there is nothing of the above
};

// A folder of model_type "heed_text_classifier" on a device. One thread at a time.
class TextClassifier {
public:
    TextClassifier(Device& device, const std::filesystem::path& folder, const TextClassifierOptions& options = {});
    TextClassifier(TextClassifier&&) noexcept;
    ~TextClassifier();

    // In the texts' order. Of a text that is longer than the model reads, the beginning counts.
    std::vector<ClassifiedText> classify(std::span<const std::string> texts);

    const RecurrentTextConfig& config() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace heed
