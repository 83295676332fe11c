#include "models/zoo/unrolled.h"

#include <algorithm>
#include <cmath>

#include "draw/cells.h"
#include "draw/font.h"
#include "models/zoo/arrows.h"

namespace heed::zoo {
namespace {

using namespace draw;

constexpr double kStepWidth = 88, kBoxWidth = 54, kBoxHeight = 26;
constexpr double kBetween = 38;    // a layer and the one above
constexpr double kBothGap = 8;     // the two directions of a layer
constexpr double kSidesGap = 62;   // encoder and decoder
constexpr double kLooksRoom = 66;  // above everything that is read from
constexpr double kPlusRoom = 18;   // above a layer that something is added to
constexpr double kHeading = 15, kWordSize = 14, kSmall = 12;
constexpr double kWordRoom = 24;          // a word and the space to its arrow
constexpr Colour kAsleep{196, 200, 210};  // what padding leaves alone

// One stack of layers, and where its boxes are.
struct Side {
    const nn::RecurrentShape* shape = nullptr;
    size_t steps = 0, awake = 0;  // those that are no padding
    double left = 0, base = 0;    // where its columns begin, and its lowest boxes end

    double middle(size_t step) const { return left + kStepWidth * (static_cast<double>(step) + 0.5); }
    double right() const { return left + kStepWidth * static_cast<double>(steps); }
    double height(int layer) const { return shape->directions(layer) == 2 ? 2 * kBoxHeight + kBothGap : kBoxHeight; }
    double bottom(int layer) const {
        double y = base;
        for (int below = 0; below < layer; ++below) {
            y -= height(below) + kBetween;
        }
        return y;
    }
    double top(int layer) const { return bottom(layer) - height(layer); }
    double top() const { return top(shape->layers - 1) - (shape->residual_from >= 0 ? kPlusRoom : 0); }  // with what is added there
    Box box(int layer, size_t step, bool backwards) const {
        return {middle(step) - kBoxWidth / 2, backwards ? top(layer) : bottom(layer) - kBoxHeight, kBoxWidth, kBoxHeight};
    }
    double row(int layer, bool backwards) const { return box(layer, 0, backwards).y + kBoxHeight / 2; }
};

const char* cell_name(Cell cell) {
    return cell == Cell::lstm ? "LSTM" : cell == Cell::gru ? "GRU" : "RNN";
}

double stack_height(const nn::RecurrentShape& shape) {
    const Side side{.shape = &shape};
    return -side.top();
}

class Drawing {
public:
    Drawing(Surface& surface, Point at, const UnrolledModel& model) : surface_(surface), model_(model) {
        const double base = at.y + measure(model).height - kWordRoom - kBetween;
        in_ = {
            .shape = &model.encoder, .steps = model.reads.size(), .awake = model.reads.size() - model.padding, .left = at.x, .base = base};
        out_ = {.shape = &model.decoder,
                .steps = model.writes.size(),
                .awake = model.writes.size(),
                .left = in_.right() + kSidesGap,
                .base = base};
        surface_.text({at.x + 4, at.y + kHeading}, model.heading, {.size = kHeading, .bold = true});
    }

    void draw() {
        draw_stack(in_, model_.reads);
        draw_heads();
        if (!model_.writes.empty()) {
            draw_start();
            if (model_.attends()) {
                draw_looks();
            } else if (model_.context == SourceContext::every_step) {
                draw_rail();
            }
            draw_stack(out_, model_.given);
            draw_written();
        }
    }

private:
    // From below a layer around its box, to be added to what it says.
    void draw_residual(const Side& side, int layer, size_t step) {
        const double x = side.middle(step), around = x + kBoxWidth / 2 + 6;
        const Point from{x, side.bottom(layer) + 11}, to{x, side.top(layer) - 11};
        draw_dot(surface_, from, 4, kCarrying);
        draw_arrow(surface_, {from, {around, from.y}, {around, to.y}, {to.x + 5, to.y}}, kCarrying, 1);
        draw_dot(surface_, to, 11, kCarrying);
        surface_.line({to.x - 3, to.y}, {to.x + 3, to.y}, 1.2, kPaper);
        surface_.line({to.x, to.y - 3}, {to.x, to.y + 3}, 1.2, kPaper);
    }

    void draw_layer(const Side& side, int layer, bool backwards) {
        const double y = side.row(layer, backwards);
        for (size_t step = 0; step < side.steps; ++step) {
            const bool awake = step < side.awake;
            const Box box = side.box(layer, step, backwards);
            const Colour colour = !awake ? kAsleep : backwards ? kBackwards : kForwards;
            if (step + 1 < side.steps && (!backwards || step + 1 < side.awake)) {
                const double left = box.x + kBoxWidth, right = left + kStepWidth - kBoxWidth;
                const Colour along = step + 1 < side.awake ? colour : kAsleep;
                draw_arrow(surface_, {{backwards ? right : left, y}, {backwards ? left + 1 : right - 1, y}}, along);
            }
            draw_part(surface_, box, cell_name(side.shape->cell), colour, kSmall);
        }
    }

    void draw_stack(const Side& side, const std::vector<std::string>& words) {
        for (size_t step = 0; step < side.steps; ++step) {
            const double x = side.middle(step);
            const bool awake = step < side.awake;
            const Colour colour = awake ? kCarrying : kAsleep;
            for (int layer = 0; layer < side.shape->layers; ++layer) {
                const double from = layer == 0 ? side.base + kBetween : side.top(layer - 1);
                draw_arrow(surface_, {{x, from - 1}, {x, side.bottom(layer) + 1}}, colour);
                if (side.shape->residual_from >= 0 && layer >= side.shape->residual_from) {
                    residuals_.push_back({&side, layer, step});
                }
            }
            surface_.text({x, side.base + kBetween + kWordSize}, words[step],
                          {.size = kWordSize, .colour = awake ? kInk : kAsleep, .align = Align::middle});
        }
        for (int layer = 0; layer < side.shape->layers; ++layer) {
            draw_layer(side, layer, false);
            if (side.shape->directions(layer) == 2) {
                draw_layer(side, layer, true);
            }
        }
    }

    void say(Point baseline, const std::string& words, Colour colour = kInk) {
        surface_.text(baseline, words, {.size = kWordSize, .colour = colour, .bold = true, .align = Align::middle});
    }

    void draw_heads() {
        const double gap = kBetween - 8;
        double top = in_.top();
        for (size_t i = 0; i < model_.heads.size(); ++i) {
            for (size_t step = 0; step < in_.steps; ++step) {
                const bool reads = i > 0 ? step == in_.steps / 2 : !model_.last_alone ? step < in_.awake : step + 1 == in_.awake;
                const double x = i > 0 ? (in_.left + in_.right()) / 2 : in_.middle(step);
                if (reads) {
                    draw_arrow(surface_, {{x, top - 1}, {x, top - gap + 1}}, kCarrying);
                }
            }
            const double left = in_.middle(0) - kBoxWidth / 2, right = in_.middle(in_.steps - 1) + kBoxWidth / 2;
            draw_part(surface_, {left, top - gap - kBoxHeight, right - left, kBoxHeight}, model_.heads[i], kLooking, kSmall);
            top -= gap + kBoxHeight;
        }
        const size_t said = model_.says.size();
        for (size_t i = 0; i < said; ++i) {
            const double x = said == 1 ? (in_.left + in_.right()) / 2 : in_.middle(i);
            draw_arrow(surface_, {{x, top - 1}, {x, top - gap + 1}}, kCarrying);
            say({x, top - gap - 5}, model_.says[i]);
        }
    }

    // Where the decoder's states begin.
    void draw_start() {
        const double from = in_.middle(in_.steps - 1) + kBoxWidth / 2, to = out_.middle(0) - kBoxWidth / 2 - 1;
        const int top = in_.shape->layers - 1;
        const double turn = in_.right() + kSidesGap / 2 - 8;
        for (int layer = 0; layer < out_.shape->layers && model_.first != FirstState::zero; ++layer) {
            const double start = in_.row(model_.first == FirstState::last ? layer : top, false), end = out_.row(layer, false);
            if (std::abs(start - end) < 1) {
                draw_arrow(surface_, {{from, start}, {to, end}}, kForwards, 2);
            } else {
                draw_arrow(surface_, {{from, start}, {turn, start}, {turn, end}, {to, end}}, kForwards, 2);
            }
        }
    }

    // The encoder's last state, below every step.
    void draw_rail() {
        const double from = in_.middle(in_.steps - 1) + kBoxWidth / 2, down = in_.right() + kSidesGap / 2 + 8;
        const double y =
            in_.row(in_.shape->layers - 1, in_.shape->directions(in_.shape->layers - 1) == 2) + (model_.first == FirstState::zero ? 0 : 8);
        const double rail = out_.base + 17;
        for (size_t step = 0; step < out_.steps; ++step) {
            const double x = out_.middle(step) - 17;
            draw_arrow(surface_, {{from, y}, {down, y}, {down, rail}, {x, rail}, {x, out_.base + 1}}, kLooking, 1.8);
        }
        surface_.text({down + 5, rail - 5}, "c", {.size = kWordSize, .colour = kLooking, .bold = true});
    }

    double tilde_bottom() const { return out_.top() - kBetween; }
    double written_from() const { return model_.luong() ? tilde_bottom() - kBoxHeight : out_.top(); }
    double looks_row() const { return std::min(in_.top(), written_from()) - kLooksRoom + kBoxHeight / 2 + (model_.luong() ? 30 : 0); }

    // One step's look in full; the others do the same.
    void draw_looks() {
        const size_t step = model_.luong() ? 0 : 1;
        const Box box{(in_.left + in_.right()) / 2 - 52, looks_row() - kBoxHeight / 2, 104, kBoxHeight};
        for (size_t place = 0; place < in_.awake; ++place) {
            const double away = static_cast<double>(place) - static_cast<double>(step);
            const double share = std::exp(-0.7 * away * away);  // as a trained one might
            const double x = in_.middle(place);
            const double landing = box.x + box.width * (static_cast<double>(place) + 0.5) / static_cast<double>(in_.awake);
            draw_arrow(surface_, {{x, in_.top() - 1}, {landing, box.y + kBoxHeight + 1}}, mix(kPaper, kLooking, 0.3 + 0.7 * share),
                       0.8 + 2.6 * share);
        }
        const double right = box.x + box.width, asked = looks_row() + 7, given = looks_row() - 7;
        if (model_.luong()) {
            draw_luong(right);
        } else {
            const int layer = out_.shape->all_beside ? 0 : out_.shape->layers - 1;
            const double gap = (out_.middle(step - 1) + out_.middle(step)) / 2;
            const Point asks{gap - 3, out_.row(layer, false)};
            draw_arrow(surface_, {asks, {asks.x, asked}, {right + 1, asked}}, kForwards);
            query_ = asks;
            const double down = gap + 5, x = out_.middle(step) - 17;
            const int readers = out_.shape->all_beside ? out_.shape->layers : 1;
            for (int reader = 0; reader < readers; ++reader) {
                const double below = out_.bottom(reader) + 8;
                draw_arrow(surface_, {{right, given}, {down, given}, {down, below}, {x, below}, {x, out_.bottom(reader) + 1}}, kLooking,
                           1.8);
            }
            surface_.text({right + 10, given - 5}, "context c", {.size = kSmall, .colour = kLooking});
            surface_.text({right + 10, asked + 14}, "asks", {.size = kSmall, .colour = kForwards});
        }
        draw_part(surface_, box, "attention", kLooking, kSmall);
    }

    void draw_luong(double right) {
        const double x = out_.middle(0), asks = (out_.top() + tilde_bottom()) / 2, tilde = tilde_bottom() - kBoxHeight / 2;
        const double turn = in_.right() + kSidesGap / 2 - 4;
        draw_arrow(surface_, {{x, asks}, {turn, asks}, {turn, looks_row() + 7}, {right + 1, looks_row() + 7}}, kForwards);
        query_ = {x, asks};
        const double over = turn + 12;
        draw_arrow(surface_, {{right, looks_row() - 7}, {over, looks_row() - 7}, {over, tilde}, {x - kBoxWidth / 2 - 1, tilde}}, kLooking,
                   1.8);
        surface_.text({right + 10, looks_row() - 12}, "context c", {.size = kSmall, .colour = kLooking});
        surface_.text({right + 10, looks_row() + 21}, "asks", {.size = kSmall, .colour = kForwards});
    }

    void draw_written() {
        const double from = written_from();
        for (size_t step = 0; step < out_.steps; ++step) {
            const double x = out_.middle(step);
            if (model_.luong()) {
                draw_arrow(surface_, {{x, out_.top() - 1}, {x, tilde_bottom() + 1}}, kCarrying);
                draw_part(surface_, {x - kBoxWidth / 2, tilde_bottom() - kBoxHeight, kBoxWidth, kBoxHeight}, "h~", kLooking, kSmall);
            }
            draw_arrow(surface_, {{x, from - 1}, {x, from - 21}}, kCarrying);
            say({x, from - 26}, model_.writes[step]);
            if (model_.input_feeding && step + 1 < out_.steps) {
                const double side = x + kStepWidth / 2, row = tilde_bottom() - kBoxHeight / 2, below = out_.base + 13;
                const double to = out_.middle(step + 1) - 17;
                draw_arrow(surface_, {{x + kBoxWidth / 2, row}, {side, row}, {side, below}, {to, below}, {to, out_.base + 1}}, kFeeding,
                           1.8);
            }
        }
        if (model_.attends()) {
            draw_dot(surface_, query_, 6, kForwards);
        }
        draw_residuals();
    }

    void draw_residuals() {
        for (const Residual& each : residuals_) {
            draw_residual(*each.side, each.layer, each.step);
        }
    }

    struct Residual {
        const Side* side;
        int layer;
        size_t step;
    };

    Surface& surface_;
    const UnrolledModel& model_;
    Side in_, out_;
    Point query_;
    std::vector<Residual> residuals_;
};

}  // namespace

UnrolledSize measure(const UnrolledModel& model) {
    const size_t steps = model.reads.size() + model.writes.size();
    double above = static_cast<double>(model.heads.size()) * (kBoxHeight + kBetween - 8);
    above += model.says.empty() ? 0 : kBetween - 8 + kWordSize;
    double high = stack_height(model.encoder) + std::max(above, model.attends() ? kLooksRoom : 0.0);
    if (!model.writes.empty()) {
        const double tilde = model.luong() ? kBetween + kBoxHeight : 0;
        const double looks = model.attends() && !model.luong() ? kLooksRoom : 0;
        high = std::max(high, stack_height(model.decoder) + tilde + std::max(26 + kWordSize, looks));
    }
    const double width =
        std::max(kStepWidth * static_cast<double>(steps) + (model.writes.empty() ? 0 : kSidesGap), text_width(model.heading, kHeading) + 8);
    return {.width = width, .height = 1.6 * kHeading + 8 + high + kBetween + kWordRoom};
}

void draw_unrolled(Surface& surface, Point top_left, const UnrolledModel& model) {
    Drawing(surface, top_left, model).draw();
}

}  // namespace heed::zoo
