// Walks elements: invocation i of a workgroup takes kFlatElements of them, a workgroup apart.
//     for (uint k = 0u, i = flat_first(); k < kFlatElements && i < p.count; ++k, i += gl_WorkGroupSize.x)
uint flat_first() { return linear_group() * gl_WorkGroupSize.x * kFlatElements + gl_LocalInvocationID.x; }
