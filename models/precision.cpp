#include "models/precision.h"

namespace heed {

DType storage(Precision precision, const Caps& caps) {
    if (precision == Precision::automatic) {
        return caps.fp16_storage && caps.type != DeviceType::cpu ? DType::f16 : DType::f32;
    }
    return precision == Precision::f16 ? DType::f16 : DType::f32;
}

DType decoding_storage(Precision precision, const Caps& caps) {
    if (precision == Precision::automatic) {
        return caps.fp16_storage ? DType::f16 : DType::f32;
    }
    return storage(precision, caps);
}

}  // namespace heed
