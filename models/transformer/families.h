#pragma once

#include <initializer_list>
#include <string>

#include "models/transformer/config.h"

namespace heed {

// By the family of the config file.
TransformerConfig read_bart_kin(const Config& config, const Checkpoint& checkpoint);  // BART, mBART, Marian
TransformerConfig read_t5(const Config& config, const Checkpoint& checkpoint);

// Tied tensors are saved under one of their names, and which one depends on the version that saved them: the first of these that the
// checkpoint has, or the very first where it has none.
std::string first_present(const Checkpoint& checkpoint, std::initializer_list<std::string> names);

}  // namespace heed
