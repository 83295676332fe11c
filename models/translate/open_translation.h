#pragma once

#include <filesystem>

#include "models/transformer/translation_model.h"

namespace heed {

// A CTranslate2 model, an Argos package, or a Hugging Face folder of a family that config.json's model_type names. Where nothing says
// how long a translation may be it is 256 tokens.
TranslationModel open_translation_model(const std::filesystem::path& folder);

}  // namespace heed
