#include "draw/svg.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "draw/heat_map.h"
#include "heed.h"
#include "support/sentence.h"

namespace heed {
namespace {

using namespace draw;
using tests::contains;

size_t count(const std::string& in, const std::string& what) {
    size_t found = 0;
    for (size_t at = in.find(what); at != std::string::npos; at = in.find(what, at + what.size())) {
        ++found;
    }
    return found;
}

// What an XML reader would stumble over: a tag that is not closed, or that closes another, a bare & or <.
std::string complaint(const std::string& file) {
    std::vector<std::string> open;
    for (size_t at = 0; at < file.size(); ++at) {
        if (file[at] == '&' && file.find(';', at) > at + 6) {
            return "a bare &";
        }
        if (file[at] != '<') {
            continue;
        }
        const size_t end = file.find('>', at);
        if (end == std::string::npos || file.find('<', at + 1) < end) {
            return "a tag that does not end";
        }
        const std::string tag = file.substr(at + 1, end - at - 1), name = tag.substr(0, tag.find_first_of(" \n"));
        if (count(tag, "\"") % 2 != 0) {
            return "a value that does not end";
        }
        if (tag.front() == '/') {
            if (open.empty() || "/" + open.back() != tag) {
                return "closes what is not open: " + tag;
            }
            open.pop_back();
        } else if (tag.back() != '/') {
            open.push_back(name);
        }
    }
    return open.empty() ? "" : open.back() + " stays open";
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("svg: boxes, lines and words, each colour a class with one for the night") {
        Svg svg(100, 50.5, "a <title> & more");
        svg.fill({1, 2, 3.5, 4}, {255, 0, 0});
        svg.fill({10, 2, 3, 4}, {0, 0, 255});
        svg.fill({20, 2, 3, 4}, {255, 0, 0});
        svg.line({0, 0}, {10, 5}, 0.75, kLine);
        svg.text({5, 6}, "\u00bfqu\u00e9? \u732b <b> & \"c\" \x01", {.size = 12.25, .bold = true, .align = Align::end, .degrees = 50});
        const std::string file = svg.file();
        CHECK(complaint(file).empty());
        CHECK(contains(file, "viewBox=\"0 0 100 50.5\""));
        CHECK(contains(file, "<title>a &lt;title&gt; &amp; more</title>"));
        CHECK(contains(file, "d=\"M1 2h3.5v4h-3.5zM20 2h3v4h-3z\""));  // those of one colour together
        CHECK(contains(file, ">\u00bfqu\u00e9? \u732b &lt;b&gt; &amp; &quot;c&quot; \uFFFD</text>"));
        CHECK(contains(file, "font-size=\"12.25\" font-weight=\"600\" text-anchor=\"end\" transform=\"rotate(-50 5 6)\""));
        CHECK(count(file, "{color:#ff0000}") == 1);
        CHECK(count(file, "{color:#ffffff}") == 1);  // the paper
        CHECK(count(file, "{color:#") == 2 * 5);     // paper, two boxes', the line's, the word's
        CHECK(contains(file, "prefers-color-scheme:dark"));
        CHECK(svg.file() == file);
        CHECK(complaint("<a><b/></a>").empty());
        CHECK(!complaint("<a><b></a>").empty());  // a check that can fail
        CHECK(!complaint("<a>&</a>").empty());
    }

    TEST_CASE("svg: a heat map has a box for each cell that differs from the one before it, and its words as words") {
        const std::vector<float> values{0, 0, 1, 0.25f, 0.5f, 0.5f};
        const HeatMap map{.rows = 2, .columns = 3, .values = values, .row_words = {"one", "two"}, .column_words = {"a", "b", "c"}};
        Svg svg(200, 200, "");
        draw_heat_map(svg, {10, 10}, map, {.cell = 20, .percent = false});
        const std::string file = svg.file();
        CHECK(complaint(file).empty());
        CHECK(count(file, "h20v20h-20z") == 2);  // 1, 0.25
        CHECK(count(file, "h40v20h-40z") == 2);  // 0 0, 0.5 0.5
        for (const char* word : {">one<", ">two<", ">a<", ">b<", ">c<"}) {
            CHECK(count(file, word) == 1);
        }
    }
}

}  // namespace heed
