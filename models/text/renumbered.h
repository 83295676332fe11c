#pragma once

#include <memory>

#include "models/text/subword_model.h"

namespace heed::tokens {

// The pieces that a model cuts, under the ids of another vocabulary; those it does not have get the id of the unknown one.
std::unique_ptr<SubwordModel> renumbered(std::unique_ptr<SubwordModel> model, Vocabulary vocabulary, int32_t unknown);

}  // namespace heed::tokens
