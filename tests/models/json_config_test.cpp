#include "models/json_config.h"

#include <doctest/doctest.h>

#include "support/folder.h"
#include "support/sentence.h"

namespace heed {
namespace {

using tests::contains;
using tests::Folder;
using tests::sentence;

constexpr const char* kText = R"({
    "hidden_size": 192, "rate": 0.5, "tiny": 1e-12, "causal": true, "model_type": "vit", "image_size": 224, "wide": [224, 448.0],
    "mean": [0.5, 0.25, 1], "names": ["cat", "dog"], "size": {"height": 3, "inner": {"width": "four"}}, "nothing": null, "whole": 7.0,
    "big": "big", "huge": 18446744073709551615, "minus": -3, "none": [], "words": [[3], [1, 2], []]
})";

Config config() {
    return Config::parse(kText, "config.json");
}

template <typename Ask>
std::string refusal(const Ask& ask) {
    return sentence(ErrorKind::bad_model, [&] { ask(config()); });
}

std::string parse_refusal(std::string_view json) {
    return sentence(ErrorKind::bad_file, [&] { Config::parse(json, "c.json"); });
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("config: what is there") {
        const Config c = config();
        CHECK(c.integer("hidden_size") == 192);
        CHECK(c.integer("minus", {.least = -3, .most = 0}) == -3);
        CHECK(c.integer("whole") == 7);
        CHECK(c.number("tiny") == 1e-12);
        CHECK(c.number("hidden_size") == 192);
        CHECK(c.boolean("causal"));
        CHECK(c.string("model_type") == "vit");
        CHECK(c.pair("image_size") == std::array<int64_t, 2>{224, 224});
        CHECK(c.pair("wide") == std::array<int64_t, 2>{224, 448});
        CHECK(c.numbers("mean") == std::vector<double>{0.5, 0.25, 1});
        CHECK(c.integers("wide") == std::vector<int64_t>{224, 448});
        CHECK(c.integers("none").empty());
        CHECK(c.lists("words") == std::vector<std::vector<int64_t>>{{3}, {1, 2}, {}});
        CHECK(c.strings("names") == std::vector<std::string>{"cat", "dog"});
        CHECK(c.object("size").integer("height") == 3);
        CHECK(c.object("size").keys() == std::vector<std::string>{"height", "inner"});
    }

    TEST_CASE("config: what is left out has a default, and a null is left out") {
        const Config c = config();
        CHECK(c.integer_or("nothing", 5) == 5);
        CHECK(c.integer_or("hidden_size", 5) == 192);
        CHECK(c.number_or("no", 0.25) == 0.25);
        CHECK(c.boolean_or("no", true));
        CHECK(c.string_or("no", "gelu") == "gelu");
        CHECK(c.string_or("model_type", "gelu") == "vit");
        CHECK(!c.has("nothing"));
        CHECK(c.keys().size() == 16);
        CHECK(refusal([](const Config& asked) { return asked.integer_or("big", 1); }) ==
              "config.json: expected big to be a whole number from 0 to 2147483647, got \"big\"");
    }

    TEST_CASE("config: kinds") {
        const Config c = config();
        CHECK(c.kind("no") == Config::Kind::absent);
        CHECK(c.kind("nothing") == Config::Kind::absent);
        CHECK(c.kind("causal") == Config::Kind::boolean);
        CHECK(c.kind("rate") == Config::Kind::number);
        CHECK(c.kind("big") == Config::Kind::text);
        CHECK(c.kind("wide") == Config::Kind::list);
        CHECK(c.kind("size") == Config::Kind::object);
    }

    TEST_CASE("config: what is wrong is named, with its file and what came") {
        CHECK(refusal([](const Config& c) { return c.integer("big", {.least = 1, .most = 65536}); }) ==
              "config.json: expected big to be a whole number from 1 to 65536, got \"big\"");
        CHECK(refusal([](const Config& c) { return c.integer("depth", {.least = 1, .most = 9}); }) ==
              "config.json: expected depth, a whole number from 1 to 9, got none");
        CHECK(contains(refusal([](const Config& c) { return c.integer("hidden_size", {.least = 1, .most = 9}); }), "from 1 to 9, got 192"));
        CHECK(contains(refusal([](const Config& c) { return c.integer("huge"); }), "got 18446744073709551615"));
        CHECK(contains(refusal([](const Config& c) { return c.integer("minus"); }), "got -3"));
        CHECK(contains(refusal([](const Config& c) { return c.integer("rate"); }), "got 0.5"));
        CHECK(contains(refusal([](const Config& c) { return c.number("big"); }), "expected big to be a number, got \"big\""));
        CHECK(contains(refusal([](const Config& c) { return c.boolean("rate"); }), "expected rate to be true or false, got 0.5"));
        CHECK(contains(refusal([](const Config& c) { return c.string("rate"); }), "expected rate to be text, got 0.5"));
        CHECK(contains(refusal([](const Config& c) { return c.pair("mean"); }), "got [0.5,0.25,1]"));
        CHECK(contains(refusal([](const Config& c) { return c.pair("none"); }), "to be one number or two, got []"));
        CHECK(contains(refusal([](const Config& c) { return c.numbers("names"); }), "a list of numbers, got [\"cat\",\"dog\"]"));
        CHECK(contains(refusal([](const Config& c) { return c.strings("mean"); }), "a list of texts"));
        CHECK(contains(refusal([](const Config& c) { return c.integers("rate"); }), "a list, each a whole number from 0"));
        CHECK(contains(refusal([](const Config& c) { return c.object("rate"); }), "expected rate to be an object"));
        CHECK(refusal([](const Config& c) { return c.object("size").object("inner").number("width"); }) ==
              "config.json: expected size.inner.width to be a number, got \"four\"");
        CHECK(refusal([](const Config& c) { c.refuse("model_type", "one of bert and t5"); }) ==
              "config.json: expected model_type to be one of bert and t5, got \"vit\"");
    }

    TEST_CASE("config: what is no JSON object says where it stops being one") {
        CHECK(parse_refusal("{\n  \"a\": 1,\n  \"b\": oops\n}") ==
              "c.json: expected JSON, got a parse error at line 3, column 8: syntax error while parsing value - invalid literal");
        CHECK(contains(parse_refusal(""), "line 1, column 1"));
        CHECK(contains(parse_refusal("{\"a\": \"\xff\"}"), "ill-formed UTF-8"));
        CHECK(contains(parse_refusal("{\"a\": 1e999}"), "number overflow"));
        CHECK(contains(parse_refusal("{} {}"), "line 1, column 4"));
        CHECK(parse_refusal("[1, 2]") == "c.json: expected a JSON object, got [1,2]");
        CHECK(contains(parse_refusal("{\"a\": " + std::string(100'000, '[')), "at most 100 levels"));
        CHECK(contains(parse_refusal("{\"a\": 1" + std::string(1000, '1') + "e400}").substr(0, 60), "number overflow"));
        CHECK(parse_refusal("\"" + std::string(1000, 'x') + "\"").size() < 120);
    }

    TEST_CASE("config: read from a file") {
        const Folder folder;
        CHECK(Config::read(folder.write("config.json", kText)).integer("hidden_size") == 192);
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { Config::read(folder.path / "none.json"); }), "none.json: cannot be read"));
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { Config::read(folder.write("bad.json", "{")); }), "bad.json: expected JSON"));
    }
}

}  // namespace heed
