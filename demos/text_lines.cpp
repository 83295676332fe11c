#include "demos/text_lines.h"

#include <iostream>

#include "demos/common.h"
#include "unicode/utf8.h"

namespace heed {

void TextLines::complain(Line& line, const std::string& what) {
    line.good = all_good_ = false;
    end_progress();
    std::cerr << "heed: " << (line.number == 0 ? "" : text("line ", line.number, ": ")) << what << "\n";
}

void TextLines::check(Line& line) {
    try {
        require_utf8(line.text, "the text");
        if (line.text.find_first_not_of(" \t\r") == std::string::npos) {
            complain(line, "expected a text, got nothing");
        }
    } catch (const Error& error) {
        complain(line, error.what());
    }
}

std::vector<TextLines::Line> TextLines::next(size_t most) {
    std::vector<Line> out;
    if (!several_) {
        if (read_++ == 0) {
            out.push_back({.text = text_});
        }
    } else {
        for (std::string line; out.size() < most && std::getline(std::cin, line);) {
            if (line.ends_with('\r')) {
                line.pop_back();
            }
            out.push_back({.number = ++read_, .text = std::move(line)});
        }
    }
    for (Line& line : out) {
        check(line);
    }
    return out;
}

}  // namespace heed
