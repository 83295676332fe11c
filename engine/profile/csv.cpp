#include "profile/csv.h"

#include <locale>
#include <sstream>
#include <string_view>

#include "profile/summary.h"

namespace heed::profile {
namespace {

std::string quoted(std::string_view cell) {
    std::string out = "\"";
    for (const char c : cell) {
        out += c == '"' ? "\"\"" : std::string(1, c);
    }
    return out + "\"";
}

class Line {
public:
    explicit Line(std::string& out) : out_(out) {}

    void add(std::string_view cell) {
        // Spaces at either end would be lost on some readers.
        const bool quotes = cell.find_first_of(",\";\t\r\n") != std::string_view::npos || cell.starts_with(' ') || cell.ends_with(' ');
        out_ += first_ ? "" : ",";
        out_ += quotes ? quoted(cell) : std::string(cell);
        first_ = false;
    }
    void add(double number) {
        std::ostringstream digits;
        digits.imbue(std::locale::classic());
        digits.precision(12);
        digits << number;
        add(digits.str());
    }
    void end() { out_ += "\r\n"; }

private:
    std::string& out_;
    bool first_ = true;
};

constexpr std::string_view kNames[] = {"plan",
                                       "dispatch",
                                       "op",
                                       "name",
                                       "shape",
                                       "kernel",
                                       "constants",
                                       "workgroup [invocations]",
                                       "grid x [workgroups]",
                                       "grid y [workgroups]",
                                       "grid z [workgroups]",
                                       "runs timed",
                                       "min [us]",
                                       "median [us]",
                                       "p95 [us]",
                                       "max [us]",
                                       "runs per round",
                                       "share of time [%]",
                                       "work [FLOP]",
                                       "traffic [byte]",
                                       "intensity [FLOP/byte]",
                                       "rate [GFLOP/s]",
                                       "bandwidth [GB/s]",
                                       "bound",
                                       "bound [us]",
                                       "of the roof [%]"};

void add_times(Line& line, const DispatchSummary& summary) {
    const Spread& spread = summary.isolated;
    line.add(static_cast<double>(spread.count));
    for (const double seconds : {spread.least, spread.median, spread.p95, spread.most}) {
        spread.count == 0 ? line.add("") : line.add(seconds * 1e6);
    }
    line.add(summary.runs);
    spread.count == 0 ? line.add("") : line.add(100 * summary.share);
}

void add_rating(Line& line, const DispatchSummary& summary) {
    const Rating& rating = summary.rating;
    const bool timed = summary.isolated.count > 0;
    timed ? line.add(rating.flops_per_second / 1e9) : line.add("");
    timed ? line.add(rating.bytes_per_second / 1e9) : line.add("");
    line.add(to_string(rating.bound.limit));
    line.add(rating.bound.seconds * 1e6);
    timed ? line.add(100 * rating.roof) : line.add("");
}

std::string spaced(const std::vector<uint32_t>& numbers) {
    std::string out;
    for (const uint32_t number : numbers) {
        out += (out.empty() ? "" : " ") + std::to_string(number);
    }
    return out;
}

}  // namespace

std::string to_csv(const Profile& profile) {
    const Summary summary = summary_of(profile);
    std::string out;
    Line names(out);
    for (const std::string_view name : kNames) {
        names.add(name);
    }
    names.end();
    for (size_t i = 0; i < profile.plans.size(); ++i) {
        const PlanSamples& plan = profile.plans[i];
        for (size_t j = 0; j < plan.dispatches.size(); ++j) {
            const DispatchSamples& dispatch = plan.dispatches[j];
            const DispatchSummary& rated = summary.plans[i].dispatches[j];
            const KernelFacts& kernel = plan.kernels.at(dispatch.kernel);
            Line line(out);
            line.add(plan.name);
            line.add(static_cast<double>(j));
            for (const std::string& cell : {dispatch.op, dispatch.name, dispatch.shape, kernel.name, spaced(kernel.constants)}) {
                line.add(cell);
            }
            line.add(kernel.workgroup);
            for (const uint32_t along : dispatch.grid) {
                line.add(along);
            }
            add_times(line, rated);
            line.add(dispatch.work.flops);
            line.add(dispatch.work.bytes);
            line.add(rated.intensity);
            add_rating(line, rated);
            line.end();
        }
    }
    return out;
}

}  // namespace heed::profile
