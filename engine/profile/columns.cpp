#include "profile/columns.h"

#include <algorithm>
#include <sstream>

#include "base/error.h"
#include "unicode/utf8.h"

namespace heed::profile {
namespace {

constexpr size_t kGap = 2;

size_t width_of(const std::string& utf8) {
    return decode_utf8(utf8).size();
}

std::string filled(const std::string& text, size_t width, bool right) {
    const std::string blanks(width - std::min(width, width_of(text)), ' ');
    return right ? blanks + text : text + blanks;
}

}  // namespace

std::string tinted(const std::string& text, Tint tint, bool colours) {
    if (!colours || tint == Tint::none) {
        return text;
    }
    const char* codes[] = {"", "1", "32", "33", "31", "2"};
    return std::string("\x1b[") + codes[static_cast<size_t>(tint)] + "m" + text + "\x1b[0m";
}

std::string wrapped(const std::string& utf8, size_t width) {
    std::istringstream words(utf8);
    std::string out;
    size_t used = 0;
    for (std::string word; words >> word;) {
        const size_t wide = width_of(word);
        const bool fits = used > 0 && used + 1 + wide <= width;
        out += (used == 0 ? "" : fits ? " " : "\n") + word;
        used = fits ? used + 1 + wide : wide;
    }
    return out;
}

std::string shortened(const std::string& utf8, size_t width) {
    const std::u32string codes = decode_utf8(utf8);
    if (codes.size() <= width || width < 4) {
        return codes.size() <= width ? utf8 : encode_utf8(codes.substr(0, width));
    }
    const size_t front = (width - 2) / 2, back = width - 2 - front;
    return encode_utf8(codes.substr(0, front)) + ".." + encode_utf8(codes.substr(codes.size() - back));
}

void Columns::add(std::vector<Cell> row) {
    ensure(row.size() == headings_.size(), "columns: a row of ", row.size(), " cells under ", headings_.size(), " headings");
    rows_.push_back(std::move(row));
}

std::string Columns::text(size_t width, bool colours) const {
    std::vector<size_t> widths;
    for (size_t column = 0; column < headings_.size(); ++column) {
        size_t widest = width_of(headings_[column].text);
        for (const std::vector<Cell>& row : rows_) {
            widest = std::max(widest, width_of(row[column].text));
        }
        widths.push_back(widest);
    }
    size_t used = 0;
    for (size_t column = 0; column + 1 < widths.size(); ++column) {
        used += widths[column] + kGap;
    }
    widths.back() = std::min(widths.back(), width > used ? width - used : 0);

    std::string out;
    const auto add_line = [&](const std::vector<Cell>& cells) {
        for (size_t column = 0; column < cells.size(); ++column) {
            const bool last = column + 1 == cells.size();
            const std::string fitting = shortened(cells[column].text, widths[column]);
            const std::string cell = last && !headings_[column].right ? fitting : filled(fitting, widths[column], headings_[column].right);
            out += tinted(cell, cells[column].tint, colours) + (last ? "\n" : std::string(kGap, ' '));
        }
    };
    std::vector<Cell> first;
    for (const Heading& heading : headings_) {
        first.push_back({.text = heading.text, .tint = Tint::strong});
    }
    add_line(first);
    for (const std::vector<Cell>& row : rows_) {
        add_line(row);
    }
    return out;
}

}  // namespace heed::profile
