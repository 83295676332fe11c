#include "models/vit/vit.h"

#include <algorithm>

namespace heed {
namespace {

constexpr Init kSmall{Init::Kind::normal, 0.02};

VitOptions completed(const VitConfig& config, VitOptions options) {
    options.height = options.height == 0 ? config.image_height : options.height;
    options.width = options.width == 0 ? config.image_width : options.width;
    if (options.height < config.patch_height || options.width < config.patch_width) {
        fail(ErrorKind::bad_input, "vit: expected a picture of at least one patch of ", config.patch_width, " x ", config.patch_height,
             ", got ", options.width, " x ", options.height);
    }
    return options;
}

Grid grid_of(const VitConfig& config, int64_t height, int64_t width) {
    return {height / config.patch_height, width / config.patch_width};
}

struct Positions {
    std::vector<float> before;   // [P,C] of the tokens that have one
    std::vector<float> patches;  // [N,C], for the grid at hand
};

Positions load_positions(const VitConfig& config, const Weights& weights, const Grid& grid) {
    const Grid trained = grid_of(config, config.image_height, config.image_width);
    const int64_t channels = config.channels();
    const int64_t before = config.tokens_have_positions ? config.tokens_before_patches() - config.registers : 0;
    const std::vector<float> table = weights.numbers({config.names.positions, {1, before + trained.cells(), channels}, kSmall});
    const auto split = table.begin() + before * channels;
    return {.before = {table.begin(), split},
            .patches = interpolate_positions({split, table.end()}, trained, grid, channels, config.antialias_positions)};
}

// Class token, distillation token, registers, each with its position if it has one: [B,P,C], the same for every picture.
Tensor tokens_before(const VitConfig& config, const Weights& weights, const Positions& positions, int64_t batch) {
    const int64_t channels = config.channels();
    std::vector<float> row;
    for (const std::string& name : {config.names.class_token, config.names.distillation_token}) {
        if (!name.empty()) {
            const std::vector<float> token = weights.numbers({name, {1, 1, channels}, kSmall});
            row.insert(row.end(), token.begin(), token.end());
        }
    }
    for (size_t i = 0; i < positions.before.size(); ++i) {
        row[i] += positions.before[i];
    }
    if (config.registers > 0) {
        const std::vector<float> registers = weights.numbers({config.names.registers, {1, config.registers, channels}, kSmall});
        row.insert(row.end(), registers.begin(), registers.end());
    }
    std::vector<float> rows;
    for (int64_t b = 0; b < batch; ++b) {
        rows.insert(rows.end(), row.begin(), row.end());
    }
    return weights.constant(text("tokens.", batch), {batch, config.tokens_before_patches(), channels}, rows);
}

// One matmul: [B,N,patch] -> [B,N,C]
Tensor embed(const VitConfig& config, const Weights& weights, Tensor patches, Tensor positions) {
    const int64_t channels = config.channels();
    const Weights::Part weight{
        config.names.patches + ".weight", {channels, config.colours, config.patch_height, config.patch_width}, kSmall};
    return matmul(patches, weights.reshaped(weight, {channels, patches.shape().last()}),
                  {.transpose_b = true, .bias = weights.tensor(config.names.patches + ".bias", {channels}), .residual = positions});
}

Tensor mean_of_patches(const VitConfig& config, Tensor x) {
    return reduce(slice(x, 1, config.tokens_before_patches(), x.shape()[1]), 1, ReduceKind::mean);  // [B,C]
}

Tensor token(Tensor x, int64_t index) {
    return reshape(slice(x, 1, index, index + 1), {x.shape()[0], x.shape().last()});  // [B,C]
}

Tensor classify(Tensor x, const Weights& weights, const std::string& head, size_t labels, Tensor residual = {}) {
    return nn::linear(x, nn::load_linear(weights / head, {.in = x.shape().last(), .out = static_cast<int64_t>(labels)}),
                      {.residual = residual});
}

// x [B,T,C] -> [B,labels]
Tensor logits(const VitConfig& config, const Weights& weights, Tensor x) {
    const VitNames& names = config.names;
    const size_t labels = config.labels.size();
    switch (config.pooling) {
        case VitConfig::Pooling::average: {
            const Tensor mean = mean_of_patches(config, x);
            const nn::Norm last = names.pooled_norm.empty() ? nn::Norm() : nn::load_norm(weights / names.pooled_norm, config.encoder.norm);
            return classify(nn::norm(mean, last), weights, names.head, labels);
        }
        case VitConfig::Pooling::class_and_average:
            return classify(concat({token(x, 0), mean_of_patches(config, x)}, -1), weights, names.head, labels);
        case VitConfig::Pooling::class_token: break;
    }
    const Tensor of_class = classify(token(x, 0), weights, names.head, labels);
    if (names.distillation_head.empty()) {
        return of_class;
    }
    const Tensor both = classify(token(x, 1), weights, names.distillation_head, labels, of_class);
    return multiply(both, weights.constant("half", {1}, {0.5f}));
}

}  // namespace

Grid patch_grid(const VitConfig& config, const VitOptions& given) {
    const VitOptions options = completed(config, given);
    return grid_of(config, options.height, options.width);
}

std::vector<float> cut_patches(std::span<const float> pixels, const VitConfig& config, const VitOptions& given) {
    const VitOptions options = completed(config, given);
    const int64_t expected = config.colours * options.height * options.width;
    if (static_cast<int64_t>(pixels.size()) != expected) {
        fail(ErrorKind::bad_input, "vit: expected a picture of ", config.colours, " x ", options.height, " x ", options.width, ", got ",
             pixels.size(), " numbers");
    }
    const Grid grid = grid_of(config, options.height, options.width);
    std::vector<float> out;
    out.reserve(static_cast<size_t>(grid.cells() * config.colours * config.patch_height * config.patch_width));
    for (int64_t row = 0; row < grid.rows; ++row) {
        for (int64_t column = 0; column < grid.columns; ++column) {
            for (int64_t colour = 0; colour < config.colours; ++colour) {
                for (int64_t y = 0; y < config.patch_height; ++y) {
                    const int64_t line = colour * options.height + row * config.patch_height + y;
                    const auto begin = pixels.begin() + line * options.width + column * config.patch_width;
                    out.insert(out.end(), begin, begin + config.patch_width);
                }
            }
        }
    }
    return out;
}

Graph build_vit(const VitConfig& config, WeightSource& source, const VitOptions& given) {
    const VitOptions options = completed(config, given);
    Graph graph;
    const Weights weights = Weights(graph, source).stored_as(options.stored);
    const Grid grid = grid_of(config, options.height, options.width);
    const Tensor patches =
        graph.input("patches", {options.batch, grid.cells(), config.colours * config.patch_height * config.patch_width}, options.stored);
    const nn::Encoder encoder = nn::load_encoder(weights / config.names.encoder, config.encoder, config.names.in_encoder);

    const Positions positions = load_positions(config, weights, grid);
    Tensor x = embed(config, weights, patches, weights.constant("positions", {grid.cells(), config.channels()}, positions.patches));
    if (config.tokens_before_patches() > 0) {
        x = concat({tokens_before(config, weights, positions, options.batch), x}, 1);  // [B,T,C]
    }
    const nn::Encoded encoded = nn::encode(x, encoder, {.keep_stats = options.attention});
    if (!config.labels.empty()) {
        graph.output("logits", logits(config, weights, encoded.out));
    }
    if (options.hidden || config.labels.empty()) {
        graph.output("hidden", encoded.out);
    }
    for (size_t i = 0; options.attention && i < encoded.layers.size(); ++i) {
        graph.output(text("attention.", i), nn::attention_map(encoded.layers[i]));
    }
    return graph;
}

}  // namespace heed
