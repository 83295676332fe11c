#include "models/bert/text_model.h"

#include <algorithm>

namespace heed {
namespace {

constexpr int64_t kPadding = 0;  // any id will do: what stands there is not looked at

// The first `rows` of each of `count` blocks of `of` rows.
std::vector<float> first_rows(std::span<const float> all, size_t count, size_t of, size_t rows) {
    const size_t width = all.size() / (count * of);
    std::vector<float> out;
    out.reserve(count * rows * width);
    for (size_t i = 0; i < count; ++i) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(i * of * width);
        out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(rows * width));
    }
    return out;
}

}  // namespace

struct TextModel::State {
    TextModelOptions options;
    std::unique_ptr<Checkpoint> checkpoint;
    BertConfig config;
    std::unique_ptr<Tokenizer> tokenizer;
    DType stored = DType::f32;
    std::unique_ptr<SessionCache> sessions;  // by batch and tokens

    // Rounded up, so that few plans serve all lengths.
    int64_t padded(size_t tokens) const { return std::min(bucket(static_cast<int64_t>(tokens)), config.longest()); }

    // This text's part of an output that has a row for each of `padded` tokens of each text.
    static std::vector<float> part(const std::vector<float>& all, size_t text, size_t texts, size_t padded, size_t tokens) {
        const size_t each = all.size() / texts;
        return first_rows(std::span(all).subspan(text * each, each), 1, padded, tokens);
    }
};

TextModel::TextModel(Device& device, const std::filesystem::path& folder, const TextModelOptions& options)
    : state_(std::make_unique<State>()) {
    State& state = *state_;
    state.options = options;
    state.checkpoint = open_checkpoint(folder);
    state.config = read_bert_config(Config::read(folder / "config.json"), *state.checkpoint);
    if (options.bare) {
        state.config.task = BertTask::none;
    }
    state.tokenizer = open_tokenizer(folder);
    state.stored = storage(options.precision, device.caps());
    if (static_cast<int64_t>(state.tokenizer->vocabulary_size()) > state.config.words) {
        fail(ErrorKind::bad_model, folder.string(), ": expected a tokenizer of at most the model's ", state.config.words,
             " words, got one of ", state.tokenizer->vocabulary_size());
    }
    const auto build = [&state](const SessionCache::Sizes& sizes) {
        return build_bert(state.config, *state.checkpoint,
                          {.batch = sizes[0],
                           .tokens = sizes[1],
                           .stored = state.stored,
                           .hidden = state.options.hidden,
                           .attention = state.options.attention});
    };
    state.sessions = std::make_unique<SessionCache>(device, build, options.session);
}

TextModel::TextModel(TextModel&&) noexcept = default;
TextModel::~TextModel() = default;

std::vector<TextAnswer> TextModel::run(std::span<const Encoding> texts) {
    if (texts.empty()) {
        return {};
    }
    State& state = *state_;
    size_t longest = 0;
    for (const Encoding& text : texts) {
        longest = std::max(longest, text.size());
        if (text.size() == 0 || static_cast<int64_t>(text.size()) > state.config.longest()) {
            fail(ErrorKind::bad_input, state.config.family, ": expected a text of 1 to ", state.config.longest(), " tokens, got ",
                 text.size());
        }
        if (state.config.types > 0 && std::ranges::max(text.type_ids) >= state.config.types) {
            fail(ErrorKind::bad_model, state.tokenizer->description(), ": expected segments below the model's ", state.config.types,
                 ", got ", std::ranges::max(text.type_ids));
        }
    }
    const auto tokens = static_cast<size_t>(state.padded(longest));
    std::vector<int32_t> ids(texts.size() * tokens, kPadding), types(ids.size(), 0), lengths;
    for (size_t i = 0; i < texts.size(); ++i) {
        std::ranges::copy(texts[i].ids, ids.begin() + static_cast<std::ptrdiff_t>(i * tokens));
        std::ranges::copy(texts[i].type_ids, types.begin() + static_cast<std::ptrdiff_t>(i * tokens));
        lengths.push_back(static_cast<int32_t>(texts[i].size()));
    }
    Session& session = state.sessions->at({static_cast<int64_t>(texts.size()), static_cast<int64_t>(tokens)});
    session.write("ids", ids);
    if (state.config.types > 0) {
        session.write("types", types);
    }
    session.write("lengths", lengths);
    session.run();

    std::vector<TextAnswer> answers;
    const bool has_logits = state.config.task != BertTask::none;
    const std::vector<float> logits = has_logits ? session.read("logits") : std::vector<float>();
    const std::vector<float> hidden = state.options.hidden || !has_logits ? session.read("hidden") : std::vector<float>();
    for (size_t i = 0; i < texts.size(); ++i) {
        const size_t own = texts[i].size();
        TextAnswer answer{.tokens = own};
        if (has_logits) {
            const bool one = state.config.head.first_token;
            answer.logits = State::part(logits, i, texts.size(), one ? 1 : tokens, one ? 1 : own);
        }
        if (!hidden.empty()) {
            answer.hidden = State::part(hidden, i, texts.size(), tokens, own);
        }
        answers.push_back(std::move(answer));
    }
    for (int layer = 0; state.options.attention && layer < state.config.encoder.layers; ++layer) {
        const std::vector<float> maps = session.read(text("attention.", layer));  // [B,H,T,T]
        const auto heads = static_cast<size_t>(state.config.encoder.attention.heads);
        for (size_t i = 0; i < texts.size(); ++i) {
            const size_t own = texts[i].size(), each = maps.size() / texts.size();
            const std::vector<float> rows = first_rows(std::span(maps).subspan(i * each, each), heads, tokens, own);
            answers[i].attention.push_back(first_rows(rows, heads * own, tokens, own));
        }
    }
    return answers;
}

const BertConfig& TextModel::config() const {
    return state_->config;
}

const Tokenizer& TextModel::tokenizer() const {
    return *state_->tokenizer;
}

}  // namespace heed
