#pragma once

#include <optional>

#include "models/bert/text_model.h"
#include "models/text_vectors.h"

namespace heed {

struct TextEncoderOptions {
    std::optional<Pooling> pooling;  // unsaid: as the folder says, else the mean
    bool cut = false;                // what is too long loses its end; else it is refused
    size_t batch = 32;               // texts run together
    Precision precision = Precision::automatic;
    SessionOptions session;
};

// Texts as vectors: a BERT, RoBERTa or DistilBERT without its head, or such a model as sentence-transformers publishes it. One thread at
// a time.
class TextEncoder {
public:
    TextEncoder(Device& device, const std::filesystem::path& folder, const TextEncoderOptions& options = {});

    // Throws bad_input for a text that is too long, or no UTF-8.
    Encoding tokens_of(std::string_view text) const;

    // For each text a vector [C], or one for each token [T,C]. Texts that are alike in length run together, whatever their order.
    std::vector<std::vector<float>> run(std::span<const Encoding> texts);

    size_t channels() const { return static_cast<size_t>(model_.config().encoder.norm.channels); }
    size_t longest() const;  // tokens
    Pooling pooling() const { return recipe_.pooling; }

private:
    TextEncoder(Device& device, VectorRecipe recipe, const TextEncoderOptions& options);

    TextEncoderOptions options_;
    VectorRecipe recipe_;
    TextModel model_;
};

}  // namespace heed
