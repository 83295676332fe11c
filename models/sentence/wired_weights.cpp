// The weights of the sentence encoder: random, with every head set by hand so that it does one thing.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "models/sentence/encoder.h"

namespace heed {
namespace {

constexpr int64_t kSize = kSentenceHeadSize;
constexpr int64_t kPositionChannels = 16;  // the fast waves: slow ones barely tell one word from the next

// How sharply heads look: gains of queries and of keys. Deeper layers have more in their channels, of which the norm leaves less.
constexpr float kWordLength = 0.45f, kAlikeGain = 0.58f, kNeighbourGain = 3.3f, kRecallGain = 1.1f, kBroughtGain = 0.58f;
constexpr float kDeeperGain = 1.4f;

struct Matrix {
    std::vector<float> values;
    int64_t columns = 0;

    float& at(int64_t row, int64_t column) { return values[static_cast<size_t>(row * columns + column)]; }
    int64_t rows() const { return static_cast<int64_t>(values.size()) / columns; }
    void clear_rows(int64_t begin, int64_t end) { std::fill(values.begin() + begin * columns, values.begin() + end * columns, 0.0f); }
};

// A block of rows hands on `gain` times a block of columns. Heads and parts are blocks of one size.
void pass_on(Matrix& m, int64_t to, int64_t from, float gain, int64_t channels = kSize) {
    for (int64_t c = 0; c < channels; ++c) {
        m.at(to * kSize + c, from * kSize + c) = gain;
    }
}

// The same for the position `step` words further on: sinusoids at t + step are those at t, turned by an angle for each frequency.
void pass_on_position(Matrix& m, int64_t to, double step, float gain) {
    for (int64_t c = 0; c < kPositionChannels; c += 2) {
        const double angle = step * std::pow(10000, -static_cast<double>(c) / static_cast<double>(kSize));
        const float cosine = gain * static_cast<float>(std::cos(angle)), sine = gain * static_cast<float>(std::sin(angle));
        const int64_t row = to * kSize + c, column = kPositionPart * kSize + c;
        m.at(row, column) = cosine, m.at(row, column + 1) = sine;
        m.at(row + 1, column) = -sine, m.at(row + 1, column + 1) = cosine;
    }
}

void wire_query(Matrix& m, int layer) {
    const float deeper = layer == 0 ? 1 : kDeeperGain;
    m.clear_rows(0, m.rows());
    pass_on(m, kAlike, kWordPart, kAlikeGain * deeper);
    pass_on_position(m, kBefore, -(layer + 1), kNeighbourGain * deeper);
    pass_on_position(m, kAfter, layer + 1, kNeighbourGain * deeper);
    pass_on(m, kRecall, kWordPart, kRecallGain);
}

void wire_key(Matrix& m, int layer) {
    const float deeper = layer == 0 ? 1 : kDeeperGain;
    m.clear_rows(0, m.rows());
    pass_on(m, kAlike, kWordPart, kAlikeGain * deeper);
    pass_on(m, kBefore, kPositionPart, kNeighbourGain * deeper, kPositionChannels);
    pass_on(m, kAfter, kPositionPart, kNeighbourGain * deeper, kPositionChannels);
    pass_on(m, kRecall, kBroughtPart, kRecallGain);
}

// In the first layer the head that looks at the word before brings that word along.
void wire_value(Matrix& m, int layer) {
    if (layer == 0) {
        m.clear_rows(kBefore * kSize, (kBefore + 1) * kSize);
        pass_on(m, kBefore, kWordPart, 1);
    }
}

// What the heads read stays as it is: random numbers go to the free part only.
void spare_parts(Matrix& m, int) {
    m.clear_rows(0, kFreePart * kSize);
}

void wire_out(Matrix& m, int layer) {
    spare_parts(m, layer);
    if (layer == 0) {
        pass_on(m, kBroughtPart, kBefore, kBroughtGain);
    }
}

void silence(Matrix& m, int) {
    std::fill(m.values.begin(), m.values.end(), 0.0f);
}

void spare_bias(Matrix& m, int) {
    std::fill_n(m.values.begin(), kFreePart * kSize, 0.0f);
}

void set_word_length(Matrix& m, int) {
    std::fill(m.values.begin(), m.values.end(), kWordLength);
}

// Letter groups fill the word's part and nothing else, and sum to zero, so that the norm after them has no mean to take off.
void keep_to_word_part(Matrix& m, int) {
    for (int64_t row = 0; row < m.rows(); ++row) {
        float sum = 0;
        for (int64_t column = 0; column < m.columns; ++column) {
            m.at(row, column) *= column < kSize ? 1 : 0;
            sum += m.at(row, column);
        }
        for (int64_t column = 0; column < kSize; ++column) {
            m.at(row, column) -= sum / kSize;
        }
    }
}

struct Wiring {
    std::string_view name_ending;
    void (*wire)(Matrix& matrix, int layer);
};
constexpr Wiring kWirings[] = {
    {"letter_groups.weight", keep_to_word_part}, {"word_norm.weight", set_word_length},     {"attention.query.weight", wire_query},
    {"attention.query.bias", silence},           {"attention.key.weight", wire_key},        {"attention.key.bias", silence},
    {"attention.value.weight", wire_value},      {"attention.value.bias", silence},         {"attention.out.weight", wire_out},
    {"attention.out.bias", spare_bias},          {"feed_forward.down.weight", spare_parts}, {"feed_forward.down.bias", spare_bias},
};

// The number in "encoder.layers.2.attention.query.weight"; 0 for what belongs to no layer.
int layer_of(std::string_view name) {
    constexpr std::string_view kLayers = "layers.";
    const size_t at = name.find(kLayers);
    return at == name.npos ? 0 : std::stoi(std::string(name.substr(at + kLayers.size())));
}

class WiredWeights : public WeightSource {
public:
    explicit WiredWeights(uint64_t seed) : random_(random_weights(seed)) {}

    std::optional<WeightData> find(const WeightRequest& request) override {
        const std::string_view name = request.name;
        for (const Wiring& wiring : kWirings) {
            const size_t length = wiring.name_ending.size();
            if (name.size() >= length && name.substr(name.size() - length) == wiring.name_ending) {
                return WeightData{
                    .bytes = keep(request.name, [&] { return wired(request, wiring); }), .shape = request.shape, .dtype = DType::f32};
            }
        }
        return random_->find(request);
    }

    std::string description() const override { return "wired weights, the rest " + random_->description(); }

private:
    std::vector<std::byte> wired(const WeightRequest& request, const Wiring& wiring) {
        const std::span<const std::byte> random = random_->find(request)->bytes;
        Matrix matrix{.values = std::vector<float>(random.size() / sizeof(float)), .columns = request.shape.last()};
        std::memcpy(matrix.values.data(), random.data(), random.size());
        wiring.wire(matrix, layer_of(request.name));
        const auto bytes = std::as_bytes(std::span(matrix.values));
        return {bytes.begin(), bytes.end()};
    }

    std::unique_ptr<WeightSource> random_;
};

}  // namespace

std::unique_ptr<WeightSource> wired_weights(uint64_t seed) {
    return std::make_unique<WiredWeights>(seed);
}

}  // namespace heed
