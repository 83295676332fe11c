#include "profile/picture.h"

#include <algorithm>
#include <iterator>

namespace heed::profile {
namespace {

// Of about one lightness, so that night() leaves them readable on a dark page.
constexpr draw::Colour kOps[] = {{34, 114, 184}, {218, 98, 30}, {24, 140, 92},  {150, 84, 196}, {196, 142, 0},
                                 {204, 62, 98},  {0, 146, 170}, {126, 104, 58}, {96, 124, 40},  {188, 96, 164}};
constexpr draw::Colour kOthers{128, 134, 150};

}  // namespace

std::vector<OpColour> op_colours(const Summary& summary) {
    std::vector<OpColour> out;
    for (const GroupSummary& op : summary.ops) {
        out.push_back({.op = op.name, .colour = out.size() < std::size(kOps) ? kOps[out.size()] : kOthers, .share = op.share});
    }
    return out;
}

draw::Colour colour_of(const std::vector<OpColour>& colours, const std::string& op) {
    const auto found = std::ranges::find(colours, op, &OpColour::op);
    return found == colours.end() ? kOthers : found->colour;
}

std::string device_line(const DeviceFacts& device) {
    return device.name + " \u00b7 " + device.driver + (device.software ? " \u00b7 a software device" : "");
}

}  // namespace heed::profile
