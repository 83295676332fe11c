#include "io/json_text.h"

#include <algorithm>

namespace heed::io {

std::string readable(std::string_view foreign, size_t most) {
    size_t end = std::min(foreign.size(), most);
    while (end > 0 && end < foreign.size() && (static_cast<unsigned char>(foreign[end]) & 0xC0) == 0x80) {
        --end;  // not in the middle of a character
    }
    std::string out(foreign.substr(0, end));
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
    return end < foreign.size() ? out + "..." : out;
}

std::string json_complaint(std::string_view what) {
    if (what.starts_with('[')) {
        what.remove_prefix(std::min(what.size(), what.find(']') + 2));
    }
    return readable(what.substr(0, what.find("; last read")), 160);
}

}  // namespace heed::io
