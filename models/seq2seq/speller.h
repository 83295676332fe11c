#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/alignment/alignment.h"
#include "models/decode/hypothesis.h"
#include "models/precision.h"
#include "models/seq2seq/config.h"

namespace heed {

struct SpellerOptions {
    Precision precision = Precision::automatic;
    size_t batch = 64;  // texts searched together
    SessionOptions session;
};

// A folder of model_type "heed_seq2seq" on a device: reads the letters of a text and writes others, letters or words. One thread at a time.
class Speller {
public:
    Speller(Device& device, const std::filesystem::path& folder, const SpellerOptions& options = {});
    Speller(Speller&&) noexcept;
    ~Speller();

    // The answers come in the texts' order. A text with letters that the model does not know, with nothing in it or too long is a problem
    // of its own.
    std::vector<Written> write(std::span<const std::string> texts, const GenerationOptions& options);

    // Where the model looked while it wrote one of them, letter by letter. Throws bad_model where it does not attend at all.
    Alignment align(const std::string& text, const Hypothesis& written, const GenerationOptions& options);

    const Seq2SeqConfig& config() const;
    std::string description() const;              // "LSTM, additive attention"
    const GenerationOptions& generation() const;  // as the folder means it to be used

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace heed
