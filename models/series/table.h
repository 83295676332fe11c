#pragma once

#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "io/csv.h"

namespace heed {

// A column of numbers; a cell that is blank is kBlank.
struct Column {
    std::string name;
    std::vector<double> values;

    size_t known() const;  // rows before the blank ones at its end
};
constexpr double kBlank = std::numeric_limits<double>::quiet_NaN();

// Columns of numbers of equal length, and what their rows are called.
struct Table {
    std::string name;                 // the file's, which sentences begin with
    std::vector<std::string> labels;  // of the rows, days perhaps; none: they have no names
    std::string label_name;
    std::vector<size_t> lines;  // of the file, by row
    std::vector<Column> columns;

    size_t rows() const { return lines.size(); }

    // Throws bad_input listing the columns there are when there is none of that name, or several.
    const Column& column(std::string_view name) const;
    std::string names() const;  // "'A', 'B'"
};

// The first column holds labels when its first cell is no number, or when its name says so: date, time, day, week, month, year, row, index
// or nothing. Every other cell is blank or a number with a decimal point, below 1e100 on both sides of zero. Throws bad_file naming line
// and column.
Table read_table(const std::filesystem::path& path);
Table table_of(const io::CsvTable& csv, const std::string& name);

}  // namespace heed
