#include "plan/pack.h"

#include <doctest/doctest.h>

#include <cstring>

#include "base/half.h"
#include "support/sentence.h"

namespace heed {
namespace {

// A matrix (or a stack of them) whose element number i is i + 1, so that a padding zero is no element.
struct Weight {
    Shape shape;
    DType dtype;
    std::vector<std::byte> bytes;

    Weight(const Shape& weight_shape, DType weight_dtype) : shape(weight_shape), dtype(weight_dtype) {
        for (int64_t i = 0; i < shape.elements(); ++i) {
            const auto single = static_cast<float>(i + 1);
            const uint16_t half = to_half(single);
            const auto* at = dtype == DType::f16 ? reinterpret_cast<const std::byte*>(&half) : reinterpret_cast<const std::byte*>(&single);
            bytes.insert(bytes.end(), at, at + size_of(dtype));
        }
    }

    // Packed and read back as numbers.
    std::vector<float> packed(DType target, Packing packing, int64_t panel) const {
        Value value{
            .name = "w", .shape = packed_shape(shape, packing, panel), .dtype = target, .kind = ValueKind::constant, .constant = {}};
        value.constant = {.bytes = bytes, .shape = shape, .dtype = dtype, .packing = packing, .panel = panel};
        const std::vector<std::byte> out = pack(value);
        std::vector<float> numbers;
        for (size_t at = 0; at < out.size(); at += size_of(target)) {
            uint16_t half = 0;
            float single = 0;
            std::memcpy(target == DType::f16 ? static_cast<void*>(&half) : &single, out.data() + at, size_of(target));
            numbers.push_back(target == DType::f16 ? from_half(half) : single);
        }
        return numbers;
    }
};

// Element [matrix][k][n] of the weight, by the words of the packings: transposed weights are kept [N,K].
float element(const Shape& shape, bool transposed, int64_t matrix, int64_t k, int64_t n) {
    const int64_t rows = shape[-2], columns = shape[-1];
    return static_cast<float>(matrix * rows * columns + (transposed ? n * columns + k : k * columns + n) + 1);
}

}  // namespace

TEST_SUITE("plan") {
    TEST_CASE("pack: every layout holds each element where its kernels look, and zeros elsewhere") {
        for (const Shape& shape : {Shape{5, 7}, Shape{8, 4}, Shape{1, 1}, Shape{3, 2, 6}, Shape{2, 2, 3, 5}}) {
            for (DType from : {DType::f32, DType::f16}) {
                for (DType to : {DType::f32, DType::f16}) {
                    const Weight weight(shape, from);
                    const int64_t count = shape.elements() / (shape[-1] * shape[-2]);
                    const std::vector<float> flat = weight.packed(to, Packing::transposed, 0);
                    for (int64_t at = 0, i = 0; at < count; ++at) {
                        for (int64_t k = 0; k < shape[-1]; ++k) {
                            for (int64_t n = 0; n < shape[-2]; ++n, ++i) {
                                CHECK(flat.at(static_cast<size_t>(i)) == element(shape, true, at, k, n));
                            }
                        }
                    }
                    for (bool transposed : {false, true}) {
                        const int64_t panel = 4, k_size = transposed ? shape[-1] : shape[-2], n_size = transposed ? shape[-2] : shape[-1];
                        const std::vector<float> panels =
                            weight.packed(to, transposed ? Packing::transposed_panels : Packing::panels, panel);
                        int64_t wrong = 0, i = 0;
                        for (int64_t at = 0; at < count; ++at) {
                            for (int64_t first = 0; first < n_size; first += panel) {
                                for (int64_t k = 0; k < k_size; ++k) {
                                    for (int64_t n = first; n < first + panel; ++n, ++i) {
                                        const float expected = n < n_size ? element(shape, transposed, at, k, n) : 0;
                                        wrong += panels.at(static_cast<size_t>(i)) != expected;
                                    }
                                }
                            }
                        }
                        CHECK(wrong == 0);
                        CHECK(i == static_cast<int64_t>(panels.size()));
                    }
                }
            }
        }
    }

    TEST_CASE("pack: plain weights are copied, converted or not, whatever their rank") {
        for (const Shape& shape : {Shape{}, Shape{5}, Shape{2, 3, 4}}) {
            for (DType from : {DType::f32, DType::f16}) {
                for (DType to : {DType::f32, DType::f16}) {
                    const std::vector<float> numbers = Weight(shape, from).packed(to, Packing::plain, 0);
                    REQUIRE(static_cast<int64_t>(numbers.size()) == shape.elements());
                    for (size_t i = 0; i < numbers.size(); ++i) {
                        CHECK(numbers[i] == static_cast<float>(i + 1));
                    }
                }
            }
        }
    }

    TEST_CASE("pack: integers are copied bit for bit") {
        const int32_t integers[] = {-1, 0x7f800001, 16777217};  // as floats, NaNs and what f32 cannot hold
        Value value{.name = "ids", .shape = {3}, .dtype = DType::i32, .kind = ValueKind::constant, .constant = {}};
        value.constant = {.bytes = std::as_bytes(std::span(integers)), .shape = {3}, .dtype = DType::i32};
        const std::vector<std::byte> out = pack(value);
        REQUIRE(out.size() == sizeof integers);
        CHECK(std::memcmp(out.data(), integers, sizeof integers) == 0);
    }

    TEST_CASE("pack: shapes of the layouts") {
        CHECK(packed_shape({5, 7}, Packing::plain, 0) == Shape{5, 7});
        CHECK(packed_shape({5, 7}, Packing::transposed, 0) == Shape{7, 5});
        CHECK(packed_shape({5, 7}, Packing::panels, 4) == Shape{2, 5, 4});
        CHECK(packed_shape({5, 7}, Packing::transposed_panels, 4) == Shape{2, 7, 4});
        CHECK(packed_shape({3, 8, 4}, Packing::panels, 4) == Shape{3, 1, 8, 4});
        CHECK(tests::sentence(ErrorKind::internal, [] { packed_shape({5}, Packing::panels, 4); }) == "pack: expected a matrix, got [5]");
    }

    TEST_CASE("pack: a value whose shape is not its packing's is refused") {
        const Weight weight({5, 7}, DType::f32);
        Value value{.name = "w", .shape = {5, 8}, .dtype = DType::f32, .kind = ValueKind::constant, .constant = {}};
        value.constant = {.bytes = weight.bytes, .shape = {5, 7}, .dtype = DType::f32, .packing = Packing::panels, .panel = 4};
        CHECK(tests::sentence(ErrorKind::internal, [&] { pack(value); }) == "pack: w is [5,8] packed from [5,7]");
    }
}

}  // namespace heed
