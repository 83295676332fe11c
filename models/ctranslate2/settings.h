#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "models/ctranslate2/checkpoint.h"

namespace heed::ctranslate2 {

// What a model expects around a text, and what no tensor tells: from config.json beside it since binary version 6, before that from
// settings in the file itself.
struct Settings {
    std::string unknown = "<unk>", begin = "<s>", end = "</s>";
    std::optional<std::string> decoder_start = "<s>";  // none: whoever translates gives one
    bool source_begin = false, source_end = false;     // put around the text that is read
    std::optional<double> norm_epsilon;                // none: 1e-5, 1e-6 where norms take no mean off
};

// Throws unsupported where the weights are packed in a way that heed does not know.
Settings read_settings(ModelCheckpoint& model);

}  // namespace heed::ctranslate2
