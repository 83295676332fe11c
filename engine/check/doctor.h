#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "run/session.h"

namespace heed::check {

// What the case tables say of one kernel on one device.
struct DoctorRow {
    std::string op, kernel;
    int cases = 0, failures = 0;
    double worst_error = 0;     // of the case that came closest to (or went furthest past) its tolerance
    double tolerance = 0;       // what was allowed there
    double worst_ratio = 0;     // error over tolerance
    std::string first_failure;  // which case, and what was wrong

    bool good() const { return failures == 0; }
};

struct DoctorReport {
    std::vector<DoctorRow> rows;
    std::set<std::string> quarantined;      // kernels with a failure
    std::vector<std::string> without_cure;  // "op case dtype": no good variant is left
    std::vector<std::string> problems;      // cases that could not be run at all
    double seconds = 0;

    bool healthy() const { return without_cure.empty() && problems.empty(); }
};

struct DoctorOptions {
    std::set<std::string> only;           // ops; all when empty
    std::set<std::string> pretend_wrong;  // kernels whose results are taken as wrong: a drill
    int replays = 20;
    std::function<void(const std::string& op, size_t done, size_t total)> progress;  // one thread at a time
    std::vector<Device*> more;  // the same device opened again: each examines on a thread of its own, for drivers compile on one
};

// Every op and every kernel variant the device can run, against the reference, with guard bands and replays. The kernels that would be
// taken are examined in every case and dtype, the others in one dtype a case, by turns, and wherever the taken one is wrong.
DoctorReport examine(Device& device, const DoctorOptions& options = {});

}  // namespace heed::check
