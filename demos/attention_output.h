#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "demos/picture_stream.h"

namespace heed {

// "out.png" for one picture; for several, "out-NAME.png" for the picture NAME.jpg, "out-NAME-2.png" for the second of that name.
class OutputNames {
public:
    OutputNames(std::string out, bool several) : out_(std::move(out)), several_(several) {}

    explicit operator bool() const { return !out_.empty(); }
    std::filesystem::path next(const std::filesystem::path& picture);

private:
    std::string out_;
    bool several_;
    std::map<std::string, int> used_;
};

// Where the model looked, as a page; as exact weights where the path ends in .safetensors or .json.
void write_overlay(const std::filesystem::path& path, const StreamedPicture& picture, const ImageClassifier& classifier,
                   const Answer& answer);

// What every head of every block looked at, as a page.
void write_heads(const std::filesystem::path& path, const StreamedPicture& picture, const ImageClassifier& classifier,
                 const Answer& answer);

}  // namespace heed
