// table[r,s] = table[parents[r],s] for s < starts[r], and r for s == starts[r]; what lies behind stays. In place.
// Mapping: a workgroup takes `tile` columns of all rows, which it reads whole before it writes; grid [ceil(columns / tile),1,1].
// Bindings: 0 dynamics, 1 table.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "prelude.glsl"

layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { LineageParams p; };
layout(set = 0, binding = 0) readonly buffer Dynamics { int dynamics[]; };
layout(set = 0, binding = 1) buffer Table { uint table[]; };

shared uint lines[kLineageCells];

uint parent_of(uint row) {
    const int parent = dynamics[p.parents + row];
    return parent < 0 || uint(parent) >= p.lines ? row : uint(parent);
}

void main() {
    const uint first = gl_WorkGroupID.x * p.tile, cells = p.rows * p.tile;
    for (uint f = gl_LocalInvocationID.x; f < cells; f += gl_WorkGroupSize.x) {
        const uint row = f / p.tile, column = first + f % p.tile;
        lines[f] = int(column) < dynamics[p.starts + row] && column < p.columns ? table[parent_of(row) * p.columns + column] : row;
    }
    barrier();
    for (uint f = gl_LocalInvocationID.x; f < cells; f += gl_WorkGroupSize.x) {
        const uint row = f / p.tile, column = first + f % p.tile;
        if (int(column) <= dynamics[p.starts + row] && column < p.columns) {
            table[row * p.columns + column] = lines[f];
        }
    }
}
