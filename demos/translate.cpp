// heed translate: a sentence, or line after line, in another language.
#include <unistd.h>

#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "demos/common.h"
#include "demos/generation_arguments.h"
#include "demos/text_lines.h"
#include "models/alignment/picture.h"
#include "models/shipped.h"
#include "models/translate/translator.h"

namespace heed {
namespace {

constexpr size_t kBatchesAtOnce = 16;  // lines of so many batches are sorted by length

struct Arguments {
    std::string text = "-", model, attention, prefix, first;
    std::optional<size_t> layer, head;
    size_t batch = 32;
    bool json = false, scores = false, pieces = false;
    Precision precision = Precision::automatic;
    GenerationArguments generation;
};

bool on_terminal(int file) {
    return isatty(file) != 0;
}

std::string_view name_of(SequenceEnd end) {
    switch (end) {
        case SequenceEnd::token: return "token";
        case SequenceEnd::length: return "length";
        case SequenceEnd::cancelled: return "cancelled";
        default: return "nothing";
    }
}

// Writes translations: a line each, or all of the best with their scores, or a line of JSON.
class Report {
public:
    Report(const Arguments& arguments, const TranslationModel& model, bool many_best)
        : arguments_(arguments), model_(model), scores_(arguments.scores || many_best), many_best_(many_best) {}

    // As it grows, on a terminal; what it wrote stands at the beginning of what add() would write.
    bool streams() const { return !arguments_.json && !scores_ && on_terminal(STDOUT_FILENO); }
    void grow(const std::string& so_far) {
        if (so_far.starts_with(written_)) {
            std::cout << so_far.substr(written_.size()) << std::flush;
            written_ = so_far;
        }
    }

    void add(const TextLines::Line& line, const Translation& translation) {
        if (arguments_.json) {
            add_json(line, translation);
        } else if (!scores_) {
            const std::string text = translation.best.empty() ? "" : translation.best.front().text;
            const bool goes_on = text.starts_with(written_);
            std::cout << (goes_on ? text.substr(written_.size()) : "\n" + text) << "\n";
            written_.clear();
        } else {
            for (const Hypothesis& hypothesis : translation.best) {
                std::cout << std::fixed << std::setprecision(4) << std::setw(9) << hypothesis.score << "  " << hypothesis.text << "\n";
            }
            std::cout << (many_best_ || translation.best.empty() ? "\n" : "");  // a line for each line
        }
        std::cout << std::flush;
    }

private:
    void add_json(const TextLines::Line& line, const Translation& translation) const {
        nlohmann::json out{{"text", line.text}};
        for (const Hypothesis& hypothesis : translation.best) {
            std::vector<std::string> tokens;
            std::ranges::transform(hypothesis.ids, std::back_inserter(tokens), [&](int32_t id) { return model_.target().token_of(id); });
            out["translations"].push_back({{"text", hypothesis.text},
                                           {"score", hypothesis.score},
                                           {"log_probability", hypothesis.log_probability},
                                           {"tokens", tokens},
                                           {"end", name_of(hypothesis.end)}});
        }
        if (!line.good || !translation.problem.empty()) {
            out["problem"] = translation.problem.empty() ? "no text" : translation.problem;
        }
        std::cout << out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    }

    const Arguments& arguments_;
    const TranslationModel& model_;
    bool scores_, many_best_;
    std::string written_;
};

// While a text is growing on the terminal nothing else may be written there.
Translator open_translator(Device& device, const Arguments& arguments, const bool& growing) {
    TranslatorOptions options{.precision = arguments.precision, .batch = arguments.batch};
    options.session.on_compile = [&growing](uint64_t done, uint64_t total) {
        if (!growing) {
            progress_line("compiling kernels", done, total);
        }
    };
    return {device, open_translation_model(arguments.model.empty() ? shipped_model("en-es").string() : arguments.model), options};
}

GenerationOptions options_of(const Arguments& arguments, const TranslationModel& model) {
    GenerationOptions out = arguments.generation.over(model.generation);
    if (!arguments.prefix.empty()) {
        const std::vector<int32_t> ids = model.target().encode(arguments.prefix, false).ids;
        out.prefix.insert(out.prefix.end(), ids.begin(), ids.end());
    }
    if (!arguments.first.empty()) {
        out.forced_bos_token_id = model.target().id_of(arguments.first);
        if (!out.forced_bos_token_id) {
            fail(ErrorKind::bad_input, "--first: expected a token of the model's, got '", arguments.first, "'");
        }
    }
    return out;
}

void write_picture(Translator& translator, const Arguments& arguments, const GenerationOptions& options, const TextLines::Line& line,
                   const Translation& translation) {
    const Alignment alignment = translator.align(line.text, translation.best.front(), options);
    write_alignment(arguments.attention, alignment,
                    {.model = translator.model().config.family,
                     .pieces = arguments.pieces,
                     .large = {.layer = arguments.layer, .head = arguments.head}});
}

void run(const CommonOptions& common, const Arguments& arguments, int& status) {
    TextLines lines(arguments.text);
    if (!arguments.attention.empty() && lines.several()) {
        fail(ErrorKind::bad_input, "--attention: expected one text on the command line, got lines of standard input");
    }
    Device device = open(common);
    bool growing = false;
    Translator translator = open_translator(device, arguments, growing);
    const GenerationOptions options = options_of(arguments, translator.model());
    Report report(arguments, translator.model(), options.num_return_sequences > 1);
    const bool talks = lines.several() && on_terminal(STDIN_FILENO);  // a person waits for each line's answer
    const size_t at_once = talks ? 1 : kBatchesAtOnce * arguments.batch;
    uint64_t first = 0;
    for (std::vector<TextLines::Line> some = lines.next(at_once); !some.empty(); some = lines.next(at_once)) {
        std::vector<std::string> texts;
        std::ranges::transform(some, std::back_inserter(texts), [](const TextLines::Line& line) { return line.good ? line.text : ""; });
        OnTranslated on_translated;
        if (report.streams() && some.size() == 1) {
            on_translated = [&](size_t, const std::string& so_far, bool) {
                end_progress();
                growing = true;
                report.grow(so_far);
                return true;
            };
        }
        const std::vector<Translation> translations = translator.translate(texts, options, on_translated, first);
        end_progress();
        growing = false;
        first += some.size();
        for (size_t i = 0; i < some.size(); ++i) {
            if (some[i].good && !translations[i].problem.empty()) {
                lines.complain(some[i], translations[i].problem);
            }
            report.add(some[i], translations[i]);
        }
        if (!arguments.attention.empty() && some[0].good) {
            write_picture(translator, arguments, options, some[0], translations[0]);
        }
    }
    status = lines.all_good() ? status : 1;
}

}  // namespace

void add_translate(CLI::App& app, CommonOptions& common, int& status) {
    auto* command = app.add_subcommand("translate", "A text in another language");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("TEXT", arguments->text, "What to translate; - or nothing: every line of standard input");
    command
        ->add_option("--model", arguments->model,
                     "A folder of Marian, T5, BART, mBART, CTranslate2 or Argos Translate (default: heed's own, English to Spanish)")
        ->type_name("DIR");
    arguments->generation.add_to(*command);
    command->add_option("--prefix", arguments->prefix, "What every translation begins with");
    command->add_option("--first", arguments->first, "The first token that is written, which tells a model of many languages which: es_XX");
    command->add_option("--batch", arguments->batch, "Lines translated together")->check(CLI::Range(1, 4096))->capture_default_str();
    add_precision(*command, arguments->precision);
    command->add_flag("--scores", arguments->scores, "Print the score of each translation before it");
    command->add_flag("--json", arguments->json, "Print a line of JSON for each text");
    command
        ->add_option("--attention", arguments->attention,
                     "Write where each word came from: a .png or .svg picture, or all weights as .safetensors or .json")
        ->type_name("FILE")
        ->check(ends_in({".png", ".svg", ".safetensors", ".json"}));
    command->add_flag("--pieces", arguments->pieces, "With --attention: the model's tokens, not whole words");
    command->add_option("--layer", arguments->layer, "With --attention: of this layer alone, counted from 0");
    command->add_option("--head", arguments->head, "With --attention: of this head alone, counted from 0");
    command->callback([&common, arguments, &status] { run(common, *arguments, status); });
}

}  // namespace heed
