#pragma once

#include <optional>
#include <set>
#include <string>

#include "base/caps.h"
#include "profile/roofs.h"

namespace heed {

// What was learnt about one device and driver, kept in the user's cache: what `heed doctor` found wrong, what it can do at best.
struct DeviceNotes {
    std::set<std::string> quarantined;  // kernels that gave wrong results
    std::optional<profile::Roofs> roofs;
};

// Notes made with other kernels or another driver version do not count; nor does what cannot be read or cannot be true.
DeviceNotes load_notes(const Caps& caps);

// Replaces the file in one step. Throws bad_file when the cache cannot be written.
void save_notes(const Caps& caps, const DeviceNotes& notes);

}  // namespace heed
