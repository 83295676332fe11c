#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "draw/surface.h"

namespace heed::draw {

struct PageSize {
    double width = 0, height = 0;  // points
};

// A page of that size as a PNG or an SVG, whichever the name ends in. Throws bad_input for another ending.
void write_page(const std::filesystem::path& path, PageSize size, const std::string& title, const std::function<void(Surface&)>& draw);

}  // namespace heed::draw
