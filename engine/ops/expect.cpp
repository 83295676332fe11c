#include "ops/expect.h"

#include "base/error.h"

namespace heed {

void expect_present(std::string_view op, std::string_view name, const Tensor& tensor) {
    if (!tensor) {
        fail(ErrorKind::bad_input, op, ": expected a tensor for ", name, ", got none");
    }
}

void expect_float(std::string_view op, std::string_view name, const Value& value) {
    if (!is_float(value.dtype)) {
        fail(ErrorKind::bad_input, op, ": expected f32 or f16 for ", name, ", got ", value.dtype, value.shape);
    }
}

void expect_dtype(std::string_view op, std::string_view name, const Value& value, DType dtype) {
    if (value.dtype != dtype) {
        fail(ErrorKind::bad_input, op, ": expected ", dtype, " for ", name, ", got ", value.dtype, value.shape);
    }
}

void expect_rank(std::string_view op, std::string_view name, const Value& value, int rank) {
    if (value.shape.rank() != rank) {
        fail(ErrorKind::bad_input, op, ": expected ", rank, " axes for ", name, ", got ", value.shape);
    }
}

int expect_axis(std::string_view op, const Shape& shape, int64_t axis) {
    const int64_t positive = axis < 0 ? axis + shape.rank() : axis;
    if (positive < 0 || positive >= shape.rank()) {
        fail(ErrorKind::bad_input, op, ": expected an axis of ", shape, ", got axis ", axis);
    }
    return static_cast<int>(positive);
}

void expect_state(std::string_view op, const Graph& graph, ValueId id) {
    ValueId root = id;
    while (graph.value(root).alias_of != kNone) {
        root = graph.value(root).alias_of;
    }
    if (graph.value(root).kind != ValueKind::state) {
        fail(ErrorKind::bad_input, op, ": expected a state to write into, got ", graph.value(id).dtype, graph.value(id).shape,
             " that no run keeps");
    }
}

void expect_broadcast(std::string_view op, std::string_view name, const Value& value, const Shape& shape, DType dtype) {
    bool fits = value.dtype == dtype && value.shape.rank() <= shape.rank();
    for (int axis = 1; fits && axis <= value.shape.rank(); ++axis) {
        fits = value.shape[-axis] == 1 || value.shape[-axis] == shape[-axis];
    }
    if (!fits) {
        fail(ErrorKind::bad_input, op, ": expected ", dtype, " that broadcasts to ", shape, " for ", name, ", got ", value.dtype,
             value.shape);
    }
}

void expect_batch_numbers(std::string_view op, std::string_view name, const Value& value, int64_t batch) {
    if (value.kind != ValueKind::dynamic || value.shape != Shape{batch}) {
        fail(ErrorKind::bad_input, op, ": expected a dynamic ", Shape{batch}, " for ", name, ", got ", value.dtype, value.shape,
             value.kind == ValueKind::dynamic ? "" : " that is not dynamic");
    }
}

}  // namespace heed
