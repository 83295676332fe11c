#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string_view>

namespace heed {

// How a tensor's elements are stored; arithmetic is f32 unless a kernel's name says otherwise.
enum class DType : uint8_t { f32, f16, i32 };

constexpr size_t size_of(DType dtype) {
    return dtype == DType::f16 ? 2 : 4;
}

constexpr bool is_float(DType dtype) {
    return dtype != DType::i32;
}

constexpr std::string_view to_string(DType dtype) {
    switch (dtype) {
        case DType::f32: return "f32";
        case DType::f16: return "f16";
        case DType::i32: return "i32";
    }
    return "?";
}

inline std::ostream& operator<<(std::ostream& out, DType dtype) {
    return out << to_string(dtype);
}

}  // namespace heed
