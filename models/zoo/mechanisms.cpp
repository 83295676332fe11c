#include "models/zoo/mechanisms.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "draw/cells.h"
#include "draw/font.h"
#include "draw/heat_map.h"
#include "models/nn/attention.h"
#include "models/zoo/example.h"

namespace heed::zoo {
namespace {

using namespace draw;

constexpr double kMargin = 30, kBetween = 44;
constexpr double kTitle = 22, kHeading = 15, kSmall = 13;
constexpr double kLineStep = 1.5 * kSmall;
constexpr double kBarRoom = 52, kBarWidth = 180;
constexpr Colour kWindow{214, 92, 36};  // of what a local mechanism may look at

// One map of a page.
struct Map {
    const char* score;  // or a mask
    const char* heading;
    const char* line;
};

struct MechanismPage {
    std::string_view id;
    const char* title;
    const char* about;
    std::vector<Map> maps;
};

const std::vector<MechanismPage>& pages() {
    static const std::vector<MechanismPage> all{
        {"A1",
         "Additive attention",
         "Ten hidden units, one for each pair of words: a unit's tanh is up only where the decoder and the place mean the same. Where "
         "words change places, so does the look.",
         {{"additive", "", "e = v \u00b7 tanh(Wq s + Wk h)"}}},
        {"A2",
         "Dot product, bare and scaled",
         "The same states twice. Some of what goes astray goes to words of the same kind: from one colour to the other, from the cat to "
         "the fish. Divided by the root of the size, scores lie closer together and the look spreads.",
         {{"dot", "dot", "e = s \u00b7 h"}, {"scaled_dot", "scaled dot", "e = s \u00b7 h / \u221ad"}}},
        {"A3",
         "General: a matrix in between",
         "Here the decoder numbers its words in its own way, so that a bare dot product would compare what has nothing in common. The "
         "matrix W is the dictionary.",
         {{"general", "", "e = s\u1d40 W h"}}},
        {"A4",
         "Concat, with and without its tanh",
         "Left, what stands side by side meets inside a tanh. Right, the tanh is left out: what the decoder adds is then the same for "
         "every "
         "place, softmax forgets it, and every step looks at the same places.",
         {{"concat", "concat", "e = v \u00b7 tanh(W [s ; h])"}, {"linear_concat", "linear", "e = w \u00b7 [s ; h]"}}},
        {"A5",
         "Location: the step alone",
         "The decoder's state says where to look, whatever stands there: a band along the diagonal. Where words change places it looks at "
         "the "
         "wrong one.",
         {{"location", "", "a = softmax(W s), a row of W for each place"}}},
        {"A6",
         "Local attention",
         "Only places within D = 2 of a centre count; the rest are zeros. Left the centre is the step itself, right it is foreseen from "
         "the "
         "decoder's state and the weights fall off around it like a bell.",
         {{"local_m", "local-m", "centre p = t"}, {"local_p", "local-p", "p = S sigmoid(v \u00b7 tanh(W s))"}}},
        {"T2",
         "Queries, keys and masks",
         "The English words look at one another: softmax(Q K\u1d40 / \u221ad) V. A mask takes places away before the softmax; what is left "
         "still adds up to 100\u00a0%.",
         {{"none", "no mask", "every word sees every word"},
          {"causal", "causal", "no word sees a later one"},
          {"padded", "padded", "the last three are no words"}}},
    };
    return all;
}

// In whole percents, so that the page is the same whatever the device.
std::vector<float> percents_of(Device& device, std::string_view name) {
    constexpr std::array<std::pair<std::string_view, ExampleMask>, 3> masks{
        {{"none", ExampleMask::none}, {"causal", ExampleMask::causal}, {"padded", ExampleMask::padded}}};
    const auto* const mask = std::ranges::find(masks, name, &std::pair<std::string_view, ExampleMask>::first);
    std::vector<float> weights = mask != masks.end() ? example_self_attention(device, mask->second) : example_weights_of(device, name);
    std::ranges::transform(weights, weights.begin(), [](float weight) { return std::round(100 * weight) / 100; });
    return weights;
}

// What a local mechanism may look at, row by row.
void frame_windows(Surface& surface, Point cells, double cell, bool foreseen) {
    for (int64_t step = 0; step < kExampleWords; ++step) {
        const double centre = foreseen ? example_place(static_cast<size_t>(step)) : static_cast<double>(step);
        const auto first = std::max<int64_t>(static_cast<int64_t>(std::ceil(centre - kExampleWindow)), 0);
        const auto end = std::min(static_cast<int64_t>(std::floor(centre + kExampleWindow)) + 1, kExampleWords);
        draw_frame(surface,
                   {cells.x + cell * static_cast<double>(first) + 1, cells.y + cell * static_cast<double>(step) + 1,
                    cell * static_cast<double>(end - first) - 2, cell - 2},
                   kWindow);
    }
}

struct Drawn {
    Map about;
    std::vector<float> weights;
    HeatMap map;
    HeatMapStyle style;
    HeatMapSize size;
};

struct Layout {
    const MechanismPage* page = nullptr;
    std::vector<Drawn> maps;
    std::vector<std::string> text;
    double top = 0, below = 0;
};

void draw_layout(Surface& surface, const Layout& layout) {
    surface.text({kMargin, kMargin + 0.8 * kTitle}, layout.page->title, {.size = kTitle, .bold = true});
    double x = kMargin;
    for (const Drawn& each : layout.maps) {
        const double cells = x + each.size.words_left;
        double y = kMargin + 1.5 * kTitle + kHeading;
        if (*each.about.heading != 0) {
            surface.text({cells, y}, each.about.heading, {.size = kHeading, .bold = true});
            y += kLineStep;
        }
        surface.text({cells, y}, each.about.line, {.size = kSmall, .colour = kFaint});
        HeatMap map = each.map;
        map.values = each.weights;
        draw_heat_map(surface, {x, layout.top}, map, each.style);
        const std::string_view score = each.about.score;
        if (score == "local_m" || score == "local_p") {
            frame_windows(surface, {cells, layout.top + each.size.words_above}, each.style.cell, score == "local_p");
        }
        x += each.size.width + kBetween;
    }
    draw_colour_bar(surface, {kMargin + layout.maps.front().size.words_left, layout.below, kBarWidth, 12}, {});
    for (size_t i = 0; i < layout.text.size(); ++i) {
        surface.text({kMargin, layout.below + kBarRoom + kLineStep * static_cast<double>(i)}, layout.text[i],
                     {.size = kSmall, .colour = kFaint});
    }
}

}  // namespace

std::vector<float> example_weights_of(Device& device, std::string_view score) {
    const nn::ScoreKind kind = nn::score_kind(score);
    const std::unique_ptr<WeightSource> source = example_weights(kind);
    Graph graph;
    const nn::Score loaded = nn::load_score(Weights(graph, *source), {.kind = kind,
                                                                      .query = kExampleChannels,
                                                                      .keys = kExampleChannels,
                                                                      .size = kind == nn::ScoreKind::local_p ? 1 : kExampleSize,
                                                                      .window = kExampleWindow,
                                                                      .positions = kExampleWords});
    const Tensor queries = graph.input("queries", {1, kExampleWords, kExampleChannels});
    const Tensor states = graph.input("states", {1, kExampleWords, kExampleChannels});
    graph.output("weights", nn::look(queries, nn::remember(states, loaded), loaded).weights);
    Session session(device, graph);
    const bool dot = kind == nn::ScoreKind::dot || kind == nn::ScoreKind::scaled_dot;
    session.write("queries", example_queries(dot ? Numbering::shared : Numbering::own));
    session.write("states", example_states());
    session.run();
    return session.read("weights");
}

std::vector<float> example_self_attention(Device& device, ExampleMask mask) {
    Graph graph;
    const Tensor x = graph.input("states", {1, kExampleWords, kExampleChannels});
    AttentionOptions options{.keep_stats = true};
    options.mask.causal = mask == ExampleMask::causal;
    if (mask == ExampleMask::padded) {
        options.mask.key_lengths = graph.dynamic("lengths", {1});
    }
    const AttentionResult looked = attention(x, x, x, options);
    graph.output("weights", attention_weights(x, x, looked.stats, options));
    Session session(device, graph);
    session.write("states", example_states());
    if (mask == ExampleMask::padded) {
        const std::vector<int32_t> lengths{static_cast<int32_t>(kExampleWords - kExamplePadding)};
        session.write("lengths", lengths);
    }
    session.run();
    return session.read("weights");
}

Page mechanism_page(Device& device, std::string_view id) {
    const auto found = std::ranges::find(pages(), id, &MechanismPage::id);
    if (found == pages().end()) {
        fail(ErrorKind::bad_input, "zoo: expected the id of a mechanism, got '", id, "'");
    }
    const auto layout = std::make_shared<Layout>();
    layout->page = &*found;
    double width = -kBetween, high = 0;
    const bool among_themselves = id == "T2";
    for (const Map& about : found->maps) {
        Drawn drawn{.about = about, .weights = percents_of(device, about.score), .map = {}, .style = {}, .size = {}};
        const bool beside = !layout->maps.empty() && found->maps.size() > 2;  // the words on the left stand once
        drawn.map = {.rows = kExampleWords,
                     .columns = kExampleWords,
                     .values = drawn.weights,
                     .row_words = beside             ? std::vector<std::string>()
                                  : among_themselves ? example_source()
                                                     : example_target(),
                     .column_words = example_source()};
        drawn.style = {.cell = found->maps.size() > 2 ? 30.0 : 34.0, .word_size = 13};
        drawn.size = measure(drawn.map, drawn.style);
        width += drawn.size.width + kBetween;
        high = std::max(high, drawn.size.height);
        layout->maps.push_back(std::move(drawn));
    }
    const double headings = *found->maps.front().heading != 0 ? kHeading + kLineStep : kHeading;
    layout->top = kMargin + 1.5 * kTitle + headings + 8;
    layout->below = layout->top + high + 16;
    layout->text = wrapped(found->about, kSmall, width);
    const double height = layout->below + kBarRoom + kLineStep * static_cast<double>(layout->text.size() - 1) + kMargin;
    return {.title = found->title, .width = width + 2 * kMargin, .height = height, .draw = [layout](Surface& surface) {
                draw_layout(surface, *layout);
            }};
}

}  // namespace heed::zoo
