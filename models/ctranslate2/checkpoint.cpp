#include "models/ctranslate2/checkpoint.h"

#include <cmath>
#include <cstring>

#include "io/json_text.h"
#include "models/floats.h"

namespace heed::ctranslate2 {
namespace {

using io::Element;

constexpr float kCommonScale = 1000;  // of i16 without a scale of its own

// Numbers that were floats once; without axes they are settings.
bool is_shortened(const io::TensorEntry& entry) {
    const bool whole = entry.element == Element::i8 || entry.element == Element::i16;
    return whole && !entry.shape.empty() && entry.shape.size() <= Shape::kMaxRank && !entry.bytes.empty();
}

template <typename T>
T value_at(std::span<const std::byte> bytes, size_t index) {
    T value{};
    std::memcpy(&value, bytes.data() + index * sizeof value, sizeof value);
    return value;
}

std::string scale_name(const io::TensorEntry& entry) {
    return entry.name + "_scale";
}

std::string described(const io::TensorEntry& entry) {
    return text("'", io::readable(entry.name), "' ", to_string(entry.element), io::readable(io::to_string(entry.shape)));
}

}  // namespace

ModelCheckpoint::ModelCheckpoint(ModelFile file) : file_(std::move(file)) {
    describe(file_.path.string());
    for (const io::TensorEntry& tensor : file_.contents.tensors) {
        know(tensor);
    }
    for (const auto& [alias, name] : file_.contents.aliases) {
        know_alias(alias, name);
    }
}

std::optional<WeightData> ModelCheckpoint::find(const WeightRequest& request) {
    if (const auto found = lengthened_.find(request.name); found != lengthened_.end()) {
        const Lengthened& tensor = found->second;
        return WeightData{.bytes = keep(request.name, [&] { return lengthened(tensor); }), .shape = tensor.shape};
    }
    const io::TensorEntry* const entry = this->entry(request.name);
    if (entry == nullptr || !is_shortened(*entry)) {
        return Checkpoint::find(request);
    }
    use(*entry);
    return WeightData{.bytes = keep(entry->name, [&] { return dequantised(*entry); }), .shape = Shape(entry->shape)};
}

bool ModelCheckpoint::is_weight(const io::TensorEntry& entry) const {
    return Checkpoint::is_weight(entry) || (is_shortened(entry) && (entry.element == Element::i16 || has(scale_name(entry))));
}

std::vector<float> ModelCheckpoint::scales(const io::TensorEntry& entry) {
    const std::optional<WeightData> found = Checkpoint::find({.name = scale_name(entry), .shape = {}, .init = {}});
    if (!found && entry.element == Element::i16) {
        return {kCommonScale};
    }
    if (!found) {
        fail(ErrorKind::bad_model, description(), ": expected ", described(entry), " to have scales, '", io::readable(scale_name(entry)),
             "', got no tensor of that name");
    }
    std::vector<float> out = floats_of(*found);
    if (out.size() != 1 && static_cast<int64_t>(out.size()) != entry.shape[0]) {
        fail(ErrorKind::bad_model, description(), ": expected one scale for ", described(entry), " or one a row, got ", out.size());
    }
    for (const float scale : out) {
        if (!(scale > 0)) {
            fail(ErrorKind::bad_model, description(), ": expected the scales of ", described(entry), " to be above 0, got ", scale);
        }
    }
    return out;
}

std::vector<std::byte> ModelCheckpoint::dequantised(const io::TensorEntry& entry) {
    const std::vector<float> by = scales(entry);
    const bool bytes = entry.element == Element::i8;
    const size_t count = entry.bytes.size() / (bytes ? sizeof(int8_t) : sizeof(int16_t)), row = count / by.size();
    std::vector<std::byte> out(count * sizeof(float));
    for (size_t i = 0; i < count; ++i) {
        const auto stored = static_cast<float>(bytes ? value_at<int8_t>(entry.bytes, i) : value_at<int16_t>(entry.bytes, i));
        const float value = stored / by[i / row];
        std::memcpy(out.data() + i * sizeof value, &value, sizeof value);
    }
    return out;
}

std::vector<std::byte> ModelCheckpoint::lengthened(const Lengthened& tensor) {
    const size_t count = static_cast<size_t>(tensor.shape.elements()), row = count / static_cast<size_t>(tensor.shape[0]);
    std::vector<float> values(count - row);
    if (const std::optional<WeightData> known = find({.name = tensor.from, .shape = {}, .init = {}})) {
        values = floats_of(*known);
        if (values.size() != count - row) {
            fail(ErrorKind::bad_model, description(), ": expected '", tensor.from, "' to be ", tensor.shape.with(0, tensor.shape[0] - 1),
                 ", got ", known->shape);
        }
    }
    values.resize(count, tensor.last);
    const std::span<const std::byte> bytes = std::as_bytes(std::span(values));
    return {bytes.begin(), bytes.end()};
}

std::optional<double> ModelCheckpoint::number(std::string_view name) {
    const io::TensorEntry* const entry = this->entry(name);
    if (entry == nullptr) {
        return std::nullopt;
    }
    if (!entry->shape.empty()) {
        fail(ErrorKind::bad_model, description(), ": expected the setting ", described(*entry), " to be one number, got ",
             io::readable(io::to_string(entry->shape)));
    }
    use(*entry);
    switch (entry->element) {
        case Element::i8: return value_at<int8_t>(entry->bytes, 0);
        case Element::i16: return value_at<int16_t>(entry->bytes, 0);
        case Element::i32: return value_at<int32_t>(entry->bytes, 0);
        default: return static_cast<double>(floats_of(Checkpoint::find({.name = entry->name, .shape = {}, .init = {}}).value()).at(0));
    }
}

std::optional<std::string> ModelCheckpoint::text_setting(std::string_view name) {
    const io::TensorEntry* const entry = this->entry(name);
    if (entry == nullptr) {
        return std::nullopt;
    }
    if (entry->element != Element::i8 || entry->shape.size() != 1) {
        fail(ErrorKind::bad_model, description(), ": expected the setting ", described(*entry), " to be a text, I8 with one axis, got ",
             to_string(entry->element), io::readable(io::to_string(entry->shape)));
    }
    use(*entry);
    return std::string(reinterpret_cast<const char*>(entry->bytes.data()), entry->bytes.size());
}

}  // namespace heed::ctranslate2
