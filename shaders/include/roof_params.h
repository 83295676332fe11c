// Push constants of the kernels that measure a device's roofs. Read by GLSL and by C++.
#ifdef __cplusplus
#pragma once
#include <cstdint>
namespace heed::params {
using uint = uint32_t;
#endif

const uint kRoofFmaFlops = 64;  // floating-point operations a round: 8 chains of four fma

struct RoofFmaParams {
    uint iterations;
    float factor, term;  // term / (1 - factor) is about 1, so that nothing overflows or becomes denormal, in f16 either
};

struct RoofCopyParams {
    uint count;   // vec4: a power of two, as is the number of workgroups
    uint rounds;  // how often all of it is copied
    uint shift;   // how much further on a round reads than the one before
};

struct RoofEmptyParams {
    uint count;  // 0, which no compiler knows
};

#ifdef __cplusplus
}  // namespace heed::params
#endif
