#include <cmath>

#include "reference/attention_scores.h"

namespace heed::reference {
namespace {

void evaluate(const Graph& graph, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const AttentionShape shape = attention_shape(graph, node);
    const std::vector<int64_t> listed = node.attributes.integers("chosen");
    const int64_t chosen = outputs[0].shape[1];
    for (int64_t i = 0; i < shape.batch * chosen * shape.queries; ++i) {
        const int64_t row = i % shape.queries, n = i / shape.queries % chosen, batch = i / shape.queries / chosen;
        const int64_t head = listed.empty() ? n : listed[static_cast<size_t>(n)];
        const ScoredRow scored = score_row(node, shape, inputs, batch, head, row);
        for (size_t seen = 0; seen < scored.keys.size(); ++seen) {
            outputs[0].data[static_cast<size_t>(i * shape.keys + scored.keys[seen])] =
                scored.sum == 0 ? 0 : std::exp(scored.scores[seen] - scored.top) / scored.sum;
        }
    }
}

Case made(AttentionSetup setup, std::string_view note, const std::vector<int>& heads = {}, std::map<std::string, Fill> fills = {}) {
    Case out = attention_case(setup, note, std::move(fills));
    out.build = [setup, heads](Graph& graph, DType dtype) {
        AttentionInputs inputs = attention_inputs_of(graph, dtype, setup);
        inputs.options.keep_stats = true;
        const AttentionResult result = attention(inputs.q, inputs.k, inputs.v, inputs.options);
        graph.output("out", result.out);
        graph.output("weights", attention_weights(inputs.q, inputs.k, result.stats, inputs.options, heads));
    };
    return out;
}

std::vector<Case> cases() {
    std::vector<Case> out;
    out.push_back(made({.batch = 2, .queries = 13, .keys = 67, .heads = 3, .head = 24}, "all heads"));
    out.push_back(made({.batch = 2, .queries = 19, .keys = 31, .heads = 5, .head = 40}, "some heads", {4, 0, 2}));
    out.push_back(made({.batch = 2,
                        .queries = 7,
                        .keys = 70,
                        .heads = 6,
                        .kv_heads = 2,
                        .head = 16,
                        .causal = true,
                        .key_lengths = {70, 0},
                        .query_starts = {63, 0}},
                       "grouped, causal", {5}));
    out.push_back(
        made({.batch = 1, .queries = 29, .keys = 29, .heads = 2, .head = 32, .left = 4, .right = 2, .prefix_lengths = {3}, .packed = true},
             "packed, window, prefix"));
    out.push_back(
        made({.batch = 2, .queries = 11, .keys = 23, .heads = 2, .head = 8, .bias = {2, 1, 11, 23}}, "bias", {1}, {{"bias", Fill::masks}}));
    out.push_back(made({.batch = 1, .queries = 9, .keys = 17, .heads = 2, .head = 16, .bias = {9, 17}}, "very low scores", {},
                       {{"bias", Fill::very_low}}));
    out.push_back(made({.batch = 1, .queries = 9, .keys = 17, .heads = 2, .head = 16}, "NaN in k", {}, {{"k", Fill::with_nan}}));
    out.push_back(made({.batch = 1, .queries = 1, .keys = 300, .heads = 2, .head = 64}, "decoding"));
    out.push_back(made({.batch = 3, .queries = 5, .keys = 23, .heads = 2, .head = 16, .owners = {1, 0, 1}, .kv_rows = 2}, "shared keys"));
    out.push_back(
        made({.batch = 2, .queries = 13, .keys = 29, .heads = 3, .head = 8, .query_starts = {0, 4}, .reach = 6}, "relative bias"));
    out.push_back(made({.batch = 1, .queries = 197, .keys = 197, .heads = 12, .head = 64}, "of a ViT"));
    out.back().timed = true;
    return out;
}

}  // namespace

OpReference reference_attention_weights() {
    return {.evaluate = evaluate, .cases = cases};
}

}  // namespace heed::reference
