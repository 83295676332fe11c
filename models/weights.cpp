#include "models/weights.h"

#include <algorithm>

namespace heed {

std::span<const std::byte> WeightSource::keep(const std::string& name, const Make& make) {
    const auto found = kept_.find(name);
    return found != kept_.end() ? found->second : kept_.emplace(name, make()).first->second;
}

Weights Weights::operator/(std::string_view name) const {
    return Weights(*graph_, *source_, full_name(name)).stored_as(stored_);
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

Tensor Weights::constant(const std::string& full, const Shape& shape, DType dtype, std::span<const std::byte> bytes) const {
    const Tensor out = graph_->constant(full, shape, dtype, bytes);
    graph_->edit_value(out.id()).dtype = stored_;
    return out;
}

Tensor Weights::tensor(std::string_view name, const Shape& shape, const Init& init) const {
    const std::string full = full_name(name);
    const WeightData data = find(name, shape, init);
    if (const ValueId known = graph_->find(full); known != kNone) {
        return {*graph_, known};
    }
    return constant(full, data.shape, data.dtype, data.bytes);
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
    if (const ValueId known = graph_->find(full); known != kNone) {
        return {*graph_, known};
    }
    const std::span<const std::byte> bytes = source_->keep(full, [&] {
        std::vector<std::byte> all;
        for (const WeightData& data : found) {
            all.insert(all.end(), data.bytes.begin(), data.bytes.end());
        }
        return all;
    });
    return constant(full, parts.front().shape.with(0, rows), found.front().dtype, bytes);
}

}  // namespace heed
