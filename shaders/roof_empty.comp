#version 450
// Measures what a dispatch costs that does nothing.
// Mapping: one workgroup, all of whose invocations lie behind p.count.
// Bindings: 0 out [p.count], which is 0 elements.
#extension GL_GOOGLE_include_directive : require
#include "roof_params.h"

layout(local_size_x_id = 0) in;
layout(set = 0, binding = 0) writeonly buffer Out { float result[]; };
layout(push_constant) uniform Push { RoofEmptyParams p; };

void main() {
    if (gl_GlobalInvocationID.x < p.count) {
        result[gl_GlobalInvocationID.x] = 0;
    }
}
