#pragma once

#include <string>

#include "models/explain/explanation.h"

namespace heed {

// One HTML file that needs nothing else and asks for nothing: words and patches on which a reader sees where each head of each layer
// looked. Of very many weights each layer's mean over its heads alone is on it, and the page says so. Throws bad_input where tokens and
// weights disagree, for weights that are not between 0 and 1, and for more of them than a page can hold.
std::string explanation_page(const Explanation& explanation);

}  // namespace heed
