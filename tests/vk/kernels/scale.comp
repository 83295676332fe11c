#version 450
// b = a * factor + kAdd: one invocation an element.
layout(local_size_x_id = 0) in;
layout(constant_id = 0) const uint kInvocations = 64;
layout(constant_id = 1) const uint kAdd = 1;
layout(set = 0, binding = 0) readonly buffer A { uint a[]; };
layout(set = 0, binding = 1) writeonly buffer B { uint b[]; };
layout(push_constant) uniform Push {
    uint count;
    uint factor;
};

void main() {
    const uint i = gl_GlobalInvocationID.x;
    if (i < count) {
        b[i] = a[i] * factor + kAdd;
    }
}
