#include "demos/attention_output.h"

#include "io/png.h"
#include "models/attention_file.h"
#include "models/vision/attention_picture.h"
#include "models/vision/classifier_attention.h"

namespace heed {
namespace {

constexpr size_t kGuesses = 5;

SeenPhoto seen(const StreamedPicture& picture, const ImageClassifier& classifier) {
    return {.photo = picture.image,
            .seen = patched_region(classifier, {picture.image.width, picture.image.height}),
            .name = picture.path.filename().string(),
            .model = classifier.config().family};
}

void write_weights(const std::filesystem::path& path, const StreamedPicture& picture, const ImageClassifier& classifier,
                   const VisionAttention& attention) {
    std::vector<LayerWeights> layers;
    for (const std::span<const float> layer : attention.layers) {
        layers.push_back({.shape = {attention.heads, attention.tokens(), attention.tokens()}, .values = layer});
    }
    write_attention(path, layers,
                    {{"model", classifier.config().family},
                     {"picture", picture.path.filename().string()},
                     {"grid", text(attention.grid.rows, "x", attention.grid.columns)},
                     {"tokens_before_patches", text(attention.before)}});
}

void write_overlay(const std::filesystem::path& path, const StreamedPicture& picture, const ImageClassifier& classifier,
                   const Answer& answer) {
    const VisionAttention attention = attention_of(classifier, answer);
    if (path.extension() == ".safetensors" || path.extension() == ".json") {
        return write_weights(path, picture, classifier, attention);
    }
    io::write_png(path, draw_attention_overlay(seen(picture, classifier), attention.grid, attention_rollout(attention),
                                               classifier.best(answer, kGuesses)));
}

}  // namespace

void AttentionOutput::add(const StreamedPicture& picture, const ImageClassifier& classifier, const Answer& answer) {
    names_.turn_to(picture.path);
    const auto path = [&](const std::filesystem::path& out) { return written_.emplace_back(names_.path(out)); };
    if (!overlay_.empty()) {
        write_overlay(path(overlay_), picture, classifier, answer);
    }
    if (!heads_.empty()) {
        io::write_png(path(heads_), draw_attention_heads(seen(picture, classifier), attention_of(classifier, answer)));
    }
}

}  // namespace heed
