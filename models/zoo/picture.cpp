#include "models/zoo/picture.h"

#include <algorithm>
#include <array>

#include "models/zoo/diagrams.h"
#include "models/zoo/mechanisms.h"
#include "models/zoo/systems.h"

namespace heed::zoo {
namespace {

constexpr std::array<std::string_view, 7> kMechanisms{"A1", "A2", "A3", "A4", "A5", "A6", "T2"};
constexpr std::array<std::string_view, 7> kUnrolled{"R1", "R2", "R3", "R4", "R5", "R6", "A7"};

}  // namespace

bool needs_device(std::string_view id) {
    return std::ranges::find(kMechanisms, id) != kMechanisms.end();
}

Page picture_page(std::string_view name, Device* device) {
    const System& wanted = system(name);
    const std::string_view id = wanted.id;
    if (needs_device(id)) {
        if (device == nullptr) {
            fail(ErrorKind::bad_input, "zoo: expected a device for the picture of ", id, ", got none");
        }
        return mechanism_page(*device, id);
    }
    if (std::ranges::find(kUnrolled, id) != kUnrolled.end()) {
        return unrolled_page(id);
    }
    if (id == "T4") {
        return positions_page();
    }
    if (id == "T5") {
        return blocks_page();
    }
    if (id == "T10") {
        return folder_page();
    }
    fail(ErrorKind::bad_input, "zoo: expected a system that heed zoo draws, got ", wanted.id, ", whose picture is ", wanted.picture);
}

}  // namespace heed::zoo
