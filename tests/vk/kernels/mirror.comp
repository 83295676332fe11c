#version 450
// Turns 64 numbers around through shared memory, with the barrier that needs or, planted, without.
layout(local_size_x = 64) in;
layout(constant_id = 0) const uint kBarrier = 1;
layout(set = 0, binding = 0) writeonly buffer A { uint a[]; };
shared uint numbers[64];

void main() {
    const uint i = gl_LocalInvocationID.x;
    numbers[i] = i;
    if (kBarrier == 1) {
        barrier();
    }
    a[i] = numbers[63 - i];
}
