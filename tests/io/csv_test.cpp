#include "io/csv.h"

#include <doctest/doctest.h>

#include "support/sentence.h"

namespace heed {
namespace {

using io::CsvTable;
using tests::contains;
using tests::sentence;
using Cells = std::vector<std::string>;

CsvTable parse(std::string_view bytes) {
    return io::parse_csv(bytes, "data.csv");
}

std::string complaint(std::string_view bytes) {
    return sentence(ErrorKind::bad_file, [&] { parse(bytes); });
}

}  // namespace

TEST_SUITE("io") {
    TEST_CASE("csv: commas, semicolons, tabs, whichever the first line has most of") {
        CHECK(parse("a,b\n1,2\n").rows.at(0).cells == Cells{"1", "2"});
        CHECK(parse("a;b\n1,5;2\n").rows.at(0).cells == Cells{"1,5", "2"});
        CHECK(parse("a\tb\n1 ,\t 2").rows.at(0).cells == Cells{"1 ,", "2"});
        CHECK(parse("\"a,b,c\";d\n1;2").names == Cells{"a,b,c", "d"});
        CHECK(parse("one\n1\n2\n").rows.size() == 2);
    }

    TEST_CASE("csv: a mark of UTF-8, CRLF, quotes, empty lines and spaces are what spreadsheets write") {
        const CsvTable table = parse(
            "\xef\xbb\xbf"
            "a , \"b \"\"c\"\"\"\r\n\r\n 1,\"two\r\nlines\" \r\n,\r\n\n");
        CHECK(table.names == Cells{"a", "b \"c\""});
        REQUIRE(table.rows.size() == 2);
        CHECK(table.rows[0].cells == Cells{"1", "two\r\nlines"});
        CHECK(table.rows[0].line == 3);
        CHECK(table.rows[1].cells == Cells{"", ""});
        CHECK(table.rows[1].line == 5);
    }

    TEST_CASE("csv: what is wrong is told with its line") {
        CHECK(complaint("") == "data.csv: expected a table, got an empty file");
        CHECK(contains(complaint("\n\r\n"), "an empty file"));
        CHECK(complaint("a,b\n1,2\n\n1,2,3\n") == "data.csv: line 4: expected 2 cells, as the first line has, got 3");
        CHECK(complaint("a,b\n\"1,2\n3,4\n") == "data.csv: line 2: expected a second quotation mark, got the end of the file");
        CHECK(complaint("a,b\n\"1\"2,3\n") == "data.csv: line 2: expected ',' or the line's end behind a quotation mark, got '2'");
        CHECK(contains(complaint(std::string("\xff\xfe"
                                             "a\0,\0",
                                             6)),
                       "UTF-16"));
        CHECK(contains(sentence(ErrorKind::bad_file, [] { io::read_csv("/no/such.csv"); }), "/no/such.csv"));
    }
}

}  // namespace heed
