// heed pronounce: how an English word is said.
#include "demos/spell.h"

namespace heed {

void add_pronounce(CLI::App& app, CommonOptions& common, int& status) {
    auto* command = app.add_subcommand("pronounce", "The phonemes of an English word: Luong's attention with input feeding");
    auto arguments = std::make_shared<SpellArguments>();
    command->add_option("WORD", arguments->text, "A word, one at a time; - or nothing: every line of standard input");
    add_spell_options(*command, *arguments);
    command->callback([&common, &status, arguments] {
        status = spell(
            common, {.model = "pronounce", .what = "a word", .title = "Where each phoneme came from", .written = "phoneme", .doubt = 0.6},
            *arguments);
    });
}

}  // namespace heed
