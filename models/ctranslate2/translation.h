#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "models/ctranslate2/checkpoint.h"
#include "models/ctranslate2/tokenizers.h"
#include "models/decode/generation_options.h"
#include "models/transformer/config.h"

namespace heed::ctranslate2 {

// All that a folder has of a model that translates.
struct Translation {
    std::unique_ptr<ModelCheckpoint> weights;
    TransformerConfig config;
    Tokenizers tokenizers;
    GenerationOptions generation;
    std::string from, to;  // languages, as an Argos package calls them: "en", "es"; else empty
};

// Whether open_translation() knows what to do with it: the folder of a model.bin, such a file, or an Argos package.
bool is_translation(const std::filesystem::path& path);

// What a folder leaves to its user is CTranslate2's or Argos Translate's default: beams, lengths, the length penalty's exponent.
Translation open_translation(const std::filesystem::path& path);

}  // namespace heed::ctranslate2
