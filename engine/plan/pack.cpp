#include "plan/pack.h"

#include <cstring>

#include "base/error.h"
#include "base/half.h"

namespace heed {
namespace {

// A matrix (or a stack of them) seen as [rows of K][columns of N], whatever way it is stored.
struct Matrix {
    int64_t count = 1, k = 0, n = 0;
    bool transposed = false;
    int64_t taps = 1;  // of a filter: stored [N][channels][taps], where row = tap * channels + channel

    int64_t index(int64_t at, int64_t row, int64_t column) const {
        const int64_t channels = k / taps;
        return at * k * n + (transposed ? column * k + row % channels * taps + row / channels : row * n + column);
    }
};

Matrix matrix_of(const Shape& shape, Packing packing) {
    if (packing == Packing::filter_panels) {
        ensure(shape.rank() == 4, "pack: expected a filter [O,C,kh,kw], got ", shape);
        return {.count = 1, .k = shape.elements() / shape[0], .n = shape[0], .transposed = true, .taps = shape[2] * shape[3]};
    }
    ensure(shape.rank() >= 2, "pack: expected a matrix, got ", shape);
    const bool transposed = packing == Packing::transposed || packing == Packing::transposed_panels;
    const int64_t count = shape.elements() / (shape[-1] * shape[-2]);
    return transposed ? Matrix{count, shape[-1], shape[-2], true} : Matrix{count, shape[-2], shape[-1], false};
}

float load(const Constant& constant, int64_t index) {
    const std::byte* at = constant.bytes.data() + static_cast<size_t>(index) * size_of(constant.dtype);
    if (constant.dtype == DType::f16) {
        uint16_t bits = 0;
        std::memcpy(&bits, at, sizeof bits);
        return from_half(bits);
    }
    float value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
}

void store(std::vector<std::byte>& out, DType dtype, int64_t index, float value) {
    std::byte* at = out.data() + static_cast<size_t>(index) * size_of(dtype);
    if (dtype == DType::f16) {
        const uint16_t bits = to_half(value);
        std::memcpy(at, &bits, sizeof bits);
    } else {
        std::memcpy(at, &value, sizeof value);
    }
}

void pack_matrix(const Value& value, std::vector<std::byte>& out) {
    const Constant& constant = value.constant;
    const Matrix from = matrix_of(constant.shape, constant.packing);
    const int64_t width = constant.packing == Packing::transposed ? from.n : constant.panel;
    const int64_t panel_count = (from.n + width - 1) / width;
    for (int64_t at = 0; at < from.count; ++at) {
        for (int64_t column = 0; column < from.n; ++column) {
            const int64_t base = ((at * panel_count + column / width) * from.k) * width + column % width;
            for (int64_t row = 0; row < from.k; ++row) {
                store(out, value.dtype, base + row * width, load(constant, from.index(at, row, column)));
            }
        }
    }
}

}  // namespace

Shape packed_shape(const Shape& shape, Packing packing, int64_t panel) {
    if (packing == Packing::plain) {
        return shape;
    }
    const Matrix matrix = matrix_of(shape, packing);
    std::vector<int64_t> sizes(shape.sizes().begin(), shape.sizes().end() - (packing == Packing::filter_panels ? 4 : 2));
    if (packing == Packing::transposed) {
        sizes.push_back(matrix.k);
        sizes.push_back(matrix.n);
    } else {
        sizes.push_back((matrix.n + panel - 1) / panel);
        sizes.push_back(matrix.k);
        sizes.push_back(panel);
    }
    return Shape(sizes);
}

std::vector<std::byte> pack(const Value& value) {
    const Constant& constant = value.constant;
    std::vector<std::byte> out(static_cast<size_t>(value.shape.elements()) * size_of(value.dtype));
    ensure(value.shape == packed_shape(constant.shape, constant.packing, constant.panel), "pack: ", value.name, " is ", value.shape,
           " packed from ", constant.shape);
    if (constant.packing != Packing::plain) {
        pack_matrix(value, out);
    } else if (constant.dtype == value.dtype) {
        std::memcpy(out.data(), constant.bytes.data(), out.size());
    } else {
        for (int64_t i = 0; i < value.shape.elements(); ++i) {
            store(out, value.dtype, i, load(constant, i));
        }
    }
    return out;
}

}  // namespace heed
