#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace heed::io {

struct CsvRow {
    size_t line = 1;  // of the file, where it begins
    std::vector<std::string> cells;
};

// A table as spreadsheets write them: cells apart by commas, semicolons or tabs (the sign that the first line has most of), in quotes
// where they hold such a sign, a line's end or quotes, which are doubled then. Lines end in LF or CRLF; what is empty counts as no line;
// spaces around a cell without quotes are no part of it.
struct CsvTable {
    std::vector<std::string> names;  // of the columns: the first line
    std::vector<CsvRow> rows;        // each as long as the names
};

// Throws bad_file naming the line and what is wrong with it.
CsvTable read_csv(const std::filesystem::path& path);
CsvTable parse_csv(std::string_view bytes, const std::string& name);  // the name is what sentences begin with

}  // namespace heed::io
