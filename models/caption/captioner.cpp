#include "models/caption/captioner.h"

#include <algorithm>

#include "io/resize.h"
#include "models/caption/word_list.h"
#include "models/checkpoint.h"

namespace heed {
namespace {

void append_pixels(std::vector<float>& out, const io::Image& picture, int64_t side) {
    if (picture.channels != 3 || picture.width < 1 || picture.height < 1) {
        fail(ErrorKind::bad_input, "caption: expected an RGB picture, got ", picture.width, "x", picture.height, " with ", picture.channels,
             " channels");
    }
    const io::Image seen = io::resize(picture, static_cast<int>(side), static_cast<int>(side), io::Filter::bilinear);
    std::ranges::transform(seen.pixels, std::back_inserter(out), [](uint8_t level) { return static_cast<float>(level) / 127.5f - 1; });
}

}  // namespace

std::string Caption::text() const {
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : " ") + word;
    }
    return out;
}

struct Captioner::State {
    std::unique_ptr<Checkpoint> checkpoint;
    CaptionConfig config;
    std::vector<std::string> words;
    GenerationOptions generation;
    std::unique_ptr<SearchableCaptioner> searchable;

    void look_again(std::vector<Caption>& captions, const std::vector<std::vector<int32_t>>& tokens, int32_t start);
};

// Reads the captions once more, to see where each word came from.
void Captioner::State::look_again(std::vector<Caption>& captions, const std::vector<std::vector<int32_t>>& tokens, int32_t start) {
    std::vector<int32_t> last(captions.size(), -1);  // each picture's row in the step before
    for (size_t t = 0;; ++t) {
        std::vector<StepRow> rows;
        std::vector<size_t> open;
        for (size_t i = 0; i < captions.size(); ++i) {
            if (t < captions[i].words.size()) {
                rows.push_back({.token = t == 0 ? start : tokens[i][t - 1], .parent = last[i], .sentence = static_cast<int32_t>(i)});
                last[i] = static_cast<int32_t>(open.size());
                open.push_back(i);
            }
        }
        if (open.empty()) {
            return;
        }
        StepScores scores = searchable->step(rows, {.attention = true});
        for (size_t i = 0; i < open.size(); ++i) {
            captions[open[i]].shares.push_back(std::move(scores.attention[i]));
        }
    }
}

Captioner::Captioner(Device& device, const std::filesystem::path& folder, const CaptionerOptions& options)
    : state_(std::make_unique<State>()) {
    State& s = *state_;
    s.config = read_caption_config(Config::read(folder / "config.json"));
    s.words = read_word_list(folder / "symbols.json", s.config.words);
    s.generation = read_generation_options(folder);
    s.checkpoint = open_checkpoint(folder);
    s.searchable = std::make_unique<SearchableCaptioner>(
        device, s.config, *s.checkpoint,
        SearchableCaptionerOptions{.stored = storage(options.precision, device.caps()), .session = options.session});
}

Captioner::Captioner(Captioner&&) noexcept = default;
Captioner::~Captioner() = default;

std::vector<Caption> Captioner::caption(std::span<const io::Image> pictures, const GenerationOptions& options,
                                        const std::optional<DrawnLooks>& drawn) {
    State& s = *state_;
    check_options(options, s.searchable->vocabulary(), s.searchable->positions());
    const std::vector<int32_t> prompt = prompt_of(options);
    if (prompt.size() != 1) {
        fail(ErrorKind::bad_input, "caption: expected captions to begin with one word, got ", prompt.size());
    }
    if (pictures.empty()) {
        return {};
    }
    std::vector<float> pixels;
    std::ranges::for_each(pictures, [&](const io::Image& picture) { append_pixels(pixels, picture, s.config.image_size); });
    const auto count = static_cast<int64_t>(pictures.size());
    s.searchable->begin(pixels, count * (options.do_sample ? options.num_return_sequences : options.num_beams), drawn);
    const SearchBatch batch{.sentences = pictures.size()};
    const auto found = search(*s.searchable, batch, options);
    std::vector<Caption> out(pictures.size());
    std::vector<std::vector<int32_t>> tokens(pictures.size());
    for (size_t i = 0; i < out.size(); ++i) {
        if (found[i].empty()) {
            continue;
        }
        const GeneratedSequence& best = found[i].front();
        tokens[i] = best.tokens;
        tokens[i].resize(best.tokens.size() - (best.end == SequenceEnd::token ? 1 : 0));
        std::ranges::transform(tokens[i], std::back_inserter(out[i].words),
                               [&](int32_t token) { return s.words.at(static_cast<size_t>(token)); });
        out[i].log_probability = best.log_probability;
        out[i].end = best.end;
    }
    s.searchable->begin(pixels, count, drawn);
    s.look_again(out, tokens, prompt.front());
    return out;
}

const CaptionConfig& Captioner::config() const {
    return state_->config;
}

const GenerationOptions& Captioner::generation() const {
    return state_->generation;
}

}  // namespace heed
