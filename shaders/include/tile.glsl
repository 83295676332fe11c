// The tiles of the tiled kernels: two of shared memory, and the block of sums an invocation keeps.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint kAcross = 8;  // invocations side by side: 8 or 16

shared float a_tile[kTiledDepth * kTiledEdge];  // by depth, then row
shared vec4 b_tile[kTiledDepth * kTiledEdge / 4];  // by depth, then four columns

uint tile_rows() { return gl_WorkGroupSize.x / kAcross * kTiledBlock; }
uint tile_columns() { return kAcross * kTiledBlock; }
uint down() { return gl_LocalInvocationID.x / kAcross; }
uint across() { return gl_LocalInvocationID.x % kAcross; }

// What an invocation loads of B: always the same four columns, at every depth_step()-th depth.
uint own_column() { return gl_LocalInvocationID.x % (tile_columns() / 4) * 4; }
uint own_depth() { return gl_LocalInvocationID.x / (tile_columns() / 4); }
uint depth_step() { return gl_WorkGroupSize.x / (tile_columns() / 4); }

void put_a(uint row, uint depth, vec4 four) {
    [[unroll]] for (uint i = 0; i < 4; ++i) {
        a_tile[(depth + i) * tile_rows() + row] = four[i];
    }
}

void put_b(uint depth, vec4 four) { b_tile[depth * (tile_columns() / 4) + own_column() / 4] = four; }

vec4 a_at(uint at) { return vec4(a_tile[at], a_tile[at + 1], a_tile[at + 2], a_tile[at + 3]); }

void clear(out vec4 sums[kTiledBlock][2]) {
    [[unroll]] for (uint r = 0; r < kTiledBlock; ++r) {
        sums[r][0] = sums[r][1] = vec4(0);
    }
}

void multiply(inout vec4 sums[kTiledBlock][2]) {
    [[dont_unroll]] for (uint depth = 0; depth < kTiledDepth; ++depth) {
        const uint row = depth * tile_rows() + down() * 4;
        const uint column = depth * (tile_columns() / 4) + across();
        const vec4 x[2] = vec4[](a_at(row), a_at(row + tile_rows() / 2));
        const vec4 weights[2] = vec4[](b_tile[column], b_tile[column + tile_columns() / 8]);
        [[unroll]] for (uint r = 0; r < kTiledBlock; ++r) {
            sums[r][0] += x[r / 4][r % 4] * weights[0];
            sums[r][1] += x[r / 4][r % 4] * weights[1];
        }
    }
}

// Moves every row of sums one up: the way out is compiled for sums[0] alone.
void next_row(inout vec4 sums[kTiledBlock][2]) {
    [[unroll]] for (uint r = 1; r < kTiledBlock; ++r) {
        sums[r - 1] = sums[r];
    }
}
