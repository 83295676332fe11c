// The block of sums of the broadcast kernels: kRows rows of two vec4 of columns an invocation.
// An element of A is loaded by one lane of a group and broadcast to the subgroup; all groups of a workgroup load the same rows.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool kGroupOfEight = true;  // else of four: no more lanes than a subgroup and a workgroup have

layout(constant_id = 7) const uint kRows = kBroadcastRows;         // at most; the registers and sums of the others are left out

// A lane loads the rows own_row(0) to own_row(own_rows() - 1) of the block.
uint own_rows() { return kGroupOfEight ? (kRows + 7) / 8 : (kRows + 3) / 4; }
uint own_row(uint i) { return kGroupOfEight ? i * 8 + gl_SubgroupInvocationID % 8 : i * 4 + gl_SubgroupInvocationID % 4; }

void clear(out vec4 sums[kBroadcastRows][2]) {
    [[unroll]] for (uint r = 0; r < kBroadcastRows; ++r) {
        sums[r][0] = sums[r][1] = vec4(0);
    }
}

// sums += A's column `mine`, as the lanes loaded it, times B's row. Called by all lanes together.
void add_products(float mine[4], vec4 left, vec4 right, inout vec4 sums[kBroadcastRows][2]) {
    [[unroll]] for (uint r = 0; r < kBroadcastRows; ++r) {
        if (r >= kRows) {
            break;
        }
        float x;
        if (kGroupOfEight) {
            x = subgroupBroadcast(mine[r / 8], r % 8);
        } else {
            x = subgroupBroadcast(mine[r / 4], r % 4);
        }
        sums[r][0] += x * left;
        sums[r][1] += x * right;
    }
}

// Moves every row of sums one up: the way out is compiled for sums[0] alone, not kRows times.
void next_row(inout vec4 sums[kBroadcastRows][2]) {
    [[unroll]] for (uint r = 1; r < kBroadcastRows; ++r) {
        sums[r - 1] = sums[r];
    }
}
