// heed label: which class a text is of, or which its words are of.
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "demos/common.h"
#include "demos/text_lines.h"
#include "models/bert/label.h"
#include "models/text/batches.h"

namespace heed {
namespace {

constexpr size_t kLinesAtOnce = 1024;  // that are sorted by length

struct Arguments {
    std::string text = "-", model;
    size_t top = 5, batch = 32;
    bool json = false;
    TextModelOptions options;
};

struct Labelled {
    TextLines::Line line;
    Encoding tokens;
    TextAnswer answer;
};

std::vector<Labelled> label(TextModel& model, TextLines& lines, size_t batch) {
    std::vector<Labelled> all;
    std::vector<size_t> good, lengths;
    for (TextLines::Line& line : lines.next(kLinesAtOnce)) {
        Labelled& each = all.emplace_back(Labelled{.line = std::move(line), .tokens = {}, .answer = {}});
        if (each.line.good) {
            each.tokens = model.tokenizer().encode(each.line.text);
            if (static_cast<int64_t>(each.tokens.size()) > model.config().longest()) {
                lines.complain(each.line,
                               text("expected a text of at most ", model.config().longest(), " tokens, got ", each.tokens.size()));
                continue;
            }
            good.push_back(all.size() - 1);
            lengths.push_back(each.tokens.size());
        }
    }
    for (const std::vector<size_t>& some : batches_by_length(lengths, batch)) {
        std::vector<Encoding> together;
        std::ranges::transform(some, std::back_inserter(together), [&](size_t i) { return all[good[i]].tokens; });
        std::vector<TextAnswer> answers = model.run(together);
        for (size_t i = 0; i < some.size(); ++i) {
            all[good[some[i]]].answer = std::move(answers[i]);
        }
    }
    end_progress();
    return all;
}

void print(const TextModel& model, const Labelled& each, bool several, const Arguments& arguments) {
    nlohmann::json json{{"text", each.line.text}};
    const auto row = [&](double score, const std::string& what) {
        if (!arguments.json && model.config().scores == LabelScores::plain) {
            std::cout << std::fixed << std::setprecision(4) << std::setw(9) << score << "  " << what << "\n";
        } else if (!arguments.json) {
            std::cout << std::fixed << std::setprecision(2) << std::setw(8) << 100 * score << " %  " << what << "\n";
        }
    };
    if (several && !arguments.json) {
        std::cout << each.line.text << "\n";
    }
    if (!each.line.good) {
        json["labels"] = nullptr;
    } else if (model.config().task == BertTask::classify_tokens) {
        for (const LabelledWord& word : word_labels(model, each.line.text, each.tokens, each.answer)) {
            row(word.probability, text(std::left, std::setw(12), word.label, "  ", word.word));
            json["words"].push_back({{"word", word.word},
                                     {"begin", word.bytes.begin},
                                     {"end", word.bytes.end},
                                     {"label", word.label},
                                     {"probability", word.probability}});
        }
    } else {
        for (const TextLabel& guess : text_labels(model, each.answer, arguments.top)) {
            row(guess.score, guess.label);
            json["labels"].push_back({{"label", guess.label}, {"score", guess.score}});
        }
    }
    std::cout << (arguments.json ? json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n" : several ? "\n" : "");
}

void run(const CommonOptions& common, const Arguments& arguments, int& status) {
    TextLines lines(arguments.text);
    Device device = open(common);
    TextModelOptions options = arguments.options;
    options.session.on_compile = [](uint64_t done, uint64_t total) { progress_line("compiling kernels", done, total); };
    TextModel model(device, arguments.model, options);
    if (model.config().task != BertTask::classify && model.config().task != BertTask::classify_tokens) {
        fail(ErrorKind::bad_model, arguments.model, ": expected a model that classifies texts or tokens, got one for something else");
    }
    for (std::vector<Labelled> some = label(model, lines, arguments.batch); !some.empty(); some = label(model, lines, arguments.batch)) {
        for (const Labelled& each : some) {
            if (!each.line.good && !lines.several()) {
                continue;
            }
            print(model, each, lines.several(), arguments);
        }
        std::cout.flush();
    }
    status = lines.all_good() ? status : 1;
}

}  // namespace

void add_label(CLI::App& app, CommonOptions& common, int& status) {
    auto* command = app.add_subcommand("label", "Which class a text is of, or each of its words");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("TEXT", arguments->text, "The text; - reads lines from standard input")->capture_default_str();
    command
        ->add_option("--model", arguments->model,
                     "The folder of a BERT, RoBERTa or DistilBERT that classifies texts or tokens; heed brings none")
        ->required()
        ->type_name("DIR");
    command->add_option("--top", arguments->top, "How many labels a text")->check(CLI::Range(1, 1 << 20))->capture_default_str();
    add_precision(*command, arguments->options.precision);
    command->add_option("--batch", arguments->batch, "Texts run together at most")->check(CLI::Range(1, 4096))->capture_default_str();
    command->add_flag("--json", arguments->json, "Print JSON, a line for each text");
    command->callback([&common, &status, arguments] { run(common, *arguments, status); });
}

}  // namespace heed
