#include "ops/view.h"

namespace heed {

View contiguous_view(ValueId root, const Shape& shape) {
    View view{.root = root, .offset = 0, .shape = shape, .strides = {}};
    for (int axis = 0; axis < shape.rank(); ++axis) {
        view.strides.push_back(shape.stride(axis));
    }
    return view;
}

bool View::contiguous() const {
    for (int axis = 0; axis < shape.rank(); ++axis) {
        if (shape[axis] != 1 && stride(axis) != shape.stride(axis)) {
            return false;
        }
    }
    return true;
}

int64_t View::folded_stride(int first, int last) const {
    int64_t folded = 0;  // stays 0 while only axes of size 1 were seen
    int64_t span = 1;    // elements of the folded axis so far
    for (int axis = shape.axis(last); axis >= shape.axis(first); --axis) {
        if (shape[axis] == 1) {
            continue;
        }
        if (folded == 0) {
            folded = stride(axis);
        } else if (stride(axis) != folded * span) {
            return -1;
        }
        span *= shape[axis];
    }
    return folded;
}

}  // namespace heed
