#include "models/nn/linear.h"

#include <cmath>

namespace heed::nn {
namespace {

Init initial(const LinearShape& shape) {
    return {Init::Kind::uniform, 1 / std::sqrt(static_cast<double>(shape.in))};
}

}  // namespace

Linear load_linear(const Weights& weights, const LinearShape& shape) {
    const auto load = [&](const Weights::Part& part) {
        return shape.output_scale.empty() ? weights.tensor(part.name, part.shape, part.init) : weights.scaled(part, shape.output_scale);
    };
    return {.weight = load({"weight", {shape.out, shape.in}, initial(shape)}),
            .bias = shape.bias ? load({"bias", {shape.out}, initial(shape)}) : Tensor()};
}

Linear load_outputs(const Weights& weights, const LinearShape& whole, int64_t begin, int64_t end) {
    return {.weight = weights.rows({"weight", {whole.out, whole.in}, initial(whole)}, begin, end),
            .bias = whole.bias ? weights.rows({"bias", {whole.out}, initial(whole)}, begin, end) : Tensor()};
}

Linear load_side_by_side(const Weights& weights, const std::vector<std::string>& names, const std::vector<LinearShape>& shapes) {
    ensure(names.size() == shapes.size() && !names.empty(), "linear: ", names.size(), " names for ", shapes.size(), " shapes");
    std::vector<Weights::Part> matrices, biases;
    for (size_t i = 0; i < names.size(); ++i) {
        matrices.push_back({names[i] + ".weight", {shapes[i].out, shapes[i].in}, initial(shapes[i])});
        biases.push_back({names[i] + ".bias", {shapes[i].out}, initial(shapes[i])});
    }
    return {.weight = weights.stacked(matrices), .bias = shapes.front().bias ? weights.stacked(biases) : Tensor()};
}

Tensor linear(Tensor x, const Linear& layer, const LinearOptions& options) {
    return matmul(x, layer.weight,
                  {.transpose_b = true, .activation = options.activation, .bias = layer.bias, .residual = options.residual});
}

}  // namespace heed::nn
