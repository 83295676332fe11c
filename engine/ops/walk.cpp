#include "ops/walk.h"

#include <algorithm>

namespace heed {

Walk walk(const Shape& shape, std::span<const std::vector<int64_t>> strides) {
    Walk out;
    out.strides.resize(strides.size());
    const auto push = [&](int64_t size, size_t axis) {
        out.sizes.push_back(size);
        for (size_t i = 0; i < strides.size(); ++i) {
            out.strides[i].push_back(size == 1 ? 0 : strides[i][axis]);
        }
    };
    for (int a = 0; a < shape.rank(); ++a) {
        const auto axis = static_cast<size_t>(a);
        if (shape[a] == 1) {
            continue;
        }
        bool merges = !out.sizes.empty();
        for (size_t i = 0; i < strides.size() && merges; ++i) {
            merges = out.strides[i].back() == strides[i][axis] * shape[a];
        }
        if (merges) {
            out.sizes.back() *= shape[a];
            for (size_t i = 0; i < strides.size(); ++i) {
                out.strides[i].back() = strides[i][axis];
            }
        } else {
            push(shape[a], axis);
        }
    }
    if (out.sizes.empty()) {
        push(1, 0);
    }
    return out;
}

std::vector<int64_t> broadcast_strides(const View& view, const Shape& shape) {
    std::vector<int64_t> out(static_cast<size_t>(shape.rank()), 0);
    const int missing = shape.rank() - view.shape.rank();
    for (int axis = 0; axis < view.shape.rank(); ++axis) {
        out[static_cast<size_t>(axis + missing)] = view.shape[axis] == 1 ? 0 : view.stride(axis);
    }
    return out;
}

Window window(const View& view, DType dtype, Access access, const Caps& caps) {
    int64_t last = view.offset;
    for (int axis = 0; axis < view.shape.rank(); ++axis) {
        last += (view.shape[axis] - 1) * view.stride(axis);
    }
    const auto bytes = static_cast<int64_t>(size_of(dtype));
    const int64_t alignment = std::max<int64_t>(caps.storage_alignment, 16);  // 16: kernels may read four words at once
    const int64_t begin = view.offset * bytes / alignment * alignment;
    const int64_t end = (last + 1) * bytes;
    return {{.value = view.root, .access = access, .offset = static_cast<uint64_t>(begin), .size = static_cast<uint64_t>(end - begin)},
            view.offset - begin / bytes};
}

Window read_window(const Lowering& lowering, const View& view, DType dtype) {
    if (lowering.value(view.root).kind == ValueKind::dynamic) {
        return {lowering.dynamics(), lowering.dynamic_offset(view.root) + view.offset};
    }
    return window(view, dtype, Access::read, lowering.caps());
}

Window read_integers(const Lowering& lowering, ValueId id) {
    return read_window(lowering, lowering.view(id), lowering.value(id).dtype);
}

}  // namespace heed
