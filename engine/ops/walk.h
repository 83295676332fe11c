#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/caps.h"
#include "ops/lowering.h"

namespace heed {

// The axes of a loop over the elements of several strided operands: size-1 axes are gone, neighbours that every operand
// steps through alike are one. Never empty.
struct Walk {
    std::vector<int64_t> sizes;
    std::vector<std::vector<int64_t>> strides;  // [operand][axis], in elements
};
Walk walk(const Shape& shape, std::span<const std::vector<int64_t>> strides);

// Strides that read a view as if it had the larger shape it broadcasts to.
std::vector<int64_t> broadcast_strides(const View& view, const Shape& shape);

// The bytes a strided view touches, as a legal binding; offset is where the view begins in it, in elements.
struct Window {
    Binding binding;
    int64_t offset = 0;
};
Window window(const View& view, DType dtype, Access access, const Caps& caps);

// The same for reading, wherever the elements lie: a dynamic is found by its offset in the one buffer of dynamics.
Window read_window(const Lowering& lowering, const View& view, DType dtype);
Window read_integers(const Lowering& lowering, ValueId id);

}  // namespace heed
