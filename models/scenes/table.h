#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/scenes/scene.h"

namespace heed::scenes {

// A picture, its caption, and where the things are that it names, in pixels of the picture; unknown: none.
struct TableRow {
    std::string file, caption;
    std::vector<Box> boxes;
};

TableRow table_row(std::string file, const Scene& scene);

// captions.tsv: a line each of file, caption and, where known, "left,top,right,bottom" of each thing with spaces between.
std::string write_table(const std::vector<TableRow>& rows);

// Throws bad_file naming the line for one that is none of these.
std::vector<TableRow> read_table(const std::filesystem::path& path);

}  // namespace heed::scenes
