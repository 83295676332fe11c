#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "heed.h"

namespace heed {

// What a tensor is before anyone has trained it; for sources that make weights up.
struct Init {
    enum class Kind { constant, uniform, normal };
    Kind kind = Kind::constant;
    double amount = 0;  // the constant, the bound on both sides, the deviation
};

struct WeightRequest {
    std::string name;  // "encoder.layer.0.attention.query.weight"
    Shape shape;
    Init init;
};

struct WeightData {
    std::span<const std::byte> bytes;
    Shape shape;
    DType dtype = DType::f32;
};

// Where weights come from: a checkpoint, a generator, another source with some of them changed. What it hands out lives as long as
// the source does, and the source must outlive every graph built from it. One thread at a time.
class WeightSource {
public:
    virtual ~WeightSource() = default;

    // Nothing when there is no tensor of that name; one of another shape is handed out as it is, and Weights complains.
    virtual std::optional<WeightData> find(const WeightRequest& request) = 0;
    virtual std::string description() const = 0;  // "model.safetensors", for error sentences

    // Bytes that are made from others: made when first asked for under this name, then kept.
    using Make = std::function<std::vector<std::byte>()>;
    std::span<const std::byte> keep(const std::string& name, const Make& make);

private:
    std::map<std::string, std::vector<std::byte>, std::less<>> kept_;
};

// Random weights as PyTorch would start training from: every tensor depends on its own name and the seed alone, and is the same
// to the bit on every platform.
std::unique_ptr<WeightSource> random_weights(uint64_t seed);

// A place in a source's tree of names, and the graph that is being built: Weights layer = weights / "encoder" / "layer" / 3.
class Weights {
public:
    Weights(Graph& graph, WeightSource& source) : graph_(&graph), source_(&source) {}

    Weights operator/(std::string_view name) const;
    Weights operator/(int64_t index) const { return *this / std::string_view(std::to_string(index)); }

    // The same place, its tensors stored as f32 or f16 on the device, whatever the source has; unsaid: f32.
    Weights stored_as(DType dtype) const;

    // The tensor of that name in this scope, a constant of the graph. Asking twice gives the same one: that is how weights are tied.
    // Throws bad_model when it is missing or has another shape.
    Tensor tensor(std::string_view name, const Shape& shape, const Init& init = {}) const;

    struct Part {
        std::string name;
        Shape shape;
        Init init;
    };
    // Tensors that share all but their first axis, one below the other: the query, key and value of one matmul.
    Tensor stacked(const std::vector<Part>& parts) const;
    Tensor rows(const Part& part, int64_t begin, int64_t end) const;               // some of the first axis
    Tensor reshaped(const Part& part, const Shape& shape) const;                   // as many elements, counted otherwise
    Tensor scaled(const Part& part, const std::vector<float>& row_factors) const;  // each row times its factor
    std::vector<float> numbers(const Part& part) const;                            // for the host to reckon with

    // What the host reckoned, as a constant that is stored as the weights are; or reckons, once a source and name.
    Tensor constant(std::string_view name, const Shape& shape, const std::vector<float>& values) const;
    Tensor constant(std::string_view name, const Shape& shape, const std::function<std::vector<float>()>& make) const;

    Graph& graph() const { return *graph_; }

private:
    std::string full_name(std::string_view name) const;
    WeightData find(std::string_view name, const Shape& shape, const Init& init) const;
    Tensor add(const std::string& full, const WeightData& data) const;

    Graph* graph_;
    WeightSource* source_;
    DType stored_ = DType::f32;
    std::string scope_;
};

}  // namespace heed
