#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "io/safetensors.h"

namespace heed::tests {

std::filesystem::path golden(const std::string& path);  // tests/golden/PATH

// The numbers of a golden.safetensors; a tensor that is not there fails the test.
class GoldenTensors {
public:
    explicit GoldenTensors(const std::filesystem::path& file) : file_(io::SafeTensors::open(file)) {}

    std::vector<float> floats(const std::string& name) const;
    std::vector<int32_t> integers(const std::string& name) const;
    std::vector<int64_t> sizes(const std::string& name) const;

private:
    const io::TensorEntry& entry(const std::string& name) const;

    io::SafeTensors file_;
};

// As many numbers, none further off than the tolerance. A NaN is further off than anything.
void check_close(std::span<const float> got, std::span<const float> expected, float tolerance);

// The same for [B,heads,tokens,...] of sentences with lengths of their own: what lies behind a sentence's length counts for nothing.
struct Ragged {
    std::vector<int32_t> lengths;  // [B]
    size_t tokens = 0;
    size_t heads = 1;
};
void check_close(std::span<const float> got, std::span<const float> expected, const Ragged& rows, float tolerance);

}  // namespace heed::tests
