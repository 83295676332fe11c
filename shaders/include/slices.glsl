// A workgroup as a grid of kLanes x slices invocations: lanes own columns, slices share out the terms of a sum.
shared vec4 partial[kRowLanes];

uint slice_count() { return gl_WorkGroupSize.x / kLanes; }
uint own_slice() { return slice_count() == 1u ? 0u : gl_LocalInvocationID.x / kLanes; }
uint own_lane() { return gl_LocalInvocationID.x % kLanes; }

// The sum of what every slice holds, in slice 0.
vec4 sum_slices(vec4 mine) {
    const uint at = gl_LocalInvocationID.x;
    partial[at] = mine;
    barrier();
    for (uint half_of = slice_count() / 2u; half_of > 0u; half_of /= 2u) {
        if (at < half_of * kLanes) {
            partial[at] += partial[at + half_of * kLanes];
        }
        barrier();
    }
    const vec4 sum = partial[at];
    barrier();  // before the next one overwrites it
    return sum;
}
