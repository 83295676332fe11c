#include "models/decode/device_scores.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace heed {
namespace {

constexpr int64_t kMostOnDevice = 64;  // of a row's best that the device picks; for more the host gets all there are

}  // namespace

int64_t power_of_two(int64_t n) {
    return static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(std::max<int64_t>(n, 1))));
}

// A row's best may all be among those it asks for, which the search takes apart from the others.
ScorePlan plan_scores(const StepRequest& request, size_t rows, int64_t vocabulary) {
    if (request.best == 0) {
        return {};
    }
    size_t most = 0;
    for (size_t row = 0; row < rows; ++row) {
        most = std::max(most, request.asked_of(row).size());
    }
    const auto asked = static_cast<int64_t>(most);
    if (request.best + asked > kMostOnDevice) {
        return {.logits = true};
    }
    return {.best = std::min(power_of_two(request.best + asked), vocabulary),
            .asked = asked == 0 ? 0 : std::max<int64_t>(power_of_two(asked), 4)};
}

void output_scores(Graph& graph, Tensor logits, const ScorePlan& plan) {
    if (plan.logits) {
        graph.output("logits", logits);
        return;
    }
    if (plan.best == 0) {
        return;
    }
    graph.output("log_sum", reduce(logits, 1, ReduceKind::log_sum_exp));
    const TopK best = top_k(logits, static_cast<int>(plan.best));
    graph.output("best", best.values);
    graph.output("best_tokens", best.indices);
    if (plan.asked > 0) {
        const int64_t rows = logits.shape()[0];
        const Tensor asked = graph.input("asked", {rows, plan.asked}, DType::i32);
        const Tensor each = reshape(logits, {logits.shape().elements(), 1});
        graph.output("asked_logits", reshape(embedding(each, asked), {rows, plan.asked}));
    }
}

void write_asked(Session& session, const StepRequest& request, const ScorePlan& plan, int64_t planned, int64_t vocabulary) {
    if (plan.asked == 0) {
        return;
    }
    std::vector<int32_t> asked(static_cast<size_t>(planned * plan.asked), 0);
    for (size_t row = 0; row < request.asked_ends.size(); ++row) {
        const int64_t first = static_cast<int64_t>(row) * vocabulary;
        std::ranges::transform(request.asked_of(row), asked.begin() + static_cast<std::ptrdiff_t>(row) * plan.asked,
                               [&](int32_t token) { return static_cast<int32_t>(first + token); });
    }
    session.write("asked", asked);
}

StepScores read_scores(const Session& session, const StepRequest& request, const ScorePlan& plan, size_t rows, int64_t vocabulary) {
    if (plan.logits) {
        std::vector<float> logits = session.read("logits");
        logits.resize(rows * static_cast<size_t>(vocabulary));
        return pick_scores(logits, vocabulary, request);
    }
    StepScores out;
    if (plan.best == 0) {
        return out;
    }
    const std::vector<float> sums = session.read("log_sum"), values = session.read("best");
    const std::vector<int32_t> tokens = session.read_integers("best_tokens");
    const std::vector<float> asked = plan.asked > 0 ? session.read("asked_logits") : std::vector<float>();
    const auto best = static_cast<size_t>(request.best), picked = static_cast<size_t>(plan.best);
    out.best.resize(rows * best);
    for (size_t row = 0; row < rows; ++row) {
        if (std::isnan(values[row * picked])) {
            fail(ErrorKind::bad_model, "search: expected numbers from the model, got NaN in row ", row);
        }
        const std::span<const int32_t> apart = request.asked_of(row);
        for (size_t i = 0, kept = 0; i < picked && kept < best; ++i) {
            const int32_t token = tokens[row * picked + i];
            if (!std::ranges::binary_search(apart, token)) {
                out.best[row * best + kept++] = {token, values[row * picked + i]};
            }
        }
        const auto begin = asked.begin() + static_cast<std::ptrdiff_t>(row) * plan.asked;
        out.asked.insert(out.asked.end(), begin, begin + static_cast<std::ptrdiff_t>(apart.size()));
        out.log_sum.push_back(sums[row]);
    }
    return out;
}

std::vector<std::vector<float>> read_looks(const Session& session, std::span<const StepRow> rows, std::span<const int32_t> source_lengths,
                                           int64_t source_tokens) {
    const std::vector<float> all = session.read("attention");
    std::vector<std::vector<float>> out;
    for (size_t i = 0; i < rows.size(); ++i) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(i) * source_tokens;
        out.emplace_back(begin, begin + source_lengths[static_cast<size_t>(rows[i].sentence)]);
    }
    return out;
}

}  // namespace heed
