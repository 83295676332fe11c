#pragma once

#include <filesystem>

#include "models/transformer/translation_model.h"

namespace heed::ctranslate2 {

// Whether open_translation() knows what to do with it: the folder of a model.bin, such a file, or an Argos package.
bool is_translation(const std::filesystem::path& path);

// What a folder leaves to its user is CTranslate2's or Argos Translate's default: beams, lengths, the length penalty's exponent.
TranslationModel open_translation(const std::filesystem::path& path);

}  // namespace heed::ctranslate2
