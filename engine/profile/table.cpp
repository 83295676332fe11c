#include "profile/table.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <tuple>

#include "profile/amounts.h"
#include "profile/columns.h"
#include "profile/resources.h"
#include "profile/summary.h"

namespace heed::profile {
namespace {

// Dispatches of one kernel and shape, wherever they are.
struct Alike {
    std::string kernel, shape, op;
    double seconds = 0, runs = 0, bound = 0;  // in a round: of all of them, how many, and the least they could take
    Limit limit = Limit::launch;
    double p95 = 0;  // of the slowest one
    Work work;

    double each() const { return runs > 0 ? seconds / runs : 0; }
    double roof() const { return seconds > 0 ? bound / seconds : 0; }
};

Alike alike_of(const PlanSamples& plan, size_t index, const DispatchSummary& summary) {
    const DispatchSamples& dispatch = plan.dispatches[index];
    return {.kernel = plan.kernels[dispatch.kernel].name,
            .shape = dispatch.shape,
            .op = dispatch.op,
            .seconds = summary.seconds,
            .runs = summary.runs,
            .bound = summary.rating.bound.seconds * summary.runs,
            .limit = summary.rating.bound.limit,
            .p95 = summary.isolated.p95,
            .work = {.flops = dispatch.work.flops * summary.runs, .bytes = dispatch.work.bytes * summary.runs}};
}

std::vector<Alike> alike(const Profile& profile, const Summary& summary, bool each) {
    std::vector<Alike> out;
    std::map<std::tuple<std::string, std::string>, size_t> known;
    for (size_t p = 0; p < profile.plans.size(); ++p) {
        for (size_t d = 0; d < profile.plans[p].dispatches.size(); ++d) {
            Alike one = alike_of(profile.plans[p], d, summary.plans[p].dispatches[d]);
            const auto [found, fresh] = known.try_emplace({one.kernel, one.shape}, out.size());
            if (fresh || each) {
                out.push_back(std::move(one));
                continue;
            }
            Alike& sum = out[found->second];
            sum.seconds += one.seconds;
            sum.runs += one.runs;
            sum.bound += one.bound;
            sum.p95 = std::max(sum.p95, one.p95);
            sum.work.flops += one.work.flops;
            sum.work.bytes += one.work.bytes;
        }
    }
    if (!each) {
        std::ranges::stable_sort(out, std::ranges::greater(), &Alike::seconds);
    }
    return out;
}

Tint tint_of(double roof) {
    return roof <= 0 ? Tint::none : roof >= 0.6 ? Tint::good : roof >= 0.3 ? Tint::fair : Tint::poor;
}

std::string count_text(double count) {
    return count == std::floor(count) ? std::to_string(static_cast<long long>(count)) : digits(count);
}

std::string milliseconds(double seconds) {
    return digits(seconds * 1e3);
}

class Writer {
public:
    Writer(const Profile& profile, const TableOptions& options) : profile_(profile), summary_(summary_of(profile)), options_(options) {}

    std::string write() {
        head();
        plans();
        host();
        ops();
        kernels();
        statistics();
        verdict();
        return out_.str();
    }

private:
    void line(const std::string& what) { out_ << shortened(what, options_.width) << "\n"; }
    void title(const std::string& what) { out_ << "\n" << tinted(wrapped(what, options_.width), Tint::strong, options_.colours) << "\n"; }
    void head();
    void plans();
    void host();
    void ops();
    void kernels();
    void statistics();
    void verdict();

    const Profile& profile_;
    const Summary summary_;
    const TableOptions& options_;
    std::ostringstream out_;
};

void Writer::head() {
    const DeviceFacts& device = profile_.device;
    const Roofs& roofs = profile_.roofs;
    out_ << tinted(shortened(profile_.subject, options_.width), Tint::strong, options_.colours) << "\n";
    line(device.name + ", " + device.driver + (device.software ? "; a software device" : ""));
    std::string memory;
    if (!roofs.memory.empty()) {
        memory = ", " + amount_text(roofs.far_bytes_per_second(), "B/s") + " far, " +
                 amount_text(roofs.memory.front().bytes_per_second, "B/s") + " in " +
                 bytes_text(static_cast<double>(roofs.memory.front().bytes));
    }
    line("roofs   " + amount_text(roofs.flops_f32, "FLOP/s") + " f32" + memory + "; a dispatch " + seconds_text(roofs.dispatch_seconds) +
         ", a submit " + seconds_text(roofs.submit_seconds));
    if (device.timestamps) {
        line("clock   timestamps of " + seconds_text(device.tick_seconds) + ", " + device.clock + " to within " +
             seconds_text(device.clock_deviation) + "; each adds " + seconds_text(roofs.timestamp_seconds) + " to what it times");
    } else {
        line("clock   the host's: this queue has no timestamps, so each isolated dispatch is a submit, timed whole");
    }
    line("rounds  " + std::to_string(summary_.concurrent.count) + " concurrent, " + std::to_string(summary_.isolated.count) +
         " isolated; pace " + seconds_text(summary_.pace.median) + " (" + seconds_text(summary_.pace.least) + " to " +
         seconds_text(summary_.pace.most) + ")" + (profile_.interrupted ? "; INTERRUPTED, this is what there was" : ""));
    for (const std::string& note : profile_.notes) {
        line("note    " + note);
    }
}

void Writer::plans() {
    title("runs of each plan, in ms: as in production; isolated, with a barrier around each dispatch");
    Columns columns({{"runs"}, {"dispatches"}, {"concurrent"}, {"p95"}, {"isolated"}, {"sum"}, {"apart"}, {"busy"}, {"plan", false}});
    for (size_t i = 0; i < profile_.plans.size(); ++i) {
        const PlanSamples& plan = profile_.plans[i];
        const PlanSummary& summary = summary_.plans[i];
        const double together = summary.concurrent.median;
        columns.add(
            {{count_text(summary.runs)},
             {std::to_string(plan.dispatches.size())},
             {milliseconds(together)},
             {milliseconds(summary.concurrent.p95)},
             {milliseconds(summary.isolated.median)},
             {milliseconds(summary.sum.median)},
             {together > 0 ? (summary.sum.median >= together ? "+" : "-") + percent_text(std::abs(summary.sum.median / together - 1)) : ""},
             {summary.busy ? percent_text(*summary.busy) : "?"},
             {plan.name}});
    }
    out_ << columns.text(options_.width, options_.colours);
}

void Writer::host() {
    title("the host, in ms: before the first round, and in a round (own: without what it calls)");
    Columns columns({{"before"}, {"a round"}, {"own"}, {"calls"}, {"phase", false}});
    columns.add({{""}, {milliseconds(summary_.concurrent.median)}, {""}, {"1"}, {"all of a round, by the stopwatch around it"}});
    for (const PhaseSummary& phase : summary_.phases) {
        columns.add({{milliseconds(phase.before)},
                     {milliseconds(phase.round.median)},
                     {milliseconds(phase.own.median)},
                     {std::to_string(phase.count)},
                     {phase.name}});
    }
    out_ << columns.text(options_.width, options_.colours);
    std::map<std::string, double> arenas;
    for (const PlanSamples& plan : profile_.plans) {
        for (const ArenaUse& arena : plan.arenas) {
            arenas[arena.name] = std::max(arenas[arena.name], static_cast<double>(arena.bytes));
        }
    }
    std::string memory = "device memory: at most " + bytes_text(static_cast<double>(profile_.device_bytes)) + " in use";
    for (const auto& [name, bytes] : arenas) {
        memory += bytes > 0 ? "; " + name + " " + bytes_text(bytes) : "";
    }
    line(memory);
}

void Writer::ops() {
    title("by op, in ms a round");
    Columns columns({{"share"},
                     {"min"},
                     {"median"},
                     {"p95"},
                     {"GFLOP/s"},
                     {"GB/s"},
                     {"FLOP/B"},
                     {"roof"},
                     {"bound", false},
                     {"dispatches"},
                     {"op", false}});
    for (const GroupSummary& op : summary_.ops) {
        columns.add({{percent_text(op.share)},
                     {milliseconds(op.round.least)},
                     {milliseconds(op.round.median)},
                     {milliseconds(op.round.p95)},
                     {digits(op.rating.flops_per_second * 1e-9)},
                     {digits(op.rating.bytes_per_second * 1e-9)},
                     {digits(op.work.bytes > 0 ? op.work.flops / op.work.bytes : 0)},
                     {percent_text(op.rating.roof), tint_of(op.rating.roof)},
                     {std::string(to_string(op.rating.bound.limit))},
                     {std::to_string(op.dispatches)},
                     {op.name}});
    }
    out_ << columns.text(options_.width, options_.colours);
}

void Writer::kernels() {
    const std::vector<Alike> all = alike(profile_, summary_, options_.each);
    title(options_.each ? "every dispatch, in us alone" : "by kernel and shape, in us a dispatch alone");
    Columns columns({{"share"}, {"times"}, {"median"}, {"p95"}, {"roof"}, {"bound", false}, {"kernel", false}, {"shape", false}});
    const size_t shown = options_.each ? all.size() : std::min(all.size(), options_.most);
    for (const Alike& one : std::span(all).first(shown)) {
        columns.add({{percent_text(summary_.dispatch_seconds > 0 ? one.seconds / summary_.dispatch_seconds : 0)},
                     {count_text(one.runs)},
                     {digits(one.each() * 1e6)},
                     {digits(one.p95 * 1e6)},
                     {percent_text(one.roof()), tint_of(one.roof())},
                     {std::string(to_string(one.limit))},
                     {one.kernel},
                     {one.shape}});
    }
    out_ << columns.text(options_.width, options_.colours);
    if (shown < all.size()) {
        line("and " + std::to_string(all.size() - shown) + " more; --each has every dispatch");
    }
}

// What the driver's compiler says, under the driver's own names; a line a kernel.
void Writer::statistics() {
    std::map<std::string, std::string> lines;
    for (const PlanSamples& plan : profile_.plans) {
        for (const KernelFacts& kernel : plan.kernels) {
            const Resources resources = resources_of(kernel.executables);
            std::string facts = resources.subgroup_size > 0 ? "subgroups of " + std::to_string(resources.subgroup_size) : "";
            for (const std::optional<Amount>& amount : resources.amounts) {
                if (amount) {
                    facts += (facts.empty() ? "" : ", ") + amount->name + " " + digits(amount->value);
                }
            }
            if (!facts.empty()) {
                lines[kernel.name] = facts;
            }
        }
    }
    if (lines.empty()) {
        return;
    }
    title("what the driver says of the kernels, under its own names");
    for (const GroupSummary& kernel : summary_.kernels) {
        if (lines.contains(kernel.name)) {
            out_ << wrapped(kernel.name + ": " + lines[kernel.name], options_.width) << "\n";
        }
    }
}

void Writer::verdict() {
    const std::vector<Alike> all = alike(profile_, summary_, false);
    if (all.empty() || summary_.dispatch_seconds <= 0) {
        line("\nnothing was timed");
        return;
    }
    const Alike& slowest = all.front();
    const char* why = slowest.limit == Limit::compute  ? "multiply-adds"
                      : slowest.limit == Limit::memory ? "bytes read and written"
                                                       : "launching it at all";
    std::ostringstream sentence;
    sentence << "slowest: " << slowest.kernel << " on " << slowest.shape << ", "
             << percent_text(slowest.seconds / summary_.dispatch_seconds) << " of the dispatches' time, at " << percent_text(slowest.roof())
             << " of its roof, which is set by " << why;
    out_ << "\n" << tinted(wrapped(sentence.str(), options_.width), Tint::strong, options_.colours) << "\n";
}

}  // namespace

std::string table(const Profile& profile, const TableOptions& options) {
    return Writer(profile, options).write();
}

}  // namespace heed::profile
