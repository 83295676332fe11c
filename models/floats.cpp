#include "models/floats.h"

#include <cstring>

namespace heed {

std::vector<float> floats_of(const WeightData& data) {
    ensure(is_float(data.dtype), "weights: expected floats, got ", data.dtype, data.shape);
    std::vector<float> out(data.bytes.size() / size_of(data.dtype));
    if (data.dtype == DType::f32 && !out.empty()) {
        std::memcpy(out.data(), data.bytes.data(), data.bytes.size());
        return out;
    }
    for (size_t i = 0; i < out.size(); ++i) {
        uint16_t bits = 0;
        std::memcpy(&bits, data.bytes.data() + i * sizeof bits, sizeof bits);
        out[i] = from_half(bits);
    }
    return out;
}

}  // namespace heed
