#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "base/text.h"

namespace heed {

// What went wrong, so that a caller can react without reading the sentence.
enum class ErrorKind {
    bad_model,      // a graph, config or checkpoint that contradicts itself
    bad_file,       // a file that is missing, cut short or of another format
    bad_input,      // an argument, shape or value the caller gave
    no_device,      // no Vulkan loader, driver or matching device
    unsupported,    // right, but more than this device or this version can do
    out_of_memory,  // host or device memory ran out
    device_lost,    // the driver gave up; a new Session on the same Device works
    internal,       // a bug in heed
};

std::string_view to_string(ErrorKind kind);

// The only exception heed throws: "<op or file>: <what was expected>, got <what came>".
class Error : public std::runtime_error {
public:
    Error(ErrorKind error_kind, const std::string& what) : std::runtime_error(what), kind(error_kind) {}

    ErrorKind kind;
};

// fail(ErrorKind::bad_input, "matmul: inner sizes disagree, got ", k, " and ", k2);
template <typename... Parts>
[[noreturn]] void fail(ErrorKind kind, const Parts&... parts) {
    throw Error(kind, text(parts...));
}

// Guards an invariant of heed itself; the sentence is for whoever mends the bug.
template <typename... Parts>
void ensure(bool holds, const Parts&... parts) {
    if (!holds) {
        fail(ErrorKind::internal, parts...);
    }
}

}  // namespace heed
