#include "reference/round.h"

#include <cmath>

#include "base/half.h"

namespace heed::reference {

double rounded(double value, DType dtype) {
    switch (dtype) {
        case DType::f32: return static_cast<double>(static_cast<float>(value));
        case DType::f16: return static_cast<double>(from_half(to_half(static_cast<float>(value))));
        case DType::i32: return std::nearbyint(value);
    }
    return value;
}

}  // namespace heed::reference
