#pragma once

#include <optional>
#include <string>
#include <vector>

#include "draw/surface.h"

namespace heed::draw {

// A line through points, or just the points. One that is no number interrupts the line.
struct Curve {
    enum class Look { line, dashes, dots };

    std::string name;           // in the legend; empty: not there
    std::vector<Point> points;  // as x and y of the plot
    Colour colour = kInk;
    Look look = Look::line;
    double width = 2;  // points
};

// What lies between two curves with the same x.
struct Band {
    std::string name;
    std::vector<double> x, low, high;
    Colour colour = kLine;
};

// Where numbers turn into places; least < most.
struct Axis {
    double least = 0, most = 1;

    double part(double value) const { return (value - least) / (most - least); }
};
Axis axis_over(const std::vector<double>& values, double room = 0.05);  // all that are numbers, and that share of their range around them
std::vector<double> round_ticks(const Axis& axis, size_t about);        // multiples of 1, 2 or 5 times a power of ten
std::vector<std::string> tick_names(const std::vector<double>& ticks);  // with as many decimals as tell them apart

struct LinePlot {
    std::vector<Band> bands;  // below the curves, in order
    std::vector<Curve> curves;
    std::string x_name, y_name;
    std::vector<std::string> x_labels;  // of x = 0, 1, 2 ...; none: numbers
    std::optional<Axis> x, y;           // unsaid: as much as is drawn takes
    std::optional<double> divide;       // a line from top to bottom at that x
    bool x_words = true;                // ticks and name below
};

// Fills the box: legend above, axes left and below.
void draw_line_plot(Surface& page, Box box, const LinePlot& plot);

}  // namespace heed::draw
