#include "base/error.h"

namespace heed {

std::string_view to_string(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::bad_model: return "bad_model";
        case ErrorKind::bad_file: return "bad_file";
        case ErrorKind::bad_input: return "bad_input";
        case ErrorKind::no_device: return "no_device";
        case ErrorKind::unsupported: return "unsupported";
        case ErrorKind::out_of_memory: return "out_of_memory";
        case ErrorKind::device_lost: return "device_lost";
        case ErrorKind::internal: return "internal";
    }
    return "unknown";
}

}  // namespace heed
