// The text form of a plan: what `heed plan` prints and plan tests compare.
#include <iomanip>
#include <sstream>

#include "plan/plan.h"

namespace heed {
namespace {

std::string amount(double value, const char* unit) {
    const char* prefixes[] = {"", "k", "M", "G", "T"};
    size_t power = 0;
    for (; value >= 999.5 && power < 4; ++power) {  // what would be printed as 1e+03
        value /= 1000;
    }
    std::ostringstream out;
    out << std::setprecision(value < 10 ? 2 : 3) << value << " " << prefixes[power] << unit;
    return out.str();
}

std::string binding_text(const Plan& plan, const Binding& binding) {
    std::ostringstream out;
    out << (binding.access == Access::read ? "" : binding.access == Access::write ? ">" : "<>");
    if (binding.value == kDynamics) {
        return out.str() + "dynamics";
    }
    const Placement& place = plan.placements.at(binding.value);
    const Value& value = plan.graph.value(binding.value);
    out << "%" << binding.value;
    if (!value.name.empty()) {
        out << ":" << value.name;
    } else if (place.placed) {
        out << "@" << to_string(place.arena) << place.chunk << "+" << place.offset;
    }
    if (binding.offset != 0) {
        out << "+" << binding.offset;
    }
    return out.str();
}

}  // namespace

std::string Plan::text() const {
    std::ostringstream out;
    size_t index = 0;
    for (const Step& step : steps) {
        const Dispatch& d = step.dispatch;
        if (step.barrier) {
            out << "     -- barrier\n";
        }
        out << std::setw(4) << index++ << " " << d.kernel->name << " [" << d.grid[0] << "," << d.grid[1] << "," << d.grid[2] << "]"
            << (d.indirect ? " indirect" : "") << " (";
        for (size_t i = 0; i < d.specialization.size(); ++i) {
            out << (i == 0 ? "" : ",") << d.specialization[i];
        }
        out << ")";
        for (const Binding& binding : d.bindings) {
            out << " " << binding_text(*this, binding);
        }
        out << "  " << amount(d.cost.flops, "FLOP") << " " << amount(d.cost.bytes, "B") << "\n";
    }
    const Cost total = cost();
    out << steps.size() << " dispatches, " << barriers() << " barriers, " << amount(total.flops, "FLOP") << ", " << amount(total.bytes, "B")
        << " touched; fused kernels spare " << amount(total.spared, "B") << " that separate ones would move\n";
    for (Arena arena : {Arena::weights, Arena::state, Arena::io, Arena::scratch}) {
        out << to_string(arena) << " " << amount(static_cast<double>(bytes(arena)), "B")
            << (arena == Arena::scratch ? " (at least " + std::to_string(scratch_lower_bound) + " bytes are alive at once)" : std::string())
            << "\n";
    }
    for (const std::string& note : notes) {
        out << "note: " << note << "\n";
    }
    return out.str();
}

}  // namespace heed
