#version 450
// Measures the device's memory bandwidth: copies p.count vec4 from one buffer to another.
// Mapping: each invocation copies every (grid size)-th vec4, so that neighbours read neighbouring bytes.
// Bindings: 0 from, 1 to.
#extension GL_GOOGLE_include_directive : require
#include "roof_params.h"

layout(local_size_x_id = 0) in;
layout(set = 0, binding = 0) readonly buffer From { vec4 from[]; };
layout(set = 0, binding = 1) writeonly buffer To { vec4 to[]; };
layout(push_constant) uniform Push { RoofCopyParams p; };

void main() {
    const uint step = gl_NumWorkGroups.x * gl_WorkGroupSize.x;
    for (uint i = gl_GlobalInvocationID.x; i < p.count; i += step) {
        to[i] = from[i];
    }
}
