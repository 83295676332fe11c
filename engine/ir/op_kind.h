#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>

namespace heed {

enum class OpKind : uint8_t {
#define HEED_OP(name) name,
#include "ir/op_list.def"
#undef HEED_OP
};

constexpr std::string_view kOpNames[] = {
#define HEED_OP(name) #name,
#include "ir/op_list.def"
#undef HEED_OP
};

constexpr int kOpCount = static_cast<int>(std::size(kOpNames));

constexpr std::string_view to_string(OpKind op) {
    return kOpNames[static_cast<size_t>(op)];
}

}  // namespace heed
