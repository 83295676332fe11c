// heed profile --op OP --watch FILE.comp: a shader that somebody works on, measured beside the one that was built.
#include <algorithm>
#include <cmath>
#include <iostream>

#include "check/experiment.h"
#include "check/source_watch.h"
#include "demos/profile_op.h"
#include "profile/amounts.h"
#include "profile/columns.h"

namespace heed {
namespace {

using profile::Tint;

std::string change_of(const check::Outcome& outcome) {
    if (std::isinf(outcome.ratio.high)) {
        return "too few runs to compare";
    }
    if (outcome.ratio.noise()) {
        return "no change beyond noise (" + profile::digits(outcome.ratio.low) + " to " + profile::digits(outcome.ratio.high) + " times)";
    }
    const bool faster = outcome.ratio.median < 1;
    return faster ? profile::digits(1 / outcome.ratio.median) + " times as fast"
                  : "takes " + profile::digits(outcome.ratio.median) + " times as long";
}

void print(const check::Outcome& outcome, const OpSetting& setting) {
    const double bound = check::bound_of(setting.roofs, outcome.plan, outcome.kernel).seconds;
    const Tint tint = !outcome.wrong.empty()     ? Tint::poor
                      : outcome.ratio.noise()    ? Tint::none
                      : outcome.ratio.median < 1 ? Tint::good
                                                 : Tint::fair;
    std::cout << outcome.kernel << "  ";
    if (outcome.after.count > 0) {
        std::cout << profile::seconds_text(outcome.after.median) << ", built " << profile::seconds_text(outcome.before.median) << ": "
                  << profile::tinted(change_of(outcome), tint, setting.colours);
        if (bound > 0) {
            std::cout << ", " << profile::digits(100 * bound / outcome.after.median) << " % of the roof";
        }
    }
    if (!outcome.wrong.empty()) {
        std::cout << (outcome.after.count > 0 ? ", " : "") << profile::tinted("WRONG: " + outcome.wrong, Tint::poor, setting.colours);
    }
    std::cout << std::endl;
}

void print_said(const std::vector<std::string>& said) {
    constexpr size_t kMost = 40;
    for (size_t i = 0; i < std::min(said.size(), kMost); ++i) {
        std::cout << "  | " << said[i] << "\n";
    }
    if (said.size() > kMost) {
        std::cout << "  | and " << said.size() - kMost << " lines more\n";
    }
    if (!said.empty()) {
        std::cout << "  (printing takes time of its own)" << std::endl;
    }
}

// One compilation and its measurements.
bool measure(check::Experiment& experiment, const OpSetting& setting, int turns) {
    try {
        bool good = true;
        for (const check::Outcome& outcome : experiment.measure({.turns = turns, .stop = setting.stop})) {
            print(outcome, setting);
            print_said(outcome.prints);
            good = good && outcome.wrong.empty();
        }
        return good;
    } catch (const Error& error) {
        if (error.kind != ErrorKind::bad_file) {
            throw;
        }
        std::cout << error.what() << std::endl;
        return false;
    }
}

}  // namespace

bool profile_watch(const OpSetting& setting, const OpLoop& loop) {
    check::SourceWatch watch(loop.watch);
    const reference::Case source = setting.source();
    check::Experiment experiment(setting.device, setting.prepare(source), setting.compile(), loop.watch);
    std::cout << setting.title() << std::endl;
    const bool good = measure(experiment, setting, loop.turns);
    if (loop.once) {
        return good;
    }
    std::cerr << "waiting for changes of " << loop.watch << "; Ctrl-C ends\n";
    while (watch.wait(setting.stop)) {
        measure(experiment, setting, loop.turns);
    }
    return true;
}

}  // namespace heed
