#pragma once

#include <optional>
#include <set>
#include <string>

#include "base/caps.h"
#include "run/segments.h"

namespace heed {

// What was learnt about one device and driver, kept in the user's cache: what `heed doctor` found wrong, what `heed bench` measured.
struct DeviceNotes {
    std::set<std::string> quarantined;  // kernels that gave wrong results
    std::optional<Rates> rates;
};

// Notes made with other kernels or another driver version do not count; nor does a file that cannot be read.
DeviceNotes load_notes(const Caps& caps);

// Replaces the file in one step. Throws bad_file when the cache cannot be written.
void save_notes(const Caps& caps, const DeviceNotes& notes);

}  // namespace heed
