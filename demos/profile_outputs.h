#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "demos/common.h"
#include "profile/profile.h"

namespace heed {

// Where a profile goes besides the terminal; empty: nowhere.
struct ProfileOutputs {
    std::string json, csv, trace, html, roofline, memory;

    void add_to(CLI::App& command);
    // Throws bad_file for a place that cannot be written, before any time is spent on what would be lost; nothing is left there.
    void check() const;
    void write(const profile::Profile& profile) const;
};

}  // namespace heed
