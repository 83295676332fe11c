#pragma once

#include "models/alignment/alignment.h"
#include "models/bert/fill_mask.h"
#include "models/caption/captioner.h"
#include "models/explain/explanation.h"
#include "models/translate/translator.h"
#include "models/vision/attention_picture.h"

namespace heed {

// What was looked at in one text while another was written. `model` is whose work it is, "Marian"; `part` what both are made of.
Explanation explain_alignment(const Alignment& alignment, const std::string& model, const std::string& part = "word");

// The same of a translation, with what either side looked at in itself where `maps` has that.
Explanation explain_translation(const TranslationMaps& maps, const std::string& model);

// What a vision transformer's tokens looked at.
Explanation explain_classification(const SeenPhoto& photo, const VisionAttention& attention, const std::vector<Guess>& guesses);

// What was looked at in a picture before each word that tells what is in it.
Explanation explain_caption(const SeenPhoto& photo, const Grid& grid, const Caption& caption);

// What the words of a text with masks looked at, and what was guessed.
Explanation explain_masks(const TextModel& model, const MaskedText& text);

}  // namespace heed
