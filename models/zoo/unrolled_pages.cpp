// The recurrent systems of the list as they are drawn: shapes that are small enough for a page.
#include <algorithm>
#include <memory>

#include "draw/font.h"
#include "heed.h"
#include "models/zoo/diagrams.h"
#include "models/zoo/unrolled.h"

namespace heed::zoo {
namespace {

using namespace draw;
using nn::Backwards;
using Words = std::vector<std::string>;

constexpr double kMargin = 30, kBetween = 34;
constexpr double kTitle = 22, kSmall = 13, kLineStep = 1.5 * kSmall;
constexpr double kLeastWidth = 620;

struct UnrolledPage {
    std::string_view id;
    const char* title;
    const char* about;
    size_t a_row;  // panels beside one another
    std::vector<UnrolledModel> panels;
};

nn::RecurrentShape stack(Cell cell, int layers, Backwards backwards = Backwards::none, int residual_from = -1) {
    return {.cell = cell, .layers = layers, .inputs = 1, .hidden = 1, .backwards = backwards, .residual_from = residual_from};
}

nn::RecurrentShape all_beside(nn::RecurrentShape shape) {
    shape.all_beside = true;
    return shape;
}

const Words kRead{"the", "black", "cat", "eats"}, kGiven{"<s>", "el", "gato"}, kWritten{"el", "gato", "negro"};

UnrolledModel sequence_to_sequence(const char* heading, const nn::RecurrentShape& encoder, const nn::RecurrentShape& decoder) {
    return {.heading = heading, .reads = kRead, .encoder = encoder, .given = kGiven, .writes = kWritten, .decoder = decoder};
}

UnrolledPage layers_page() {
    return {.id = "R1",
            .title = "Recurrent layers",
            .about =
                "A state goes from word to word; each cell mixes it with what it reads. Of a shorter sentence in the same batch the "
                "padding is passed over: the state that comes out at the end is the one after its own last word.",
            .a_row = 2,
            .panels = {{.heading = "GRU", .reads = {"she", "sells", "sea", "shells"}, .encoder = stack(Cell::gru, 1)},
                       {.heading = "GRU, a shorter sentence beside it",
                        .reads = {"she", "sells", "pad", "pad"},
                        .padding = 2,
                        .encoder = stack(Cell::gru, 1)},
                       {.heading = "RNN", .reads = {"she", "sells", "sea", "shells"}, .encoder = stack(Cell::tanh, 1)},
                       {.heading = "LSTM, two layers", .reads = {"she", "sells", "sea", "shells"}, .encoder = stack(Cell::lstm, 2)}}};
}

UnrolledPage both_ways_page() {
    return {.id = "R2",
            .title = "Both ways, and layer on layer",
            .about =
                "Blue reads from the left, orange from the right; what they say of a word lies side by side, so that it knows what comes "
                "before it and what comes behind. In a shorter sentence the way back starts at its own last word, not in the padding.",
            .a_row = 2,
            .panels = {{.heading = "two layers, both ways",
                        .reads = {"she", "sells", "sea", "shells"},
                        .encoder = stack(Cell::lstm, 2, Backwards::all_layers)},
                       {.heading = "the same, padded",
                        .reads = {"she", "sells", "pad", "pad"},
                        .padding = 2,
                        .encoder = stack(Cell::lstm, 2, Backwards::all_layers)}}};
}

UnrolledPage plain_page() {
    UnrolledModel plain = sequence_to_sequence("the last state is where the decoder starts", stack(Cell::lstm, 2), stack(Cell::lstm, 2));
    plain.first = FirstState::last;
    UnrolledModel fed = sequence_to_sequence("the context c is read in every step", stack(Cell::gru, 1), stack(Cell::gru, 1));
    fed.context = SourceContext::every_step, fed.first = FirstState::last;
    return {.id = "R3",
            .title = "Sequence to sequence, before attention",
            .about =
                "All that the decoder ever learns of the sentence goes through one state. Above it gets it once, below it gets it again "
                "in every step.",
            .a_row = 1,
            .panels = {plain, fed}};
}

UnrolledPage heads_page() {
    const nn::RecurrentShape one = stack(Cell::lstm, 1), both = stack(Cell::lstm, 1, Backwards::all_layers);
    const Words text{"what", "a", "film"};
    return {
        .id = "R4",
        .title = "Heads on recurrent layers",
        .about =
            "The same layers under four heads: a text's label from its last state or from the mean of all, a label for each word, and "
            "the word that comes next.",
        .a_row = 2,
        .panels = {{.heading = "the last state",
                    .reads = text,
                    .encoder = one,
                    .heads = {"dense, softmax"},
                    .last_alone = true,
                    .says = {"praise"}},
                   {.heading = "the mean of all", .reads = text, .encoder = one, .heads = {"mean", "dense, softmax"}, .says = {"praise"}},
                   {.heading = "a label for each word",
                    .reads = {"she", "sells", "shells"},
                    .encoder = both,
                    .heads = {"dense, for each word"},
                    .says = {"pronoun", "verb", "noun"}},
                   {.heading = "the next word",
                    .reads = {"she", "sells", "sea"},
                    .encoder = stack(Cell::lstm, 2),
                    .heads = {"dense, for each word"},
                    .says = {"sells", "sea", "shells"}}}};
}

UnrolledPage spam_page() {
    return {.id = "R5",
            .title = "A classifier that looks at itself",
            .about =
                "An LSTM reads the words; then every state looks at every state by their dot products, with no weights at all; the mean of "
                "what they saw decides.",
            .a_row = 1,
            .panels = {{.heading = "",
                        .reads = {"win", "a", "prize", "call", "now"},
                        .encoder = stack(Cell::lstm, 1),
                        .heads = {"attention: softmax(Y Y\u1d40) Y", "mean over the words", "dense, sigmoid"},
                        .says = {"spam"}}}};
}

UnrolledPage stacked_page() {
    UnrolledModel model =
        sequence_to_sequence("", stack(Cell::lstm, 4, Backwards::first_layer, 2), all_beside(stack(Cell::lstm, 4, Backwards::none, 2)));
    model.context = SourceContext::attention;
    return {.id = "R6",
            .title = "Stacks with shortcuts",
            .about =
                "Only the first layer of the encoder reads both ways. From the third layer on, what a layer read is added to what it says "
                "(grey, with a plus). The decoder's first layer asks; what attention answers is read by every layer of the next step.",
            .a_row = 1,
            .panels = {model}};
}

UnrolledPage feeding_page() {
    UnrolledModel model = sequence_to_sequence("", stack(Cell::lstm, 2), stack(Cell::lstm, 2));
    model.context = SourceContext::attention, model.order = AttentionOrder::luong, model.input_feeding = true;
    model.first = FirstState::last;
    return {
        .id = "A7",
        .title = "Attention after the step, and fed to the next",
        .about =
            "The new state asks, and what it sees is joined to it: h~ = tanh(W [c ; h]), from which the word is written. The red arrows "
            "feed h~ to the next step, so that it knows what has been looked at.",
        .a_row = 1,
        .panels = {model}};
}

const std::vector<UnrolledPage>& pages() {
    static const std::vector<UnrolledPage> all{layers_page(), both_ways_page(), plain_page(),  heads_page(),
                                               spam_page(),   stacked_page(),   feeding_page()};
    return all;
}

struct Placed {
    const UnrolledModel* model;
    Point at;
};

}  // namespace

Page unrolled_page(std::string_view id) {
    const auto found = std::ranges::find(pages(), id, &UnrolledPage::id);
    if (found == pages().end()) {
        fail(ErrorKind::bad_input, "zoo: expected the id of a recurrent model, got '", id, "'");
    }
    std::vector<Placed> placed;
    double width = std::max(kLeastWidth, text_width(found->title, kTitle)), y = kMargin + 1.5 * kTitle;
    for (size_t first = 0; first < found->panels.size(); first += found->a_row) {
        double x = kMargin, high = 0, widest = 0;
        for (const UnrolledModel& model : found->panels) {
            widest = std::max(widest, measure(model).width);
        }
        const size_t end = std::min(first + found->a_row, found->panels.size());
        for (size_t i = first; i < end; ++i) {
            high = std::max(high, measure(found->panels[i]).height);
        }
        for (size_t i = first; i < end; ++i) {  // words on one line
            placed.push_back({&found->panels[i], {x, y + high - measure(found->panels[i]).height}});
            x += widest + kBetween;
        }
        width = std::max(width, x - kBetween - kMargin);
        y += high + kBetween / 2;
    }
    const std::vector<std::string> about = wrapped(found->about, kSmall, width);
    const double height = y + kLineStep * static_cast<double>(about.size()) + kMargin - 8;
    return {.title = found->title, .width = width + 2 * kMargin, .height = height, .draw = [=](Surface& surface) {
                surface.text({kMargin, kMargin + 0.8 * kTitle}, found->title, {.size = kTitle, .bold = true});
                for (const Placed& each : placed) {
                    draw_unrolled(surface, each.at, *each.model);
                }
                for (size_t i = 0; i < about.size(); ++i) {
                    surface.text({kMargin, y + kLineStep * static_cast<double>(i) + kSmall}, about[i], {.size = kSmall, .colour = kFaint});
                }
            }};
}

}  // namespace heed::zoo
