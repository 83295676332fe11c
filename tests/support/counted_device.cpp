#include "support/counted_device.h"

#include <dlfcn.h>
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "base/text.h"
#include "support/device.h"

namespace heed::tests {
namespace {

// An environment variable for as long as this lives.
class Variable {
public:
    Variable(const char* name, const std::string& value) : name_(name) {
        if (const char* old = std::getenv(name)) {
            old_ = old;
        }
        setenv(name, value.c_str(), 1);
    }
    Variable(const Variable&) = delete;
    ~Variable() { old_.empty() ? unsetenv(name_) : setenv(name_, old_.c_str(), 1); }

private:
    const char* name_;
    std::string old_;
};

// The layer of tests/vk/layers, built beside this program.
std::filesystem::path layer_folder() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "layers";
}

}  // namespace

vk::Device open_counted(std::optional<vk::Validation> validation) {
    const char* path = std::getenv("VK_LAYER_PATH");  // where it is set, the loader does not look at what is to be added
    const Variable folder(path ? "VK_LAYER_PATH" : "VK_ADD_LAYER_PATH",
                          path ? text(path, ":", layer_folder().string()) : layer_folder().string());
    const bool validated = validation.value_or(device().validation()) != vk::Validation::off;
    const Variable layers("VK_INSTANCE_LAYERS", text(validated ? "VK_LAYER_KHRONOS_validation:" : "", "VK_LAYER_HEED_counters"));
    return open_device({.validation = validation});
}

std::string counter_complaints() {
    void* library = dlopen((layer_folder() / "heed_counters.so").c_str(), RTLD_NOW | RTLD_NOLOAD);
    REQUIRE(library != nullptr);
    const auto ask = reinterpret_cast<const char* (*)()>(dlsym(library, "heed_counters_complaints"));
    REQUIRE((ask != nullptr));
    std::string told = ask();
    dlclose(library);
    return told;
}

}  // namespace heed::tests
