// Push constants of the kernels that measure a device's roofs. Read by GLSL and by C++.
#ifdef __cplusplus
#pragma once
#include <cstdint>
namespace heed::params {
using uint = uint32_t;
#endif

const uint kRoofFmaFlops = 64;  // floating-point operations a round: 8 chains of vec4 fma

struct RoofFmaParams {
    uint iterations;
    float factor;  // close to 1, so that nothing overflows or becomes denormal
};

struct RoofCopyParams {
    uint count;  // vec4
};

#ifdef __cplusplus
}  // namespace heed::params
#endif
