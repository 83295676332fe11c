#include "check/sized_cases.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"

namespace heed::check {

reference::Case sized_case(const std::string& op, const std::vector<int64_t>& shape) {
    std::string known;
    for (int i = 0; i < kOpCount; ++i) {
        const reference::OpReference& found = reference::op_reference(static_cast<OpKind>(i));
        if (found.sized == nullptr) {
            continue;
        }
        known += (known.empty() ? "" : ", ") + std::string(kOpNames[i]);
        if (op != kOpNames[i]) {
            continue;
        }
        if (shape.size() != found.axis_count) {
            fail(ErrorKind::bad_input, op, " takes --shape ", found.axes, ", got ", shape.size(), " sizes");
        }
        reference::Case made = found.sized(shape);
        made.name.clear();
        for (int64_t size : shape) {
            made.name += (made.name.empty() ? "" : "x") + std::to_string(size);
        }
        return made;
    }
    fail(ErrorKind::bad_input, "--shape can be given for ", known, ", got ", op);
}

std::vector<reference::Case> timed_cases(const std::string& op) {
    const auto found = std::ranges::find(kOpNames, op);
    if (found == std::end(kOpNames)) {
        fail(ErrorKind::bad_input, "there is no op '", op, "'");
    }
    std::vector<reference::Case> cases = reference::op_reference(static_cast<OpKind>(found - std::begin(kOpNames))).cases();
    std::erase_if(cases, [](const reference::Case& one) { return !one.timed; });
    return cases;
}

std::vector<int64_t> parse_shape(const std::string& text) {
    std::vector<int64_t> sizes;
    const char* at = text.data();
    const char* end = text.data() + text.size();
    while (at <= end) {
        int64_t size = 0;
        const auto [stop, error] = std::from_chars(at, end, size);
        if (error != std::errc() || size < 1 || (stop != end && *stop != 'x')) {
            fail(ErrorKind::bad_input, "shape: expected sizes like 197x768x3072, got '", text, "'");
        }
        sizes.push_back(size);
        at = stop + 1;
    }
    return sizes;
}

}  // namespace heed::check
