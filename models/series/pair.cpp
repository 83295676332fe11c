#include "models/series/pair.h"

#include <algorithm>
#include <cmath>

#include "heed.h"

namespace heed {
namespace {

const Column& target_of(const Table& table, const PairChoice& choice) {
    if (!choice.target.empty()) {
        return table.column(choice.target);
    }
    const auto open = [&](const Column& column) { return column.known() < table.rows() && column.name != choice.source; };
    if (std::ranges::count_if(table.columns, open) == 1) {
        return *std::ranges::find_if(table.columns, open);
    }
    const Column& last = table.columns.back();
    return last.name == choice.source ? table.columns.front() : last;
}

const Column& source_of(const Table& table, const PairChoice& choice, const Column& target) {
    if (!choice.source.empty()) {
        return table.column(choice.source);
    }
    return *std::ranges::find_if(table.columns, [&](const Column& column) { return &column != &target; });
}

void require_numbers(const Table& table, const Column& column, size_t begin, size_t end, const char* what) {
    for (size_t row = begin; row < end; ++row) {
        if (std::isnan(column.values[row])) {
            fail(ErrorKind::bad_file, table.name, ": line ", table.lines[row], ", column '", column.name, "': expected a number, ", what,
                 ", got a blank cell");
        }
    }
}

}  // namespace

SeriesPair pair_of(const Table& table, const PairChoice& choice) {
    if (table.columns.size() < 2) {
        fail(ErrorKind::bad_file, table.name, ": expected two columns of numbers, got ", table.columns.size());
    }
    if (table.columns.size() > 2 && (choice.source.empty() || choice.target.empty())) {
        fail(ErrorKind::bad_input, table.name, ": expected to be told which two columns are meant of more than two, got ", table.names());
    }
    const Column& target = target_of(table, choice);
    const Column& source = source_of(table, choice, target);
    if (&target == &source) {
        fail(ErrorKind::bad_input, table.name, ": expected two different columns, got '", source.name, "' twice");
    }
    const size_t rows = std::max(source.known(), target.known());
    require_numbers(table, target, 0, target.known(), "as there are some further down");
    require_numbers(table, source, 0, rows, "as this series is known to the end");
    const auto end = [](size_t count) { return static_cast<std::ptrdiff_t>(count); };
    SeriesPair pair{.source_name = source.name,
                    .target_name = target.name,
                    .labels = {},
                    .source = {source.values.begin(), source.values.begin() + end(rows)},
                    .target = {target.values.begin(), target.values.begin() + end(target.known())}};
    if (!table.labels.empty()) {
        pair.labels.assign(table.labels.begin(), table.labels.begin() + end(rows));
    }
    return pair;
}

std::vector<double> hold_out(SeriesPair& pair, size_t rows) {
    if (rows >= pair.known()) {
        fail(ErrorKind::bad_input, "series: expected fewer rows to hold out than the ", pair.known(), " known of '", pair.target_name,
             "', got ", rows);
    }
    const size_t begin = pair.known() - rows;
    std::vector<double> truth(pair.target.begin() + static_cast<std::ptrdiff_t>(begin), pair.target.end());
    // rows after these are not compared with anything
    pair.source.resize(pair.known());
    pair.labels.resize(std::min(pair.labels.size(), pair.known()));
    pair.target.resize(begin);
    return truth;
}

}  // namespace heed
