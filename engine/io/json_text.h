#pragma once

#include <string>
#include <string_view>

namespace heed::io {

// A piece of somebody's file as it may stand in a sentence: without control characters, and no longer than `most` bytes.
std::string readable(std::string_view foreign, size_t most = 80);

// What the JSON parser says, fit for a sentence: without its own error numbers and without the text that it last read.
std::string json_complaint(std::string_view what);

}  // namespace heed::io
