// heed spam: is a text spam, and which of its words say so?
#include <unistd.h>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "demos/common.h"
#include "demos/text_lines.h"
#include "models/alignment/picture.h"
#include "models/recurrent/text_classifier.h"

namespace heed {
namespace {

constexpr size_t kLinesAtOnce = 1024;  // that are sorted by length
constexpr double kMarked = 1.5;        // words that were looked at so many times as much as the mean are marked

struct Arguments {
    std::string text = "-", model = "sms-spam", attention;
    size_t batch = 64;
    bool json = false;
    Precision precision = Precision::automatic;
};

struct AttendedWord {
    TextSpan bytes;
    double share = 0;
};

// Pieces of a word count together.
std::vector<AttendedWord> attended_words(const ClassifiedText& found) {
    std::vector<AttendedWord> out;
    const Encoding& tokens = found.tokens;
    for (size_t t = 0; t < found.attended.size(); ++t) {
        if (tokens.is_added(t)) {
            continue;
        }
        if (t > 0 && tokens.words[t] != Encoding::kNoWord && tokens.words[t] == tokens.words[t - 1]) {
            out.back().bytes.end = tokens.offsets[t].end;
            out.back().share += found.attended[t];
        } else {
            out.push_back({tokens.offsets[t], found.attended[t]});
        }
    }
    return out;
}

// The text with the words that were looked at most in bold, or where there are no letters of that kind in [brackets].
std::string marked(const std::string& text, const std::vector<AttendedWord>& words) {
    const bool bold = isatty(STDOUT_FILENO) != 0;
    std::string out;
    size_t at = 0;
    for (const AttendedWord& word : words) {
        if (word.share * static_cast<double>(words.size()) < kMarked) {
            continue;
        }
        out += text.substr(at, word.bytes.begin - at) + (bold ? "\x1b[1;7m" : "[");
        out += text.substr(word.bytes.begin, word.bytes.end - word.bytes.begin) + (bold ? "\x1b[0m" : "]");
        at = word.bytes.end;
    }
    return out + text.substr(at);
}

void print(const TextLines::Line& line, const ClassifiedText& found, const RecurrentTextConfig& config, bool json) {
    const size_t best =
        found.problem.empty() ? static_cast<size_t>(std::ranges::max_element(found.probabilities) - found.probabilities.begin()) : 0;
    const std::vector<AttendedWord> words = attended_words(found);
    if (!json && found.problem.empty()) {
        std::cout << std::fixed << std::setprecision(1) << config.labels[best] << std::setw(7) << 100 * found.probabilities[best] << " %  "
                  << marked(line.text, words) << "\n";
    } else if (!json) {
        std::cout << "\n";  // a line for each line
    }
    if (!json) {
        return;
    }
    nlohmann::json out{{"text", line.text}};
    if (!found.problem.empty()) {
        out["problem"] = found.problem;
    } else {
        out["label"] = config.labels[best];
        for (size_t i = 0; i < config.labels.size(); ++i) {
            out["probabilities"][config.labels[i]] = found.probabilities[i];
        }
    }
    for (const AttendedWord& word : words) {
        out["words"].push_back({{"word", line.text.substr(word.bytes.begin, word.bytes.end - word.bytes.begin)},
                                {"begin", word.bytes.begin},
                                {"end", word.bytes.end},
                                {"attended", word.share}});
    }
    std::cout << out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

void write_picture(const Arguments& arguments, const ClassifiedText& found) {
    const Alignment map{.source = found.tokens.tokens,
                        .target = found.tokens.tokens,
                        .source_words = found.tokens.words,
                        .target_words = found.tokens.words,
                        .heads = 1,
                        .layers = {found.attention}};
    write_alignment(arguments.attention, map,
                    {.title = "What each word looked at",
                     .model = "LSTM, dot-product attention",
                     .row = "word that looks",
                     .column = "word that is looked at",
                     .every_head = false});
}

void run(const CommonOptions& common, const Arguments& arguments, int& status) {
    TextLines lines(arguments.text);
    if (!arguments.attention.empty() && lines.several()) {
        fail(ErrorKind::bad_input, "--attention: expected one text on the command line, got lines of standard input");
    }
    Device device = open(common);
    TextClassifierOptions options{.precision = arguments.precision, .batch = arguments.batch, .attention = true};
    options.session.on_compile = [](uint64_t done, uint64_t total) { progress_line("compiling kernels", done, total); };
    TextClassifier classifier(device, model_folder(arguments.model), options);
    for (std::vector<TextLines::Line> some = lines.next(kLinesAtOnce); !some.empty(); some = lines.next(kLinesAtOnce)) {
        std::vector<std::string> texts;
        std::ranges::transform(some, std::back_inserter(texts), [](const TextLines::Line& line) { return line.good ? line.text : ""; });
        const std::vector<ClassifiedText> found = classifier.classify(texts);
        end_progress();
        for (size_t i = 0; i < some.size(); ++i) {
            if (some[i].good && !found[i].problem.empty()) {
                lines.complain(some[i], found[i].problem);
            }
            print(some[i], found[i], classifier.config(), arguments.json);
        }
        if (!arguments.attention.empty() && found[0].problem.empty()) {
            write_picture(arguments, found[0]);
        }
    }
    status = lines.all_good() ? status : 1;
}

}  // namespace

void add_spam(CLI::App& app, CommonOptions& common, int& status) {
    auto* command = app.add_subcommand("spam", "Whether a text is spam, and which words were looked at: an LSTM and dot-product attention");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("TEXT", arguments->text, "An English text; - or nothing: every line of standard input");
    command->add_option("--model", arguments->model, "A folder of model_type heed_text_classifier, or the name of one of heed's own")
        ->type_name("DIR")
        ->capture_default_str();
    command->add_option("--batch", arguments->batch, "Lines run together")->check(CLI::Range(1, 4096))->capture_default_str();
    add_precision(*command, arguments->precision);
    command->add_flag("--json", arguments->json, "Print a line of JSON for each text");
    command
        ->add_option("--attention", arguments->attention,
                     "Write what each word looked at: a .png or .svg picture, or all weights as .safetensors or .json")
        ->type_name("FILE")
        ->check(ends_in({".png", ".svg", ".safetensors", ".json"}));
    command->callback([&common, &status, arguments] { run(common, *arguments, status); });
}

}  // namespace heed
