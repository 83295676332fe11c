// heed regress: a curve through points, by attention as it was in 1964.
#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "demos/common.h"
#include "models/regression/example.h"
#include "models/regression/picture.h"
#include "models/series/table.h"

namespace heed {
namespace {

struct Arguments {
    std::string data, x, y, plot, attention;
    std::optional<double> width;
    std::vector<double> at;
    size_t places = 101;
    bool json = false;
};

struct Question {
    Points points;
    RegressionPage page;
};

// Rows in which either cell is blank have no point.
Question question_of(const Table& table, const Arguments& arguments) {
    if (table.columns.size() < 2) {
        fail(ErrorKind::bad_file, table.name, ": expected two columns of numbers, got ", table.columns.size());
    }
    if (table.columns.size() > 2 && (arguments.x.empty() || arguments.y.empty())) {
        fail(ErrorKind::bad_input, table.name, ": expected to be told which columns are x and y of more than two, got ", table.names());
    }
    const Column& x = arguments.x.empty() ? table.columns.at(table.columns[0].name == arguments.y ? 1 : 0) : table.column(arguments.x);
    const Column& y = arguments.y.empty() ? table.columns.at(&table.columns[0] == &x ? 1 : 0) : table.column(arguments.y);
    Question out{.points = {}, .page = {.x_name = x.name, .y_name = y.name, .truth = nullptr}};
    for (size_t row = 0; row < table.rows(); ++row) {
        if (!std::isnan(x.values[row]) && !std::isnan(y.values[row])) {
            out.points.x.push_back(x.values[row]), out.points.y.push_back(y.values[row]);
        }
    }
    if (out.points.size() == 0) {
        fail(ErrorKind::bad_file, table.name, ": expected rows with both '", x.name, "' and '", y.name, "', got none");
    }
    return out;
}

// From the first point to the last, and a little beyond.
std::vector<double> places(const Points& points, size_t count) {
    const auto [least, most] = std::ranges::minmax_element(points.x);
    const double more = *most > *least ? 0.05 * (*most - *least) : 0.5;
    std::vector<double> out;
    for (size_t i = 0; i < count; ++i) {
        out.push_back(std::lerp(*least - more, *most + more, static_cast<double>(i) / static_cast<double>(std::max<size_t>(count - 1, 1))));
    }
    return out;
}

// What a constant, told by all other points, is off by.
double error_of_mean(const Points& points) {
    const auto n = static_cast<double>(points.size());
    double sum = 0, squares = 0;
    for (const double y : points.y) {
        sum += y / n;
    }
    for (const double y : points.y) {
        squares += std::pow((y - sum) * n / (n - 1), 2) / n;
    }
    return std::sqrt(squares);
}

void print(const Question& question, const RegressionFit& fit, const std::vector<double>& queries, const RegressionCurve& curve) {
    std::cout << question.page.x_name << "," << question.page.y_name << "\n" << std::setprecision(6);
    for (size_t i = 0; i < queries.size(); ++i) {
        std::cout << queries[i] << "," << curve.y[i] << "\n";
    }
    std::cerr << question.points.size() << " points, width " << std::setprecision(4) << fit.width << (fit.learned ? " (learned)" : "");
    if (fit.error) {
        std::cerr << "; each point told by the others is off by " << *fit.error << ", by their mean by " << error_of_mean(question.points);
    }
    std::cerr << "\n";
}

void run(const CommonOptions& common, const Arguments& arguments) {
    const Question question = arguments.data.empty() ? Question{.points = example_points(), .page = {.truth = example_curve}}
                                                     : question_of(read_table(arguments.data), arguments);
    Device device = open(common);
    SessionOptions session;
    session.on_compile = [](uint64_t done, uint64_t total) { progress_line("compiling kernels", done, total); };
    Regression regression(device, question.points, session);
    const RegressionFit fit = arguments.width ? regression.fit(*arguments.width) : regression.fit();
    const std::vector<double> queries = arguments.at.empty() ? places(question.points, arguments.places) : arguments.at;
    const RegressionCurve curve = regression.curve(queries, fit.width);
    end_progress();
    if (!arguments.plot.empty()) {
        write_regression(arguments.plot, question.points, fit, queries, curve, question.page);
    }
    if (!arguments.attention.empty()) {
        write_regression_attention(arguments.attention, question.points, fit, queries, curve, question.page);
    }
    if (arguments.json) {
        nlohmann::json out{
            {"points", question.points.size()}, {"width", fit.width}, {"learned", fit.learned}, {"x", queries}, {"y", curve.y}};
        if (fit.error) {
            out.update({{"error", *fit.error}, {"error_of_mean", error_of_mean(question.points)}});
        }
        std::cout << out.dump(2) << "\n";
    } else {
        print(question, fit, queries, curve);
    }
}

}  // namespace

void add_regress(CLI::App& app, CommonOptions& common) {
    auto* command = app.add_subcommand("regress", "A curve through points: Nadaraya and Watson's regression, which is attention");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("DATA", arguments->data, "A table whose first line names its columns (default: an example with noise)")
        ->type_name("FILE.csv");
    command->add_option("--x", arguments->x, "The column of places (default: the first of two)")->type_name("NAME");
    command->add_option("--y", arguments->y, "The column of values (default: the other)")->type_name("NAME");
    command
        ->add_option("--width", arguments->width, "How fast a point's say falls off: 1 over its reach (default: learned from the points)")
        ->check(CLI::PositiveNumber);
    command->add_option("--at", arguments->at, "Tell the curve at these places alone")->type_name("X")->expected(1, 10000)->delimiter(',');
    command->add_option("--places", arguments->places, "How many places of the curve")->check(CLI::Range(2, 10000))->capture_default_str();
    command->add_option("--plot", arguments->plot, "Draw the points and the curve")
        ->type_name("FILE.svg|png")
        ->check(ends_in({".svg", ".png"}));
    command->add_option("--attention", arguments->attention, "Which points each place looks at: a picture, or the weights")
        ->type_name("FILE.png|svg|safetensors|json")
        ->check(ends_in({".png", ".svg", ".safetensors", ".json"}));
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([&common, arguments] { run(common, *arguments); });
}

}  // namespace heed
