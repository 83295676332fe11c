#include "models/translate/translator.h"

#include <algorithm>
#include <ranges>

#include "models/text/batches.h"
#include "models/text/token_texts.h"
#include "models/transformer/searchable.h"
#include "models/transformer/transformer.h"

namespace heed {

struct Translator::State {
    TranslationModel model;
    SessionOptions session;
    size_t together = 1;  // texts searched at once
    Device* device = nullptr;
    DType stored = DType::f32;
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
    const auto found = search(*searchable, batch, options, on_progress);
    for (size_t i = 0; i < texts.size(); ++i) {
        const auto decode = [&](const std::vector<int32_t>& ids) { return model.target().decode(ids); };
        std::ranges::transform(found[i], std::back_inserter(out[texts[i]].best),
                               [&](const GeneratedSequence& sequence) { return read_sequence(sequence, decode); });
    }
}

Translator::Translator(Device& device, TranslationModel model, const TranslatorOptions& options) : state_(std::make_unique<State>()) {
    State& state = *state_;
    state.model = std::move(model);
    state.session = options.session;
    state.together = options.batch;
    state.device = &device;
    state.stored = decoding_storage(options.precision, device.caps());
    state.searchable = std::make_unique<SearchableTransformer>(device, state.model.config, *state.model.weights,
                                                               SearchableOptions{.stored = state.stored, .session = options.session});
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
    for (std::vector<size_t>& batch : batches_by_length(lengths, state.together)) {
        std::ranges::transform(batch, batch.begin(), [&](size_t i) { return good[i]; });
        state.search_batch(batch, encodings, options, on_translated, first, out);
    }
    return out;
}

Alignment Translator::align(const std::string& source, const Hypothesis& translation, const GenerationOptions& options) {
    State& state = *state_;
    const TransformerConfig& config = state.model.config;
    const Encoding encoding = state.model.source->encode(source);
    const std::vector<int32_t> prompt = prompt_of(options);
    std::vector<int32_t> read = prompt;
    read.insert(read.end(), translation.ids.begin(), translation.ids.end());
    read.pop_back();  // the last token is written and never read
    const auto tokens = static_cast<int64_t>(read.size()), heads = int64_t{config.decoder.cross.heads};
    const auto source_tokens = static_cast<int64_t>(encoding.size());
    const TransformerOptions sizes{.source_tokens = source_tokens, .target_tokens = tokens, .stored = state.stored, .attention = true};
    Session session(*state.device, build_transformer(config, *state.model.weights, sizes), state.session);
    session.write("source_ids", encoding.ids);
    session.write("source_lengths", std::vector<int32_t>{static_cast<int32_t>(source_tokens)});
    session.write("target_ids", read);
    session.run();

    Alignment out{.heads = heads};
    const TokenTexts from = token_texts(*state.model.source, encoding.ids), to = token_texts(state.model.target(), translation.ids);
    out.source = from.texts, out.source_words = from.words;
    out.target = to.texts, out.target_words = to.words;
    const size_t skipped = (prompt.size() - 1) * encoding.size(), each = read.size() * encoding.size();
    for (int layer = 0; layer < config.decoder.layers; ++layer) {
        const std::vector<float> all = session.read(text("cross.", layer));  // [1,H,T,S], also for what the sequence begins with
        std::vector<float> own;
        for (size_t head = 0; head < static_cast<size_t>(heads); ++head) {
            const auto begin = all.begin() + static_cast<std::ptrdiff_t>(head * each);
            own.insert(own.end(), begin + static_cast<std::ptrdiff_t>(skipped), begin + static_cast<std::ptrdiff_t>(each));
        }
        out.layers.push_back(std::move(own));
    }
    return out;
}

const TranslationModel& Translator::model() const {
    return state_->model;
}

}  // namespace heed
