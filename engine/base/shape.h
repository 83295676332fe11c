#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <span>
#include <string>

namespace heed {

// The sizes of a contiguous row-major tensor, at most eight of them; {} is a scalar.
class Shape {
public:
    static constexpr int kMaxRank = 8;

    Shape() = default;
    Shape(std::initializer_list<int64_t> sizes);
    explicit Shape(std::span<const int64_t> sizes);

    int rank() const { return rank_; }
    int64_t elements() const;            // product of all sizes; 1 for a scalar
    int64_t operator[](int axis) const;  // a negative axis counts from the end
    int64_t last() const { return (*this)[-1]; }
    int64_t rows() const;                      // elements() / last(): all but the last axis
    int64_t stride(int axis) const;            // elements between neighbours along the axis
    int axis(int axis) const;                  // negative to positive; throws when out of range
    Shape with(int axis, int64_t size) const;  // the same shape but for one size
    std::span<const int64_t> sizes() const { return {sizes_.data(), static_cast<size_t>(rank_)}; }

    friend bool operator==(const Shape& a, const Shape& b);

private:
    std::array<int64_t, kMaxRank> sizes_{};
    int rank_ = 0;
};

// The shape two operands broadcast to (aligned at the last axis, size 1 stretches); throws when they do not fit.
Shape broadcast(const Shape& a, const Shape& b);

std::string to_string(const Shape& shape);  // "[8,197,768]"
std::ostream& operator<<(std::ostream& out, const Shape& shape);

}  // namespace heed
