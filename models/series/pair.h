#pragma once

#include "models/series/table.h"

namespace heed {

// Two series side by side: all of the one, the other up to some row.
struct SeriesPair {
    std::string source_name, target_name;
    std::vector<std::string> labels;  // of the rows; none: they have no names
    std::vector<double> source;       // [rows]
    std::vector<double> target;       // [known]; what comes after it is to be told

    size_t rows() const { return source.size(); }
    size_t known() const { return target.size(); }
    size_t horizon() const { return rows() - known(); }
};

struct PairChoice {
    std::string source, target;  // names of columns; empty: the one whose end is blank is the target, else the last; the other the source
};

// Rows at the end in which both are blank count as not there. Throws bad_file or bad_input, naming line and column, for a gap in the
// middle, a source that ends before the last row, columns that are not there, or a choice that the names do not make.
SeriesPair pair_of(const Table& table, const PairChoice& choice = {});

// The last `rows` of the target, taken away as if they were not known: for comparing a forecast with what came. Throws bad_input where
// there are no more than these.
std::vector<double> hold_out(SeriesPair& pair, size_t rows);

}  // namespace heed
