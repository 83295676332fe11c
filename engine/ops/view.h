#pragma once

#include <cstdint>
#include <vector>

#include "ir/graph.h"

namespace heed {

// Where a tensor's elements lie in the storage of its root value. Strides and offset are in elements.
struct View {
    ValueId root = kNone;
    int64_t offset = 0;
    Shape shape;
    std::vector<int64_t> strides;

    int64_t stride(int axis) const { return strides.at(static_cast<size_t>(shape.axis(axis))); }
    bool contiguous() const;
    // The stride of one axis that stands for all axes from `first` to `last`; -1 when they do not fold into one.
    int64_t folded_stride(int first, int last) const;
};

View contiguous_view(ValueId root, const Shape& shape);

}  // namespace heed
