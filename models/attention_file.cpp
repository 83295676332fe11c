#include "models/attention_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "heed.h"
#include "io/file.h"

namespace heed {
namespace {

std::string name_of(size_t layer) {
    return text("attention.", layer);
}

void append_number(std::string& out, float value) {
    char digits[24];
    const std::to_chars_result end = std::to_chars(std::begin(digits), std::end(digits), value);
    std::isfinite(value) ? out.append(digits, end.ptr) : out.append("null");
}

// Lists in lists: one level an axis.
void append_list(std::string& out, std::span<const int64_t> shape, std::span<const float> values) {
    out += '[';
    const auto count = static_cast<size_t>(shape[0]);
    for (size_t i = 0; i < count; ++i) {
        out += i > 0 ? "," : "";
        if (shape.size() == 1) {
            append_number(out, values[i]);
        } else {
            append_list(out, shape.subspan(1), values.subspan(i * (values.size() / count), values.size() / count));
        }
    }
    out += ']';
}

std::string json_of(std::span<const LayerWeights> layers, const io::Metadata& metadata) {
    std::string out = "{\"metadata\": " + nlohmann::json(metadata).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    for (size_t i = 0; i < layers.size(); ++i) {
        out += ",\n\"" + name_of(i) + "\": ";
        append_list(out, layers[i].shape, layers[i].values);
    }
    return out + "}\n";
}

}  // namespace

void write_attention(const std::filesystem::path& path, std::span<const LayerWeights> layers, const io::Metadata& metadata) {
    std::vector<io::TensorEntry> tensors;
    for (size_t i = 0; i < layers.size(); ++i) {
        const auto& [shape, values] = layers[i];
        const std::vector<int64_t> sizes(shape.begin(), shape.end());
        if (std::ranges::min(shape) < 0 || shape[0] * shape[1] * shape[2] != static_cast<int64_t>(values.size())) {
            fail(ErrorKind::bad_input, name_of(i), ": expected weights ", io::to_string(sizes), ", got ", values.size());
        }
        tensors.push_back({.name = name_of(i), .element = io::Element::f32, .shape = sizes, .bytes = std::as_bytes(values)});
    }
    if (path.extension() == ".json") {
        const std::string json = json_of(layers, metadata);
        io::write_file(path, std::as_bytes(std::span(json)));
    } else {
        io::write_safetensors(path, tensors, metadata);
    }
}

}  // namespace heed
