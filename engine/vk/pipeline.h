#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/executable.h"
#include "vk/owned.h"

namespace heed::vk {

// What a pipeline is made of; two equal ones are one pipeline.
struct PipelineDesc {
    std::string name;                 // the kernel's, for tools and errors
    std::span<const uint32_t> spirv;  // entry point "main"; must live until the pipeline exists
    std::vector<uint32_t> constants;  // specialisation constants, ids 0..n-1 (floats by bit_cast)
    uint32_t bindings = 0;            // storage buffers 0..n-1 of set 0
    uint32_t push_bytes = 0;
    uint32_t subgroup_size = 0;  // required size; 0: the driver's choice
    bool full_subgroups = false;
    // Nothing where caps.executable_properties is false.
    bool statistics = false;       // keep the compiler's numbers for executables()
    bool representations = false;  // and its intermediate forms
};

// A compiled kernel. Immutable, so any thread may use it.
class ComputePipeline {
public:
    ComputePipeline() = default;
    // Throws unsupported when it needs more bindings, push bytes or another subgroup size than the device has.
    ComputePipeline(Context& context, const PipelineDesc& desc);

    explicit operator bool() const { return static_cast<bool>(handle_); }
    const std::string& name() const { return name_; }
    uint32_t bindings() const { return bindings_; }
    uint32_t push_bytes() const { return push_bytes_; }
    // What the driver made of the kernel: one, or several; none unless statistics or representations were asked for.
    std::vector<Executable> executables() const;

    VkPipeline_T* handle() const { return handle_.get(); }
    VkPipelineLayout_T* layout() const { return layout_; }

private:
    Context* context_ = nullptr;
    Owned<VkPipeline_T> handle_;
    VkPipelineLayout_T* layout_ = nullptr;  // owned by the Context
    std::string name_;
    uint32_t bindings_ = 0, push_bytes_ = 0;
    bool statistics_ = false, representations_ = false;
};

}  // namespace heed::vk
