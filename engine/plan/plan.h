#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ir/graph.h"
#include "ops/dispatch.h"
#include "ops/offer.h"
#include "ops/op.h"
#include "ops/view.h"

namespace heed {

// Which kind of memory a tensor lives in. Weights and state are one storage a tensor, so that Sessions can share them;
// io and scratch are arenas cut into chunks no larger than the device allocates at once.
enum class Arena : uint8_t { weights, state, io, scratch };
constexpr int kArenaCount = 4;
std::string_view to_string(Arena arena);

struct Placement {
    bool placed = false;
    Arena arena = Arena::scratch;
    uint32_t chunk = 0;  // weights and state: the value's id
    uint64_t offset = 0;
    uint64_t bytes = 0;
};

// A step of the plan: the dispatch and what must happen before it.
struct Step {
    Dispatch dispatch;
    bool barrier = false;  // everything before it must be finished and visible
    uint32_t group = 0;    // steps of one group are independent; the order pass makes them neighbours
};

// An output as the host reads it.
struct OutputWindow {
    std::string name;
    ValueId root = kNone;
    uint64_t offset = 0;  // bytes into the root's storage
    Shape shape;
    DType dtype = DType::f32;
};

// What compile() makes of a graph: plain data that can be printed, compared and tested without a device.
struct Plan {
    Graph graph;  // after all passes; constants borrow from the graph that was compiled
    std::vector<Step> steps;
    std::vector<Placement> placements;                        // by value id; not placed: views, unused values, the dynamics
    std::array<std::vector<uint64_t>, kArenaCount> chunks{};  // bytes of each chunk of io and scratch
    std::vector<OutputWindow> outputs;
    std::vector<std::string> notes;  // what a person should know: widened dtypes, kernels passed over
    std::vector<Offer> offers;       // what kernels and tiles were chosen from

    uint32_t dynamic_elements = 0;          // i32 numbers at the start of the dynamics buffer
    std::vector<uint32_t> dynamic_offsets;  // by value id, in elements; kNone for other values
    uint64_t scratch_lower_bound = 0;       // the largest sum of scratch tensors alive at one time
    uint64_t guard_bytes = 0;               // bands left free around tensors (tests)

    uint64_t bytes(Arena arena) const;
    uint64_t dynamics_bytes() const;               // numbers, then the grids of indirect dispatches
    uint64_t indirect_offset(size_t index) const;  // of the index-th indirect dispatch's grid
    size_t barriers() const;
    Cost cost() const;
    std::string text() const;
};

// A byte window in some memory: what the fence and verify passes reason with.
struct MemoryRange {
    Arena arena = Arena::scratch;
    uint32_t chunk = 0;
    uint64_t begin = 0, end = 0;
    bool written = false;

    bool overlaps(const MemoryRange& other) const {
        return arena == other.arena && chunk == other.chunk && begin < other.end && other.begin < end;
    }
    bool conflicts(const MemoryRange& other) const { return (written || other.written) && overlaps(other); }
};

MemoryRange range_of(const Plan& plan, const Binding& binding);

// The ranges a dispatch touches; the dynamics are not among them, as kernels only read those.
std::vector<MemoryRange> ranges_of(const Plan& plan, const Dispatch& dispatch);

}  // namespace heed
