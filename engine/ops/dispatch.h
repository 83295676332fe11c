#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/kernel.h"
#include "ir/graph.h"
#include "ops/op.h"

namespace heed {

enum class Access : uint8_t { read = Kernel::kReads, write = Kernel::kWrites, read_write = Kernel::kReads | Kernel::kWrites };

// The one buffer all dynamic values live in, bound whole; kernels find their numbers by element offset.
constexpr ValueId kDynamics = kNone - 1;

// A byte window of a root value's storage.
struct Binding {
    ValueId value = kNone;
    Access access = Access::read;
    uint64_t offset = 0;
    uint64_t size = 0;  // 0: to the end
};

// A grid axis whose size follows a dynamic value: ceil(max(value) * times / per), at most the recorded grid.
struct IndirectGrid {
    ValueId dynamic = kNone;
    uint32_t axis = 0;
    uint32_t times = 1;
    uint32_t per = 1;
};

// One kernel launch as plain data; place and fence fill in the rest of the plan.
struct Dispatch {
    const Kernel* kernel = nullptr;
    std::vector<uint32_t> specialization;  // constant ids 0, 1, 2...; id 0 is the workgroup size
    std::vector<std::byte> push;
    std::array<uint32_t, 3> grid{1, 1, 1};
    std::optional<IndirectGrid> indirect;
    std::vector<Binding> bindings;  // binding i of set 0
    int in_place = -1;              // binding whose memory the last binding may take over (element i is read before it is written)
    NodeId node = kNone;
    Cost cost;

    template <typename Params>
    void set_push(const Params& params) {
        static_assert(std::is_trivially_copyable_v<Params> && sizeof(Params) <= 128);
        push.resize(sizeof(Params));
        std::memcpy(push.data(), &params, sizeof(Params));
    }
};

// A float as a specialisation or push word.
inline uint32_t word(float value) {
    uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

}  // namespace heed
