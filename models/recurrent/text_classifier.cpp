#include "models/recurrent/text_classifier.h"

#include <algorithm>
#include <cmath>

#include "models/likeliest.h"
#include "models/text/batches.h"

namespace heed {
namespace {

constexpr size_t kLongest = 512;  // tokens; every one is a dispatch of its own

}  // namespace

struct TextClassifier::State {
    TextClassifierOptions options;
    std::unique_ptr<Checkpoint> weights;
    RecurrentTextConfig config;
    std::unique_ptr<Tokenizer> tokenizer;
    std::unique_ptr<SessionCache> sessions;  // by batch and tokens

    Encoding encode(const std::string& text) const;
    std::vector<double> probabilities(std::span<const float> logits) const;
    void run(std::span<ClassifiedText* const> texts);
};

Encoding TextClassifier::State::encode(const std::string& text) const {
    const Encoding tokens = tokenizer->encode(text);
    if (std::ranges::count(tokens.texts, Encoding::kNoText) == static_cast<std::ptrdiff_t>(tokens.size())) {
        fail(ErrorKind::bad_input, "expected a text, got one without a word");
    }
    return tokens.without(std::min(tokens.size(), kLongest), tokens.size());
}

std::vector<double> TextClassifier::State::probabilities(std::span<const float> logits) const {
    if (config.sigmoid) {
        const double second = 1 / (1 + std::exp(-static_cast<double>(logits[0])));
        return {1 - second, second};
    }
    std::vector<double> out(logits.size());
    for (const Likely& each : likeliest(logits, logits.size())) {
        out[each.index] = each.probability;
    }
    return out;
}

void TextClassifier::State::run(std::span<ClassifiedText* const> texts) {
    size_t longest = 0;
    for (const ClassifiedText* text : texts) {
        longest = std::max(longest, text->tokens.size());
    }
    const auto padded = static_cast<size_t>(bucket(static_cast<int64_t>(longest)));
    std::vector<int32_t> ids(texts.size() * padded, 0), lengths;
    for (size_t i = 0; i < texts.size(); ++i) {
        std::ranges::copy(texts[i]->tokens.ids, ids.begin() + static_cast<std::ptrdiff_t>(i * padded));
        lengths.push_back(static_cast<int32_t>(texts[i]->tokens.size()));
    }
    Session& session = sessions->at({static_cast<int64_t>(texts.size()), static_cast<int64_t>(padded)});
    session.write("ids", ids);
    session.write("lengths", lengths);
    session.run();
    const std::vector<float> logits = session.read("logits");
    const bool looks = options.attention && config.attends;
    const std::vector<float> maps = looks ? session.read("attention") : std::vector<float>();
    const std::vector<float> attended = looks ? session.read("attended") : std::vector<float>();
    const size_t each = logits.size() / texts.size();
    for (size_t i = 0; i < texts.size(); ++i) {
        texts[i]->probabilities = probabilities(std::span(logits).subspan(i * each, each));
        const size_t own = texts[i]->tokens.size();
        for (size_t t = 0; looks && t < own; ++t) {
            texts[i]->attended.push_back(attended[i * padded + t]);
            const auto row = maps.begin() + static_cast<std::ptrdiff_t>((i * padded + t) * padded);
            texts[i]->attention.insert(texts[i]->attention.end(), row, row + static_cast<std::ptrdiff_t>(own));
        }
    }
}

TextClassifier::TextClassifier(Device& device, const std::filesystem::path& folder, const TextClassifierOptions& options)
    : state_(std::make_unique<State>()) {
    State& state = *state_;
    state.options = options;
    state.weights = open_checkpoint(folder);
    const Config file = Config::read(folder / "config.json");
    state.config = read_recurrent_text_config(file, *state.weights);
    if (state.config.task != RecurrentTask::classify) {
        file.refuse("model_type", "heed_text_classifier");
    }
    state.tokenizer = open_tokenizer(folder);
    if (static_cast<int64_t>(state.tokenizer->vocabulary_size()) > state.config.words) {
        fail(ErrorKind::bad_model, folder.string(), ": expected a tokenizer of at most the model's ", state.config.words,
             " words, got one of ", state.tokenizer->vocabulary_size());
    }
    const auto build = [&state, stored = storage(options.precision, device.caps())](const SessionCache::Sizes& sizes) {
        return build_recurrent_text(state.config, *state.weights,
                                    {.batch = sizes[0], .tokens = sizes[1], .stored = stored, .attention = state.options.attention});
    };
    state.sessions = std::make_unique<SessionCache>(device, build, options.session);
}

TextClassifier::TextClassifier(TextClassifier&&) noexcept = default;
TextClassifier::~TextClassifier() = default;

std::vector<ClassifiedText> TextClassifier::classify(std::span<const std::string> texts) {
    State& state = *state_;
    std::vector<ClassifiedText> out(texts.size());
    std::vector<ClassifiedText*> good;
    std::vector<size_t> lengths;
    for (size_t i = 0; i < texts.size(); ++i) {
        try {
            out[i].tokens = state.encode(texts[i]);
            good.push_back(&out[i]);
            lengths.push_back(out[i].tokens.size());
        } catch (const Error& error) {
            out[i].problem = error.what();
        }
    }
    for (const std::vector<size_t>& batch : batches_by_length(lengths, state.options.batch)) {
        std::vector<ClassifiedText*> some;
        std::ranges::transform(batch, std::back_inserter(some), [&](size_t i) { return good[i]; });
        state.run(some);
    }
    return out;
}

const RecurrentTextConfig& TextClassifier::config() const {
    return state_->config;
}

}  // namespace heed
