#pragma once

#include <string_view>

#include "ir/graph.h"

namespace heed {

// The checks that builders share; each throws "<op>: expected ..., got ...".
void expect_present(std::string_view op, std::string_view name, const Tensor& tensor);
void expect_float(std::string_view op, std::string_view name, const Value& value);
void expect_dtype(std::string_view op, std::string_view name, const Value& value, DType dtype);
void expect_rank(std::string_view op, std::string_view name, const Value& value, int rank);
int expect_axis(std::string_view op, const Shape& shape, int64_t axis);  // negative to positive

void expect_state(std::string_view op, const Graph& graph, ValueId id);  // or what one was updated to
void expect_broadcast(std::string_view op, std::string_view name, const Value& value, const Shape& shape, DType dtype);  // to the shape
void expect_batch_numbers(std::string_view op, std::string_view name, const Value& value, int64_t batch);                // a dynamic [B]

}  // namespace heed
