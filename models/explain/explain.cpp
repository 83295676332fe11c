#include "models/explain/explain.h"

#include <algorithm>

#include "heed.h"
#include "models/text/token_texts.h"

namespace heed {
namespace {

const char* const kCross =
    "For all that was written, how the model's attention was spread over what it had been given: the weights "
    "of a row add up to 100\u00a0%.";
const char* const kEncoder =
    "Before a word is written, the words of the text look at one another: each takes in what it looks at, layer "
    "after layer.";
const char* const kDecoder = "While a word is written, the model also looks back at what it has written so far, and never ahead.";

std::string sized(const std::string& model, size_t layers, size_t heads) {
    const auto count = [](size_t n, const char* what) { return text(n, " ", what, n == 1 ? "" : "s"); };
    return text(model, ", ", count(layers, "layer"), " of ", count(heads, "head"));
}

// A token with something to it, rather than an article, a comma or the end.
size_t longest(const std::vector<std::string>& tokens) {
    const auto end = tokens.end() - (tokens.size() > 1 ? 1 : 0);
    return static_cast<size_t>(std::max_element(tokens.begin(), end, [](const auto& a, const auto& b) { return a.size() < b.size(); }) -
                               tokens.begin());
}

ExplainedMaps maps_of(const Alignment& alignment, const char* name, const char* about) {
    return {.name = name,
            .about = about,
            .heads = static_cast<size_t>(alignment.heads),
            .layers = alignment.layers,
            .first = longest(alignment.target)};
}

ExplainedSide picture_side(const SeenPhoto& photo, const Grid& grid, std::vector<std::string> before) {
    return {.name = photo.name, .tokens = std::move(before), .words = {}, .picture = ExplainedPicture{photo.photo, photo.seen, grid}};
}

std::vector<std::string> names_before_patches(const VisionAttention& attention) {
    std::vector<std::string> out;
    for (int64_t i = 0; i < attention.before; ++i) {
        out.push_back(i == 0 && attention.class_token ? "class token" : attention.before == 2 ? "second token" : text("register ", i));
    }
    return out;
}

}  // namespace

Explanation explain_alignment(const Alignment& alignment, const std::string& model, const std::string& part) {
    Explanation out{.title = "Where each " + part + " came from",
                    .line = sized(model, alignment.layers.size(), static_cast<size_t>(alignment.heads))};
    out.sides = {{.name = "What was read", .tokens = alignment.source, .words = alignment.source_words},
                 {.name = "What was written", .tokens = alignment.target, .words = alignment.target_words}};
    out.maps = {maps_of(alignment, "Cross-attention", kCross)};
    out.maps[0].from = 1;
    return out;
}

Explanation explain_translation(const TranslationMaps& maps, const std::string& model) {
    Explanation out = explain_alignment(maps.cross, model);
    if (!maps.encoder.layers.empty()) {
        out.maps.push_back(maps_of(maps.encoder, "Encoder", kEncoder));
    }
    if (!maps.decoder.layers.empty()) {
        out.sides.push_back({.name = "What had been written", .tokens = maps.decoder.source, .words = maps.decoder.source_words});
        out.maps.push_back(maps_of(maps.decoder, "Decoder", kDecoder));
        out.maps.back().from = 1;
        out.maps.back().to = 2;
    }
    return out;
}

Explanation explain_classification(const SeenPhoto& photo, const VisionAttention& attention, const std::vector<Guess>& guesses) {
    Explanation out{.title = text("Where ", photo.model, " looked"),
                    .line = sized(photo.model, attention.layers.size(), static_cast<size_t>(attention.heads))};
    out.sides = {picture_side(photo, attention.grid, names_before_patches(attention))};
    ExplainedMaps maps{.name = "Self-attention",
                       .about = text("The picture is cut into ", attention.grid.rows, "\u00d7", attention.grid.columns,
                                     " patches, which look at one another in every layer. ",
                                     attention.class_token ? "The class token looks too, and the answer is read from it."
                                                           : "The answer is read from all of them together."),
                       .heads = static_cast<size_t>(attention.heads)};
    if (!attention.class_token) {  // a patch in the middle
        maps.first = static_cast<size_t>(attention.before + attention.grid.rows / 2 * attention.grid.columns + attention.grid.columns / 2);
    }
    for (const std::span<const float> layer : attention.layers) {
        maps.layers.emplace_back(layer.begin(), layer.end());
    }
    out.maps.push_back(std::move(maps));
    ExplainedAnswer answer{.name = "What it sees", .guesses = {}};
    for (const Guess& guess : guesses) {
        answer.guesses.push_back({guess.label, guess.probability});
    }
    out.answers.push_back(std::move(answer));
    return out;
}

Explanation explain_caption(const SeenPhoto& photo, const Grid& grid, const Caption& caption) {
    Explanation out{.title = "What each word is about", .line = photo.model};
    out.sides = {picture_side(photo, grid, {}), {.name = "What was written", .tokens = caption.words}};
    std::vector<float> looks;
    std::ranges::for_each(caption.shares, [&](const std::vector<float>& look) { looks.insert(looks.end(), look.begin(), look.end()); });
    out.maps = {{.name = "Attention",
                 .about = "Before each word the model looked at the picture once more: all that it looked at then adds up to 100\u00a0%.",
                 .from = 1,
                 .layers = {std::move(looks)},
                 .first = longest(caption.words)}};
    return out;
}

Explanation explain_masks(const TextModel& model, const MaskedText& text) {
    if (text.answer.attention.empty()) {
        fail(ErrorKind::bad_input, "explain: expected an answer with attention (TextModelOptions::attention), got one without");
    }
    const TokenTexts tokens = token_texts(model.tokenizer(), text.tokens.ids);
    const auto heads = static_cast<size_t>(model.config().encoder.attention.heads);
    Explanation out{.title = "What the words look at", .line = sized(model.config().family, text.answer.attention.size(), heads)};
    out.sides = {{.name = "The text", .tokens = tokens.texts, .words = tokens.words}};
    out.maps = {{.name = "Self-attention",
                 .about =
                     "Every word of the text looks at all the others in every layer; what stands behind a mask is guessed from what the "
                     "mask took in.",
                 .heads = heads,
                 .layers = text.answer.attention,
                 .first = text.masks.front().token}};
    for (size_t i = 0; i < text.masks.size(); ++i) {
        ExplainedAnswer answer{.name = text.masks.size() == 1 ? "What may stand there" : heed::text("Mask ", i + 1), .guesses = {}};
        for (const WordGuess& guess : text.masks[i].guesses) {
            answer.guesses.push_back({guess.word, guess.probability});
        }
        out.answers.push_back(std::move(answer));
    }
    return out;
}

}  // namespace heed
