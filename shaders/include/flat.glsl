// Walks elements: invocation i of a workgroup takes kFlatElements of them, a workgroup apart.
//     for (uint k = 0u, i = flat_first(); k < kFlatElements && i < p.count; ++k, i += gl_WorkGroupSize.x)
// The size is declared here because gl_WorkGroupSize is 1 in whatever comes before its declaration.
layout(local_size_x_id = 0) in;

uint flat_first() { return linear_group() * gl_WorkGroupSize.x * kFlatElements + gl_LocalInvocationID.x; }
