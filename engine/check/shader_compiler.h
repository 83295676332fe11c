#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/kernel.h"

namespace heed::check {

// A kernel compiled while heed runs. Keeps the words that its kernel() looks at, so it stays where it was made.
class CompiledKernel {
public:
    CompiledKernel(const Kernel& built, std::vector<uint32_t> spirv);
    CompiledKernel(const CompiledKernel&) = delete;

    const Kernel& kernel() const { return kernel_; }

private:
    std::vector<uint32_t> spirv_;
    Kernel kernel_;
};

// The kernels that were built from a shader of this name.
std::vector<const Kernel*> kernels_from(const std::filesystem::path& file);

// Compiles a kernel again from `file`, by the programs and with the flags it was built with; includes are looked for in the folder
// `include` beside the file. Throws bad_file with what the compiler says, as it says it, or with a sentence when a program is missing or
// the kernel would not go where the built one does: other bindings, another push block.
std::unique_ptr<CompiledKernel> recompile(const Kernel& built, const std::filesystem::path& file);

}  // namespace heed::check
