#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/caps.h"

namespace heed {

// What a kernel cannot do without; bits of Kernel::needs, set in shaders/CMakeLists.txt.
enum KernelNeed : uint32_t {
    kNeedsSubgroupBasic = 1,
    kNeedsSubgroupArithmetic = 2,
    kNeedsSubgroupBallot = 4,  // broadcast too
    kNeedsSubgroupShuffle = 8,
    kNeedsFp16Storage = 16,
    kNeedsFp16Arithmetic = 32,
};

// A compiled shader variant: <op>_<strategy>_<dtype>. Bindings, push size and access are read from the SPIR-V when we build.
struct Kernel {
    static constexpr uint32_t kMaxBindings = 16;
    static constexpr uint8_t kReads = 1, kWrites = 2;

    std::string_view name, op, strategy, dtype;
    uint32_t needs = 0;
    uint32_t binding_count = 0;
    uint32_t push_bytes = 0;
    std::array<uint8_t, kMaxBindings> access{};  // kReads | kWrites, per binding
    std::span<const uint32_t> spirv;
    uint64_t digest = 0;
    std::string_view file, macros;  // what it was compiled from: "softmax.comp", "-DT_F32 -DSUBGROUP"
};

// A program that kernels went through when heed was built, in this order, with its arguments: "-V --target-env vulkan1.2".
struct ShaderTool {
    std::string_view program, arguments;
};

std::span<const Kernel> kernels();
std::span<const ShaderTool> shader_tools();        // compiler, optimiser, validator
const Kernel* find_kernel(std::string_view name);  // nullptr when there is none

// Empty when the device can run the kernel; otherwise what is missing, in words.
std::string missing_for(const Kernel& kernel, const Caps& caps);

}  // namespace heed
