#pragma once

#include "models/vision/image_classifier.h"
#include "models/vision/rollout.h"

namespace heed {

// Who looked at what for an answer with attention, into which this points.
VisionAttention attention_of(const ImageClassifier& classifier, const Answer& answer);

// What of a picture of that size the patches cover: what the model sees, less a rest narrower than a patch.
Region patched_region(const ImageClassifier& classifier, PixelSize picture);

}  // namespace heed
