#include "support/caps.h"

namespace heed::tests {
namespace {

void all_subgroup_operations(Caps& caps, uint32_t size) {
    caps.subgroup_size = caps.min_subgroup_size = caps.max_subgroup_size = size;
    caps.subgroup_basic = caps.subgroup_vote = caps.subgroup_arithmetic = caps.subgroup_ballot = true;
    caps.subgroup_shuffle = caps.subgroup_shuffle_relative = caps.subgroup_clustered = caps.subgroup_quad = true;
    caps.full_subgroups = true;
}

}  // namespace

Caps desktop_caps() {
    Caps caps;
    caps.device_name = "Made-up desktop GPU";
    caps.type = DeviceType::discrete;
    caps.max_invocations = 1024;
    caps.max_workgroup_size = {1024, 1024, 64};
    caps.max_workgroup_count = {2147483647, 65535, 65535};
    caps.shared_bytes = 48 << 10;
    caps.push_bytes = 256;
    caps.max_storage_buffers = 1 << 20;
    caps.max_binding_range = (4ull << 30) - 1;
    caps.max_allocation = 4ull << 30;
    caps.max_buffer = 1ull << 40;
    caps.storage_alignment = 16;
    caps.atom_size = 64;
    caps.heaps = {{.size = 8ull << 30, .budget = 7ull << 30, .device_local = true}, {.size = 32ull << 30, .budget = 32ull << 30}};
    all_subgroup_operations(caps, 32);
    caps.subgroup_size_control = true;
    caps.fp16_storage = caps.fp16_arithmetic = caps.int8_storage = caps.int16 = caps.int64 = true;
    caps.timestamp_bits = 64;
    caps.timestamp_ns = 1;
    return caps;
}

Caps software_caps() {
    Caps caps;
    caps.device_name = "Made-up software device";
    caps.type = DeviceType::cpu;
    caps.max_invocations = 1024;
    caps.max_workgroup_size = {1024, 1024, 1024};
    caps.shared_bytes = 32 << 10;
    caps.push_bytes = 256;
    caps.max_storage_buffers = 32;
    caps.max_binding_range = 128ull << 20;
    caps.max_allocation = 2ull << 30;
    caps.max_buffer = 2ull << 30;
    caps.storage_alignment = 16;
    caps.atom_size = 64;
    caps.heaps = {{.size = 2ull << 30, .budget = 2ull << 30, .device_local = true}};
    caps.unified_memory = true;
    all_subgroup_operations(caps, 8);
    caps.fp16_storage = caps.fp16_arithmetic = caps.int8_storage = caps.int16 = caps.int64 = caps.fp64 = true;
    caps.timestamp_bits = 64;
    caps.timestamp_ns = 1;
    return caps;
}

Caps minimum_caps() {
    Caps caps;  // whose defaults are Vulkan's own minimum
    caps.device_name = "Made-up minimum device";
    caps.max_storage_buffers = 8;  // the promise is 4, and no known driver stops there
    caps.heaps = {{.size = 1ull << 30, .budget = 1ull << 30, .device_local = true}};
    return caps;
}

std::vector<Caps> all_caps() {
    return {desktop_caps(), software_caps(), minimum_caps()};
}

}  // namespace heed::tests
