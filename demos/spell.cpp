#include "demos/spell.h"

#include <cmath>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "demos/text_lines.h"
#include "models/alignment/picture.h"
#include "models/seq2seq/speller.h"

namespace heed {
namespace {

constexpr size_t kLinesAtOnce = 1024;  // that are sorted by length

void print_json(const TextLines::Line& line, const Written& written) {
    nlohmann::json out{{"text", line.text}};
    for (const Hypothesis& each : written.best) {
        out["written"].push_back({{"text", each.text}, {"score", each.score}, {"log_probability", each.log_probability}});
    }
    if (!line.good || !written.problem.empty()) {
        out["problem"] = written.problem.empty() ? "no text" : written.problem;
    }
    std::cout << out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

void print(const Written& written, bool scores, bool many_best) {
    if (!scores) {
        std::cout << (written.best.empty() ? "" : written.best.front().text) << "\n";
        return;
    }
    for (const Hypothesis& each : written.best) {
        std::cout << std::fixed << std::setprecision(1) << std::setw(6) << 100 * std::exp(each.log_probability) << " %  " << each.text
                  << "\n";
    }
    std::cout << (many_best || written.best.empty() ? "\n" : "");  // a line for each line
}

// What the model wrote for something that it was never taught is said to be so.
void doubt(const SpellCommand& command, const TextLines::Line& line, const Written& written) {
    if (written.best.empty()) {
        return;
    }
    const Hypothesis& best = written.best.front();
    const double each = std::exp(best.log_probability / static_cast<double>(best.ids.size()));
    if (each < command.doubt) {
        std::cerr << "heed: '" << line.text << "': each " << command.written << " was written with a probability of " << std::fixed
                  << std::setprecision(0) << 100 * each << " %, so this may not be " << command.what << "\n";
    }
    if (const std::string problem = command.problem != nullptr ? command.problem(best.text) : ""; !problem.empty()) {
        std::cerr << "heed: '" << line.text << "': " << problem << "\n";
    }
}

}  // namespace

void add_spell_options(CLI::App& command, SpellArguments& arguments) {
    command.add_option("--model", arguments.model, "A folder of model_type heed_seq2seq, or the name of one of heed's own")
        ->type_name("DIR");
    arguments.generation.add_to(command);
    command.add_option("--batch", arguments.batch, "Lines written together")->check(CLI::Range(1, 4096))->capture_default_str();
    add_precision(command, arguments.precision);
    command.add_flag("--scores", arguments.scores, "Print the probability of each before it");
    command.add_flag("--json", arguments.json, "Print a line of JSON for each text");
    command
        .add_option("--attention", arguments.attention,
                    "Write where each letter came from: a .png or .svg picture, or all weights as .safetensors or .json")
        ->type_name("FILE")
        ->check(ends_in({".png", ".svg", ".safetensors", ".json"}));
}

int spell(const CommonOptions& common, const SpellCommand& command, const SpellArguments& arguments) {
    TextLines lines(arguments.text);
    if (!arguments.attention.empty() && lines.several()) {
        fail(ErrorKind::bad_input, "--attention: expected one text on the command line, got lines of standard input");
    }
    Device device = open(common);
    SpellerOptions options{.precision = arguments.precision, .batch = arguments.batch};
    options.session.on_compile = [](uint64_t done, uint64_t total) { progress_line("compiling kernels", done, total); };
    Speller speller(device, model_folder(arguments.model.empty() ? command.model : arguments.model), options);
    const GenerationOptions generation = arguments.generation.over(speller.generation());
    const bool many_best = generation.num_return_sequences > 1;
    for (std::vector<TextLines::Line> some = lines.next(kLinesAtOnce); !some.empty(); some = lines.next(kLinesAtOnce)) {
        std::vector<std::string> texts;
        std::ranges::transform(some, std::back_inserter(texts), [](const TextLines::Line& line) { return line.good ? line.text : ""; });
        const std::vector<Written> found = speller.write(texts, generation);
        end_progress();
        for (size_t i = 0; i < some.size(); ++i) {
            if (some[i].good && !found[i].problem.empty()) {
                lines.complain(some[i], found[i].problem);
            }
            doubt(command, some[i], found[i]);
            if (arguments.json) {
                print_json(some[i], found[i]);
            } else {
                print(found[i], arguments.scores || many_best, many_best);
            }
        }
        if (!arguments.attention.empty() && !found[0].best.empty()) {
            write_alignment(arguments.attention, speller.align(some[0].text, found[0].best.front(), generation),
                            {.title = command.title,
                             .model = speller.description(),
                             .pieces = true,
                             .row = command.written + " that was written",
                             .column = "letter that was read",
                             .every_head = false});
        }
    }
    return lines.all_good() ? 0 : 1;
}

}  // namespace heed
