#pragma once

#include <filesystem>
#include <string>

#include "demos/picture_names.h"
#include "demos/picture_stream.h"

namespace heed {

// Files of what a model looked at.
class AttentionOutput {
public:
    // overlay: a page with where the model looked, or the exact weights where it ends in .safetensors or .json; heads: a page with what
    // every head of every block looked at. Empty: none.
    AttentionOutput(std::string overlay, std::string heads, bool several)
        : overlay_(std::move(overlay)), heads_(std::move(heads)), names_(several) {}

    void add(const StreamedPicture& picture, const ImageClassifier& classifier, const Answer& answer);
    const std::vector<std::filesystem::path>& written() const { return written_; }

private:
    std::string overlay_, heads_;
    PictureNames names_;
    std::vector<std::filesystem::path> written_;
};

}  // namespace heed
