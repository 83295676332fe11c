#include "models/vision/rollout.h"

#include <numeric>

#include "heed.h"

namespace heed {
namespace {

void check(const VisionAttention& attention) {
    const int64_t tokens = attention.tokens();
    if (attention.heads < 1 || attention.grid.rows < 1 || attention.grid.columns < 1 ||
        attention.before < (attention.class_token ? 1 : 0)) {
        fail(ErrorKind::bad_input, "attention: expected heads, patches and a class token or a mean, got ", attention.heads, " heads, ",
             attention.grid.rows, " x ", attention.grid.columns, " patches and ", attention.before, " tokens before them");
    }
    for (const std::span<const float> layer : attention.layers) {
        if (static_cast<int64_t>(layer.size()) != attention.heads * tokens * tokens) {
            fail(ErrorKind::bad_input, "attention: expected layers of ", attention.heads, " x ", tokens, " x ", tokens,
                 " weights, got one of ", layer.size());
        }
    }
}

// Whose rows count, and how much each.
std::vector<double> readers(const VisionAttention& attention) {
    std::vector<double> share(static_cast<size_t>(attention.tokens()), 0.0);
    if (attention.class_token) {
        share[0] = 1;
    } else {
        std::fill(share.begin() + attention.before, share.end(), 1.0 / static_cast<double>(attention.grid.cells()));
    }
    return share;
}

// share [T] times the layer's rollout matrix [T,T].
std::vector<double> one_layer_down(const std::vector<double>& share, std::span<const float> layer, int64_t heads) {
    const size_t tokens = share.size();
    std::vector<double> out(tokens, 0.0), row(tokens);
    for (size_t from = 0; from < tokens; ++from) {
        if (share[from] == 0) {
            continue;
        }
        std::fill(row.begin(), row.end(), 0.0);
        for (size_t head = 0; head < static_cast<size_t>(heads); ++head) {
            const float* const weights = layer.data() + (head * tokens + from) * tokens;
            for (size_t to = 0; to < tokens; ++to) {
                row[to] += static_cast<double>(weights[to]) / static_cast<double>(heads);
            }
        }
        row[from] += 1;
        const double sum = std::accumulate(row.begin(), row.end(), 0.0);
        for (size_t to = 0; to < tokens; ++to) {
            out[to] += share[from] * row[to] / sum;
        }
    }
    return out;
}

}  // namespace

std::vector<float> attention_rollout(const VisionAttention& attention) {
    check(attention);
    std::vector<double> share = readers(attention);
    for (size_t layer = attention.layers.size(); layer-- > 0;) {  // only the rows that are read: no matrix is multiplied with another
        share = one_layer_down(share, attention.layers[layer], attention.heads);
    }
    const auto patches = share.begin() + attention.before;
    const double sum = std::accumulate(patches, share.end(), 0.0);
    std::vector<float> out;
    for (auto patch = patches; patch != share.end(); ++patch) {
        out.push_back(sum == 0 ? 0.0f : static_cast<float>(*patch / sum));
    }
    return out;
}

std::vector<float> attention_by_head(const VisionAttention& attention, size_t layer) {
    check(attention);
    if (layer >= attention.layers.size()) {
        fail(ErrorKind::bad_input, "attention: expected a layer below ", attention.layers.size(), ", got ", layer);
    }
    const std::vector<double> share = readers(attention);
    const size_t tokens = share.size(), cells = static_cast<size_t>(attention.grid.cells());
    std::vector<float> out;
    for (size_t head = 0; head < static_cast<size_t>(attention.heads); ++head) {
        std::vector<double> seen(cells, 0.0);
        for (size_t from = 0; from < tokens; ++from) {
            const float* const weights = attention.layers[layer].data() + (head * tokens + from) * tokens + attention.before;
            for (size_t patch = 0; share[from] != 0 && patch < cells; ++patch) {
                seen[patch] += share[from] * static_cast<double>(weights[patch]);
            }
        }
        out.insert(out.end(), seen.begin(), seen.end());
    }
    return out;
}

}  // namespace heed
