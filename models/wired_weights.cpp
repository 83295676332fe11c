// The weights of the sentence encoder: random, with three heads of each layer set by hand so that each does one thing.
#include <cmath>
#include <cstring>

#include "models/sentence_encoder.h"

namespace heed {
namespace {

constexpr int64_t kWord = 0, kPosition = kSentenceHeadSize;  // the channels each begins at
constexpr float kAlikeGain = 0.66f, kNeighbourGain = 3.2f;   // the larger, the sharper the head looks
constexpr float kRandomGain = 4;                             // the start of a training is nearly blind

struct Matrix {
    std::vector<float> values;
    int64_t columns = 0;

    float& at(int64_t row, int64_t column) { return values[static_cast<size_t>(row * columns + column)]; }
};

bool ends_with(const std::string& name, std::string_view end) {
    return name.size() >= end.size() && std::string_view(name).substr(name.size() - end.size()) == end;
}

// Head `head` hands on `gain` times the channels that begin at `first`.
void copy_channels(Matrix& matrix, int64_t head, int64_t first, float gain) {
    for (int64_t c = 0; c < kSentenceHeadSize; ++c) {
        matrix.at(head * kSentenceHeadSize + c, first + c) = gain;
    }
}

// The same for the position `step` words further on: sinusoids at t + step are those at t, turned by an angle for each frequency.
void shift_position(Matrix& matrix, int64_t head, double step, float gain) {
    for (int64_t c = 0; c < kSentenceHeadSize; c += 2) {
        const double angle = step * std::pow(10000, -static_cast<double>(c) / static_cast<double>(kSentenceHeadSize));
        const float cosine = gain * static_cast<float>(std::cos(angle)), sine = gain * static_cast<float>(std::sin(angle));
        const int64_t row = head * kSentenceHeadSize + c, column = kPosition + c;
        matrix.at(row, column) = cosine, matrix.at(row, column + 1) = sine;
        matrix.at(row + 1, column) = -sine, matrix.at(row + 1, column + 1) = cosine;
    }
}

void wire(Matrix& matrix, bool query) {
    for (size_t i = 0; i < matrix.values.size(); ++i) {
        const bool wired = static_cast<int64_t>(i) < 3 * kSentenceHeadSize * matrix.columns;
        matrix.values[i] *= wired ? 0 : kRandomGain;
    }
    copy_channels(matrix, 0, kWord, kAlikeGain);
    if (query) {
        shift_position(matrix, 1, -1, kNeighbourGain);
        shift_position(matrix, 2, +1, kNeighbourGain);
    } else {
        copy_channels(matrix, 1, kPosition, kNeighbourGain);
        copy_channels(matrix, 2, kPosition, kNeighbourGain);
    }
}

class WiredWeights : public WeightSource {
public:
    explicit WiredWeights(uint64_t seed) : random_(random_weights(seed)) {}

    std::optional<WeightData> find(const WeightRequest& request) override {
        const std::string& name = request.name;
        const bool query = ends_with(name, "attention.query.weight"), key = ends_with(name, "attention.key.weight");
        const bool silent = ends_with(name, "attention.query.bias") || ends_with(name, "attention.key.bias");
        const bool words = name == "letter_groups.weight";
        if (!query && !key && !silent && !words) {
            return random_->find(request);
        }
        const auto make = [&] {
            Matrix matrix = random_matrix(request);
            if (query || key) {
                wire(matrix, query);
            }
            for (size_t i = 0; i < matrix.values.size(); ++i) {
                const bool others = words && static_cast<int64_t>(i) % matrix.columns >= kSentenceHeadSize;
                matrix.values[i] = silent || others ? 0 : matrix.values[i];
            }
            const auto bytes = std::as_bytes(std::span(matrix.values));
            return std::vector<std::byte>(bytes.begin(), bytes.end());
        };
        return WeightData{.bytes = keep(name, make), .shape = request.shape, .dtype = DType::f32};
    }

    std::string description() const override { return "wired weights, from " + random_->description(); }

private:
    Matrix random_matrix(const WeightRequest& request) {
        const std::span<const std::byte> bytes = random_->find(request)->bytes;
        Matrix matrix{.values = std::vector<float>(bytes.size() / sizeof(float)), .columns = request.shape.last()};
        std::memcpy(matrix.values.data(), bytes.data(), bytes.size());
        return matrix;
    }

    std::unique_ptr<WeightSource> random_;
};

}  // namespace

std::unique_ptr<WeightSource> wired_weights(uint64_t seed) {
    return std::make_unique<WiredWeights>(seed);
}

}  // namespace heed
