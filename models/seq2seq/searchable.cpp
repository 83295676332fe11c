#include "models/seq2seq/searchable.h"

#include <algorithm>

#include "models/seq2seq/steps.h"

namespace heed {
namespace {

enum PlanKind : int64_t { kEncode, kStep };

std::string plan_name(const SessionCache::Sizes& sizes) {
    return sizes[0] == kEncode ? text("encode ", sizes[1], "x", sizes[2]) : text("step of ", sizes[1], sizes[1] == 1 ? " row" : " rows");
}

}  // namespace

struct SearchableSeq2Seq::State {
    const Seq2SeqConfig* config = nullptr;
    WeightSource* weights = nullptr;
    DType stored = DType::f32;
    std::unique_ptr<SessionCache> sessions;
    Seq2SeqMemory memory{};
    std::vector<int32_t> source_lengths;
    int32_t position = 0;

    Graph build(const SessionCache::Sizes& sizes) const;
    void make_room(const Seq2SeqMemory& needed);
    void write_rows(Session& session, std::span<const StepRow> rows, size_t planned) const;
};

Graph SearchableSeq2Seq::State::build(const SessionCache::Sizes& sizes) const {
    if (sizes[0] == kEncode) {
        return build_encode(*config, *weights, memory, {.batch = sizes[1], .tokens = sizes[2], .stored = stored});
    }
    return build_step(*config, *weights, memory,
                      {.rows = sizes[1],
                       .scores = {.best = sizes[2], .asked = sizes[3], .logits = sizes[4] != 0},
                       .attention = sizes[5] != 0,
                       .stored = stored});
}

void SearchableSeq2Seq::State::make_room(const Seq2SeqMemory& needed) {
    if (!memory.holds(needed)) {
        sessions->clear();
        sessions->store().drop_states();
        memory = needed;
    }
}

// The first step has a row a sentence, whose states begin where the encoder put them. Rows that the plan has besides are not in use.
void SearchableSeq2Seq::State::write_rows(Session& session, std::span<const StepRow> rows, size_t planned) const {
    std::vector<int32_t> tokens(planned, 0), sentences(planned, 0), parents(planned, 0), lengths(planned, 0);
    for (size_t i = 0; i < rows.size(); ++i) {
        tokens[i] = rows[i].token;
        sentences[i] = rows[i].sentence;
        parents[i] = rows[i].parent < 0 ? rows[i].sentence : rows[i].parent;
        lengths[i] = source_lengths.at(static_cast<size_t>(rows[i].sentence));
    }
    session.write("tokens", tokens);
    session.write("parents", parents);
    session.write("zeros", std::vector<int32_t>(planned, 0));
    session.write("sentences", sentences);
    session.write("source_lengths", lengths);
    session.write("positions", std::vector<int32_t>(planned, position));
}

SearchableSeq2Seq::SearchableSeq2Seq(Device& device, const Seq2SeqConfig& config, WeightSource& weights,
                                     const SearchableSeq2SeqOptions& options)
    : state_(std::make_unique<State>()) {
    state_->config = &config;
    state_->weights = &weights;
    state_->stored = options.stored;
    const auto build = [state = state_.get()](const SessionCache::Sizes& sizes) { return state->build(sizes); };
    state_->sessions = std::make_unique<SessionCache>(device, build, options.session, 16, plan_name);
}

SearchableSeq2Seq::SearchableSeq2Seq(SearchableSeq2Seq&&) noexcept = default;
SearchableSeq2Seq::~SearchableSeq2Seq() = default;

void SearchableSeq2Seq::begin(std::span<const std::vector<int32_t>> sources, int64_t rows) {
    State& s = *state_;
    size_t longest = 0;
    s.source_lengths.clear();
    for (const std::vector<int32_t>& source : sources) {
        if (source.empty() || static_cast<int64_t>(source.size()) > s.config->longest_source()) {
            fail(ErrorKind::bad_input, "seq2seq: expected 1 to ", s.config->longest_source(), " source tokens, got ", source.size());
        }
        longest = std::max(longest, source.size());
        s.source_lengths.push_back(static_cast<int32_t>(source.size()));
    }
    const auto count = static_cast<int64_t>(sources.size());
    const int64_t batch = power_of_two(count), padded = std::min(bucket(static_cast<int64_t>(longest)), s.config->longest_source());
    s.make_room({.sentences = batch, .source_tokens = padded, .rows = power_of_two(std::max(rows, count))});
    Session& session = s.sessions->at({kEncode, batch, padded});
    std::vector<int32_t> ids(static_cast<size_t>(batch * padded), 0), lengths = s.source_lengths;
    for (size_t i = 0; i < sources.size(); ++i) {
        std::ranges::copy(sources[i], ids.begin() + static_cast<std::ptrdiff_t>(i) * padded);
    }
    lengths.resize(static_cast<size_t>(batch), 0);
    session.write("source_ids", ids);
    session.write("source_lengths", lengths);
    session.write("zeros", std::vector<int32_t>(static_cast<size_t>(batch), 0));
    session.run();
    s.position = 0;
}

int64_t SearchableSeq2Seq::vocabulary() const {
    return state_->config->target_words;
}

StepScores SearchableSeq2Seq::step(std::span<const StepRow> rows, const StepRequest& request) {
    State& s = *state_;
    const int64_t planned = std::min(power_of_two(static_cast<int64_t>(rows.size())), s.memory.rows);
    const ScorePlan plan = plan_scores(request, rows.size(), vocabulary());
    const bool attention = request.attention && s.config->attends();
    Session& session = s.sessions->at({kStep, planned, plan.best, plan.asked, plan.logits, attention});
    s.write_rows(session, rows, static_cast<size_t>(planned));
    write_asked(session, request, plan, planned, vocabulary());
    session.run();
    StepScores scores = read_scores(session, request, plan, rows.size(), vocabulary());
    if (attention) {
        scores.attention = read_looks(session, rows, s.source_lengths, s.memory.source_tokens);
    }
    ++s.position;
    return scores;
}

}  // namespace heed
