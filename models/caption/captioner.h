#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/image.h"
#include "models/caption/config.h"
#include "models/caption/searchable.h"
#include "models/decode/search.h"
#include "models/precision.h"

namespace heed {

struct CaptionerOptions {
    Precision precision = Precision::automatic;
    SessionOptions session;
};

struct Caption {
    std::vector<std::string> words;
    std::vector<std::vector<float>> shares;  // by word, of the places, in rows: what was looked at before it was written
    double log_probability = 0;
    SequenceEnd end = SequenceEnd::length;

    std::string text() const;
};

// Tells what is in a picture, word by word, and where it looked for each. One thread at a time.
class Captioner {
public:
    // A folder with config.json, symbols.json, generation_config.json and model.safetensors.
    Captioner(Device& device, const std::filesystem::path& folder, const CaptionerOptions& options = {});
    Captioner(Captioner&&) noexcept;
    ~Captioner();

    // RGB pictures of any size; each is squeezed into the square that the model sees. `drawn`: hard attention draws its places.
    std::vector<Caption> caption(std::span<const io::Image> pictures, const GenerationOptions& options,
                                 const std::optional<DrawnLooks>& drawn = {});

    const CaptionConfig& config() const;
    const GenerationOptions& generation() const;  // as the folder has it

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace heed
