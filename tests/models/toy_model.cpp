#include "models/toy_model.h"

#include <algorithm>
#include <cmath>

#include "models/mixed.h"

namespace heed::tests {
namespace {

std::vector<float> toy_attention(const Toy& toy, int32_t sentence, std::span<const int32_t> tokens) {
    const uint64_t from = toy.seed * 77 + static_cast<uint64_t>(sentence) * 5 + tokens.size() * 3 + static_cast<uint64_t>(tokens.back());
    std::vector<float> out;
    for (uint64_t i = 0; i < static_cast<uint64_t>(sentence) + 3; ++i) {
        out.push_back(static_cast<float>(mixed(mixed(from) + i) % 8) / 16);
    }
    return out;
}

}  // namespace

std::vector<float> toy_logits(const Toy& toy, int32_t sentence, std::span<const int32_t> tokens) {
    uint64_t state = mixed(toy.seed * 1000 + static_cast<uint64_t>(sentence));
    for (const int32_t token : toy.memory == 0 ? tokens : tokens.last(std::min(toy.memory, tokens.size()))) {
        state = mixed(state + static_cast<uint64_t>(token) + 1);
    }
    std::vector<float> out;
    for (uint64_t token = 0; token < static_cast<uint64_t>(toy.vocabulary); ++token) {
        const int64_t level = static_cast<int64_t>(mixed(state + 7919 * (token + 1)) % toy.steps) - static_cast<int64_t>(toy.steps / 2);
        const bool hole = toy.holes > 0 && mixed(state + token) % toy.holes == 0;
        out.push_back(hole ? -INFINITY : static_cast<float>(static_cast<double>(level) * toy.unit));
    }
    return out;
}

StepScores ToyModel::step(std::span<const StepRow> rows, const StepRequest& request) {
    std::vector<std::vector<int32_t>> next;
    std::vector<float> logits;
    for (const StepRow& row : rows) {
        next.push_back(row.parent < 0 ? std::vector<int32_t>() : read_.at(static_cast<size_t>(row.parent)));
        next.back().push_back(row.token);
        const std::vector<float> own = toy_logits(toy_, row.sentence, next.back());
        logits.insert(logits.end(), own.begin(), own.end());
    }
    StepScores out = pick_scores(logits, toy_.vocabulary, request);
    for (size_t i = 0; i < rows.size() && request.attention; ++i) {
        out.attention.push_back(toy_attention(toy_, rows[i].sentence, next[i]));
    }
    read_ = std::move(next);
    ++steps;
    return out;
}

}  // namespace heed::tests
