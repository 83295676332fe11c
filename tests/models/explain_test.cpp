#include "models/explain/explain.h"

#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "models/explain/packed_weights.h"
#include "models/explain/page.h"
#include "support/sentence.h"

namespace {

using namespace heed;

std::vector<uint32_t> digits_of(const std::string& text, WeightDigits digits) {
    const std::string characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::vector<uint32_t> sixes, out;
    for (const char c : text) {
        if (c != '=') {
            sixes.push_back(static_cast<uint32_t>(characters.find(c)));
        }
    }
    if (digits == WeightDigits::characters) {
        return sixes;
    }
    uint32_t bits = 0, count = 0;
    for (const uint32_t six : sixes) {
        bits = bits << 6 | six;
        count += 6;
        if (count >= 8) {
            count -= 8;
            out.push_back(bits >> count & 255);
        }
    }
    return out;
}

// As the page's source says that they are to be read.
std::vector<double> unpacked(const std::string& text, size_t columns, WeightDigits digits) {
    const double base = digits == WeightDigits::bytes ? 256 : 64;
    const std::vector<uint32_t> all = digits_of(text, digits);
    std::vector<double> out;
    for (size_t at = 0; at + 3 + columns <= all.size(); at += 3 + columns) {
        const double largest = (all[at] + base * (all[at + 1] + base * all[at + 2])) / (base * base * base - 1);
        for (size_t i = 0; i < columns; ++i) {
            out.push_back(largest * std::pow(all[at + 3 + i] / (base - 1), 2));
        }
    }
    return out;
}

const std::string kHostile = "</script><script>fail()</script> \"'&<b> \U0001f469\u200d\U0001f467 \u0643\u062a\u0627\u0628 \u2028";

// One layer between three tokens and two.
Explanation small() {
    Explanation out{.title = "<b>" + kHostile, .line = "a & b"};
    out.sides = {{.name = "read", .tokens = {kHostile, " two"}}, {.name = "written", .tokens = {"\xff", "b", "c"}, .words = {0, 0, 1}}};
    out.maps = {{.name = "Cross-attention", .about = "what", .from = 1, .to = 0, .heads = 1, .layers = {{0.5f, 0.5f, 0, 1, 0.25f, 0.75f}}}};
    return out;
}

Explanation of_size(size_t tokens, size_t layers, size_t heads) {
    Explanation out{.title = "Large", .line = ""};
    out.sides = {{.name = "text", .tokens = std::vector<std::string>(tokens, "a")}};
    const std::vector<float> layer(heads * tokens * tokens, 1 / static_cast<float>(tokens));
    out.maps = {{.name = "Self-attention", .about = "", .heads = heads, .layers = std::vector<std::vector<float>>(layers, layer)}};
    return out;
}

nlohmann::json data_of(const std::string& page) {
    const std::string begin = "id=\"explanation\">";
    const size_t from = page.find(begin) + begin.size();
    return nlohmann::json::parse(page.substr(from, page.find("</script>", from) - from));
}

size_t count(const std::string& text, const std::string& what) {
    size_t out = 0;
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++out;
    }
    return out;
}

}  // namespace

TEST_SUITE_BEGIN("models");

TEST_CASE("weights come back from their text as the formula on the page says, small ones as exactly as large ones") {
    std::mt19937 random(5);
    for (const WeightDigits digits : {WeightDigits::bytes, WeightDigits::characters}) {
        constexpr size_t kColumns = 37;
        std::vector<float> weights;
        for (int row = 0; row < 11; ++row) {
            double sum = 0;
            std::vector<double> raw(kColumns);
            for (double& each : raw) {
                sum += each = std::exp(std::normal_distribution<double>(0, 1 + row)(random));
            }
            std::ranges::transform(raw, std::back_inserter(weights), [&](double each) { return static_cast<float>(each / sum); });
        }
        weights.insert(weights.end(), kColumns, 0.0f);  // all masked
        weights.insert(weights.end(), kColumns, 1.0f);
        const std::vector<double> back = unpacked(packed_weights(weights, kColumns, digits), kColumns, digits);
        REQUIRE(back.size() == weights.size());
        const double base = digits == WeightDigits::bytes ? 256 : 64;
        for (size_t i = 0; i < back.size(); ++i) {
            const auto row = std::span(weights).subspan(i / kColumns * kColumns, kColumns);
            const double largest = std::ranges::max(row), half_step = 0.5 / (base - 1) + 2 / (base * base * base);
            const double allowed = largest * half_step * (2 * std::sqrt(largest > 0 ? weights[i] / largest : 0) + half_step) + 1e-6;
            CHECK(std::abs(back[i] - weights[i]) <= allowed + 2 / (base * base * base));
        }
    }
}

TEST_CASE("what is no weight is a sentence") {
    for (const float wrong : {-0.5f, 1.5f, NAN, INFINITY}) {
        const std::vector<float> weights{0.5f, wrong};
        CHECK(tests::contains(tests::sentence(ErrorKind::bad_input, [&] { packed_weights(weights, 2, WeightDigits::bytes); }),
                              "explain: expected weights of 0 to 1, got "));
    }
    Explanation torn = small();
    torn.maps[0].layers[0].pop_back();
    CHECK(tests::sentence(ErrorKind::bad_input, [&] { explanation_page(torn); }) ==
          "explain: Cross-attention: expected 1 x 3 x 2 weights a layer and a first token below 3, got 5 and 0");
    torn = small();
    torn.maps.clear();
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_input, [&] { explanation_page(torn); }), "got none"));
    torn = small();
    torn.sides[1].words.pop_back();
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_input, [&] { explanation_page(torn); }), "got 3 tokens and 2 words"));
}

TEST_CASE("no text ends the element it stands in, and all of it comes back") {
    const std::string page = explanation_page(small());
    CHECK(count(page, "</script") == 2);  // of the data and of the code
    CHECK(count(page, "<script") == 2);
    CHECK(count(page, "<b>") == 0);
    CHECK(count(page, "fail()") == 4);  // three times the title, once the token: text, all of them
    CHECK(count(page, "{{") == 0);
    CHECK(count(page, "http") == 2);  // http-equiv and the name of SVG: nothing is fetched
    const nlohmann::json data = data_of(page);
    CHECK(data["title"] == "<b>" + kHostile);
    CHECK(data["sides"][0]["tokens"][0] == kHostile);
    CHECK(data["sides"][1]["tokens"][0] == "\ufffd");  // was no UTF-8
    CHECK(data["maps"][0]["from"] == 1);
    const std::vector<double> back = unpacked(data["maps"][0]["layers"][0], 2, WeightDigits::bytes);
    CHECK(back[5] == doctest::Approx(0.75).epsilon(0.005));
}

TEST_CASE("twelve layers of twelve heads are a few megabytes; of more each layer's mean is shown, of far more a sentence is said") {
    const std::string base = explanation_page(of_size(197, 12, 12));
    CHECK(base.size() < 6'000'000);
    CHECK(data_of(base)["base"] == 64);
    CHECK(data_of(explanation_page(of_size(65, 6, 6)))["base"] == 256);

    const nlohmann::json means = data_of(explanation_page(of_size(400, 4, 12)));
    CHECK(means["maps"][0]["heads"] == 1);
    CHECK(means["note"] == "Each layer's mean over its heads: all 7 million weights would be too much for a page.");
    CHECK(unpacked(means["maps"][0]["layers"][3], 400, WeightDigits::bytes).size() == 400 * 400);
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_input, [] { explanation_page(of_size(1300, 4, 1)); }),
                          "expected at most 6000000 weights on a page, got 6760000"));
}

TEST_CASE("a picture goes onto a page as far as it was seen, and no larger than a screen needs") {
    const io::Image photo{.width = 1200, .height = 900, .channels = 3, .pixels = std::vector<uint8_t>(1200 * 900 * 3, 90)};
    const Caption caption{.words = {"a", "dot"}, .shares = {2, std::vector<float>(6, 1 / 6.0f)}};
    const Explanation explanation = explain_caption({.photo = photo, .seen = {0, 0, 1200, 800}, .name = "dot.png", .model = "Model"},
                                                    {.rows = 2, .columns = 3}, caption);
    const nlohmann::json picture = data_of(explanation_page(explanation))["sides"][0]["picture"];
    CHECK(picture["width"] == 448);
    CHECK(picture["height"] == 299);
    CHECK(picture["rows"] == 2);
    CHECK(std::string(picture["png"]).starts_with("iVBORw0KGgo"));
}

TEST_SUITE_END();
