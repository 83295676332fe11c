#include "ops/attention_shape.h"

#include <algorithm>
#include <cmath>

#include "ops/expect.h"
#include "params.h"

namespace heed {

using namespace attention_inputs;

namespace {

constexpr int64_t kHeadStep = 4, kLargestHead = kHeadStep * params::kHeadVecs;

void expect_mask(std::string_view op, const Graph& graph, const Node& node, const AttentionShape& shape) {
    if (attention_bias_kind(node) == params::kBiasRelative) {
        const Value& table = graph.value(node.inputs[kBias]);
        if (table.shape.rank() != 2 || table.shape[0] != shape.heads || table.shape[1] % 2 == 0) {
            fail(ErrorKind::bad_input, op, ": expected a relative bias of ", shape.heads, " heads and an odd number of distances, got ",
                 table.shape);
        }
        expect_dtype(op, "the relative bias", table, graph.value(node.inputs[kQ]).dtype);
    } else if (node.inputs[kBias] != kNone) {
        expect_broadcast(op, "the bias", graph.value(node.inputs[kBias]), Shape{shape.batch, shape.heads, shape.queries, shape.keys},
                         graph.value(node.inputs[kQ]).dtype);
    }
    for (const auto& [index, name] :
         {std::pair{kKeyLengths, "key lengths"}, {kQueryStarts, "query starts"}, {kPrefixLengths, "prefix lengths"}}) {
        if (node.inputs[index] != kNone) {
            expect_batch_numbers(op, name, graph.value(node.inputs[index]), shape.batch);
        }
    }
    if (node.inputs[kOwners] != kNone) {
        const Value& owners = graph.value(node.inputs[kOwners]);
        const bool table = owners.shape.rank() == 2 && owners.shape[0] >= shape.batch;
        if (owners.dtype != DType::i32 || !table || (owners.shape[1] != shape.keys && owners.shape[1] != 1)) {
            fail(ErrorKind::bad_input, op, ": expected owners i32", Shape{shape.batch, shape.keys}, " or ", Shape{shape.batch, 1},
                 ", or of a larger batch, got ", owners.dtype, owners.shape);
        }
    }
    for (std::string_view side : {"window_left", "window_right"}) {
        const int64_t reach = node.attributes.integer(side, kUnlimited);
        if (reach < 0 || reach > kUnlimited) {
            fail(ErrorKind::bad_input, op, ": expected ", side, " between 0 and ", kUnlimited, ", got ", reach);
        }
    }
}

}  // namespace

AttentionShape attention_shape(const Graph& graph, const Node& node) {
    const Shape& q = graph.value(node.inputs[kQ]).shape;
    const Shape& k = graph.value(node.inputs[kK]).shape;
    const int64_t heads = node.attributes.integer("heads"), kv_heads = node.attributes.integer("kv_heads", heads);
    return {.batch = q[0], .heads = heads, .kv_heads = kv_heads, .queries = q[1], .keys = k[1], .head = q[2] / heads};
}

AttentionShape expect_attention(std::string_view op, const Graph& graph, const Node& node) {
    const Value& q = graph.value(node.inputs[kQ]);
    const Value& k = graph.value(node.inputs[kK]);
    expect_float(op, "q", q);
    expect_rank(op, "q", q, 3);
    expect_dtype(op, "k", k, q.dtype);
    expect_rank(op, "k", k, 3);
    const int64_t heads = node.attributes.integer("heads"), kv_heads = node.attributes.integer("kv_heads", heads);
    if (heads < 1 || q.shape[2] % heads != 0) {
        fail(ErrorKind::bad_input, op, ": expected q's last axis in ", heads, " equal heads, got ", q.shape);
    }
    if (kv_heads < 1 || heads % kv_heads != 0) {
        fail(ErrorKind::bad_input, op, ": expected a number of heads that ", kv_heads, " heads of keys divide, got ", heads);
    }
    const int64_t head = q.shape[2] / heads;
    if (head % kHeadStep != 0 || head < kHeadStep || head > kLargestHead) {
        fail(ErrorKind::unsupported, op, ": expected a head size that is a multiple of ", kHeadStep, " up to ", kLargestHead, ", got ",
             head, " (q ", q.shape, " in ", heads, " heads)");
    }
    const int64_t k_rows = node.inputs[kOwners] == kNone ? q.shape[0] : k.shape[0];
    if (k.shape[0] != k_rows || k.shape[2] != kv_heads * head) {
        fail(ErrorKind::bad_input, op, ": expected k of ", Shape{k_rows, k.shape[1], kv_heads * head}, " for q ", q.shape, " with ", heads,
             " heads and ", kv_heads, " of keys, got ", k.shape);
    }
    const AttentionShape shape = attention_shape(graph, node);
    expect_mask(op, graph, node, shape);
    return shape;
}

uint32_t attention_bias_kind(const Node& node) {
    if (node.inputs[kBias] == kNone) {
        return params::kBiasNone;
    }
    return node.attributes.integer("relative", 0) != 0 ? params::kBiasRelative : params::kBiasScores;
}

double attention_pairs(const Graph& graph, const Node& node) {
    const AttentionShape shape = attention_shape(graph, node);
    const int64_t left = node.attributes.integer("window_left", kUnlimited);
    const int64_t right = node.attributes.integer("causal") != 0 ? 0 : node.attributes.integer("window_right", kUnlimited);
    int64_t seen = 0;
    for (int64_t row = 0; row < shape.queries; ++row) {
        if (node.inputs[kPrefixLengths] != kNone) {
            seen += shape.keys;
        } else if (node.inputs[kQueryStarts] != kNone) {
            seen += std::min(shape.keys, left + right + 1);
        } else {
            seen += std::max<int64_t>(std::min(shape.keys, row + right + 1) - std::max<int64_t>(row - left, 0), 0);
        }
    }
    return static_cast<double>(shape.batch) * static_cast<double>(seen);
}

double attention_score_flops(const AttentionShape& shape, const Node& node) {
    const double scale = node.attributes.real("scale") != 1 ? 1 : 0, bias = node.inputs[kBias] != kNone ? 1 : 0;
    return 2 * static_cast<double>(shape.head) + scale + bias + 4;
}

double attention_key_bytes(const Graph& graph, const Node& node, size_t input) {
    const double rows = static_cast<double>(graph.value(node.inputs[input]).shape[0]);
    return bytes_of(graph, node.inputs[input]) / rows * std::min(rows, static_cast<double>(attention_shape(graph, node).batch));
}

double attention_mask_bytes(const Graph& graph, const Node& node) {
    const double owners = node.inputs[kOwners] == kNone ? 0 : attention_key_bytes(graph, node, kOwners);
    return bytes_of(graph, node.inputs[kBias]) + bytes_of(graph, node.inputs[kKeyLengths]) + bytes_of(graph, node.inputs[kQueryStarts]) +
           bytes_of(graph, node.inputs[kPrefixLengths]) + owners;
}

std::vector<Tensor> attention_operands(Tensor q, Tensor k, Tensor third, const AttentionOptions& options) {
    const AttentionMask& mask = options.mask;
    return {q,
            k,
            third,
            mask.relative_bias ? mask.relative_bias : mask.bias,
            mask.key_lengths,
            mask.query_starts,
            mask.prefix_lengths,
            options.key_owners};
}

Attributes attention_attributes(Tensor q, const AttentionOptions& options) {
    if (options.mask.bias && options.mask.relative_bias) {
        fail(ErrorKind::bad_input, "attention: expected a bias or a relative one, got both");
    }
    Attributes attributes;
    attributes.set("heads", int64_t{options.heads});
    if (options.kv_heads != 0 && options.kv_heads != options.heads) {
        attributes.set("kv_heads", int64_t{options.kv_heads});
    }
    const int64_t head = q.shape().rank() == 3 && options.heads > 0 ? q.shape()[2] / options.heads : 1;  // nonsense is infer's to refuse
    attributes.set("scale", options.scale != 0 ? options.scale : 1 / std::sqrt(static_cast<double>(head)));
    if (options.mask.causal) {
        attributes.set("causal", int64_t{1});
    }
    if (options.mask.relative_bias) {
        attributes.set("relative", int64_t{1});
    }
    if (options.mask.window_left != kUnlimited) {
        attributes.set("window_left", options.mask.window_left);
    }
    if (options.mask.window_right != kUnlimited) {
        attributes.set("window_right", options.mask.window_right);
    }
    return attributes;
}

bool attention_accepts(const Graph&, const Node&, size_t index, const View& view) {
    if (index == kBias) {
        return true;
    }
    if (index > kV || view.shape.rank() != 3 || view.stride(2) != 1 || view.offset % kHeadStep != 0) {
        return false;
    }
    return (view.shape[0] == 1 || view.stride(0) % kHeadStep == 0) && (view.shape[1] == 1 || view.stride(1) % kHeadStep == 0);
}

}  // namespace heed
