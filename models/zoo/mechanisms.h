#pragma once

#include <string_view>
#include <vector>

#include "heed.h"
#include "models/zoo/page.h"

namespace heed::zoo {

// What a score of nn::load_score() looks at in the example, run on a device: [T,S], rows are the words that are written.
std::vector<float> example_weights_of(Device& device, std::string_view score);

// What the op attention() looks at when the example's English words look at one another.
enum class ExampleMask { none, causal, padded };
constexpr int64_t kExamplePadding = 3;  // words at the end that are padding
std::vector<float> example_self_attention(Device& device, ExampleMask mask);

// The page of a system that is a mechanism: A1 ... A6, T2; throws bad_input for another.
Page mechanism_page(Device& device, std::string_view id);

}  // namespace heed::zoo
