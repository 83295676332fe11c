// out[r,c] = scale * table[ids[r],c], for the ids whose rows lie in the bound window of the table; an id in no window gives NaN.
// Mapping: an invocation takes kFlatElements elements, a workgroup apart; with FOURS defined an element is four neighbours, columns too.
// Bindings: 0 table (rows first .. first + rows), 1 ids, 2 out.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "prelude.glsl"
#include "flat.glsl"

#ifdef FOURS
#define STORED T4
#define NUMBER vec4
#define FETCH load4
#define KEEP store4
#else
#define STORED T
#define NUMBER float
#define FETCH load
#define KEEP store
#endif

layout(push_constant) uniform Push { EmbeddingParams p; };
layout(set = 0, binding = 0) readonly buffer Table { STORED table[]; };
layout(set = 0, binding = 1) readonly buffer Ids { uint ids[]; };
layout(set = 0, binding = 2) writeonly buffer Out { STORED result[]; };

void main() {
    uint i = flat_first();
    for (uint k = 0u; k < kFlatElements; ++k, i += gl_WorkGroupSize.x) {
        if (i < p.count) {
            const uint id = ids[p.ids_offset + i / p.columns];  // a negative one is a large one
            if (id >= p.table_rows) {
                if (p.first == 0u) {
                    result[i] = KEEP(NUMBER(kNan));
                }
            } else if (id >= p.first && id - p.first < p.rows) {
                result[i] = KEEP(p.scale * FETCH(table[(id - p.first) * p.columns + i % p.columns]));
            }
        }
    }
}
