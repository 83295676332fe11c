#include "models/recurrent/language_model.h"

#include <algorithm>

#include "models/decode/row_states.h"
#include "models/recurrent/recurrent_shape.h"

namespace heed {
namespace {

constexpr int64_t kWidest = 1 << 16;
constexpr const char* kType = "heed_language_model";

struct Layers {
    Tensor table;  // [V,E]
    nn::RecurrentStack stack;
    nn::Linear output;
};

Layers load(const LanguageModelConfig& config, const Weights& weights) {
    return {.table = (weights / "embedding").tensor("weight", {config.words, config.channels}, {Init::Kind::normal, 1}),
            .stack = nn::load_recurrent(weights / "recurrent", config.recurrent),
            .output = nn::load_linear(weights / "output", {.in = config.recurrent.outputs(), .out = config.words})};
}

struct StepPlan {
    int64_t rows = 1, kept = 1;  // of this step; whose states there is room for
    bool first = false;          // nothing was read before
    ScorePlan scores;
};

Graph build_step(const LanguageModelConfig& config, WeightSource& source, const StepPlan& plan, DType stored) {
    Graph graph;
    const Layers layers = load(config, Weights(graph, source).stored_as(stored));
    const Tensor tokens = graph.input("tokens", {plan.rows, 1}, DType::i32);
    const Tensor zeros = graph.dynamic("zeros", {plan.rows});
    const auto states = row_states(graph, text("rows ", plan.kept, " "), plan.kept, config.recurrent, stored);
    nn::UnrollOptions options;
    if (!plan.first) {
        options.first = gathered(states, graph.dynamic("parents", {plan.rows}));
    }
    const nn::Unrolled read = nn::unroll(embedding(layers.table, tokens), layers.stack, options);
    keep(states, read.last, zeros);
    output_scores(graph, nn::linear(reshape(read.out, {plan.rows, config.recurrent.outputs()}), layers.output), plan.scores);
    return graph;
}

}  // namespace

LanguageModelConfig read_language_model_config(const Config& config) {
    if (config.string_or("model_type", "") != kType) {
        config.refuse("model_type", kType);
    }
    LanguageModelConfig out{.words = config.integer("vocab_size", {1}), .channels = config.integer("embedding", {1, kWidest})};
    const Config recurrent = config.object("recurrent");
    out.recurrent = read_recurrent_shape(recurrent, out.channels);
    if (out.recurrent.backwards != nn::Backwards::none) {
        recurrent.refuse("bidirectional", "false, as nothing comes after the next token");
    }
    return out;
}

Graph build_language_model(const LanguageModelConfig& config, WeightSource& source, const LanguageModelOptions& options) {
    Graph graph;
    const Layers layers = load(config, Weights(graph, source).stored_as(options.stored));
    const Tensor ids = graph.input("ids", {options.batch, options.tokens}, DType::i32);
    const nn::Unrolled read =
        nn::unroll(embedding(layers.table, ids), layers.stack, {.lengths = graph.dynamic("lengths", {options.batch})});
    graph.output("logits", nn::linear(read.out, layers.output));
    return graph;
}

struct SearchableLanguageModel::State {
    LanguageModelConfig config;
    std::unique_ptr<SessionCache> sessions;  // by rows, whether it is the first step, and what is wanted of the scores
    int64_t rows = 0;                        // whose states there is room for
    bool first = true;
};

SearchableLanguageModel::SearchableLanguageModel(Device& device, const LanguageModelConfig& config, WeightSource& weights, DType stored,
                                                 const SessionOptions& session)
    : state_(std::make_unique<State>()) {
    state_->config = config;
    const auto build = [state = state_.get(), &weights, stored](const SessionCache::Sizes& sizes) {
        const StepPlan plan{.rows = sizes[0],
                            .kept = state->rows,
                            .first = sizes[1] != 0,
                            .scores = {.best = sizes[2], .asked = sizes[3], .logits = sizes[4] != 0}};
        return build_step(state->config, weights, plan, stored);
    };
    state_->sessions = std::make_unique<SessionCache>(device, build, session);
}

SearchableLanguageModel::SearchableLanguageModel(SearchableLanguageModel&&) noexcept = default;
SearchableLanguageModel::~SearchableLanguageModel() = default;

void SearchableLanguageModel::begin(int64_t rows) {
    State& s = *state_;
    if (s.rows < power_of_two(rows)) {
        s.sessions->clear();
        s.sessions->store().drop_states();
        s.rows = power_of_two(rows);
    }
    s.first = true;
}

int64_t SearchableLanguageModel::vocabulary() const {
    return state_->config.words;
}

StepScores SearchableLanguageModel::step(std::span<const StepRow> rows, const StepRequest& request) {
    State& s = *state_;
    const int64_t planned = std::min(power_of_two(static_cast<int64_t>(rows.size())), s.rows);
    const ScorePlan plan = plan_scores(request, rows.size(), vocabulary());
    Session& session = s.sessions->at({planned, s.first, plan.best, plan.asked, plan.logits});
    std::vector<int32_t> tokens(static_cast<size_t>(planned), 0), parents = tokens;
    for (size_t i = 0; i < rows.size(); ++i) {
        tokens[i] = rows[i].token;
        parents[i] = std::max(rows[i].parent, 0);
    }
    session.write("tokens", tokens);
    session.write("zeros", std::vector<int32_t>(static_cast<size_t>(planned), 0));
    if (!s.first) {
        session.write("parents", parents);
    }
    write_asked(session, request, plan, planned, vocabulary());
    session.run();
    s.first = false;
    return read_scores(session, request, plan, rows.size(), vocabulary());
}

}  // namespace heed
