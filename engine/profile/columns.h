#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace heed::profile {

enum class Tint : uint8_t { none, strong, good, fair, poor, faint };

struct Cell {
    std::string text;
    Tint tint = Tint::none;
};

// Lines of cells under headings, as wide as their widest; the last column takes what is left of the line and is cut there.
class Columns {
public:
    struct Heading {
        std::string text;
        bool right = true;  // numbers stand on the right
    };
    explicit Columns(std::vector<Heading> headings) : headings_(std::move(headings)) {}

    void add(std::vector<Cell> row);
    std::string text(size_t width, bool colours) const;

private:
    std::vector<Heading> headings_;
    std::vector<std::vector<Cell>> rows_;
};

std::string tinted(const std::string& text, Tint tint, bool colours);
// Broken into lines at blanks.
std::string wrapped(const std::string& utf8, size_t width);
// At most so many characters, the middle left out: beginnings and ends of names tell most.
std::string shortened(const std::string& utf8, size_t width);

}  // namespace heed::profile
