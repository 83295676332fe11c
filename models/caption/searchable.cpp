#include "models/caption/searchable.h"

#include <algorithm>
#include <cmath>

#include "models/caption/steps.h"
#include "models/mixed.h"

namespace heed {
namespace {

enum PlanKind : int64_t { kLook, kWord };

std::string plan_name(const SessionCache::Sizes& sizes) {
    return sizes[0] == kLook ? std::string("look") : text("word of ", sizes[1], sizes[1] == 1 ? " row" : " rows");
}

// 1 / -log(u) of an even u: the largest of shares times these is a place drawn as often as its share.
float chance(uint64_t bits) {
    const double even = (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53;  // in (0,1)
    return static_cast<float>(-1 / std::log(even));
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

    Graph build(const SessionCache::Sizes& sizes) const;
    void make_room(const CaptionMemory& needed);
    void write_rows(Session& session, std::span<const StepRow> rows, size_t planned) const;
    void write_noise(Session& session, std::span<const StepRow> rows, size_t planned) const;
};

Graph SearchableCaptioner::State::build(const SessionCache::Sizes& sizes) const {
    if (sizes[0] == kLook) {
        return build_look(*config, *weights, memory, stored);
    }
    return build_word(*config, *weights, memory,
                      {.rows = sizes[1],
                       .scores = {.best = sizes[2], .asked = sizes[3], .logits = sizes[4] != 0},
                       .drawn = sizes[5] != 0,
                       .stored = stored});
}

void SearchableCaptioner::State::make_room(const CaptionMemory& needed) {
    if (!memory.holds(needed) || memory.pictures > needed.pictures) {
        sessions->clear();
        sessions->store().drop_states();
        memory = needed;
    }
}

// The first step has a row a picture, whose states begin where the look put them. Rows that the plan has besides are not in use.
void SearchableCaptioner::State::write_rows(Session& session, std::span<const StepRow> rows, size_t planned) const {
    std::vector<int32_t> words(planned, 0), pictures(planned, 0), parents(planned, 0);
    for (size_t i = 0; i < rows.size(); ++i) {
        words[i] = rows[i].token;
        pictures[i] = rows[i].sentence;
        parents[i] = rows[i].parent < 0 ? rows[i].sentence : rows[i].parent;
    }
    session.write("words", words);
    session.write("pictures", pictures);
    session.write("parents", parents);
    session.write("zeros", std::vector<int32_t>(planned, 0));
}

void SearchableCaptioner::State::write_noise(Session& session, std::span<const StepRow> rows, size_t planned) const {
    const auto places = static_cast<size_t>(config->places());
    std::vector<float> noise(planned * places, 1);
    for (size_t row = 0; row < rows.size(); ++row) {
        const uint64_t seed = mixed(mixed(mixed(drawn->seed) + drawn->first + static_cast<uint64_t>(rows[row].sentence)) + position);
        for (size_t place = 0; place < places; ++place) {
            noise[row * places + place] = chance(mixed(seed + place));
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
    state_->sessions = std::make_unique<SessionCache>(device, build, options.session, 8, plan_name);
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
    const int64_t count = static_cast<int64_t>(pictures.size() / each), batch = power_of_two(count);
    s.make_room({.pictures = batch, .rows = power_of_two(std::max(rows, count))});
    std::vector<float> padded(pictures.begin(), pictures.end());
    padded.resize(static_cast<size_t>(batch) * each, 0);
    Session& session = s.sessions->at({kLook});
    session.write("pictures", padded);
    session.write("zeros", std::vector<int32_t>(static_cast<size_t>(batch), 0));
    session.run();
    s.drawn = drawn;
    s.position = 0;
}

int64_t SearchableCaptioner::vocabulary() const {
    return state_->config->words;
}

StepScores SearchableCaptioner::step(std::span<const StepRow> rows, const StepRequest& request) {
    State& s = *state_;
    const int64_t planned = std::min(power_of_two(static_cast<int64_t>(rows.size())), s.memory.rows);
    const ScorePlan plan = plan_scores(request, rows.size(), vocabulary());
    Session& session = s.sessions->at({kWord, planned, plan.best, plan.asked, plan.logits, s.drawn.has_value()});
    s.write_rows(session, rows, static_cast<size_t>(planned));
    write_asked(session, request, plan, planned, vocabulary());
    if (s.drawn) {
        s.write_noise(session, rows, static_cast<size_t>(planned));
    }
    session.run();
    StepScores scores = read_scores(session, request, plan, rows.size(), vocabulary());
    if (request.attention) {
        const std::vector<float> all = session.read("shares");  // [R,1,L]
        const std::ptrdiff_t places = s.config->places();
        for (auto begin = all.begin(); scores.attention.size() < rows.size(); begin += places) {
            scores.attention.emplace_back(begin, begin + places);
        }
    }
    ++s.position;
    return scores;
}

}  // namespace heed
