#pragma once

#include <memory>
#include <string>

#include "models/decode/generation_options.h"
#include "models/text/tokenizer.h"
#include "models/transformer/config.h"

namespace heed {

// All that a folder has of a model that translates.
struct TranslationModel {
    std::unique_ptr<WeightSource> weights;
    TransformerConfig config;
    std::unique_ptr<Tokenizer> source, own_target;  // no target of its own: the source's serves both
    GenerationOptions generation;                   // as its authors mean it to be used
    std::string from, to;                           // languages, where the folder says so: "en", "es"

    const Tokenizer& target() const { return own_target ? *own_target : *source; }
};

}  // namespace heed
