#include "models/nn/scores/mechanism.h"

#include <cmath>

namespace heed::nn {
namespace {

Init initial(int64_t in) {
    return {Init::Kind::uniform, 1 / std::sqrt(static_cast<double>(in))};
}

}  // namespace

Tensor Mechanism::project(Tensor) const {
    return {};
}

Linear load_matrix(const Weights& weights, std::string_view name, int64_t in, int64_t out) {
    return load_linear(weights / name, {.in = in, .out = out, .bias = false});
}

Linear load_columns(const Weights& weights, std::string_view name, int64_t in, int64_t out, int64_t begin, int64_t end) {
    const Weights::Part whole{text(name, ".weight"), {out, in}, initial(in)};
    const auto columns = [&] {
        const std::vector<float> all = weights.numbers(whole);
        std::vector<float> some;
        for (int64_t row = 0; row < out; ++row) {
            some.insert(some.end(), all.begin() + row * in + begin, all.begin() + row * in + end);
        }
        return some;
    };
    return {.weight = weights.constant(text(name, ".weight[:,", begin, ":", end, "]"), {out, end - begin}, columns), .bias = {}};
}

Tensor of_owners(Tensor keys, Tensor owners) {
    if (!owners || keys.shape()[0] == 1) {
        return keys;  // one sentence broadcasts to all who look at it
    }
    const Shape shape = keys.shape();
    const Tensor lines = reshape(keys, {shape[0], shape[1] * shape[2]});
    return reshape(embedding(lines, owners), {owners.shape()[0], shape[1], shape[2]});
}

Tensor products(Tensor query, Tensor keys, double scale) {
    return matmul(query, keys, {.transpose_b = true, .scale = scale});
}

Looked weigh(Tensor scores, Tensor states, const SoftmaxOptions& options) {
    const Tensor weights = softmax(scores, options);
    return {.context = matmul(weights, states), .weights = cast(weights, DType::f32)};
}

Looked weigh_additive(Tensor query, Tensor energy, const ScoreKeys& keys, const ScoreContext& context) {
    const AdditiveAttentionResult result =
        additive_attention(query, keys.projected, energy, keys.states, {.key_lengths = context.lengths, .key_owners = context.owners});
    return {.context = result.out, .weights = result.weights};
}

}  // namespace heed::nn
