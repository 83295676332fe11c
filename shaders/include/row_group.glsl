// Who works on a row together, and how they join their numbers: a subgroup where SUBGROUP is defined, else a workgroup through shared
// memory, which needs no subgroup operation. ROWS rows fall to a workgroup:
//     for (uint row = first_row(); row < last_row(); row += row_step())
// The loop is uniform for those who share a row. max and min may lose a NaN.
#ifdef SUBGROUP
#extension GL_KHR_shader_subgroup_arithmetic : require

uint row_lane() { return gl_SubgroupInvocationID; }
uint row_lanes() { return gl_SubgroupSize; }
uint first_row() { return linear_group() * ROWS + gl_SubgroupID; }
uint row_step() { return gl_NumSubgroups; }
float row_max(float x) { return subgroupMax(x); }
float row_sum(float x) { return subgroupAdd(x); }
#else
shared float parts[kRowInvocations];

uint row_lane() { return gl_LocalInvocationID.x; }
uint row_lanes() { return gl_WorkGroupSize.x; }
uint first_row() { return linear_group() * ROWS; }
uint row_step() { return 1u; }

float row_max(float x) {
    const uint lane = row_lane();
    parts[lane] = x;
    for (uint half_size = row_lanes() / 2u; half_size > 0u; half_size /= 2u) {
        barrier();
        if (lane < half_size) {
            parts[lane] = max(parts[lane], parts[lane + half_size]);
        }
    }
    barrier();
    const float joined = parts[0];
    barrier();
    return joined;
}

float row_sum(float x) {
    const uint lane = row_lane();
    parts[lane] = x;
    for (uint half_size = row_lanes() / 2u; half_size > 0u; half_size /= 2u) {
        barrier();
        if (lane < half_size) {
            parts[lane] += parts[lane + half_size];
        }
    }
    barrier();
    const float joined = parts[0];
    barrier();
    return joined;
}
#endif

uint last_row() { return min(linear_group() * ROWS + ROWS, p.rows); }
