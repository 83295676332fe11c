#include "models/transformer/searchable.h"

#include <algorithm>
#include <chrono>

#include "models/transformer/steps.h"

namespace heed {
namespace {

using Watch = std::chrono::steady_clock;

constexpr int64_t kFirstTokens = 64;    // that there is room for in the beginning; doubled whenever it is used up
constexpr int64_t kWorthShrinking = 4;  // how many times too large the states may be

// The plans there are: SessionCache tells them apart by these numbers, the kind first.
enum PlanKind : int64_t { kEncode, kStep, kGrow, kMaps };

std::string plan_name(const SessionCache::Sizes& sizes) {
    switch (sizes[0]) {
        case kEncode: return text("encode ", sizes[1], "x", sizes[2]);
        case kStep: return text("step of ", sizes[1], sizes[1] == 1 ? " row" : " rows");
        case kGrow: return "grow states";
        default: return text("maps ", sizes[1], "x", sizes[2]);
    }
}

// Of maps [H,rows,columns] the first so many rows and columns of each.
std::vector<float> own_part(const std::vector<float>& maps, size_t rows, size_t columns, size_t own_rows, size_t own_columns) {
    std::vector<float> out;
    for (size_t row = 0; row * columns < maps.size(); ++row) {
        if (row % rows < own_rows) {
            const auto begin = maps.begin() + static_cast<std::ptrdiff_t>(row * columns);
            out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(own_columns));
        }
    }
    return out;
}

}  // namespace

struct SearchableTransformer::State {
    const TransformerConfig* config = nullptr;
    WeightSource* weights = nullptr;
    DType stored = DType::f32;
    std::unique_ptr<SessionCache> sessions;
    SearchMemory memory{}, grown{};  // grown: while the states move into it
    std::vector<int32_t> source_lengths;
    int64_t position = 0;
    double waited = 0;  // seconds since begin()

    Graph build(const SessionCache::Sizes& sizes);
    void make_room(const SearchMemory& needed);
    void grow();
    StepPlan plan_for(size_t rows, const StepRequest& request) const;
    Session& session_of(const StepPlan& plan);
    void write_rows(Session& session, std::span<const StepRow> rows, int64_t planned);
};

Graph SearchableTransformer::State::build(const SessionCache::Sizes& sizes) {
    switch (sizes[0]) {
        case kEncode: return build_encode(*config, *weights, memory, {.batch = sizes[1], .tokens = sizes[2], .stored = stored});
        case kGrow: return build_growth(*config, memory, grown, stored);
        case kMaps:
            return build_transformer(*config, *weights,
                                     {.source_tokens = sizes[1],
                                      .target_tokens = sizes[2],
                                      .stored = stored,
                                      .logits = false,
                                      .maps = {.encoder = sizes[3] != 0, .self = sizes[4] != 0, .cross = sizes[5] != 0}});
        default:
            return build_step(*config, *weights, memory,
                              {.rows = sizes[1],
                               .scores = {.best = sizes[2], .asked = sizes[3], .logits = sizes[4] != 0},
                               .attention = sizes[5] != 0,
                               .stored = stored});
    }
}

// States fit what is to come, and are made anew where they do not or where they are far too large.
void SearchableTransformer::State::make_room(const SearchMemory& needed) {
    if (memory.holds(needed) && memory.numbers() <= kWorthShrinking * needed.numbers()) {
        return;
    }
    sessions->clear();
    sessions->store().drop_states();
    memory = needed;
}

void SearchableTransformer::State::grow() {
    grown = memory;
    grown.tokens = std::min(2 * memory.tokens, config->longest_target());
    Session& session = sessions->at({kGrow});
    session.write("zeros", std::vector<int32_t>(static_cast<size_t>(memory.rows), 0));
    session.run();
    sessions->clear();
    sessions->store().drop_states(token_states(memory));
    memory = grown;
}

// Sizes that many steps share.
StepPlan SearchableTransformer::State::plan_for(size_t rows, const StepRequest& request) const {
    return {.rows = std::min(power_of_two(static_cast<int64_t>(rows)), memory.rows),
            .scores = plan_scores(request, rows, config->target.words),
            .attention = request.attention,
            .stored = stored};
}

Session& SearchableTransformer::State::session_of(const StepPlan& plan) {
    return sessions->at({kStep, plan.rows, plan.scores.best, plan.scores.asked, plan.scores.logits, plan.attention});
}

// Rows that the plan has besides are not in use.
void SearchableTransformer::State::write_rows(Session& session, std::span<const StepRow> rows, int64_t planned) {
    const auto count = static_cast<size_t>(planned);
    const auto now = static_cast<int32_t>(position);
    std::vector<int32_t> tokens(count, 0), sentences(count, 0), starts(count, -1), seen(count, 0), parents(count, -1), lengths(count, 0);
    for (size_t i = 0; i < rows.size(); ++i) {
        tokens[i] = rows[i].token;
        sentences[i] = rows[i].sentence;
        starts[i] = now;
        seen[i] = now + 1;
        parents[i] = rows[i].parent;
        lengths[i] = source_lengths.at(static_cast<size_t>(rows[i].sentence));
    }
    session.write("tokens", tokens);
    session.write("sentences", sentences);
    session.write("starts", starts);
    session.write("seen", seen);
    session.write("parents", parents);
    session.write("source_lengths", lengths);
}

SearchableTransformer::SearchableTransformer(Device& device, const TransformerConfig& config, WeightSource& weights,
                                             const SearchableOptions& options)
    : state_(std::make_unique<State>()) {
    state_->config = &config;
    state_->weights = &weights;
    state_->stored = options.stored;
    const auto build = [state = state_.get()](const SessionCache::Sizes& sizes) { return state->build(sizes); };
    state_->sessions = std::make_unique<SessionCache>(device, build, options.session, 16, plan_name);
}

SearchableTransformer::SearchableTransformer(SearchableTransformer&&) noexcept = default;
SearchableTransformer::~SearchableTransformer() = default;

void SearchableTransformer::begin(std::span<const std::vector<int32_t>> sources, int64_t rows) {
    State& s = *state_;
    const auto count = static_cast<int64_t>(sources.size());
    int64_t longest = 0;
    s.source_lengths.clear();
    for (const std::vector<int32_t>& source : sources) {
        const auto tokens = static_cast<int64_t>(source.size());
        if (tokens < 1 || tokens > s.config->longest_source()) {
            fail(ErrorKind::bad_input, s.config->family, ": expected 1 to ", s.config->longest_source(), " source tokens, got ", tokens);
        }
        longest = std::max(longest, tokens);
        s.source_lengths.push_back(static_cast<int32_t>(tokens));
    }
    const int64_t padded = std::min(bucket(longest), s.config->longest_source()), batch = power_of_two(count);
    s.make_room({.sentences = batch,
                 .source_tokens = padded,
                 .rows = power_of_two(std::max(rows, count)),
                 .tokens = std::min(kFirstTokens, s.config->longest_target())});
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
    s.waited = 0;
}

int64_t SearchableTransformer::vocabulary() const {
    return state_->config->target.words;
}

int64_t SearchableTransformer::positions() const {
    return state_->config->longest_target();
}

StepScores SearchableTransformer::step(std::span<const StepRow> rows, const StepRequest& request) {
    State& s = *state_;
    if (s.position == s.memory.tokens) {
        s.grow();
    }
    const StepPlan plan = s.plan_for(rows.size(), request);
    Session& session = s.session_of(plan);
    s.write_rows(session, rows, plan.rows);
    write_asked(session, request, plan.scores, plan.rows, vocabulary());
    session.start();
    const Watch::time_point started = Watch::now();
    session.wait();
    s.waited += std::chrono::duration<double>(Watch::now() - started).count();
    StepScores scores = read_scores(session, request, plan.scores, rows.size(), vocabulary());
    if (request.attention) {
        scores.attention = read_looks(session, rows, s.source_lengths, s.memory.source_tokens);
    }
    ++s.position;
    return scores;
}

SequenceMaps SearchableTransformer::maps(std::span<const int32_t> source, std::span<const int32_t> read, const TransformerMaps& wanted) {
    State& s = *state_;
    const auto padded = [](size_t tokens, int64_t most) {
        return std::max(std::min(bucket(static_cast<int64_t>(tokens)), most), int64_t{1});
    };
    const int64_t source_tokens = padded(source.size(), s.config->longest_source());
    const int64_t target_tokens = padded(read.size(), s.config->longest_target());
    if (source.empty() || read.empty() || std::ssize(source) > source_tokens || std::ssize(read) > target_tokens) {
        fail(ErrorKind::bad_input, s.config->family, ": expected 1 to ", s.config->longest_source(), " source and 1 to ",
             s.config->longest_target(), " target tokens, got ", source.size(), " and ", read.size());
    }
    Session& session = s.sessions->at({kMaps, source_tokens, target_tokens, wanted.encoder, wanted.self, wanted.cross});
    std::vector<int32_t> source_ids(source.begin(), source.end()), target_ids(read.begin(), read.end());
    source_ids.resize(static_cast<size_t>(source_tokens), 0);
    target_ids.resize(static_cast<size_t>(target_tokens), 0);  // what follows a token is not looked at
    session.write("source_ids", source_ids);
    session.write("source_lengths", std::vector<int32_t>{static_cast<int32_t>(source.size())});
    session.write("target_ids", target_ids);
    session.run();
    const auto own = [&](const char* name, int block, std::span<const int32_t> from, std::span<const int32_t> to) {
        const Shape shape = session.shape(text(name, block));  // [1,H,..,..]
        return own_part(session.read(text(name, block)), static_cast<size_t>(shape[2]), static_cast<size_t>(shape[3]), from.size(),
                        to.size());
    };
    SequenceMaps out;
    for (int i = 0; wanted.encoder && i < s.config->encoder.layers; ++i) {
        out.encoder.push_back(own("encoder.", i, source, source));
    }
    for (int i = 0; i < s.config->decoder.layers; ++i) {
        if (wanted.self) {
            out.self.push_back(own("self.", i, read, read));
        }
        if (wanted.cross) {
            out.cross.push_back(own("cross.", i, read, source));
        }
    }
    return out;
}

double SearchableTransformer::waited() const {
    return state_->waited;
}

uint64_t SearchableTransformer::device_bytes() const {
    return state_->sessions->store().bytes();
}

}  // namespace heed
