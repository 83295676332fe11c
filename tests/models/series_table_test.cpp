#include <doctest/doctest.h>

#include <cmath>

#include "heed.h"
#include "models/series/baselines.h"
#include "models/series/features.h"
#include "models/series/pair.h"
#include "support/sentence.h"

namespace heed {
namespace {

using tests::contains;
using tests::sentence;

Table table(std::string_view bytes) {
    return table_of(io::parse_csv(bytes, "data.csv"), "data.csv");
}

struct BadTable {
    const char* bytes;
    const char* sentence;
};

SeriesPair known_pair(size_t rows, size_t known) {
    SeriesPair pair{.source_name = "B", .target_name = "A"};
    double a = 0;
    for (size_t row = 0; row < rows; ++row) {
        pair.source.push_back(std::sin(1.7 * static_cast<double>(row * row)) + 0.1 * static_cast<double>(row));
        a += row >= 4 ? 0.25 - 2 * (pair.source[row - 3] - pair.source[row - 4]) : 0.25;
        if (row < known) {
            pair.target.push_back(a);
        }
    }
    return pair;
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("table: numbers, blanks, and labels where the first column has them") {
        const Table days = table("date,B,A\n2024-01-02,1.5,-2e3\n2024-01-03, +7 ,\n");
        CHECK(days.labels == std::vector<std::string>{"2024-01-02", "2024-01-03"});
        REQUIRE(days.columns.size() == 2);
        CHECK(days.columns[0].values == std::vector<double>{1.5, 7});
        CHECK(days.columns[1].known() == 1);
        CHECK(std::isnan(days.columns[1].values[1]));
        CHECK(table("Year,B\n2001,3\n").columns.size() == 1);
        CHECK(table("B,A\n1,2\n").labels.empty());
        CHECK(table(",B,A\n1,1,2\n").labels.size() == 1);
    }

    TEST_CASE("table: every bad cell is a sentence with its line and column") {
        const BadTable bad[] = {
            {"B,A\n1,2\n3,four\n", "data.csv: line 3, column 'A': expected a number or a blank cell, got 'four'"},
            {"B,A\n1,nan\n", "data.csv: line 2, column 'A': expected a number or a blank cell, got 'nan'"},
            {"B,A\n1,inf\n", "got 'inf'"},
            {"B,A\n1,-\n", "got '-'"},
            {"B,A\n1,+-2\n", "got '+-2'"},
            {"B,A\n1,0x10\n", "got '0x10'"},
            {"B,A\n1,1e999\n", "got '1e999'"},
            {"B,A\n1,1e101\n", "expected a number between -1e100 and 1e100, got '1e101'"},
            {"B,A\n1,1 000\n", "got '1 000'"},
            {"B;A\n1;2,5\n", "line 2, column 'A': expected a decimal point, got '2,5'"},
            {"B,A\n1,\"two\nlines\"\n", "got 'two lines'"},
            {"B,A\n1,\xff\xfe\n", "line 2, column 'A': expected a number"},
            {"1,2\n3,4\n", "data.csv: line 1: expected names of columns, got the number 1"},
            {"B,A\n", "expected rows below the names of the columns, got none"},
            {"\xff,A\n1,2\n", "expected UTF-8"},
        };
        for (const BadTable& one : bad) {
            INFO(one.bytes);
            std::string told;
            try {
                table(one.bytes);
            } catch (const Error& error) {
                told = error.what();
            }
            CHECK_MESSAGE(contains(told, one.sentence), told);
        }
    }

    TEST_CASE("table: no bytes make it crash, and what it makes is numbers or blanks") {
        uint64_t state = 1;
        const std::vector<std::string> whole{"1,2\n", "3,\n", ",-4e2\n", "\"5\", 6\r\n", "\n"};
        const std::vector<std::string> pieces{"1,2\n", "1", ",", "\n", ";", "\t", "\"", "\r", " ", "-", "+", "e", ".", "\xef", "nan", "B"};
        size_t read = 0;
        for (int i = 0; i < 3000; ++i) {
            const std::vector<std::string>& from = i % 3 == 0 ? whole : pieces;
            std::string bytes = i % 2 == 0 ? "B,A\n" : "";
            for (int j = 0; j < i % 40; ++j) {
                state = state * 6364136223846793005u + 1442695040888963407u;
                bytes += from[(state >> 33) % from.size()];
            }
            try {
                const Table made = table(bytes);
                for (const Column& column : made.columns) {
                    CHECK(column.values.size() == made.rows());
                    read += column.values.size();
                }
            } catch (const Error& error) {
                CHECK(contains(error.what(), "data.csv"));
            }
        }
        CHECK(read > 1000);
    }

    TEST_CASE("pair: the column whose end is blank is told from the other") {
        const SeriesPair pair = pair_of(table("A,B\n1,10\n2,20\n,30\n"));
        CHECK(pair.target_name == "A");
        CHECK(pair.known() == 2);
        CHECK(pair.horizon() == 1);
        CHECK(pair_of(table("x,y\n1,2\n3,4\n")).target_name == "y");
        CHECK(pair_of(table("x,y,z\n1,2,3\n,4,5\n"), {.source = "z", .target = "x"}).known() == 1);
        CHECK(pair_of(table("x,y\n1,2\n3,4\n"), {.source = "y", .target = {}}).target_name == "x");
        CHECK(pair_of(table("x,y\n1,2\n,\n")).horizon() == 0);
    }

    TEST_CASE("pair: gaps and wrong choices are sentences") {
        const auto file = [](std::string_view bytes, const PairChoice& choice = {}) {
            return sentence(ErrorKind::bad_file, [&] { pair_of(table(bytes), choice); });
        };
        const auto input = [](std::string_view bytes, const PairChoice& choice = {}) {
            return sentence(ErrorKind::bad_input, [&] { pair_of(table(bytes), choice); });
        };
        CHECK(file("B,A\n1,2\n3,\n4,5\n") ==
              "data.csv: line 3, column 'A': expected a number, as there are some further down, got a blank cell");
        CHECK(file("B,A\n1,2\n,3\n4,5\n6,\n") ==
              "data.csv: line 3, column 'B': expected a number, as this series is known to the end, got a blank cell");
        CHECK(contains(file("B\n1\n"), "expected two columns of numbers, got 1"));
        CHECK(contains(input("A,B,C\n1,2,3\n"), "got 'A', 'B', 'C'"));
        CHECK(contains(input("A,B\n1,2\n", {.source = "A", .target = "A"}), "got 'A' twice"));
        CHECK(contains(input("A,B\n1,2\n", {.source = "C", .target = "A"}), "expected one column called 'C', got 'A', 'B'"));
        CHECK(contains(input("A,A\n1,2\n", {.source = "A", .target = {}}), "several of 'A', 'A'"));
    }

    TEST_CASE("pair: rows that are held out") {
        SeriesPair pair = pair_of(table("d,B,A\nx,1,10\ny,2,20\nz,3,30\nw,4,\n"));
        CHECK(hold_out(pair, 2) == std::vector<double>{20, 30});
        CHECK(pair.known() == 1);
        CHECK(pair.rows() == 3);
        CHECK(pair.labels.size() == 3);
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { hold_out(pair, 1); }), "than the 1 known of 'A', got 1"));
    }

    TEST_CASE("features: levels and steps in the known part's own units, limited, zeros before the first row") {
        const std::vector<double> values{1, 3, 2, 500};
        const SeriesScale scale = scale_of(std::span(values).first(3));
        CHECK(scale.mean == doctest::Approx(2));
        CHECK(scale.deviation == doctest::Approx(std::sqrt(2.0 / 3)));
        CHECK(scale.unit == doctest::Approx(std::sqrt(2.5)));
        const std::vector<float> all = features_of(values, scale, {.steps_back = 3, .limit = 10});
        REQUIRE(all.size() == 16);
        CHECK(all[0] == doctest::Approx(-1 / scale.deviation));
        CHECK(all[1] == 0);
        CHECK(all[5] == doctest::Approx(2 / scale.unit));
        CHECK(all[12] == 10);
        CHECK(all[13] == 10);
        CHECK(all[14] == doctest::Approx(-1 / scale.unit));
        const std::vector<double> flat(5, 0.1);
        CHECK(scale_of(flat).constant());
        CHECK(features_of(flat, scale_of(flat), {}) == std::vector<float>(5 * 33, 0.0f));
    }

    TEST_CASE("linear regression on lags finds what a series was made from; with too few rows it is still numbers") {
        const SeriesPair all = known_pair(80, 80);
        const SeriesPair pair = known_pair(80, 60);
        const std::vector<double> told = lagged_forecast(pair);
        REQUIRE(told.size() == 20);
        for (size_t i = 0; i < told.size(); ++i) {
            CHECK(told[i] == doctest::Approx(all.target[60 + i]).epsilon(1e-4));
        }
        for (const size_t known : {size_t{1}, size_t{2}, size_t{9}}) {
            for (const double value : lagged_forecast(known_pair(30, known))) {
                CHECK(std::isfinite(value));
            }
        }
        CHECK(last_value_forecast(pair) == std::vector<double>(20, pair.target.back()));
    }
}

}  // namespace heed
