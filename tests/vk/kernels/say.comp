#version 450
#extension GL_EXT_debug_printf : require
// Stores a number; the second workgroup tells it.
layout(local_size_x = 1) in;
layout(set = 0, binding = 0) writeonly buffer A { uint a[]; };
layout(push_constant) uniform Push { uint number; };

void main() {
    if (gl_WorkGroupID.x == 1) {
        debugPrintfEXT("the second group | was told %u, %.2f of %d\n", number, 0.5, int(2 * number));
    } else {
        a[0] = number;
    }
}
