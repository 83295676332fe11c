#include "models/series/table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "heed.h"
#include "unicode/utf8.h"

namespace heed {
namespace {

constexpr double kLargest = 1e100;  // whose square is a number too

// Nothing where it is none.
std::optional<double> number_of(std::string_view cell) {
    if (cell.starts_with('+') && !cell.starts_with("+-")) {
        cell.remove_prefix(1);
    }
    double value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) {
        return std::nullopt;
    }
    return value;
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

bool has_labels(const io::CsvTable& csv) {
    constexpr std::array<std::string_view, 9> kNames{"", "date", "time", "day", "week", "month", "year", "row", "index"};
    if (std::ranges::find(kNames, lower(csv.names.front())) != kNames.end()) {
        return true;
    }
    const std::string& first = csv.rows.front().cells.front();
    return !first.empty() && !number_of(first);
}

// As much of a cell as a sentence has room for, on one line.
std::string shown(const std::string& cell) {
    constexpr size_t kMost = 40;
    std::u32string codes = decode_utf8(cell);
    const bool cut = codes.size() > kMost;
    codes.resize(std::min(codes.size(), kMost));
    std::ranges::replace_if(
        codes, [](char32_t code) { return code < 0x20 || code == 0x7f; }, U' ');
    return encode_utf8(codes) + (cut ? "..." : "");
}

double value_of(const std::string& cell, const std::string& file, size_t line, const std::string& column) {
    if (cell.empty()) {
        return kBlank;
    }
    const std::optional<double> value = number_of(cell);
    if (!value || std::abs(*value) > kLargest) {
        const bool comma = !value && std::ranges::count(cell, ',') == 1 && number_of(std::string(cell).replace(cell.find(','), 1, "."));
        fail(ErrorKind::bad_file, file, ": line ", line, ", column '", shown(column), "': expected ",
             comma   ? "a decimal point"
             : value ? "a number between -1e100 and 1e100"
                     : "a number or a blank cell",
             ", got '", shown(cell), "'");
    }
    return *value;
}

}  // namespace

size_t Column::known() const {
    const auto last = std::find_if(values.rbegin(), values.rend(), [](double value) { return !std::isnan(value); });
    return static_cast<size_t>(values.rend() - last);
}

std::string Table::names() const {
    std::string out;
    for (const Column& column : columns) {
        out += text(out.empty() ? "" : ", ", "'", shown(column.name), "'");
    }
    return out;
}

const Column& Table::column(std::string_view wanted) const {
    const auto is = [&](const Column& column) { return column.name == wanted; };
    const auto count = std::ranges::count_if(columns, is);
    if (count != 1) {
        fail(ErrorKind::bad_input, name, ": expected one column called '", shown(std::string(wanted)), "', got ",
             count == 0 ? "" : "several of ", names());
    }
    return *std::ranges::find_if(columns, is);
}

Table table_of(const io::CsvTable& csv, const std::string& name) {
    for (const std::string& column : csv.names) {
        require_utf8(column, name + ": line 1");
    }
    if (csv.rows.empty()) {
        fail(ErrorKind::bad_file, name, ": expected rows below the names of the columns, got none");
    }
    const bool labels = has_labels(csv);
    Table table{.name = name, .labels = {}, .label_name = labels ? csv.names.front() : "", .lines = {}, .columns = {}};
    for (size_t i = labels ? 1 : 0; i < csv.names.size(); ++i) {
        if (number_of(csv.names[i])) {
            fail(ErrorKind::bad_file, name, ": line 1: expected names of columns, got the number ", shown(csv.names[i]));
        }
        table.columns.push_back({.name = csv.names[i], .values = {}});
    }
    for (const io::CsvRow& row : csv.rows) {
        table.lines.push_back(row.line);
        if (labels) {
            require_utf8(row.cells.front(), text(name, ": line ", row.line));
            table.labels.push_back(row.cells.front());
        }
        for (size_t i = 0; i < table.columns.size(); ++i) {
            Column& column = table.columns[i];
            column.values.push_back(value_of(row.cells[i + (labels ? 1 : 0)], name, row.line, column.name));
        }
    }
    return table;
}

Table read_table(const std::filesystem::path& path) {
    return table_of(io::read_csv(path), path.string());
}

}  // namespace heed
