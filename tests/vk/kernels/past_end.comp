#version 450
// Stores to an index of the caller's choice, also past the end of the window.
layout(local_size_x = 1) in;
layout(set = 0, binding = 0) writeonly buffer A { uint a[]; };
layout(push_constant) uniform Push { uint index; };

void main() {
    a[index] = 1;
}
