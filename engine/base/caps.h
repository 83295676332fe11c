#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace heed {

enum class DeviceType { other, integrated, discrete, virtual_gpu, cpu };

struct CooperativeMatrixShape {
    uint32_t m = 0, n = 0, k = 0;
    std::string a, b, c, result;  // component types: "f16", "f32", "bf16", "i8", "u8", "i32", "u32"
    bool subgroup_scope = true;
};

struct MemoryHeap {
    uint64_t size = 0;
    uint64_t budget = 0;  // what the driver says is left to us; size where it does not say
    bool device_local = false;
};

// What a device can do, as plain data: the planner chooses kernels from this alone, so a test may make one up.
struct Caps {
    // who it is
    std::string device_name, driver_name, driver_info, uuid;
    DeviceType type = DeviceType::other;
    uint32_t vendor_id = 0, device_id = 0, driver_version = 0, api_version = 0;
    bool compute = true;  // has a queue that takes dispatches

    // limits of one dispatch
    uint32_t max_invocations = 128;
    std::array<uint32_t, 3> max_workgroup_size{128, 128, 64};
    std::array<uint32_t, 3> max_workgroup_count{65535, 65535, 65535};
    uint32_t shared_bytes = 16384;
    uint32_t push_bytes = 128;
    uint32_t max_storage_buffers = 4;  // per stage

    // limits of memory
    uint64_t max_binding_range = 128ull << 20;
    uint64_t max_allocation = 1ull << 30;
    uint64_t max_buffer = 1ull << 30;
    uint32_t max_allocation_count = 4096;
    uint32_t storage_alignment = 256;
    uint32_t atom_size = 256;  // non-coherent mapped memory is flushed in multiples of this
    std::vector<MemoryHeap> heaps;
    bool unified_memory = false;  // every device-local byte can be mapped by the host
    bool memory_budget = false;

    // subgroups; size 1 means: take no path that uses them
    uint32_t subgroup_size = 1, min_subgroup_size = 1, max_subgroup_size = 1;
    bool subgroup_basic = false, subgroup_vote = false, subgroup_arithmetic = false, subgroup_ballot = false;
    bool subgroup_shuffle = false, subgroup_shuffle_relative = false, subgroup_clustered = false, subgroup_quad = false;
    bool subgroup_size_control = false, full_subgroups = false;
    uint32_t forced_subgroup_size = 0;  // by a clamp: every pipeline is compiled for this size

    // number formats
    bool fp16_storage = false, fp16_arithmetic = false;
    bool bf16_storage = false, bf16_arithmetic = false;
    bool int8_storage = false, int8_arithmetic = false;
    bool int16 = false, int64 = false, fp64 = false;
    bool integer_dot = false;
    std::vector<CooperativeMatrixShape> cooperative_matrix;

    // measuring
    uint32_t timestamp_bits = 0;  // 0: no timestamps on the compute queue
    double timestamp_ns = 0;      // nanoseconds a tick
    bool executable_properties = false, performance_query = false, calibrated_timestamps = false;
};

}  // namespace heed
