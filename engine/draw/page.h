#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "draw/surface.h"

namespace heed::draw {

struct PageSize {
    double width = 0, height = 0;  // points
};

// A page that is yet to be drawn, on pixels or into a file of lines.
struct Page {
    std::string title;
    PageSize size;
    std::function<void(Surface&)> draw;
};

// A page of that size as a PNG or an SVG, whichever the name ends in. Throws bad_input for another ending.
void write_page(const std::filesystem::path& path, PageSize size, const std::string& title, const std::function<void(Surface&)>& draw);
void write_page(const std::filesystem::path& path, const Page& page);

}  // namespace heed::draw
