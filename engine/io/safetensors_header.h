#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/safetensors.h"

namespace heed::io {

constexpr std::string_view kMetadataName = "__metadata__";  // stands among the tensors and is none

// What the head of a .safetensors file says of a tensor, before anyone has checked it.
struct TensorClaim {
    std::string name;
    std::string element;
    std::vector<int64_t> shape, offsets;  // never negative
};

struct HeaderClaims {
    std::vector<TensorClaim> tensors;
    Metadata metadata;
    size_t data_begin = 0;  // bytes from the beginning of the file
};

// The name is the file's, for sentences. Throws bad_file when it is no such header.
HeaderClaims read_header(std::span<const std::byte> file, const std::string& name);

struct CheckedTensors {
    std::vector<TensorEntry> tensors;  // in the order of their bytes
    std::vector<size_t> by_name;       // their indices, in the order of their names
    Metadata metadata;
};

// Throws bad_file when the claims contradict the file or each other. What it returns points into the file's bytes.
CheckedTensors check_tensors(std::span<const std::byte> file, const std::string& name);

}  // namespace heed::io
