#pragma once

#include "models/ctranslate2/settings.h"
#include "models/transformer/config.h"

namespace heed::ctranslate2 {

// A model of the kind TransformerSpec, TransformerBase or TransformerBig as what every family is described by; sizes are those of its
// tensors. Of the tokens only a start is told that no vocabulary has, one behind its last, which decoders begin with that begin with
// zeros. Throws unsupported for another kind, and for a tensor or a setting with which more would have to
// be computed than is.
TransformerConfig read_config(ModelCheckpoint& model, const Settings& settings);

}  // namespace heed::ctranslate2
