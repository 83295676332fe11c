#include "check/shader_compiler.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "base/error.h"
#include "base/spirv.h"
#include "io/file.h"
#include "io/process.h"

namespace heed::check {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kLimit{60};
constexpr size_t kMostBytes = 16 << 20;

// Gone when we are.
struct OwnFolder {
    fs::path path;

    OwnFolder() {
        std::string pattern = (fs::temp_directory_path() / "heed-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) {
            fail(ErrorKind::bad_file, pattern, ": no folder could be made for compiled kernels");
        }
        path = pattern;
    }
    OwnFolder(const OwnFolder&) = delete;
    ~OwnFolder() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
};

void add_words(std::vector<std::string>& command, std::string_view words) {
    std::istringstream stream{std::string(words)};
    for (std::string word; stream >> word;) {
        command.push_back(word);
    }
}

void run_tool(const ShaderTool& tool, const std::vector<std::string>& arguments) {
    std::vector<std::string> command{std::string(tool.program)};
    add_words(command, tool.arguments);
    command.insert(command.end(), arguments.begin(), arguments.end());
    const io::ProcessResult result = io::run_process(command, kLimit);
    if (result.status != 0) {
        const size_t end = result.output.find_last_not_of(" \n");
        fail(ErrorKind::bad_file,
             end == std::string::npos ? text(tool.program, " ended with ", result.status) : result.output.substr(0, end + 1));
    }
}

std::vector<uint32_t> read_words(const fs::path& path) {
    const std::vector<std::byte> bytes = io::read_file(path, kMostBytes);
    std::vector<uint32_t> words(bytes.size() / sizeof(uint32_t));
    std::memcpy(words.data(), bytes.data(), words.size() * sizeof(uint32_t));
    return words;
}

Interface interface_in(const std::vector<uint32_t>& words, const std::string& file) {
    try {
        return reflect(words);
    } catch (const Error& error) {
        fail(error.kind, file, ": ", error.what());
    }
}

// Dispatches are made for the built kernel's bindings, and barriers for what it reads and writes.
void expect_alike(const Kernel& built, const Interface& found, const std::string& file) {
    if (found.binding_count != built.binding_count) {
        fail(ErrorKind::bad_file, file, ": expected ", built.binding_count, " bindings, as the ", built.name, " that was built has, got ",
             found.binding_count);
    }
    if (found.push_bytes != built.push_bytes) {
        fail(ErrorKind::bad_file, file, ": expected a push block of ", built.push_bytes, " bytes, as the ", built.name,
             " that was built has, got ", found.push_bytes);
    }
    for (uint32_t i = 0; i < found.binding_count; ++i) {
        const int more = found.access.at(i) & ~built.access.at(i);
        if (more != 0) {
            fail(ErrorKind::bad_file, file, ": expected binding ", i, " not to be ", more == Kernel::kWrites ? "written" : "read",
                 ", as in the ", built.name, " that was built");
        }
    }
}

}  // namespace

CompiledKernel::CompiledKernel(const Kernel& built, std::vector<uint32_t> spirv) : spirv_(std::move(spirv)), kernel_(built) {
    kernel_.needs = reflect(spirv_).needs;
    kernel_.spirv = spirv_;
    kernel_.digest = digest_of(spirv_);
}

std::vector<const Kernel*> kernels_from(const fs::path& file) {
    std::vector<const Kernel*> found;
    for (const Kernel& kernel : kernels()) {
        if (kernel.file == file.filename().string()) {
            found.push_back(&kernel);
        }
    }
    return found;
}

std::unique_ptr<CompiledKernel> recompile(const Kernel& built, const fs::path& file) {
    const std::span<const ShaderTool> tools = shader_tools();
    ensure(tools.size() == 3, "shader compiler: expected a compiler, an optimiser and a validator, got ", tools.size(), " programs");
    const OwnFolder folder;
    const std::string out = folder.path / "kernel.spv";
    std::vector<std::string> compiler{"-I" + (file.parent_path() / "include").string()};
    add_words(compiler, built.macros);
    compiler.insert(compiler.end(), {"-o", out, file.string()});
    run_tool(tools[0], compiler);
    run_tool(tools[1], {out, "-o", out});
    run_tool(tools[2], {out});
    std::vector<uint32_t> words = read_words(out);
    expect_alike(built, interface_in(words, file.string()), file.string());
    return std::make_unique<CompiledKernel>(built, std::move(words));
}

}  // namespace heed::check
