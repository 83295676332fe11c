// The k largest of x[r,:], descending, equals by index, NaN first. [R,N] -> values [R,k], indices [R,k]
// Mapping: a workgroup takes a row; a lane keeps the best four of the elements i % lanes == lane. A tournament tree in shared
// memory holds each lane's best; the winner is written out, its lane offers its next and replays its path to the root. A lane
// whose four are used up looks through its elements again, for what ranks behind the last one it gave: rare, as neighbours
// belong to different lanes. No subgroup operation, so it runs everywhere.
// Bindings: 0 x, 1 values, 2 indices.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "prelude.glsl"
#include "ranking.glsl"

layout(local_size_x_id = 0) in;  // a power of two
layout(push_constant) uniform Push { TopKParams p; };
layout(set = 0, binding = 0) readonly buffer X { T x[]; };
layout(set = 0, binding = 1) writeonly buffer Values { T values[]; };
layout(set = 0, binding = 2) writeonly buffer Indices { uint indices[]; };

// A heap: the children of node n are 2n and 2n + 1, lane l's leaf is lanes + l.
shared uint tree_key[2u * kRowInvocations];
shared uint tree_index[2u * kRowInvocations];

// This lane's queue, best first.
uvec4 keys;
uvec4 places;

void keep(uint key, uint place) {  // called in order of place, so that an equal goes behind
    if (key > keys.x) {
        keys = uvec4(key, keys.xyz);
        places = uvec4(place, places.xyz);
    } else if (key > keys.y) {
        keys.yzw = uvec3(key, keys.yz);
        places.yzw = uvec3(place, places.yz);
    } else if (key > keys.z) {
        keys.zw = uvec2(key, keys.z);
        places.zw = uvec2(place, places.z);
    } else if (key > keys.w) {
        keys.w = key;
        places.w = place;
    }
}

void scan(uint row, uint first_key, uint first_place) {  // what ranks from there on
    keys = uvec4(kNoKey);
    places = uvec4(kNoIndex);
    for (uint i = gl_LocalInvocationID.x; i < p.columns; i += gl_WorkGroupSize.x) {
        const uint key = key_of(load(x[row * p.columns + i]));
        if (!ranks_before(key, i, first_key, first_place)) {
            keep(key, i);
        }
    }
}

void play(uint node) {
    const uint a = 2u * node;
    const uint b = a + 1u;
    const uint winner = ranks_before(tree_key[b], tree_index[b], tree_key[a], tree_index[a]) ? b : a;
    tree_key[node] = tree_key[winner];
    tree_index[node] = tree_index[winner];
}

// The lane that won gives way to its next best.
void offer_next(uint row, uint key, uint place) {
    keys = uvec4(keys.yzw, kNoKey);
    places = uvec4(places.yzw, kNoIndex);
    if (keys.x == kNoKey) {
        scan(row, key, place + 1u);
    }
    const uint leaf = gl_WorkGroupSize.x + gl_LocalInvocationID.x;
    tree_key[leaf] = keys.x;
    tree_index[leaf] = places.x;
    for (uint node = leaf / 2u; node > 0u; node /= 2u) {
        play(node);
    }
}

void main() {
    const uint row = min(linear_group(), p.rows - 1u);  // groups beyond the last row repeat it and write nothing
    const bool writes = linear_group() < p.rows;
    const uint lanes = gl_WorkGroupSize.x;
    const uint lane = gl_LocalInvocationID.x;
    scan(row, 0xffffffffu, 0u);
    tree_key[lanes + lane] = keys.x;
    tree_index[lanes + lane] = places.x;
    for (uint level = lanes / 2u; level > 0u; level /= 2u) {
        barrier();
        if (lane < level) {
            play(level + lane);
        }
    }
    for (uint k = 0u; k < p.k; ++k) {
        barrier();
        const uint key = tree_key[1];
        const uint place = tree_index[1];
        barrier();
        if (place % lanes == lane) {
            if (writes) {
                values[row * p.k + k] = x[row * p.columns + place];
                indices[row * p.k + k] = place;
            }
            offer_next(row, key, place);
        }
    }
}
