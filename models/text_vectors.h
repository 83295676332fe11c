#pragma once

#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace heed {

// What becomes of the vectors of a text's tokens, with those that were put around it: nothing, the first's, their mean, the largest number
// of each place.
enum class Pooling { none, first, mean, max };
Pooling pooling_of(std::string_view name);  // "none", "first", "mean", "max"; throws bad_input for another

std::vector<float> pooled(std::span<const float> tokens, size_t channels, Pooling pooling);  // [T,C] -> [C]; none: as they are
void scale_to_length_one(std::span<float> vector);                                           // what is all zeros stays
double cosine(std::span<const float> a, std::span<const float> b);                           // 0 where one is all zeros

// How a folder makes one vector of a text.
struct VectorRecipe {
    std::filesystem::path model;  // the folder of the checkpoint
    Pooling pooling = Pooling::mean;
    bool length_one = false;
    size_t longest = 0;       // tokens; 0: as many as the model has positions
    bool lower_case = false;  // the text first
};

// As sentence-transformers publishes it (modules.json and what it names); for another folder the folder itself and the mean. Throws
// bad_model for files that contradict themselves and unsupported for modules or poolings that heed does not know.
VectorRecipe read_vector_recipe(const std::filesystem::path& folder);

}  // namespace heed
