#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace heed::tests {

// A file of this repository.
struct Source {
    std::string path;  // from the repository's root: "engine/ops/softmax.cpp"
    std::string text;
};

std::filesystem::path repository();  // its root

Source read_source(const std::string& path);

// Every file below these folders whose name ends so, in order of their paths.
std::vector<Source> sources(const std::vector<std::string>& folders, const std::vector<std::string>& endings);

std::vector<std::string_view> lines_of(const Source& source);

// Whether the word stands in the text with no letter, digit or underscore before or behind it.
bool has_word(std::string_view text, std::string_view word);

// Functions (found by their indentation) of more lines than the limit, each as a complaint.
std::vector<std::string> long_functions(const Source& source, size_t limit);

// How many bindings the comment at a shader's head lists: "Bindings: 0 x, 1 y."
int bindings_in_header(const Source& shader);

}  // namespace heed::tests
