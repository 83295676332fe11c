#include "models/explain/page.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "heed.h"
#include "io/base64.h"
#include "io/html_page.h"
#include "io/png.h"
#include "models/explain/packed_weights.h"
#include "models/explain/page_files.h"
#include "models/vision/photo_heat.h"

namespace heed {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostInBytes = 1'500'000;  // weights on a page with eight bits each: 2 MB
constexpr size_t kMostWeights = 6'000'000;  // with six: 12 layers of 12 heads over 197 tokens are 5.6 million
constexpr size_t kMostTokens = 4096;        // of a side: each is an element of the page
constexpr int kMostPixels = 448;            // of a picture's longer side
constexpr int kColours = 64;

size_t numbers(const Explanation& explanation) {
    size_t sum = 0;
    for (const ExplainedMaps& maps : explanation.maps) {
        for (const std::vector<float>& layer : maps.layers) {
            sum += layer.size();
        }
    }
    return sum;
}

void check(const Explanation& explanation) {
    if (explanation.maps.empty()) {
        fail(ErrorKind::bad_input, "explain: expected some attention to show, got none");
    }
    for (const ExplainedSide& side : explanation.sides) {
        if (side.count() == 0 || side.count() > kMostTokens || (!side.words.empty() && side.words.size() != side.tokens.size())) {
            fail(ErrorKind::bad_input, "explain: ", side.name, ": expected 1 to ", kMostTokens, " tokens and a word for each, got ",
                 side.count(), " tokens and ", side.words.size(), " words");
        }
    }
    for (const ExplainedMaps& maps : explanation.maps) {
        if (maps.from >= explanation.sides.size() || maps.to >= explanation.sides.size() || maps.layers.empty()) {
            fail(ErrorKind::bad_input, "explain: ", maps.name, ": expected layers between two of ", explanation.sides.size(),
                 " sides, got ", maps.layers.size(), " layers between ", maps.from, " and ", maps.to);
        }
        const size_t from = explanation.sides[maps.from].count(), to = explanation.sides[maps.to].count();
        for (const std::vector<float>& layer : maps.layers) {
            if (maps.heads == 0 || layer.size() != maps.heads * from * to || maps.first >= from) {
                fail(ErrorKind::bad_input, "explain: ", maps.name, ": expected ", maps.heads, " x ", from, " x ", to,
                     " weights a layer and a first token below ", from, ", got ", layer.size(), " and ", maps.first);
            }
        }
    }
}

// Each layer's mean over its heads in their stead.
Explanation without_heads(Explanation explanation) {
    for (ExplainedMaps& maps : explanation.maps) {
        for (std::vector<float>& layer : maps.layers) {
            const size_t each = layer.size() / maps.heads;
            for (size_t i = each; i < layer.size(); ++i) {
                layer[i % each] += layer[i];
            }
            layer.resize(each);
            std::ranges::transform(layer, layer.begin(), [&](float sum) { return sum / static_cast<float>(maps.heads); });
        }
        maps.heads = 1;
    }
    return explanation;
}

std::string colours(const auto& colour_of) {
    std::string out;
    for (int i = 0; i < kColours; ++i) {
        const draw::Colour colour = colour_of(static_cast<double>(i) / (kColours - 1));
        char digits[8];
        std::snprintf(digits, sizeof digits, "%02x%02x%02x", colour.red, colour.green, colour.blue);
        out += digits;
    }
    return out;
}

Json colours_json() {
    return {{"light", colours([](double level) { return draw::heat(level); })},
            {"dark", colours([](double level) { return draw::night(draw::heat(level)); })},
            {"black", colours([](double level) { return heat_on_photo(level, 0); })},
            {"white", colours([](double level) { return heat_on_photo(level, 1); })}};
}

// What was seen of it and no more: the patches cover it all.
Json picture_json(const ExplainedPicture& picture) {
    check_seen(picture.image, picture.seen);
    const double shrunk = std::min(1.0, kMostPixels / std::max(picture.seen.width, picture.seen.height));
    const auto pixels = [&](double side) { return static_cast<int>(std::max(std::lround(side * shrunk), 1l)); };
    const PixelSize size{pixels(picture.seen.width), pixels(picture.seen.height)};
    const PhotoView view = view_photo(picture.image, picture.seen, picture.seen, size);
    return {{"png", io::base64(io::encode_png(view.image))},
            {"width", size.width},
            {"height", size.height},
            {"rows", picture.grid.rows},
            {"columns", picture.grid.columns},
            {"darkest", view.darkest},
            {"lightest", view.lightest}};
}

Json side_json(const ExplainedSide& side) {
    Json out{{"name", side.name}, {"tokens", side.tokens}, {"words", side.words}};
    if (side.picture) {
        out["picture"] = picture_json(*side.picture);
    }
    return out;
}

Json maps_json(const ExplainedMaps& maps, size_t columns, WeightDigits digits) {
    Json layers = Json::array();
    for (const std::vector<float>& layer : maps.layers) {
        layers.push_back(packed_weights(layer, columns, digits));
    }
    return {{"name", maps.name},   {"about", maps.about}, {"from", maps.from},          {"to", maps.to},
            {"heads", maps.heads}, {"first", maps.first}, {"layers", std::move(layers)}};
}

Json page_json(const Explanation& explanation, WeightDigits digits, const std::string& note) {
    Json out{{"title", explanation.title},
             {"line", explanation.line},
             {"note", note},
             {"base", digits == WeightDigits::bytes ? 256 : 64},
             {"colours", colours_json()}};
    for (const ExplainedSide& side : explanation.sides) {
        out["sides"].push_back(side_json(side));
    }
    for (const ExplainedMaps& maps : explanation.maps) {
        out["maps"].push_back(maps_json(maps, explanation.sides[maps.to].count(), digits));
    }
    out["answers"] = Json::array();
    for (const ExplainedAnswer& answer : explanation.answers) {
        Json guesses = Json::array();
        for (const ExplainedGuess& guess : answer.guesses) {
            guesses.push_back({{"name", guess.name}, {"probability", guess.probability}});
        }
        out["answers"].push_back({{"name", answer.name}, {"guesses", std::move(guesses)}});
    }
    return out;
}

std::string filled_page(const Explanation& explanation, const std::string& note) {
    const WeightDigits digits = numbers(explanation) <= kMostInBytes ? WeightDigits::bytes : WeightDigits::characters;
    const std::string json = page_json(explanation, digits, note).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return io::filled_html(explain_page_files(), explanation.title, json);
}

}  // namespace

std::string explanation_page(const Explanation& explanation) {
    check(explanation);
    const size_t all = numbers(explanation);
    if (all > kMostWeights) {
        const Explanation means = without_heads(explanation);
        if (numbers(means) > kMostWeights) {
            fail(ErrorKind::bad_input, "explain: expected at most ", kMostWeights, " weights on a page, got ", numbers(means),
                 " even without single heads");
        }
        const std::string note =
            text("Each layer's mean over its heads: all ", all / 1'000'000, " million weights would be too much for a page.");
        return filled_page(means, note);
    }
    return filled_page(explanation, "");
}

}  // namespace heed
