#include "models/caption/searchable.h"

#include <algorithm>
#include <cmath>

#include "models/caption/steps.h"
#include "models/mixed.h"

namespace heed {
namespace {

enum PlanKind : int64_t { kLook, kWord };

// -log(-log(u)) of an even u: added to scores, it makes the highest a draw from their softmax.
float gumbel(uint64_t bits) {
    const double even = (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53;  // in (0,1)
    return static_cast<float>(-std::log(-std::log(even)));
}

}  // namespace

struct SearchableCaptioner::State {
    const CaptionConfig* config = nullptr;
    WeightSource* weights = nullptr;
    DType stored = DType::f32;
    std::unique_ptr<SessionCache> sessions;
    CaptionMemory memory{};
    std::optional<DrawnLooks> drawn;
    uint64_t position = 0;
    std::vector<int32_t> numbers;  // of the rows of the last step, in the memory

    Graph build(const SessionCache::Sizes& sizes);
    std::vector<int32_t> place_rows(std::span<const StepRow> rows) const;
    void write_rows(Session& session, std::span<const StepRow> rows, std::span<const int32_t> places) const;
    void write_noise(Session& session) const;
};

Graph SearchableCaptioner::State::build(const SessionCache::Sizes& sizes) {
    const CaptionMemory of{.pictures = sizes[1], .rows = sizes[2]};
    return sizes[0] == kLook ? build_look(*config, *weights, of, stored)
                             : build_word(*config, *weights, {.memory = of, .drawn = sizes[3] != 0, .stored = stored});
}

// Each row's number: its picture's first that is free.
std::vector<int32_t> SearchableCaptioner::State::place_rows(std::span<const StepRow> rows) const {
    std::vector<int64_t> used(static_cast<size_t>(memory.pictures), 0);
    std::vector<int32_t> out;
    for (const StepRow& row : rows) {
        int64_t& count = used.at(static_cast<size_t>(row.sentence));
        if (count == memory.rows) {
            fail(ErrorKind::bad_input, "caption: expected at most ", memory.rows, " rows of picture ", row.sentence, ", got more");
        }
        out.push_back(static_cast<int32_t>(row.sentence * memory.rows + count++));
    }
    return out;
}

// Rows that are not in use go on from what is there, whatever that is.
void SearchableCaptioner::State::write_rows(Session& session, std::span<const StepRow> rows, std::span<const int32_t> places) const {
    const auto count = static_cast<size_t>(memory.pictures * memory.rows);
    std::vector<int32_t> words(count, 0), parents(count, 0);
    for (size_t i = 0; i < rows.size(); ++i) {
        const auto at = static_cast<size_t>(places[i]);
        words[at] = rows[i].token;
        parents[at] =
            rows[i].parent < 0 ? static_cast<int32_t>(rows[i].sentence * memory.rows) : numbers.at(static_cast<size_t>(rows[i].parent));
    }
    session.write("words", words);
    session.write("parents", parents);
    session.write("zeros", std::vector<int32_t>(static_cast<size_t>(memory.pictures), 0));
}

void SearchableCaptioner::State::write_noise(Session& session) const {
    std::vector<float> noise;
    const auto places = static_cast<uint64_t>(config->places());
    for (int64_t picture = 0; picture < memory.pictures; ++picture) {
        const uint64_t seed = mixed(mixed(mixed(drawn->seed) + drawn->first + static_cast<uint64_t>(picture)) + position);
        for (int64_t row = 0; row < memory.rows; ++row) {
            for (uint64_t place = 0; place < places; ++place) {
                noise.push_back(gumbel(mixed(seed + place)));
            }
        }
    }
    session.write("noise", noise);
}

SearchableCaptioner::SearchableCaptioner(Device& device, const CaptionConfig& config, WeightSource& weights,
                                         const SearchableCaptionerOptions& options)
    : state_(std::make_unique<State>()) {
    state_->config = &config;
    state_->weights = &weights;
    state_->stored = options.stored;
    const auto build = [state = state_.get()](const SessionCache::Sizes& sizes) { return state->build(sizes); };
    state_->sessions = std::make_unique<SessionCache>(device, build, options.session);
}

SearchableCaptioner::SearchableCaptioner(SearchableCaptioner&&) noexcept = default;
SearchableCaptioner::~SearchableCaptioner() = default;

void SearchableCaptioner::begin(std::span<const float> pictures, int64_t rows, const std::optional<DrawnLooks>& drawn) {
    State& s = *state_;
    const auto each = static_cast<size_t>(3 * s.config->image_size * s.config->image_size);
    if (pictures.empty() || pictures.size() % each != 0) {
        fail(ErrorKind::bad_input, "caption: expected pictures of ", each, " numbers, got ", pictures.size(), " numbers");
    }
    if (drawn && !s.config->hard) {
        fail(ErrorKind::bad_input, "caption: expected a model with hard attention to draw its looks, got one with soft attention");
    }
    const CaptionMemory memory{.pictures = static_cast<int64_t>(pictures.size() / each), .rows = rows};
    if (memory != s.memory) {
        s.sessions->clear();
        s.sessions->store().drop_states();
        s.memory = memory;
    }
    Session& session = s.sessions->at({kLook, memory.pictures, memory.rows});
    session.write("pictures", pictures);
    session.write("zeros", std::vector<int32_t>(static_cast<size_t>(memory.pictures), 0));
    session.run();
    s.drawn = drawn;
    s.position = 0;
    s.numbers.clear();
}

int64_t SearchableCaptioner::vocabulary() const {
    return state_->config->words;
}

StepScores SearchableCaptioner::step(std::span<const StepRow> rows, const StepRequest& request) {
    State& s = *state_;
    Session& session = s.sessions->at({kWord, s.memory.pictures, s.memory.rows, s.drawn ? 1 : 0});
    const std::vector<int32_t> places = s.place_rows(rows);
    s.write_rows(session, rows, places);
    if (s.drawn) {
        s.write_noise(session);
    }
    session.run();
    const std::vector<float> logits = session.read("logits"), shares = session.read("shares");
    std::vector<float> own;
    std::vector<std::vector<float>> looks;
    const std::ptrdiff_t words = s.config->words, cells = s.config->places();
    for (const int32_t place : places) {
        own.insert(own.end(), logits.begin() + place * words, logits.begin() + (place + 1) * words);
        looks.emplace_back(shares.begin() + place * cells, shares.begin() + (place + 1) * cells);
    }
    StepScores scores = pick_scores(own, words, request);
    if (request.attention) {
        scores.attention = std::move(looks);
    }
    s.numbers = places;
    ++s.position;
    return scores;
}

}  // namespace heed
