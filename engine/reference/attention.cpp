#include <cmath>

#include "reference/attention_scores.h"

namespace heed::reference {
namespace {

void evaluate(const Graph& graph, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const AttentionShape shape = attention_shape(graph, node);
    const Array& v = *inputs[attention_inputs::kV];
    for (int64_t i = 0; i < shape.batch * shape.heads * shape.queries; ++i) {
        const int64_t row = i % shape.queries, head = i / shape.queries % shape.heads, batch = i / shape.queries / shape.heads;
        const ScoredRow scored = score_row(node, shape, inputs, batch, head, row);
        for (int64_t d = 0; d < shape.head; ++d) {
            double sum = 0;
            for (size_t n = 0; n < scored.keys.size(); ++n) {
                const double value = v.data[static_cast<size_t>(
                    ((owner_of(inputs, batch, scored.keys[n]) * shape.keys + scored.keys[n]) * shape.kv_heads + head / shape.group()) *
                        shape.head +
                    d)];
                sum += scored.sum == 0 ? 0 : std::exp(scored.scores[n] - scored.top) / scored.sum * value;
            }
            outputs[0].data[static_cast<size_t>(((batch * shape.queries + row) * shape.heads + head) * shape.head + d)] = sum;
        }
        if (outputs.size() > 1) {
            outputs[1].data[static_cast<size_t>(2 * i)] = scored.top;
            outputs[1].data[static_cast<size_t>(2 * i + 1)] = scored.sum;
        }
    }
}

Case made(const AttentionSetup& setup, std::string_view note, std::map<std::string, Fill> fills = {}) {
    Case out = attention_case(setup, note, std::move(fills));
    out.build = [setup](Graph& graph, DType dtype) {
        const AttentionInputs inputs = attention_inputs_of(graph, dtype, setup);
        const AttentionResult result = attention(inputs.q, inputs.k, inputs.v, inputs.options);
        graph.output("out", result.out);
        if (setup.stats) {
            graph.output("stats", result.stats);
        }
    };
    return out;
}

void add_shapes(std::vector<Case>& out) {
    for (int64_t head : {8, 24, 40, 64, 72, 80, 104, 128, 256}) {
        out.push_back(made({.batch = 2, .queries = 13, .keys = 19, .heads = 3, .head = head, .stats = true}, "head sizes"));
    }
    out.push_back(made({.batch = 1, .queries = 37, .keys = 67, .heads = 2, .head = 12}, "a head of 12"));
    out.push_back(made({.batch = 2, .queries = 1, .keys = 1, .heads = 1, .head = 16}, "one key"));
    out.push_back(made({.batch = 3, .queries = 41, .keys = 5, .heads = 4, .kv_heads = 2, .head = 32}, "grouped"));
    out.push_back(made({.batch = 2, .queries = 29, .keys = 29, .heads = 3, .head = 40, .stats = true, .packed = true}, "packed"));
    out.push_back(made({.batch = 2, .queries = 17, .keys = 17, .heads = 5, .head = 24, .scale = 0.5, .causal = true, .packed = true},
                       "packed, causal"));
}

void add_masks(std::vector<Case>& out) {
    out.push_back(made({.batch = 2, .queries = 53, .keys = 53, .heads = 2, .head = 24, .causal = true, .stats = true}, "causal"));
    out.push_back(
        made({.batch = 2, .queries = 31, .keys = 47, .heads = 3, .head = 16, .causal = true, .query_starts = {16, 3}}, "causal, starts"));
    out.push_back(
        made({.batch = 3, .queries = 11, .keys = 43, .heads = 2, .head = 32, .key_lengths = {43, 0, 9}, .stats = true}, "lengths"));
    out.push_back(made({.batch = 1, .queries = 61, .keys = 59, .heads = 2, .head = 16, .left = 7, .right = 3}, "window"));
    out.push_back(
        made({.batch = 1, .queries = 71, .keys = 71, .heads = 2, .head = 16, .causal = true, .left = 5, .stats = true}, "causal window"));
    out.push_back(
        made({.batch = 2, .queries = 67, .keys = 67, .heads = 1, .head = 16, .causal = true, .left = 4, .prefix_lengths = {3, 20}},
             "causal window, prefix"));
    out.push_back(made({.batch = 2, .queries = 23, .keys = 23, .heads = 2, .head = 8, .causal = true, .prefix_lengths = {9, 0}}, "prefix"));
    out.push_back(made({.batch = 2,
                        .queries = 20,
                        .keys = 40,
                        .heads = 2,
                        .head = 8,
                        .left = 2,
                        .right = 0,
                        .key_lengths = {10, 25},
                        .query_starts = {0, 20},
                        .prefix_lengths = {100, 1}},
                       "everything"));
    out.push_back(made({.batch = 2, .queries = 19, .keys = 31, .heads = 3, .head = 16, .bias = {3, 19, 31}}, "bias of heads"));
    out.push_back(made({.batch = 2, .queries = 19, .keys = 31, .heads = 3, .head = 16, .bias = {2, 1, 1, 31}}, "bias of keys"));
    out.push_back(made({.batch = 2, .queries = 19, .keys = 31, .heads = 3, .head = 16, .bias = {2, 3, 19, 1}}, "bias of rows"));
}

void add_decoding(std::vector<Case>& out) {
    out.push_back(
        made({.batch = 2, .queries = 1, .keys = 700, .heads = 3, .head = 64, .key_lengths = {611, 3}, .stats = true}, "decoding"));
    out.push_back(made({.batch = 2, .queries = 1, .keys = 200, .heads = 2, .head = 32, .key_lengths = {0, 0}, .stats = true},
                       "decoding, nothing to see"));
    out.push_back(made({.batch = 2,
                        .queries = 1,
                        .keys = 300,
                        .heads = 8,
                        .kv_heads = 2,
                        .head = 40,
                        .causal = true,
                        .key_lengths = {211, 0},
                        .query_starts = {210, 0}},
                       "decoding, grouped"));
    out.push_back(made({.batch = 1,
                        .queries = 3,
                        .keys = 513,
                        .heads = 6,
                        .kv_heads = 2,
                        .head = 72,
                        .causal = true,
                        .key_lengths = {402},
                        .query_starts = {399},
                        .stats = true},
                       "three rows, grouped"));
    out.push_back(made({.batch = 1,
                        .queries = 4,
                        .keys = 900,
                        .heads = 2,
                        .head = 256,
                        .causal = true,
                        .left = 100,
                        .query_starts = {800},
                        .prefix_lengths = {77}},
                       "decoding, window, prefix"));
    out.push_back(made({.batch = 2, .queries = 2, .keys = 200, .heads = 2, .head = 24, .bias = {2, 1, 2, 200}}, "decoding, bias",
                       {{"bias", Fill::masks}}));
    out.push_back(made({.batch = 1, .queries = 1, .keys = 200, .heads = 2, .head = 32, .key_lengths = {40}}, "NaN behind the length",
                       {{"k", Fill::with_nan}, {"v", Fill::with_nan}}));
}

// What every row of `batch` finds at `keys` positions: rows picked by a fixed pattern.
std::vector<double> drawn_owners(int64_t batch, int64_t keys, int64_t rows) {
    std::vector<double> out;
    for (int64_t i = 0; i < batch * keys; ++i) {
        out.push_back(static_cast<double>((i * 7 + i / keys * 3 + 1) % rows));
    }
    return out;
}

void add_owners(std::vector<Case>& out) {
    out.push_back(made({.batch = 5,
                        .queries = 7,
                        .keys = 21,
                        .heads = 2,
                        .head = 24,
                        .key_lengths = {21, 21, 3, 3, 17},
                        .owners = {0, 0, 1, 1, 2},
                        .kv_rows = 3,
                        .stats = true},
                       "rows that share keys"));
    out.push_back(made({.batch = 4,
                        .queries = 1,
                        .keys = 37,
                        .heads = 3,
                        .head = 16,
                        .causal = true,
                        .query_starts = {20, 20, 20, 20},
                        .owners = drawn_owners(4, 37, 6),
                        .kv_rows = 6},
                       "beams"));
    out.push_back(made({.batch = 3,
                        .queries = 1,
                        .keys = 260,
                        .heads = 4,
                        .kv_heads = 2,
                        .head = 64,
                        .causal = true,
                        .key_lengths = {201, 201, 1},
                        .query_starts = {200, 200, 0},
                        .owners = drawn_owners(3, 260, 3),
                        .kv_rows = 3,
                        .stats = true},
                       "beams, grouped, far on"));
}

void add_relative(std::vector<Case>& out) {
    out.push_back(made({.batch = 2, .queries = 19, .keys = 31, .heads = 3, .head = 16, .reach = 40, .stats = true}, "relative bias"));
    out.push_back(made({.batch = 2, .queries = 43, .keys = 43, .heads = 2, .head = 40, .key_lengths = {43, 11}, .reach = 5},
                       "relative bias, reaching 5"));
    out.push_back(
        made({.batch = 2, .queries = 1, .keys = 200, .heads = 2, .head = 8, .causal = true, .query_starts = {150, 3}, .reach = 16},
             "relative bias, decoding"));
}

void add_adversaries(std::vector<Case>& out) {
    const AttentionSetup plain{.batch = 2, .queries = 21, .keys = 35, .heads = 2, .head = 32};
    AttentionSetup biased = plain;
    biased.bias = {2, 2, 21, 35};
    out.push_back(made(biased, "rows masked by the bias, single survivors", {{"bias", Fill::masks}}));
    out.push_back(made(biased, "very low scores", {{"bias", Fill::very_low}}));
    out.push_back(made(plain, "scores of +-1e4", {{"q", Fill::large}}));
    out.push_back(made(plain, "equal numbers", {{"q", Fill::constant}, {"k", Fill::constant}, {"v", Fill::constant}}));
    out.push_back(made(plain, "denormal", {{"q", Fill::denormal}, {"k", Fill::denormal}}));
    out.push_back(made(plain, "NaN in q", {{"q", Fill::with_nan}}));
    out.push_back(made(plain, "NaN in v", {{"v", Fill::with_nan}}));
    AttentionSetup causal = plain;
    causal.causal = true;
    out.push_back(made(causal, "NaN in a key that few rows see", {{"k", Fill::with_nan}}));
    AttentionSetup cut = plain;
    cut.key_lengths = {35, 12};
    out.push_back(made(cut, "NaN behind the length", {{"k", Fill::with_nan}, {"v", Fill::with_nan}}));
}

std::vector<Case> cases() {
    std::vector<Case> out;
    add_shapes(out);
    add_masks(out);
    add_decoding(out);
    add_owners(out);
    add_relative(out);
    add_adversaries(out);
    out.push_back(made({.batch = 1, .queries = 197, .keys = 197, .heads = 12, .head = 64}, "of a ViT"));
    out.back().timed = true;
    out.push_back(made({.batch = 1, .queries = 1, .keys = 1024, .heads = 12, .head = 64}, "of a decoder"));
    out.back().timed = true;
    return out;
}

Case sized(const std::vector<int64_t>& s) {
    return made({.batch = 1, .queries = s[1], .keys = s[1], .heads = static_cast<int>(s[0]), .head = s[2]}, "");
}

}  // namespace

OpReference reference_attention() {
    return {.evaluate = evaluate, .cases = cases, .axes = "HxTxD", .axis_count = 3, .sized = sized};
}

}  // namespace heed::reference
