#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/precision.h"
#include "models/vision/guess.h"
#include "models/vision/preprocess.h"
#include "models/vit/vit.h"

namespace heed {

struct ClassifierOptions {
    Precision precision = Precision::automatic;
    bool hidden = false;           // fill Answer::hidden
    bool attention = false;        // fill Answer::attention
    std::filesystem::path labels;  // a class name a line, instead of those of the checkpoint
    SessionOptions session;
};

// A picture as the model takes it.
struct PreparedPicture {
    int64_t height = 0, width = 0;  // after preprocessing
    std::vector<float> patches;
};

struct Answer {
    std::vector<float> logits;                  // [labels]
    std::vector<float> hidden;                  // [T,C]
    std::vector<std::vector<float>> attention;  // by block [H,T,T]
    Grid grid;                                  // the patches are the last grid.cells() of the T tokens
};

// A published vision transformer, ready to look at pictures. One thread at a time, but for prepare().
class ImageClassifier {
public:
    // The folder of a checkpoint: config.json, weights, and how it wants pictures.
    ImageClassifier(Device& device, const std::filesystem::path& folder, const ClassifierOptions& options = {});
    ImageClassifier(ImageClassifier&&) noexcept;
    ~ImageClassifier();

    PreparedPicture prepare(const io::Image& picture) const;  // any thread
    std::vector<Answer> answer(std::span<const PreparedPicture> pictures);
    Answer answer(const io::Image& picture);

    // The likeliest first.
    std::vector<Guess> best(const Answer& answer, size_t count) const;

    const VitConfig& config() const;
    const Preprocessing& preprocessing() const;
    std::vector<std::string> unused_tensors() const;  // of the checkpoint; known once a Session was made

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace heed
