// heed profile --op OP --variants all: every kernel and tile that could compute an op here, measured by turns and ranked.
#include "demos/profile_op.h"

#include <algorithm>
#include <iostream>
#include <iterator>

#include "check/sized_cases.h"
#include "profile/amounts.h"
#include "profile/columns.h"
#include "run/notes.h"

namespace heed {
namespace {

using profile::Tint;

constexpr size_t kWidth = 100;

std::string milliseconds(double seconds) {
    return profile::digits(seconds * 1e3);
}

profile::Columns table_of(const std::vector<check::Trial>& trials, const profile::Roofs& roofs) {
    profile::Columns columns({{"median ms"}, {"p95"}, {"% roof"}, {"bound"}, {"beside"}, {"strategy and tile", false}});
    for (const check::Trial& trial : trials) {
        if (trial.seconds.empty()) {
            continue;
        }
        const profile::Spread spread = profile::spread_of(trial.seconds);
        const profile::Bound bound = check::bound_of(roofs, trial.plan);
        const std::string beside = trial.chosen ? "" : trial.beside.noise() ? "same" : profile::digits(trial.beside.median) + "x";
        columns.add({{milliseconds(spread.median), trial.good() ? Tint::none : Tint::faint},
                     {milliseconds(spread.p95), Tint::faint},
                     {bound.seconds > 0 ? profile::digits(100 * bound.seconds / spread.median) : ""},
                     {std::string(to_string(bound.limit))},
                     {beside},
                     {trial.name + (trial.chosen ? "   <- the picker's" : "") + (trial.wrong.empty() ? "" : "   WRONG"),
                      !trial.wrong.empty() ? Tint::poor
                      : trial.chosen       ? Tint::strong
                                           : Tint::none}});
    }
    return columns;
}

void print_rest(const std::vector<check::Trial>& trials) {
    for (const check::Trial& trial : trials) {
        if (!trial.wrong.empty()) {
            std::cout << "wrong: " << trial.name << ": " << trial.wrong << "\n";
        }
    }
    for (const check::Trial& trial : trials) {
        if (!trial.refused.empty()) {
            std::cout << "not here: " << trial.name << ": " << trial.refused << "\n";
        }
    }
}

}  // namespace

void OpLoop::add_to(CLI::App& command) {
    CLI::Option* op = command.get_option("--op");
    CLI::Option* all = command.add_option("--variants", variants, "With --op: 'all' kernels and tiles that could compute it, ranked")
                           ->needs(op)
                           ->check(CLI::IsMember({"all"}));
    CLI::Option* file = command.add_option("--watch", watch, "With --op: a .comp, measured beside what was built whenever it changes")
                            ->needs(op)
                            ->excludes(all)
                            ->type_name("FILE");
    command.add_flag("--once", once, "With --watch: measure the file as it is, and end")->needs(file);
    command.add_option("--turns", turns, "With --variants or --watch: runs of each")->check(CLI::Range(8, 100000))->capture_default_str();
}

reference::Case OpSetting::source() const {
    if (!shape.empty()) {
        return check::sized_case(op, check::parse_shape(shape));
    }
    const auto* const known = std::ranges::find(kOpNames, op);
    if (known == std::end(kOpNames)) {
        fail(ErrorKind::bad_input, "profile: there is no op '", op, "'");
    }
    for (reference::Case& source : reference::op_reference(static_cast<OpKind>(known - std::begin(kOpNames))).cases()) {
        if (source.timed) {
            return std::move(source);
        }
    }
    fail(ErrorKind::bad_input, "profile: expected an op with a size worth timing, got '", op, "'");
}

std::string OpSetting::title() const {
    return text(op, " ", source().name, " ", dtype, " on ", device_title(device.caps()),
                device.caps().type == DeviceType::cpu ? " (a software device)" : "");
}

CompileOptions OpSetting::compile() const {
    CompileOptions options;
    options.kernels.quarantined.merge(load_notes(device.caps()).quarantined);
    return options;
}

check::PreparedCase OpSetting::prepare(const reference::Case& source) const {
    return check::prepare_trials(source, dtype == "f16" ? DType::f16 : DType::f32);
}

int run_op_loop(const OpSetting& setting, const OpLoop& loop) {
    return (loop.watch.empty() ? profile_variants(setting, loop) : profile_watch(setting, loop)) ? 0 : 1;
}

bool profile_variants(const OpSetting& setting, const OpLoop& loop) {
    const reference::Case source = setting.source();
    check::PreparedCase prepared = setting.prepare(source);
    const bool by_reference = !prepared.expected.empty();
    std::vector<check::Trial> trials = check::trials_of(prepared.graph, setting.device.caps(), setting.compile());
    check::run_by_turns(setting.device, prepared, trials, {.turns = loop.turns, .stop = setting.stop, .progress = progress_line});
    end_progress();
    check::rank(trials);
    std::cout << setting.title() << ": " << std::ranges::count_if(trials, &check::Trial::good) << " ways, each run "
              << (trials.empty() ? 0 : trials[0].seconds.size()) << " times by turns,\nresults held against "
              << (by_reference ? "the reference" : "those of the picker's choice: the reference would take minutes") << "\n\n"
              << table_of(trials, setting.roofs).text(kWidth, setting.colours);
    print_rest(trials);
    return std::ranges::all_of(trials, [](const check::Trial& trial) { return trial.wrong.empty(); });
}

}  // namespace heed
