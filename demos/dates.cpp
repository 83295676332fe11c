// heed dates: a date as people write it, as 1998-05-03.
#include "demos/spell.h"

namespace heed {

void add_dates(CLI::App& app, CommonOptions& common, int& status) {
    auto* command = app.add_subcommand("dates", "A date as people write it, as year-month-day: additive attention, letter by letter");
    auto arguments = std::make_shared<SpellArguments>();
    command->add_option("TEXT", arguments->text, "A date in English, \"3rd of May 1998\"; - or nothing: every line of standard input");
    add_spell_options(*command, *arguments);
    command->callback([&common, &status, arguments] {
        status = spell(common, {.model = "dates", .what = "a date", .title = "Where each letter of the date came from", .doubt = 0.75},
                       *arguments);
    });
}

}  // namespace heed
