#include "models/weights.h"

#include <algorithm>
#include <cstring>

#include "models/floats.h"

namespace heed {

std::span<const std::byte> WeightSource::keep(const std::string& name, const Make& make) {
    const auto found = kept_.find(name);
    return found != kept_.end() ? found->second : kept_.emplace(name, make()).first->second;
}

Weights Weights::operator/(std::string_view name) const {
    Weights inner = *this;
    inner.scope_ = full_name(name);
    return inner;
}

Weights Weights::stored_as(DType dtype) const {
    ensure(is_float(dtype), "weights: expected to be stored as f32 or f16, got ", dtype);
    Weights out = *this;
    out.stored_ = dtype;
    return out;
}

std::string Weights::full_name(std::string_view name) const {
    return scope_.empty() ? std::string(name) : name.empty() ? scope_ : text(scope_, ".", name);
}

WeightData Weights::find(std::string_view name, const Shape& shape, const Init& init) const {
    const std::string full = full_name(name);
    const std::optional<WeightData> found = source_->find({.name = full, .shape = shape, .init = init});
    if (!found) {
        fail(ErrorKind::bad_model, source_->description(), ": expected a tensor '", full, "' ", shape, ", got none of that name");
    }
    if (found->shape != shape) {
        fail(ErrorKind::bad_model, source_->description(), ": expected '", full, "' to be ", shape, ", got ", found->shape);
    }
    return *found;
}

Tensor Weights::add(const std::string& full, const WeightData& data) const {
    if (const ValueId known = graph_->find(full); known != kNone) {
        return {*graph_, known};
    }
    return graph_->constant(full, data.shape, data.dtype, data.bytes, stored_);
}

Tensor Weights::tensor(std::string_view name, const Shape& shape, const Init& init) const {
    return add(full_name(name), find(name, shape, init));
}

Tensor Weights::stacked(const std::vector<Part>& parts) const {
    ensure(!parts.empty(), "weights: a stack needs a tensor");
    std::string joined;
    int64_t rows = 0;
    std::vector<WeightData> found;
    for (const Part& part : parts) {
        joined += (joined.empty() ? "" : "+") + part.name;
        rows += part.shape[0];
        found.push_back(find(part.name, part.shape, part.init));
        if (found.back().dtype != found.front().dtype || part.shape.with(0, 1) != parts.front().shape.with(0, 1)) {
            fail(ErrorKind::bad_model, source_->description(), ": expected '", full_name(part.name), "' to be of one kind with '",
                 full_name(parts.front().name), "' ", found.front().dtype, parts.front().shape, ", got ", found.back().dtype, part.shape);
        }
    }
    const std::string full = full_name(joined);
    const std::span<const std::byte> bytes = source_->keep(full, [&] {
        std::vector<std::byte> all;
        for (const WeightData& data : found) {
            all.insert(all.end(), data.bytes.begin(), data.bytes.end());
        }
        return all;
    });
    return add(full, {.bytes = bytes, .shape = parts.front().shape.with(0, rows), .dtype = found.front().dtype});
}

Tensor Weights::rows(const Part& part, int64_t begin, int64_t end) const {
    ensure(0 <= begin && begin < end && end <= part.shape[0], "weights: rows ", begin, " to ", end, " of ", part.shape);
    WeightData data = find(part.name, part.shape, part.init);
    const size_t row = data.bytes.size() / static_cast<size_t>(part.shape[0]);
    data.bytes = data.bytes.subspan(static_cast<size_t>(begin) * row, static_cast<size_t>(end - begin) * row);
    data.shape = part.shape.with(0, end - begin);
    return add(text(full_name(part.name), "[", begin, ":", end, "]"), data);
}

Tensor Weights::reshaped(const Part& part, const Shape& shape) const {
    ensure(part.shape.elements() == shape.elements(), "weights: ", part.shape, " counted as ", shape);
    WeightData data = find(part.name, part.shape, part.init);
    data.shape = shape;
    return add(text(full_name(part.name), shape), data);
}

std::vector<float> Weights::numbers(const Part& part) const {
    return floats_of(find(part.name, part.shape, part.init));
}

Tensor Weights::scaled(const Part& part, const std::vector<float>& row_factors) const {
    ensure(static_cast<int64_t>(row_factors.size()) == part.shape[0], "weights: ", row_factors.size(), " factors for ", part.shape);
    return constant(part.name + " scaled", part.shape, [&] {
        std::vector<float> values = numbers(part);
        const size_t row = values.size() / row_factors.size();
        for (size_t i = 0; i < values.size(); ++i) {
            values[i] *= row_factors[i / row];
        }
        return values;
    });
}

Tensor Weights::constant(std::string_view name, const Shape& shape, const std::vector<float>& values) const {
    return graph_->constant(full_name(name), shape, values, stored_);
}

Tensor Weights::constant(std::string_view name, const Shape& shape, const std::function<std::vector<float>()>& make) const {
    const std::string full = full_name(name);
    const std::span<const std::byte> bytes = source_->keep(full, [&] {
        const std::vector<float> values = make();
        std::vector<std::byte> out(values.size() * sizeof(float));
        std::memcpy(out.data(), values.data(), out.size());
        return out;
    });
    ensure(bytes.size() == static_cast<size_t>(shape.elements()) * sizeof(float), "weights: ", bytes.size(), " bytes for ", full, shape);
    return add(full, {.bytes = bytes, .shape = shape, .dtype = DType::f32});
}

}  // namespace heed
