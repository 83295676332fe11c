#include "profile/memory_page.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "draw/font.h"
#include "draw/line_plot.h"
#include "profile/amounts.h"
#include "profile/picture.h"

namespace heed::profile {
namespace {

using namespace draw;

constexpr PageSize kSize{900, 620};
constexpr double kMargin = 24, kTitle = 19, kSmall = 12.5, kTiny = 11;  // points
constexpr double kLeft = kMargin + 64, kRight = kSize.width - kMargin;
constexpr Box kMap{kLeft, 112, kRight - kLeft, 300};
constexpr Box kAlive{kLeft, 448, kRight - kLeft, 104};
constexpr double kChunksApart = 6, kWider = 1.12;  // than Canvas's letters a browser's may be
constexpr Colour kMore{150, 156, 172}, kBound{214, 92, 36};

constexpr const char* kScratch = "scratch";

struct Map {
    std::string title, line;
    std::vector<TensorSpan> tensors;
    std::vector<std::string> ops;  // by dispatch
    std::vector<OpColour> colours;
    std::vector<uint64_t> chunks;  // bytes of each
    std::vector<uint64_t> alive;   // by dispatch
    uint64_t bytes = 0, lower_bound = 0;

    double x(double dispatch) const { return kMap.x + kMap.width * dispatch / static_cast<double>(ops.size()); }
    double height_of(uint64_t size) const {
        const double room = kMap.height - kChunksApart * static_cast<double>(chunks.size() - 1);
        return room * static_cast<double>(size) / static_cast<double>(std::max<uint64_t>(bytes, 1));
    }
    // Chunks stand on one another, the first at the bottom.
    double y(uint32_t chunk, uint64_t offset) const {
        double up = 0;
        for (uint32_t i = 0; i < chunk; ++i) {
            up += height_of(chunks[i]) + kChunksApart;
        }
        return kMap.y + kMap.height - up - height_of(offset);
    }
    size_t high_water() const { return static_cast<size_t>(std::ranges::max_element(alive) - alive.begin()); }
};

std::vector<uint64_t> alive_at(const std::vector<TensorSpan>& tensors, size_t dispatches) {
    std::vector<uint64_t> alive(dispatches);
    for (const TensorSpan& tensor : tensors) {
        for (size_t i = tensor.first; i <= tensor.last && i < dispatches; ++i) {
            alive[i] += tensor.bytes;
        }
    }
    return alive;
}

Map map_of(const Profile& profile, size_t number) {
    if (number >= profile.plans.size()) {
        fail(ErrorKind::bad_input, "profile: expected a plan below ", profile.plans.size(), ", got ", number);
    }
    const PlanSamples& plan = profile.plans[number];
    Map out{.title = text("Scratch memory of ", plan.name),
            .line = text(profile.subject, " on ", device_line(profile.device)),
            .colours = op_colours(summary_of(profile))};
    for (const DispatchSamples& dispatch : plan.dispatches) {
        out.ops.push_back(dispatch.op);
    }
    for (const TensorSpan& tensor : plan.tensors) {
        if (tensor.arena == kScratch) {
            out.tensors.push_back(tensor);
            out.chunks.resize(std::max<size_t>(out.chunks.size(), tensor.chunk + 1));
            out.chunks[tensor.chunk] = std::max(out.chunks[tensor.chunk], tensor.offset + tensor.bytes);
        }
    }
    for (const uint64_t chunk : out.chunks) {
        out.bytes += chunk;
    }
    out.alive = alive_at(out.tensors, out.ops.size());
    out.lower_bound = plan.scratch_lower_bound;
    return out;
}

void draw_words(Surface& page, const Map& map) {
    page.text({kMargin, 38}, shortened(map.title, kTitle, kSize.width - 2 * kMargin), {.size = kTitle, .bold = true});
    page.text({kMargin, 60}, shortened(map.line, kSmall, kSize.width - 2 * kMargin), {.size = kSmall, .colour = kFaint});
    double x = kLeft;
    for (const OpColour& op : map.colours) {
        const bool writes = std::ranges::any_of(
            map.tensors, [&](const TensorSpan& tensor) { return tensor.first < map.ops.size() && map.ops[tensor.first] == op.op; });
        const double width = 18 + text_width(op.op, kSmall);
        if (writes && x + width <= kRight) {
            page.fill({page.snapped(x), 82, 11, 11}, op.colour);
            page.text({x + 17, 92}, op.op, {.size = kSmall});
            x += width + 20;
        }
    }
}

// Behind its last dispatch, or where another tensor is written in its place.
uint32_t end_of(const Map& map, const TensorSpan& tensor) {
    uint32_t end = tensor.last + 1;
    for (const TensorSpan& other : map.tensors) {
        const bool meets =
            other.chunk == tensor.chunk && other.offset < tensor.offset + tensor.bytes && tensor.offset < other.offset + other.bytes;
        if (meets && other.first > tensor.first) {
            end = std::min(end, other.first);
        }
    }
    return end;
}

void draw_tensors(Surface& page, const Map& map) {
    for (uint32_t chunk = 0; chunk < map.chunks.size(); ++chunk) {
        const double top = map.y(chunk, map.chunks[chunk]), height = map.height_of(map.chunks[chunk]);
        page.fill({kMap.x, top, kMap.width, height}, mix(kLine, kPaper, 0.6));
        if (height >= 1.2 * kTiny) {
            page.text({kMap.x - 8, top + 0.7 * kTiny}, bytes_text(static_cast<double>(map.chunks[chunk])),
                      {.size = kTiny, .colour = kFaint, .align = Align::end});
        }
        if (height >= 3 * kTiny) {
            page.text({kMap.x - 8, top + height}, "0", {.size = kTiny, .colour = kFaint, .align = Align::end});
        }
    }
    const auto box_of = [&](const TensorSpan& tensor) {
        const double left = page.snapped(map.x(tensor.first)), right = page.snapped(std::min(map.x(end_of(map, tensor)), kRight));
        const double bottom = page.snapped(map.y(tensor.chunk, tensor.offset));
        const double top = page.snapped(map.y(tensor.chunk, tensor.offset + tensor.bytes));
        const double gap = right - left > 4 ? 1 : 0;
        return Box{left, top, std::max(right - left - gap, 0.5), std::max(bottom - top - (bottom - top > 4 ? 1 : 0), 0.5)};
    };
    for (const TensorSpan& tensor : map.tensors) {
        const std::string op = tensor.first < map.ops.size() ? map.ops[tensor.first] : "";
        page.fill(box_of(tensor), colour_of(map.colours, op));
    }
    for (const TensorSpan& tensor : map.tensors) {
        const Box box = box_of(tensor);
        if (box.height >= 1.5 * kTiny && text_width(tensor.name, kTiny) + 8 <= box.width) {
            page.text({box.x + box.width / 2, box.y + box.height / 2 + 0.35 * kTiny}, tensor.name,
                      {.size = kTiny, .colour = kPaper, .align = Align::middle});
        }
    }
    page.text({kMargin + 4, kMap.y + kMap.height / 2}, "where it lies",
              {.size = kSmall, .colour = kFaint, .align = Align::middle, .degrees = 90});
}

// Bytes that are needed at each dispatch, and the least that any placing of them takes.
void draw_alive(Surface& page, const Map& map) {
    const double most = static_cast<double>(std::max(map.bytes, map.lower_bound));
    const auto y = [&](double bytes) { return kAlive.y + kAlive.height * (1 - bytes / std::max(most, 1.0)); };
    std::vector<Point> above, below;
    for (size_t i = 0; i < map.alive.size(); ++i) {
        for (const double edge : {0.0, 1.0}) {
            above.push_back({map.x(static_cast<double>(i) + edge), y(static_cast<double>(map.alive[i]))});
            below.push_back({above.back().x, kAlive.y + kAlive.height});
        }
    }
    if (above.size() > 1) {
        page.area(above, below, kMore);
    }
    page.line({kLeft, kAlive.y + kAlive.height}, {kRight, kAlive.y + kAlive.height}, 1, kFaint);
    double legend = kLeft;
    const auto level = [&](uint64_t bytes, const char* name, Colour colour) {
        page.line({kLeft, y(static_cast<double>(bytes))}, {kRight, y(static_cast<double>(bytes))}, 1.25, colour);
        const std::string words = text(name, ": ", bytes_text(static_cast<double>(bytes)));
        page.line({legend, kAlive.y - 13}, {legend + 14, kAlive.y - 13}, 2, colour);
        page.text({legend + 20, kAlive.y - 9}, words, {.size = kTiny, .colour = kFaint});
        legend += 20 + kWider * text_width(words, kTiny) + 22;
    };
    level(map.bytes, "the arena", kInk);
    level(map.lower_bound, "the least possible", kBound);
    page.text({kMargin + 4, kAlive.y + kAlive.height / 2}, "needed",
              {.size = kSmall, .colour = kFaint, .align = Align::middle, .degrees = 90});
    page.text({kLeft - 8, kAlive.y + 0.7 * kTiny}, bytes_text(most), {.size = kTiny, .colour = kFaint, .align = Align::end});
    page.text({kLeft - 8, kAlive.y + kAlive.height}, "0", {.size = kTiny, .colour = kFaint, .align = Align::end});
    if (!map.alive.empty()) {
        const size_t at = map.high_water();
        const Point top{map.x(static_cast<double>(at) + 0.5), y(static_cast<double>(map.alive[at]))};
        page.line(top, top, 5, kBound);
        const std::string words =
            text("high-water: ", bytes_text(static_cast<double>(map.alive[at])), " at dispatch ", at, ", ", map.ops[at]);
        page.line({legend + 3, kAlive.y - 13}, {legend + 3, kAlive.y - 13}, 5, kBound);
        page.text({legend + 12, kAlive.y - 9}, words, {.size = kTiny, .colour = kFaint});
    }
}

// Dispatches from 0, at round numbers.
void draw_dispatches(Surface& page, const Map& map) {
    const double bottom = kAlive.y + kAlive.height;
    const Axis axis{.least = 0, .most = static_cast<double>(map.ops.size())};
    std::vector<double> ticks = round_ticks(axis, 10);
    std::erase_if(ticks, [](double tick) { return tick != std::round(tick); });
    const std::vector<std::string> names = tick_names(ticks);
    for (size_t i = 0; i < ticks.size(); ++i) {
        if (map.x(ticks[i]) < kRight - 80) {
            page.text({map.x(ticks[i]), bottom + 6 + kSmall}, names[i], {.size = kSmall, .colour = kFaint, .align = Align::middle});
        }
    }
    page.text({kRight, bottom + 6 + kSmall}, "dispatch", {.size = kSmall, .colour = kFaint, .align = Align::end});
}

std::string bound_words(const Map& map) {
    const double more = map.lower_bound > 0 ? static_cast<double>(map.bytes) / static_cast<double>(map.lower_bound) - 1 : 0;
    return text("A box: a tensor from the dispatch that writes it to the last that reads it, in the colour of the op that writes it. ",
                map.chunks.size() > 1 ? text(map.chunks.size(), " chunks. ") : "",
                more < 0.0005 ? std::string("No placing takes less.") : text(percent_text(more), " more than the least possible."));
}

void draw_all(Surface& page, const Map& map) {
    draw_words(page, map);
    if (map.tensors.empty() || map.ops.empty()) {
        page.text({kMargin, 120}, "This plan has no scratch tensors.", {.size = kSmall});
        return;
    }
    draw_tensors(page, map);
    draw_alive(page, map);
    draw_dispatches(page, map);
    page.text({kMargin, kSize.height - 22}, bound_words(map), {.size = kTiny, .colour = kFaint});
}

}  // namespace

Page memory_page(const Profile& profile, size_t plan) {
    Map map = map_of(profile, plan);
    return {.title = map.title, .size = kSize, .draw = [map = std::move(map)](Surface& page) { draw_all(page, map); }};
}

size_t plan_with_most_scratch(const Profile& profile) {
    size_t best = 0;
    uint64_t most = 0;
    for (size_t i = 0; i < profile.plans.size(); ++i) {
        for (const ArenaUse& arena : profile.plans[i].arenas) {
            if (arena.name == kScratch && arena.bytes > most) {
                best = i, most = arena.bytes;
            }
        }
    }
    return best;
}

}  // namespace heed::profile
