#include "base/shape.h"

#include <algorithm>

#include "base/error.h"

namespace heed {

Shape::Shape(std::initializer_list<int64_t> sizes) : Shape(std::span<const int64_t>(sizes.begin(), sizes.size())) {}

Shape::Shape(std::span<const int64_t> sizes) : rank_(static_cast<int>(sizes.size())) {
    if (sizes.size() > kMaxRank) {
        fail(ErrorKind::bad_input, "shape: at most ", kMaxRank, " axes, got ", sizes.size());
    }
    for (size_t i = 0; i < sizes.size(); ++i) {
        if (sizes[i] < 1) {
            fail(ErrorKind::bad_input, "shape: every size is at least 1, got ", sizes[i], " for axis ", i);
        }
        sizes_[i] = sizes[i];
    }
}

int64_t Shape::elements() const {
    int64_t product = 1;
    for (int64_t size : sizes()) {
        if (__builtin_mul_overflow(product, size, &product)) {
            fail(ErrorKind::bad_input, "shape: ", *this, " has more elements than 63 bits can count");
        }
    }
    return product;
}

int Shape::axis(int axis) const {
    const int positive = axis < 0 ? axis + rank_ : axis;
    if (positive < 0 || positive >= rank_) {
        fail(ErrorKind::bad_input, "shape: ", *this, " has ", rank_, " axes, got axis ", axis);
    }
    return positive;
}

int64_t Shape::operator[](int axis) const {
    return sizes_[static_cast<size_t>(this->axis(axis))];
}

int64_t Shape::rows() const {
    return elements() / last();
}

int64_t Shape::stride(int axis) const {
    int64_t product = 1;
    for (int i = this->axis(axis) + 1; i < rank_; ++i) {
        product *= sizes_[static_cast<size_t>(i)];
    }
    return product;
}

Shape Shape::with(int axis, int64_t size) const {
    std::array<int64_t, kMaxRank> sizes = sizes_;
    sizes[static_cast<size_t>(this->axis(axis))] = size;
    return Shape(std::span<const int64_t>(sizes.data(), static_cast<size_t>(rank_)));
}

bool operator==(const Shape& a, const Shape& b) {
    return std::ranges::equal(a.sizes(), b.sizes());
}

Shape broadcast(const Shape& a, const Shape& b) {
    const int rank = std::max(a.rank(), b.rank());
    std::array<int64_t, Shape::kMaxRank> sizes{};
    for (int i = 1; i <= rank; ++i) {
        const int64_t x = i <= a.rank() ? a[-i] : 1;
        const int64_t y = i <= b.rank() ? b[-i] : 1;
        if (x != y && x != 1 && y != 1) {
            fail(ErrorKind::bad_input, "broadcast: sizes must be equal or 1, got ", a, " and ", b);
        }
        sizes[static_cast<size_t>(rank - i)] = std::max(x, y);
    }
    return Shape(std::span<const int64_t>(sizes.data(), static_cast<size_t>(rank)));
}

std::string to_string(const Shape& shape) {
    std::string out = "[";
    for (int i = 0; i < shape.rank(); ++i) {
        out += (i == 0 ? "" : ",") + std::to_string(shape[i]);
    }
    return out + "]";
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) {
    return out << to_string(shape);
}

}  // namespace heed
