#include "models/whole_model.h"

#include <algorithm>

namespace heed::tests {
namespace {

Graph build(const TransformerConfig& config, WeightSource& weights, size_t source_tokens, const WholeModel::Sizes& sizes) {
    return build_transformer(config, weights,
                             {.batch = static_cast<int64_t>(sizes.rows),
                              .source_tokens = static_cast<int64_t>(source_tokens),
                              .target_tokens = static_cast<int64_t>(sizes.tokens),
                              .maps = kAllMaps});
}

}  // namespace

WholeModel::WholeModel(Device& device, const TransformerConfig& config, WeightSource& weights, std::vector<int32_t> source_ids,
                       std::vector<int32_t> source_lengths, const Sizes& sizes)
    : source_ids_(std::move(source_ids)),
      source_lengths_(std::move(source_lengths)),
      sizes_(sizes),
      vocabulary_(config.target.words),
      last_map_(text("cross.", config.decoder.layers - 1)),
      session_(device, build(config, weights, source_ids_.size() / source_lengths_.size(), sizes)) {}

StepScores WholeModel::step(std::span<const StepRow> rows, const StepRequest& request) {
    const size_t source_tokens = source_ids_.size() / source_lengths_.size(), words = static_cast<size_t>(vocabulary_);
    std::vector<int32_t> source(sizes_.rows * source_tokens), lengths(sizes_.rows, 1), target(sizes_.rows * sizes_.tokens);
    std::vector<std::vector<int32_t>> next;
    for (const StepRow& row : rows) {
        const size_t at = next.size(), sentence = static_cast<size_t>(row.sentence);
        next.push_back(row.parent < 0 ? std::vector<int32_t>() : read_.at(static_cast<size_t>(row.parent)));
        next.back().push_back(row.token);
        std::ranges::copy(std::span(source_ids_).subspan(sentence * source_tokens, source_tokens), source.begin() + at * source_tokens);
        lengths.at(at) = source_lengths_.at(sentence);
        std::ranges::copy(next.back(), target.begin() + at * sizes_.tokens);
    }
    session_.write("source_ids", source);
    session_.write("source_lengths", lengths);
    session_.write("target_ids", target);
    session_.run();
    const std::vector<float> all = session_.read("logits");  // [rows,T,V]
    std::vector<float> last;
    for (size_t row = 0; row < next.size(); ++row) {
        const std::span<const float> own = std::span(all).subspan((row * sizes_.tokens + next[row].size() - 1) * words, words);
        last.insert(last.end(), own.begin(), own.end());
    }
    read_ = std::move(next);
    StepScores scores = pick_scores(last, vocabulary_, request);
    if (request.attention) {
        read_attention(rows, scores);
    }
    return scores;
}

// Of the last block, the mean over its heads.
void WholeModel::read_attention(std::span<const StepRow> rows, StepScores& scores) const {
    const std::vector<float> map = session_.read(last_map_);  // [rows,H,T,S]
    const size_t source_tokens = source_ids_.size() / source_lengths_.size(), each = sizes_.tokens * source_tokens;
    const size_t heads = map.size() / (sizes_.rows * each);
    for (size_t row = 0; row < rows.size(); ++row) {
        const auto length = static_cast<size_t>(source_lengths_.at(static_cast<size_t>(rows[row].sentence)));
        std::vector<float> mean(length, 0);
        for (size_t i = 0; i < heads * length; ++i) {
            const size_t at = (row * heads + i / length) * each + (read_[row].size() - 1) * source_tokens + i % length;
            mean[i % length] += map[at] / static_cast<float>(heads);
        }
        scores.attention.push_back(std::move(mean));
    }
}

}  // namespace heed::tests
