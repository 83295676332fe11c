#include "check/trials.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "base/error.h"

namespace heed::check {
namespace {

constexpr double kReferenceFlops = 2e10;  // the reference takes about 20 s for as many

// A family's strategy, or nothing: the picker's own.
struct Forced {
    std::string family, strategy;
};

// What is left of the sentence when everybody knows the op, the shape and the device: from the kernel's name on.
std::string reason_of(const Error& error, const Forced& forced) {
    const std::string what = error.what();
    const size_t kernel = what.find(forced.family + "_" + forced.strategy);
    return kernel == std::string::npos ? what : what.substr(kernel);
}

const Offer* offer_of(const Plan& plan, const std::string& family) {
    const auto found = std::ranges::find(plan.offers, family, &Offer::family);
    return found != plan.offers.end() ? &*found : nullptr;
}

// The strategy with each of its tiles; `chosen`: its first is what the picker takes.
void add_tiles(std::vector<Trial>& trials, const Offer& offer, const CompileOptions& options, bool chosen) {
    const auto add = [&](const Tile& tile, bool taken) {
        Trial trial{.name = offer.strategy + (tile.name.empty() ? "" : " " + tile.name), .compile = options, .chosen = chosen && taken};
        if (!tile.name.empty()) {
            trial.compile.kernels.tile[offer.family] = tile.name;
        }
        if (!taken && !tile.fits) {
            trial.refused = "this tile does not fit this shape or device";
        }
        trials.push_back(std::move(trial));
    };
    add({offer.tile}, true);
    for (const Tile& tile : offer.tiles) {
        if (tile.name != offer.tile) {
            add(tile, false);
        }
    }
}

void add_strategy(std::vector<Trial>& trials, const Graph& graph, const Caps& caps, const CompileOptions& options, const Forced& forced) {
    CompileOptions with = options;
    with.kernels.strategy[forced.family] = forced.strategy;
    try {
        const Plan plan = compile(graph, caps, with);
        if (const Offer* offer = offer_of(plan, forced.family); offer != nullptr) {
            add_tiles(trials, *offer, with, false);
        }
    } catch (const Error& error) {
        if (error.kind != ErrorKind::unsupported) {
            throw;
        }
        trials.push_back({.name = forced.strategy, .compile = with, .refused = reason_of(error, forced)});
    }
}

// A trial that can run.
struct Runner {
    Trial* trial;
    std::unique_ptr<profile::Recorder> recorder;
    Session session;
};

std::optional<Runner> start(Device& device, PreparedCase& prepared, Trial& trial, Store& store) {
    auto recorder = std::make_unique<profile::Recorder>();
    recorder->isolate(true);
    try {
        Session session(
            device, prepared.graph,
            {.compile = trial.compile, .store = &store, .heed_quarantine = false, .recorder = recorder.get(), .name = trial.name});
        if (prepared.expected.empty()) {
            write_inputs(session, prepared.graph, prepared.inputs);
            session.run();
            for (const OutputWindow& output : session.plan().outputs) {
                const std::vector<float> values = read_output(session, output);
                prepared.expected[output.name] = reference::Array(output.shape);
                prepared.expected[output.name].data.assign(values.begin(), values.end());
            }
        }
        device.messages().take_prints();
        trial.wrong = run_session(session, prepared).verdict();
        trial.prints = device.messages().take_prints();
        recorder->forget_runs();
        return Runner{&trial, std::move(recorder), std::move(session)};
    } catch (const Error& error) {
        if (error.kind == ErrorKind::device_lost) {
            throw;
        }
        (error.kind == ErrorKind::unsupported ? trial.refused : trial.wrong) = error.what();
        return std::nullopt;
    }
}

bool counts(const profile::PlanSamples& plan, const profile::DispatchSamples& dispatch, std::string_view kernel) {
    return kernel.empty() || plan.kernels.at(dispatch.kernel).name == kernel;
}

}  // namespace

std::vector<double> seconds_of(const profile::PlanSamples& plan, std::string_view kernel) {
    std::vector<double> seconds;
    for (const profile::DispatchSamples& dispatch : plan.dispatches) {
        if (!counts(plan, dispatch, kernel)) {
            continue;
        }
        seconds.resize(std::max(seconds.size(), dispatch.seconds.size()));
        for (size_t i = 0; i < dispatch.seconds.size(); ++i) {
            seconds[i] += dispatch.seconds[i];
        }
    }
    return seconds;
}

profile::Bound bound_of(const profile::Roofs& roofs, const profile::PlanSamples& plan, std::string_view kernel) {
    profile::Bound sum{.limit = profile::Limit::launch, .seconds = 0};
    double longest = 0;
    for (const profile::DispatchSamples& dispatch : plan.dispatches) {
        if (counts(plan, dispatch, kernel)) {
            const profile::Bound bound = profile::bound_of(roofs, dispatch.work);
            sum.seconds += bound.seconds;
            sum.limit = bound.seconds > longest ? bound.limit : sum.limit;
            longest = std::max(longest, bound.seconds);
        }
    }
    return sum;
}

std::vector<Trial> trials_of(const Graph& graph, const Caps& caps, const CompileOptions& options) {
    const Plan plan = compile(graph, caps, options);
    std::vector<Trial> trials;
    for (const Offer& offer : plan.offers) {
        if (offer.strategies.size() < 2 && offer.tiles.size() < 2 && plan.offers.size() > 1) {
            continue;
        }
        CompileOptions with = options;
        with.kernels.strategy[offer.family] = offer.strategy;
        add_tiles(trials, offer, with, true);
        for (const std::string& strategy : offer.strategies) {
            if (strategy != offer.strategy) {
                add_strategy(trials, graph, caps, options, {offer.family, strategy});
            }
        }
    }
    return trials;
}

PreparedCase prepare_trials(const reference::Case& source, DType dtype) {
    PreparedCase prepared = prepare_inputs(source, dtype);
    double flops = 0;
    for (const Node& node : prepared.graph.nodes()) {
        flops += cost_of(prepared.graph, node).flops;
    }
    return flops > kReferenceFlops ? std::move(prepared) : prepare(source, dtype);
}

void run_by_turns(Device& device, PreparedCase& prepared, std::vector<Trial>& trials, const TurnOptions& options) {
    Store store(device);
    std::vector<Runner> runners;
    for (size_t i = 0; i < trials.size(); ++i) {
        if (options.progress) {
            options.progress(trials[i].name, i, trials.size());
        }
        if (trials[i].refused.empty()) {
            if (std::optional<Runner> runner = start(device, prepared, trials[i], store)) {
                runners.push_back(std::move(*runner));
            }
        }
        if (options.stop && options.stop()) {
            break;
        }
    }
    for (int turn = 0; turn < options.turns; ++turn) {
        if (options.progress) {
            options.progress("turns", static_cast<size_t>(turn), static_cast<size_t>(options.turns));
        }
        for (size_t i = 0; i < runners.size(); ++i) {  // there and back: who comes first differs
            runners[turn % 2 == 0 ? i : runners.size() - 1 - i].session.run();
        }
        if (options.stop && options.stop()) {
            break;
        }
    }
    device.messages().take_prints();  // the same again, once a turn
    for (const Runner& runner : runners) {
        runner.trial->plan = runner.session.profile();
        runner.trial->seconds = seconds_of(runner.trial->plan);
        runner.trial->beside = ratio_of(runners.front().trial->seconds, runner.trial->seconds);
    }
}

void rank(std::vector<Trial>& trials) {
    const auto place = [](const Trial& trial) { return trial.good() ? 0 : !trial.refused.empty() ? 2 : 1; };
    std::ranges::stable_sort(trials, [&](const Trial& a, const Trial& b) {
        return place(a) != place(b) ? place(a) < place(b) : a.good() && a.median() < b.median();
    });
}

}  // namespace heed::check
