#include "models/vision/classifier_attention.h"

#include "heed.h"

namespace heed {

VisionAttention attention_of(const ImageClassifier& classifier, const Answer& answer) {
    const VitConfig& config = classifier.config();
    if (answer.attention.empty()) {
        fail(ErrorKind::bad_input, "attention: expected an answer with it (ClassifierOptions::attention), got one without");
    }
    return {.layers = {answer.attention.begin(), answer.attention.end()},
            .heads = config.encoder.attention.heads,
            .before = config.tokens_before_patches(),
            .grid = answer.grid,
            .class_token = !config.names.class_token.empty() && config.pooling != VitConfig::Pooling::average};
}

Region patched_region(const ImageClassifier& classifier, PixelSize picture) {
    const PixelSize size = preprocessed_size(classifier.preprocessing(), picture);
    const VitConfig& config = classifier.config();
    const Grid grid = patch_grid(config, {.height = size.height, .width = size.width});
    Region seen = seen_region(classifier.preprocessing(), picture);
    seen.width *= static_cast<double>(grid.columns * config.patch_width) / size.width;
    seen.height *= static_cast<double>(grid.rows * config.patch_height) / size.height;
    return seen;
}

}  // namespace heed
