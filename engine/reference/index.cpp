#include "reference/index.h"

namespace heed::reference {

std::vector<int64_t> coordinates_of(const Shape& shape, size_t index) {
    std::vector<int64_t> coordinates(static_cast<size_t>(shape.rank()));
    auto rest = static_cast<int64_t>(index);
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        coordinates[static_cast<size_t>(axis)] = rest % shape[axis];
        rest /= shape[axis];
    }
    return coordinates;
}

size_t index_of(const Shape& shape, const std::vector<int64_t>& coordinates) {
    const size_t extra = coordinates.size() - static_cast<size_t>(shape.rank());
    int64_t index = 0;
    for (int axis = 0; axis < shape.rank(); ++axis) {
        const int64_t coordinate = shape[axis] == 1 ? 0 : coordinates[static_cast<size_t>(axis) + extra];
        index = index * shape[axis] + coordinate;
    }
    return static_cast<size_t>(index);
}

}  // namespace heed::reference
