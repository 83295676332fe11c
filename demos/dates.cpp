// heed dates: a date as people write it, as 1998-05-03.
#include <chrono>
#include <cstdio>

#include "demos/spell.h"

namespace heed {
namespace {

// 30 February can be written, read and answered; the model knows no calendar.
std::string no_day(const std::string& written) {
    unsigned year = 0, month = 0, day = 0;
    const bool read = std::sscanf(written.c_str(), "%4u-%2u-%2u", &year, &month, &day) == 3;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month), std::chrono::day(day)};
    return read && date.ok() ? "" : "no calendar has the day " + written;
}

}  // namespace

void add_dates(CLI::App& app, CommonOptions& common, int& status) {
    auto* command = app.add_subcommand("dates", "A date as people write it, as year-month-day: additive attention, letter by letter");
    auto arguments = std::make_shared<SpellArguments>();
    command->add_option("TEXT", arguments->text, "A date in English, \"3rd of May 1998\"; - or nothing: every line of standard input");
    add_spell_options(*command, *arguments);
    command->callback([&common, &status, arguments] {
        status = spell(
            common,
            {.model = "dates", .what = "a date", .title = "Where each letter of the date came from", .problem = no_day, .doubt = 0.75},
            *arguments);
    });
}

}  // namespace heed
