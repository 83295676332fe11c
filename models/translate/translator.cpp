#include "models/translate/translator.h"

#include <algorithm>
#include <ranges>

#include "models/text/batches.h"
#include "models/text/token_texts.h"
#include "models/transformer/searchable.h"

namespace heed {

struct Translator::State {
    TranslationModel model;
    size_t together = 1;  // texts searched at once
    profile::Recorder* recorder = nullptr;
    std::unique_ptr<SearchableTransformer> searchable;

    void search_batch(std::span<const size_t> texts, const std::vector<Encoding>& encodings, const GenerationOptions& options,
                      const OnTranslated& on_translated, uint64_t first, std::vector<Translation>& out);
};

namespace {

// Why a text cannot be translated; empty: it can.
std::string problem_of(const Encoding& encoding, const TransformerConfig& config) {
    const bool nothing = std::ranges::all_of(std::views::iota(size_t{0}, encoding.size()), [&](size_t i) { return encoding.is_added(i); });
    if (nothing) {
        return "expected a text to translate, got an empty one";
    }
    if (static_cast<int64_t>(encoding.size()) > config.longest_source()) {
        return text("expected at most ", config.longest_source(), " tokens, got ", encoding.size());
    }
    return "";
}

// Of maps [H,rows,columns] all but the first `skipped` rows of each.
std::vector<float> without_rows(const std::vector<float>& maps, size_t skipped, size_t rows, size_t columns) {
    std::vector<float> out;
    for (size_t at = 0; at < maps.size(); at += rows * columns) {
        const auto begin = maps.begin() + static_cast<std::ptrdiff_t>(at);
        out.insert(out.end(), begin + static_cast<std::ptrdiff_t>(skipped * columns), begin + static_cast<std::ptrdiff_t>(rows * columns));
    }
    return out;
}

}  // namespace

void Translator::State::search_batch(std::span<const size_t> texts, const std::vector<Encoding>& encodings,
                                     const GenerationOptions& options, const OnTranslated& on_translated, uint64_t first,
                                     std::vector<Translation>& out) {
    std::vector<std::vector<int32_t>> sources;
    SearchBatch batch{.sentences = texts.size()};
    for (size_t text : texts) {
        sources.push_back(encodings[text].ids);
        batch.numbers.push_back(first + text);
    }
    searchable->begin(sources, rows_of(options, texts.size()));
    OnProgress on_progress;
    if (on_translated) {
        on_progress = [&](const SearchProgress& progress) {
            const bool one = progress.sequence == 0;  // of several samples the first is shown
            return !one || on_translated(texts[progress.sentence], model.target().decode(progress.tokens), progress.ended);
        };
    }
    std::optional<profile::Scope> step(std::in_place, recorder, "search");
    const auto found = search(*searchable, batch, options, on_progress);
    step.emplace(recorder, "detokenise");
    for (size_t i = 0; i < texts.size(); ++i) {
        const auto decode = [&](const std::vector<int32_t>& ids) { return model.target().decode(ids); };
        std::ranges::transform(found[i], std::back_inserter(out[texts[i]].best),
                               [&](const GeneratedSequence& sequence) { return read_sequence(sequence, decode); });
    }
}

Translator::Translator(Device& device, TranslationModel model, const TranslatorOptions& options) : state_(std::make_unique<State>()) {
    State& state = *state_;
    state.model = std::move(model);
    state.together = options.batch;
    state.recorder = options.session.recorder;
    const SearchableOptions searched{.stored = decoding_storage(options.precision, device.caps()), .session = options.session};
    state.searchable = std::make_unique<SearchableTransformer>(device, state.model.config, *state.model.weights, searched);
}

Translator::Translator(Translator&&) noexcept = default;
Translator::~Translator() = default;

std::vector<Translation> Translator::translate(std::span<const std::string> texts, const GenerationOptions& options,
                                               const OnTranslated& on_translated, uint64_t first) {
    State& state = *state_;
    check_options(options, state.searchable->vocabulary(), state.searchable->positions());
    std::vector<Translation> out(texts.size());
    std::vector<Encoding> encodings(texts.size());
    std::vector<size_t> good, lengths;
    std::optional<profile::Scope> tokenising(std::in_place, state.recorder, "tokenise");
    for (size_t i = 0; i < texts.size(); ++i) {
        try {
            encodings[i] = state.model.source->encode(texts[i]);
            out[i].problem = problem_of(encodings[i], state.model.config);
        } catch (const Error& error) {  // no UTF-8
            out[i].problem = error.what();
        }
        if (out[i].problem.empty()) {
            good.push_back(i);
            lengths.push_back(encodings[i].size());
        }
    }
    tokenising.reset();
    for (std::vector<size_t>& batch : batches_by_length(lengths, state.together)) {
        std::ranges::transform(batch, batch.begin(), [&](size_t i) { return good[i]; });
        state.search_batch(batch, encodings, options, on_translated, first, out);
    }
    return out;
}

TranslationMaps Translator::maps(const std::string& source, const Hypothesis& translation, const GenerationOptions& options,
                                 const TransformerMaps& wanted) {
    State& state = *state_;
    const TranslationModel& model = state.model;
    const Encoding encoding = model.source->encode(source);
    const std::vector<int32_t> prompt = prompt_of(options);
    std::vector<int32_t> read = prompt;
    read.insert(read.end(), translation.ids.begin(), translation.ids.end());
    read.pop_back();  // the last token is written and never read
    SequenceMaps maps = state.searchable->maps(encoding.ids, read, wanted);

    const TokenTexts from = token_texts(*model.source, encoding.ids), to = token_texts(model.target(), translation.ids);
    const TokenTexts before = token_texts(model.target(), read);
    const size_t skipped = prompt.size() - 1;  // rows for what every sequence begins with
    const auto heads = [](const nn::AttentionShape& shape) { return int64_t{shape.heads}; };
    TranslationMaps out;
    out.encoder = {from.texts, from.texts, from.words, from.words, heads(model.config.encoder.attention), std::move(maps.encoder)};
    out.cross = {from.texts, to.texts, from.words, to.words, heads(model.config.decoder.cross), {}};
    out.decoder = {before.texts, to.texts, before.words, to.words, heads(model.config.decoder.self), {}};
    for (const std::vector<float>& layer : maps.cross) {
        out.cross.layers.push_back(without_rows(layer, skipped, read.size(), encoding.size()));
    }
    for (const std::vector<float>& layer : maps.self) {
        out.decoder.layers.push_back(without_rows(layer, skipped, read.size(), read.size()));
    }
    return out;
}

Alignment Translator::align(const std::string& source, const Hypothesis& translation, const GenerationOptions& options) {
    return maps(source, translation, options, {.cross = true}).cross;
}

const TranslationModel& Translator::model() const {
    return state_->model;
}

}  // namespace heed
