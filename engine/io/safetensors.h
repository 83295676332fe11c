#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/mapped_file.h"

namespace heed::io {

// How a file stores a number: every type that the format knows, whether heed can compute with it or not.
enum class Element : uint8_t { f64, f32, f16, bf16, i64, i32, i16, i8, u64, u32, u16, u8, boolean, c64, e5m2, e4m3, e8m0, e2m3, e3m2, f4 };

std::string_view to_string(Element element);  // as files spell it: "BF16"
uint64_t bits_of(Element element);

struct TensorEntry {
    std::string name;
    Element element = Element::f32;
    std::vector<int64_t> shape;        // {} is a scalar; a size may be 0, and there may be more axes than a Shape has
    std::span<const std::byte> bytes;  // row-major, little endian, at any address: an f32 may lie at an odd one
};

std::string to_string(std::span<const int64_t> sizes);  // "[192,768]"

using Metadata = std::map<std::string, std::string>;

// A .safetensors file: named tensors, handed out as they lie in the mapped file. Opening one reads its header alone, and believes none
// of it: throws bad_file naming the file, the tensor and the two numbers that disagree.
class SafeTensors {
public:
    static SafeTensors open(const std::filesystem::path& path);

    const TensorEntry* find(std::string_view name) const;              // null when there is none
    std::span<const TensorEntry> tensors() const { return tensors_; }  // as their bytes follow one another
    const Metadata& metadata() const { return metadata_; }
    const std::filesystem::path& path() const { return path_; }

private:
    explicit SafeTensors(const std::filesystem::path& path) : path_(path), file_(path) {}

    std::filesystem::path path_;
    MappedFile file_;
    std::vector<TensorEntry> tensors_;
    std::vector<size_t> by_name_;
    Metadata metadata_;
};

// In one step, as write_file() does; tensors whose elements are wide come first, so that all are aligned. Throws bad_input when a
// tensor's bytes are not what its shape needs or two have one name, bad_file when the file cannot be written.
void write_safetensors(const std::filesystem::path& path, std::span<const TensorEntry> tensors, const Metadata& metadata = {});

}  // namespace heed::io
