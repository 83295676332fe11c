#include "support/golden.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "support/sources.h"

namespace heed::tests {

std::filesystem::path golden(const std::string& path) {
    return repository() / "tests" / "golden" / path;
}

const io::TensorEntry& GoldenTensors::entry(const std::string& name) const {
    const io::TensorEntry* found = file_.find(name);
    REQUIRE_MESSAGE(found != nullptr, name);
    return *found;
}

std::vector<float> GoldenTensors::floats(const std::string& name) const {
    const io::TensorEntry& found = entry(name);
    std::vector<float> out(found.bytes.size() / sizeof(float));
    std::memcpy(out.data(), found.bytes.data(), found.bytes.size());
    return out;
}

std::vector<int32_t> GoldenTensors::integers(const std::string& name) const {
    const std::vector<float> values = floats(name);
    return {values.begin(), values.end()};
}

std::vector<int64_t> GoldenTensors::sizes(const std::string& name) const {
    return entry(name).shape;
}

void check_close(std::span<const float> got, std::span<const float> expected, float tolerance) {
    check_close(got, expected, {.lengths = {1}, .tokens = 1}, tolerance);
}

void check_close(std::span<const float> got, std::span<const float> expected, const Ragged& rows, float tolerance) {
    REQUIRE(got.size() == expected.size());
    const size_t width = got.size() / (rows.lengths.size() * rows.heads * rows.tokens);
    float worst = 0;
    for (size_t i = 0; i < got.size(); ++i) {
        const size_t row = i / width;
        const auto length = static_cast<size_t>(rows.lengths[row / (rows.heads * rows.tokens)]);
        const float error = std::abs(got[i] - expected[i]);
        if (row % rows.tokens < length) {
            worst = error <= worst ? worst : error;  // NaN is worse than anything
        }
    }
    CHECK(worst <= tolerance);
}

}  // namespace heed::tests
