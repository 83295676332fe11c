#include <cstring>

#include "models/mixed.h"
#include "models/weights.h"

namespace heed {
namespace {

uint64_t hashed(std::string_view name) {
    uint64_t hash = 0xcbf29ce484222325ull;  // FNV-1a
    for (const char c : name) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
    }
    return hash;
}

// In [0,1), 24 bits of it.
double unit(uint64_t bits) {
    return static_cast<double>(bits >> 40) * 0x1p-24;
}

// Twelve uniform numbers, less their mean: within 6 of zero, with deviation 1, and without a logarithm or cosine, whose last bits
// differ from one mathematics library to the next.
double nearly_normal(uint64_t bits) {
    double sum = -6;
    for (uint64_t i = 0; i < 12; ++i) {
        sum += unit(mixed(bits + i));
    }
    return sum;
}

double draw(const Init& init, uint64_t bits) {
    switch (init.kind) {
        case Init::Kind::constant: return init.amount;
        case Init::Kind::uniform: return init.amount * (2 * unit(bits) - 1);
        case Init::Kind::normal: return init.amount * nearly_normal(bits);
    }
    return 0;
}

class RandomWeights : public WeightSource {
public:
    explicit RandomWeights(uint64_t seed) : seed_(seed) {}

    std::optional<WeightData> find(const WeightRequest& request) override {
        const auto make = [&] {
            const size_t count = static_cast<size_t>(request.shape.elements());
            std::vector<std::byte> bytes(count * sizeof(float));
            const uint64_t stream = mixed(hashed(request.name) ^ mixed(seed_));
            for (size_t i = 0; i < count; ++i) {
                const float value = static_cast<float>(draw(request.init, mixed(stream + i)));
                std::memcpy(bytes.data() + i * sizeof value, &value, sizeof value);
            }
            return bytes;
        };
        const std::span<const std::byte> bytes = keep(text(request.name, " ", request.shape), make);
        return WeightData{.bytes = bytes, .shape = request.shape, .dtype = DType::f32};
    }

    std::string description() const override { return text("random weights (seed ", seed_, ")"); }

private:
    uint64_t seed_;
};

}  // namespace

std::unique_ptr<WeightSource> random_weights(uint64_t seed) {
    return std::make_unique<RandomWeights>(seed);
}

}  // namespace heed
