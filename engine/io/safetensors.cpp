#include "io/safetensors.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "base/error.h"
#include "io/file.h"
#include "io/json_text.h"
#include "io/safetensors_header.h"

namespace heed::io {
namespace {

struct ElementInfo {
    Element element;
    std::string_view name;
    uint64_t bits;
};
constexpr ElementInfo kElements[] = {
    {Element::f64, "F64", 64},     {Element::f32, "F32", 32},     {Element::f16, "F16", 16},     {Element::bf16, "BF16", 16},
    {Element::i64, "I64", 64},     {Element::i32, "I32", 32},     {Element::i16, "I16", 16},     {Element::i8, "I8", 8},
    {Element::u64, "U64", 64},     {Element::u32, "U32", 32},     {Element::u16, "U16", 16},     {Element::u8, "U8", 8},
    {Element::boolean, "BOOL", 8}, {Element::c64, "C64", 64},     {Element::e5m2, "F8_E5M2", 8}, {Element::e4m3, "F8_E4M3", 8},
    {Element::e8m0, "F8_E8M0", 8}, {Element::e2m3, "F6_E2M3", 6}, {Element::e3m2, "F6_E3M2", 6}, {Element::f4, "F4", 4},
};

const ElementInfo& info(Element element) {
    return *std::ranges::find(kElements, element, &ElementInfo::element);
}

// The bytes that a tensor of this shape takes, or nothing when 63 bits cannot count its bits or the last byte is not full.
std::optional<uint64_t> bytes_needed(Element element, std::span<const int64_t> shape) {
    int64_t bits = static_cast<int64_t>(bits_of(element));
    for (const int64_t size : shape) {
        if (size < 0 || __builtin_mul_overflow(bits, size, &bits)) {
            return std::nullopt;
        }
    }
    return bits % 8 == 0 ? std::optional(static_cast<uint64_t>(bits) / 8) : std::nullopt;
}

std::string described(const TensorEntry& tensor) {
    return text("'", readable(tensor.name), "' ", to_string(tensor.element), readable(to_string(tensor.shape)));
}

struct Placed {
    TensorEntry tensor;
    uint64_t begin = 0, end = 0;
};

Placed check_tensor(TensorClaim& claim, std::span<const std::byte> data, const std::string& file) {
    const auto known = std::ranges::find(kElements, claim.element, &ElementInfo::name);
    if (known == std::end(kElements)) {
        fail(ErrorKind::bad_file, file, ": expected '", readable(claim.name), "' to have a dtype like F32, got '", readable(claim.element),
             "'");
    }
    if (claim.offsets.size() != 2) {
        fail(ErrorKind::bad_file, file, ": expected two data_offsets for '", readable(claim.name), "', got ", claim.offsets.size());
    }
    Placed out{.tensor = {.name = std::move(claim.name), .element = known->element, .shape = std::move(claim.shape), .bytes = {}},
               .begin = static_cast<uint64_t>(claim.offsets[0]),
               .end = static_cast<uint64_t>(claim.offsets[1])};
    const std::optional<uint64_t> needed = bytes_needed(out.tensor.element, out.tensor.shape);
    if (!needed) {
        fail(ErrorKind::bad_file, file, ": expected ", described(out.tensor), " to be a whole number of bytes that 63 bits can count");
    }
    if (out.begin > out.end || out.end > data.size()) {
        fail(ErrorKind::bad_file, file, ": expected '", readable(out.tensor.name), "' to lie in the ", data.size(),
             " bytes behind the header, got data_offsets [", out.begin, ",", out.end, "]");
    }
    if (out.end - out.begin != *needed) {
        fail(ErrorKind::bad_file, file, ": expected ", *needed, " bytes for ", described(out.tensor), ", got ", out.end - out.begin,
             ", data_offsets [", out.begin, ",", out.end, "]");
    }
    out.tensor.bytes = data.subspan(out.begin, out.end - out.begin);
    return out;
}

// Every byte behind the header belongs to one tensor.
void check_order(const std::vector<Placed>& placed, uint64_t data_bytes, const std::string& file) {
    uint64_t filled = 0;
    for (size_t i = 0; i < placed.size(); ++i) {
        if (placed[i].begin != filled) {
            fail(ErrorKind::bad_file, file, ": expected '", readable(placed[i].tensor.name), "' to begin at byte ", filled,
                 i == 0 ? std::string(" as the first") : text(", where '", readable(placed[i - 1].tensor.name), "' ends"), ", got ",
                 placed[i].begin);
        }
        filled = placed[i].end;
    }
    if (filled != data_bytes) {
        fail(ErrorKind::bad_file, file, ": expected ", filled, " bytes behind the header, where the last tensor ends, got ", data_bytes);
    }
}

std::vector<size_t> sorted_names(const std::vector<TensorEntry>& tensors, const std::string& file, ErrorKind kind) {
    std::vector<size_t> out(tensors.size());
    std::iota(out.begin(), out.end(), size_t{0});
    const auto name = [&](size_t i) -> const std::string& { return tensors[i].name; };
    std::ranges::sort(out, {}, name);
    if (const auto twice = std::ranges::adjacent_find(out, {}, name); twice != out.end()) {
        fail(kind, file, ": expected one tensor '", readable(name(*twice)), "', got two");
    }
    return out;
}

std::string header_text(std::span<const TensorEntry> tensors, const Metadata& metadata) {
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty()) {
        header[std::string(kMetadataName)] = metadata;
    }
    uint64_t at = 0;
    for (const TensorEntry& tensor : tensors) {
        header[tensor.name] = {
            {"dtype", to_string(tensor.element)}, {"shape", tensor.shape}, {"data_offsets", {at, at + tensor.bytes.size()}}};
        at += tensor.bytes.size();
    }
    std::string out = header.dump();
    return out + std::string((8 - out.size() % 8) % 8, ' ');
}

}  // namespace

std::string_view to_string(Element element) {
    return info(element).name;
}

uint64_t bits_of(Element element) {
    return info(element).bits;
}

std::string to_string(std::span<const int64_t> sizes) {
    std::string out;
    for (const int64_t size : sizes) {
        out += (out.empty() ? "" : ",") + std::to_string(size);
    }
    return "[" + out + "]";
}

CheckedTensors check_tensors(std::span<const std::byte> file, const std::string& name) {
    HeaderClaims claims = read_header(file, name);
    const std::span<const std::byte> data = file.subspan(claims.data_begin);
    std::vector<Placed> placed;
    for (TensorClaim& claim : claims.tensors) {
        placed.push_back(check_tensor(claim, data, name));
    }
    std::ranges::stable_sort(placed, {}, [](const Placed& p) { return std::pair(p.begin, p.end); });
    check_order(placed, data.size(), name);
    CheckedTensors out{.tensors = {}, .by_name = {}, .metadata = std::move(claims.metadata)};
    for (Placed& p : placed) {
        out.tensors.push_back(std::move(p.tensor));
    }
    out.by_name = sorted_names(out.tensors, name, ErrorKind::bad_file);
    return out;
}

SafeTensors SafeTensors::open(const std::filesystem::path& path) {
    SafeTensors out(path);
    CheckedTensors checked = check_tensors(out.file_.bytes(), path.string());
    out.tensors_ = std::move(checked.tensors);
    out.by_name_ = std::move(checked.by_name);
    out.metadata_ = std::move(checked.metadata);
    return out;
}

const TensorEntry* SafeTensors::find(std::string_view name) const {
    const auto name_of = [&](size_t i) -> std::string_view { return tensors_[i].name; };
    const auto found = std::ranges::lower_bound(by_name_, name, {}, name_of);
    return found != by_name_.end() && name_of(*found) == name ? &tensors_[*found] : nullptr;
}

void write_safetensors(const std::filesystem::path& path, std::span<const TensorEntry> tensors, const Metadata& metadata) {
    std::vector<TensorEntry> sorted(tensors.begin(), tensors.end());
    std::ranges::stable_sort(sorted, std::ranges::greater(), [](const TensorEntry& tensor) { return bits_of(tensor.element); });
    sorted_names(sorted, path.string(), ErrorKind::bad_input);
    for (const TensorEntry& tensor : sorted) {
        if (tensor.name == kMetadataName) {
            fail(ErrorKind::bad_input, path.string(), ": expected a tensor's name, got ", kMetadataName, ", which is the metadata's");
        }
        if (bytes_needed(tensor.element, tensor.shape) != tensor.bytes.size()) {
            fail(ErrorKind::bad_input, path.string(), ": expected as many bytes as ", described(tensor), " needs, got ",
                 tensor.bytes.size());
        }
    }
    std::string header;
    try {
        header = header_text(sorted, metadata);
    } catch (const nlohmann::json::exception& error) {  // a name that is no UTF-8
        fail(ErrorKind::bad_input, path.string(), ": expected names that can stand in JSON, got an ", json_complaint(error.what()));
    }
    const uint64_t length = header.size();
    std::vector<std::byte> file(sizeof length + length);
    std::memcpy(file.data(), &length, sizeof length);
    std::memcpy(file.data() + sizeof length, header.data(), length);
    for (const TensorEntry& tensor : sorted) {
        file.insert(file.end(), tensor.bytes.begin(), tensor.bytes.end());
    }
    write_file(path, file);
}

}  // namespace heed::io
