// cache[b, starts[b] + t, c] = rows[b,t,c]; rows that would fall outside the cache are dropped.
// Mapping: an invocation takes kFlatElements elements of rows, a workgroup apart.
// Bindings: 0 rows (strided), 1 dynamics, 2 cache (updated in place).
#version 450
#extension GL_GOOGLE_include_directive : require
#include "prelude.glsl"
#include "flat.glsl"

layout(push_constant) uniform Push { CacheWriteParams p; };
layout(set = 0, binding = 0) readonly buffer Rows { T rows[]; };
layout(set = 0, binding = 1) readonly buffer Dynamics { int dynamics[]; };
layout(set = 0, binding = 2) writeonly buffer Cache { T cache[]; };

void main() {
    uint i = flat_first();
    for (uint k = 0u; k < kFlatElements; ++k, i += gl_WorkGroupSize.x) {
        if (i < p.count) {
            const uint c = i % p.columns;
            const uint t = i / p.columns % p.new_rows;
            const uint b = i / p.columns / p.new_rows;
            const int start = dynamics[p.starts_offset + b];
            const uint row = uint(start) + t;
            if (start >= 0 && row < p.capacity) {
                cache[(b * p.capacity + row) * p.columns + c] =
                    rows[p.rows_offset + b * p.batch_stride + t * p.row_stride + c * p.column_stride];
            }
        }
    }
}
