#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/kernel.h"

namespace heed {

// What a module of SPIR-V binds, pushes and needs of a device, so that nobody writes it down a second time.
struct Interface {
    uint32_t needs = 0;  // bits of KernelNeed
    uint32_t binding_count = 0;
    uint32_t push_bytes = 0;
    std::array<uint8_t, Kernel::kMaxBindings> access{};  // Kernel::kReads | Kernel::kWrites, per binding

    bool operator==(const Interface&) const = default;
};

// Throws bad_file with a sentence when the words are damaged, no SPIR-V, or break a convention of heed's kernels.
Interface reflect(std::span<const uint32_t> spirv);
Interface interface_of(const Kernel& kernel);

// Of the code: two kernels that share it are the same (FNV-1a).
uint64_t digest_of(std::span<const uint32_t> spirv);

}  // namespace heed
