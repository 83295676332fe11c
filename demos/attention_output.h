#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "demos/picture_stream.h"

namespace heed {

// Files of what a model looked at: "out.png" for one picture; for several, "out-NAME.png" for the picture NAME.jpg, "out-NAME-2.png"
// for the second of that name.
class AttentionOutput {
public:
    // overlay: a page with where the model looked, or the exact weights where it ends in .safetensors or .json; heads: a page with what
    // every head of every block looked at. Empty: none.
    AttentionOutput(std::string overlay, std::string heads, bool several)
        : overlay_(std::move(overlay)), heads_(std::move(heads)), several_(several) {}

    void add(const StreamedPicture& picture, const ImageClassifier& classifier, const Answer& answer);
    const std::vector<std::filesystem::path>& written() const { return written_; }

private:
    std::string overlay_, heads_;
    bool several_;
    std::map<std::string, int> used_;  // names of pictures
    std::vector<std::filesystem::path> written_;
};

}  // namespace heed
