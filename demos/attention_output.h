#pragma once

#include <filesystem>
#include <string>

#include "demos/picture_stream.h"

namespace heed {

// "out.png" for one picture; for several, "out-NAME.png" for the picture NAME.jpg.
std::filesystem::path output_path(const std::string& out, const std::filesystem::path& of, bool several);

// Where the model looked, as a page; as exact weights where the path ends in .safetensors or .json.
void write_overlay(const std::filesystem::path& path, const StreamedPicture& picture, const ImageClassifier& classifier,
                   const Answer& answer);

// What every head of every block looked at, as a page.
void write_heads(const std::filesystem::path& path, const StreamedPicture& picture, const ImageClassifier& classifier,
                 const Answer& answer);

}  // namespace heed
