#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "draw/surface.h"

namespace heed::draw {

// Who looks at what: a row for each query, a column for each key.
struct HeatMap {
    int64_t rows = 0, columns = 0;
    std::span<const float> values;                     // [rows, columns]
    std::vector<std::string> row_words, column_words;  // beside and above; none: that axis stays bare
};

struct HeatMapStyle {
    double cell = 36;
    double largest = 1;  // the value that is drawn darkest
    double word_size = 14;
    double word_room = 110;    // longer words are cut
    double word_degrees = 50;  // of the words above
    bool percent = true;       // written into the cells that are large and heavy enough
};

struct HeatMapSize {
    double words_left = 0, words_above = 0;  // room for the words
    double width = 0, height = 0;            // with it
};
HeatMapSize measure(const HeatMap& map, const HeatMapStyle& style);

void draw_heat_map(Surface& page, Point top_left, const HeatMap& map, const HeatMapStyle& style);

// Shares of the whole, and the colours they are drawn in.
struct ColourScale {
    double least = 0, largest = 1;
    bool roots = false;                           // as steep as their roots: small shares can be told apart beside large ones
    std::function<Colour(double)> colour = heat;  // of 0 for the least to 1 for the largest

    double level(double share) const;
    double share(double level) const;
};

// The scale that colours are read by, lying on its side, with percentages under it.
void draw_colour_bar(Surface& page, Box box, const ColourScale& scale);

}  // namespace heed::draw
