#pragma once

#include <string>
#include <vector>

#include "draw/colour.h"
#include "profile/summary.h"

namespace heed::profile {

// What an op looks like wherever a profile is drawn: what takes longest has the colours that are told apart best.
struct OpColour {
    std::string op;
    draw::Colour colour;
    double share = 0;  // of the time
};
std::vector<OpColour> op_colours(const Summary& summary);  // what takes longest comes first
draw::Colour colour_of(const std::vector<OpColour>& colours, const std::string& op);

std::string device_line(const DeviceFacts& device);  // name, driver, and that it is software where it is

}  // namespace heed::profile
