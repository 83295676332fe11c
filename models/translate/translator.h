#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "heed.h"
#include "models/alignment/alignment.h"
#include "models/decode/hypothesis.h"
#include "models/precision.h"
#include "models/transformer/transformer.h"
#include "models/translate/open_translation.h"

namespace heed {

struct TranslatorOptions {
    Precision precision = Precision::automatic;
    size_t batch = 32;  // sentences searched together
    SessionOptions session;
};

using Translation = Written;

// How far a text has come: what is certain of its translation. False cancels everything that is not done.
using OnTranslated = std::function<bool(size_t text, const std::string& so_far, bool ended)>;

// What was looked at for a translation. What was not asked for has no layers.
struct TranslationMaps {
    Alignment cross;    // for each token of the translation, in the text
    Alignment encoder;  // for each token of the text, in the text
    Alignment decoder;  // for each token of the translation, in what had been written before it and what it began with
};

// A model that translates, on a device. One thread at a time.
class Translator {
public:
    Translator(Device& device, TranslationModel model, const TranslatorOptions& options = {});
    Translator(Translator&&) noexcept;
    ~Translator();

    // Texts are searched in batches of similar lengths; the answers come in the texts' order. A text with nothing in it, one that is too
    // long or no UTF-8 is a problem of its own, options that contradict the model are an error. With sampling, `first` is the number of
    // the first text in the whole input.
    std::vector<Translation> translate(std::span<const std::string> texts, const GenerationOptions& options,
                                       const OnTranslated& on_translated = {}, uint64_t first = 0);

    // What was looked at in the text for each token of one of its translations, in every layer and head.
    Alignment align(const std::string& text, const Hypothesis& translation, const GenerationOptions& options);
    TranslationMaps maps(const std::string& text, const Hypothesis& translation, const GenerationOptions& options,
                         const TransformerMaps& wanted = kAllMaps);

    const TranslationModel& model() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace heed
