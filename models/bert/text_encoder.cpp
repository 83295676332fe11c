#include "models/bert/text_encoder.h"

#include <algorithm>

#include "models/text/batches.h"
#include "unicode/characters.h"
#include "unicode/utf8.h"

namespace heed {
namespace {

std::string in_small_letters(std::string_view text) {
    std::u32string out;
    for (const char32_t code : decode_utf8(text)) {
        unicode::append_lower(code, out);
    }
    return encode_utf8(out);
}

// Without the last tokens of its text; those put around it stay.
Encoding shortened(const Encoding& tokens, size_t longest) {
    const auto behind =
        std::ranges::find_if(tokens.texts.rbegin(), tokens.texts.rend(), [](int8_t text) { return text != Encoding::kNoText; });
    const auto end = static_cast<size_t>(tokens.texts.rend() - behind);
    return tokens.without(end - std::min(end, tokens.size() - longest), end);
}

}  // namespace

TextEncoder::TextEncoder(Device& device, const std::filesystem::path& folder, const TextEncoderOptions& options)
    : TextEncoder(device, read_vector_recipe(folder), options) {}

TextEncoder::TextEncoder(Device& device, VectorRecipe recipe, const TextEncoderOptions& options)
    : options_(options),
      recipe_(std::move(recipe)),
      model_(device, recipe_.model, {.precision = options.precision, .bare = true, .session = options.session}) {
    recipe_.pooling = options.pooling.value_or(recipe_.pooling);
}

size_t TextEncoder::longest() const {
    const auto positions = static_cast<size_t>(model_.config().longest());
    return recipe_.longest == 0 ? positions : std::min(recipe_.longest, positions);
}

Encoding TextEncoder::tokens_of(std::string_view text) const {
    require_utf8(text, "text");
    Encoding tokens = model_.tokenizer().encode(recipe_.lower_case ? in_small_letters(text) : text);
    if (tokens.size() > longest() && !options_.cut) {
        fail(ErrorKind::bad_input, model_.config().family, ": expected a text of at most ", longest(), " tokens, got ", tokens.size());
    }
    return tokens.size() > longest() ? shortened(tokens, longest()) : tokens;
}

std::vector<std::vector<float>> TextEncoder::run(std::span<const Encoding> texts) {
    std::vector<size_t> lengths;
    std::ranges::transform(texts, std::back_inserter(lengths), &Encoding::size);
    std::vector<std::vector<float>> out(texts.size());
    for (const std::vector<size_t>& batch : batches_by_length(lengths, options_.batch)) {
        std::vector<Encoding> together;
        std::ranges::transform(batch, std::back_inserter(together), [&](size_t i) { return texts[i]; });
        const std::vector<TextAnswer> answers = model_.run(together);
        for (size_t i = 0; i < batch.size(); ++i) {
            std::vector<float>& vector = out[batch[i]];
            vector = pooled(answers[i].hidden, channels(), recipe_.pooling);
            if (recipe_.length_one && recipe_.pooling != Pooling::none) {
                scale_to_length_one(vector);
            }
        }
    }
    return out;
}

}  // namespace heed
