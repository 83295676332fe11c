#pragma once

#include "support/model_bin.h"

namespace heed::tests {

// A Transformer of made-up numbers as CTranslate2's converters write it, but for its settings.
struct TinyTranslator {
    uint32_t encoder_layers = 2, decoder_layers = 1, channels = 8, hidden = 12, source_words = 6, target_words = 7;
    std::string source_table = "encoder/embeddings_0/weight";
    bool last_norm = true, gated = false, biased = true, rms = false;

    ModelBin file() const;
};

// Plain settings of a stack, as revision 7 has them.
void add_settings(ModelBin& file, const std::string& stack, int16_t heads, bool pre_norm, int8_t activation);

}  // namespace heed::tests
