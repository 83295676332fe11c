#include "reference/attention_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "reference/index.h"

namespace heed::reference {

using namespace attention_inputs;

namespace {

int64_t number(const Array* numbers, int64_t batch, int64_t otherwise) {
    return numbers == nullptr ? otherwise : static_cast<int64_t>(numbers->data[static_cast<size_t>(batch)]);
}

bool sees(const Node& node, std::span<const Array* const> inputs, int64_t batch, int64_t row, int64_t key) {
    if (key >= number(inputs[kKeyLengths], batch, std::numeric_limits<int64_t>::max())) {
        return false;
    }
    if (key < number(inputs[kPrefixLengths], batch, 0)) {
        return true;
    }
    const int64_t position = number(inputs[kQueryStarts], batch, 0) + row;
    return (node.attributes.integer("causal") == 0 || key <= position) &&
           position - key <= node.attributes.integer("window_left", kUnlimited) &&
           key - position <= node.attributes.integer("window_right", kUnlimited);
}

double bias_of(const Node& node, std::span<const Array* const> inputs, int64_t batch, int64_t head, int64_t row, int64_t key) {
    const Array& bias = *inputs[kBias];
    if (attention_bias_kind(node) == params::kBiasScores) {
        return bias.data[index_of(bias.shape, {batch, head, row, key})];
    }
    const int64_t reach = bias.shape[1] / 2, distance = key - row - number(inputs[kQueryStarts], batch, 0);
    return bias.data[static_cast<size_t>(head * bias.shape[1] + reach + std::clamp(distance, -reach, reach))];
}

}  // namespace

int64_t owner_of(std::span<const Array* const> inputs, int64_t batch, int64_t key) {
    if (inputs[kOwners] == nullptr) {
        return batch;
    }
    const int64_t keys = inputs[kOwners]->shape[1];
    return static_cast<int64_t>(inputs[kOwners]->data[static_cast<size_t>(batch * keys + std::min(key, keys - 1))]);
}

ScoredRow score_row(const Node& node, const AttentionShape& shape, std::span<const Array* const> inputs, int64_t batch, int64_t head,
                    int64_t row) {
    const Array &q = *inputs[kQ], &k = *inputs[kK];
    ScoredRow out;
    out.top = -std::numeric_limits<double>::infinity();
    for (int64_t key = 0; key < shape.keys; ++key) {
        if (!sees(node, inputs, batch, row, key)) {
            continue;
        }
        const int64_t owner = owner_of(inputs, batch, key);
        double score = 0;
        for (int64_t d = 0; d < shape.head; ++d) {
            score += q.data[static_cast<size_t>(((batch * shape.queries + row) * shape.heads + head) * shape.head + d)] *
                     k.data[static_cast<size_t>(((owner * shape.keys + key) * shape.kv_heads + head / shape.group()) * shape.head + d)];
        }
        score *= node.attributes.real("scale");
        if (inputs[kBias] != nullptr) {
            score += bias_of(node, inputs, batch, head, row, key);
        }
        out.keys.push_back(key);
        out.scores.push_back(score);
        out.top = std::max(out.top, score);
    }
    for (double score : out.scores) {
        const bool nothing = score == -std::numeric_limits<double>::infinity();
        out.sum += nothing ? 0 : std::exp(score - out.top);
    }
    return out;
}

AttentionInputs attention_inputs_of(Graph& graph, DType dtype, const AttentionSetup& setup) {
    const int64_t channels = setup.heads * setup.head;
    const int64_t kv_channels = (setup.kv_heads != 0 ? setup.kv_heads : setup.heads) * setup.head;
    AttentionInputs out;
    if (setup.packed) {
        const Tensor qkv = graph.input("qkv", Shape{setup.batch, setup.queries, 3 * channels}, dtype);
        out.q = slice(qkv, 2, 0, channels);
        out.k = slice(qkv, 2, channels, 2 * channels);
        out.v = slice(qkv, 2, 2 * channels, 3 * channels);
    } else {
        out.q = graph.input("q", Shape{setup.batch, setup.queries, channels}, dtype);
        const int64_t rows = setup.owners.empty() ? setup.batch : setup.kv_rows;
        out.k = graph.input("k", Shape{rows, setup.keys, kv_channels}, dtype);
        out.v = graph.input("v", Shape{rows, setup.keys, kv_channels}, dtype);
    }
    AttentionMask mask{.causal = setup.causal, .window_left = setup.left, .window_right = setup.right};
    const auto numbers = [&](const char* name, const std::vector<double>& values) {
        return values.empty() ? Tensor() : graph.dynamic(name, Shape{setup.batch});
    };
    mask.key_lengths = numbers("key_lengths", setup.key_lengths);
    mask.query_starts = numbers("query_starts", setup.query_starts);
    mask.prefix_lengths = numbers("prefix_lengths", setup.prefix_lengths);
    if (setup.bias.rank() > 0) {
        mask.bias = graph.input("bias", setup.bias, dtype);
    }
    if (setup.reach >= 0) {
        mask.relative_bias = graph.input("bias", {setup.heads, 2 * setup.reach + 1}, dtype);
    }
    Tensor owners;
    if (!setup.owners.empty()) {
        owners = graph.input("owners", {setup.batch, static_cast<int64_t>(setup.owners.size()) / setup.batch}, DType::i32);
    }
    out.options = {.heads = setup.heads,
                   .kv_heads = setup.kv_heads,
                   .scale = setup.scale,
                   .mask = mask,
                   .key_owners = owners,
                   .keep_stats = setup.stats};
    return out;
}

Case attention_case(const AttentionSetup& setup, std::string_view note, std::map<std::string, Fill> fills) {
    Case made{.name = text("B", setup.batch, " H", setup.heads), .build = nullptr};
    if (setup.kv_heads != 0) {
        made.name += text("/", setup.kv_heads);
    }
    made.name += text(" T", setup.queries, " S", setup.keys, " D", setup.head, " ", note);
    made.fills = std::move(fills);
    for (const auto& [name, values] : {std::pair{"key_lengths", setup.key_lengths},
                                       {"query_starts", setup.query_starts},
                                       {"prefix_lengths", setup.prefix_lengths},
                                       {"owners", setup.owners}}) {
        if (!values.empty()) {
            made.values[name] = values;
        }
    }
    return made;
}

}  // namespace heed::reference
