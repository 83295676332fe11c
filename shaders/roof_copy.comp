#version 450
// Measures the device's memory bandwidth: copies p.count vec4 from one buffer to another, again and again.
// Mapping: a workgroup writes one run of the target in every round, its neighbours side by side, and reads another run of the
// source in each: what it read before is in no register, and whether it is in a cache depends on how much there is in all.
// Bindings: 0 from, 1 to.
#extension GL_GOOGLE_include_directive : require
#include "roof_params.h"

layout(local_size_x_id = 0) in;
layout(set = 0, binding = 0) readonly buffer From { vec4 from[]; };
layout(set = 0, binding = 1) writeonly buffer To { vec4 to[]; };
layout(push_constant) uniform Push { RoofCopyParams p; };

void main() {
    const uint run = p.count / gl_NumWorkGroups.x;
    const uint begin = gl_WorkGroupID.x * run;
    for (uint round = 0; round < p.rounds; ++round) {
        for (uint i = begin + gl_LocalInvocationID.x; i < begin + run; i += gl_WorkGroupSize.x) {
            to[i] = from[(i + round * p.shift) & (p.count - 1)];
        }
    }
}
