// heed answer: where in a text is a question answered?
#include <algorithm>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "demos/common.h"
#include "io/file.h"
#include "models/bert/answer.h"
#include "unicode/utf8.h"

namespace heed {
namespace {

constexpr size_t kLongestContext = size_t{64} << 20;

struct Arguments {
    std::string question, context, model;
    AnswerOptions options{.count = 3};
    bool json = false;
};

std::string read_context(const std::string& file) {
    const std::vector<std::byte> bytes = io::read_file(file == "-" ? "/dev/stdin" : file, kLongestContext);
    std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    require_utf8(text, file == "-" ? "standard input" : file);
    return text;
}

// An answer may go on in the next line of the text.
std::string in_one_line(std::string answer) {
    std::ranges::replace_if(
        answer, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    return answer.empty() ? "(no answer)" : answer;
}

void run(const CommonOptions& common, const Arguments& arguments) {
    const std::string context = read_context(arguments.context);
    require_utf8(arguments.question, "the question");
    Device device = open(common);
    TextModelOptions options;
    options.session.on_compile = [](uint64_t done, uint64_t total) { progress_line("compiling kernels", done, total); };
    TextModel model(device, arguments.model, options);
    const std::vector<FoundAnswer> answers = find_answers(model, arguments.question, context, arguments.options);
    end_progress();
    if (arguments.json) {
        nlohmann::json list = nlohmann::json::array();
        for (const FoundAnswer& answer : answers) {
            list.push_back(
                {{"answer", answer.text}, {"begin", answer.bytes.begin}, {"end", answer.bytes.end}, {"probability", answer.probability}});
        }
        std::cout << nlohmann::json{{"question", arguments.question}, {"answers", list}}.dump(2) << "\n";
        return;
    }
    for (const FoundAnswer& answer : answers) {
        std::cout << std::fixed << std::setprecision(2) << std::setw(8) << 100 * answer.probability << " %  " << in_one_line(answer.text)
                  << "\n";
    }
}

}  // namespace

void add_answer(CLI::App& app, CommonOptions& common) {
    auto* command = app.add_subcommand("answer", "Where in a text a question is answered");
    auto arguments = std::make_shared<Arguments>();
    AnswerOptions& options = arguments->options;
    command->add_option("QUESTION", arguments->question, "What you want to know")->required();
    command->add_option("--context", arguments->context, "The text that the answer stands in; - reads standard input")
        ->required()
        ->type_name("FILE");
    // CLI11 says which option is missing, and this says why there is no default
    command
        ->add_option("--model", arguments->model,
                     "The folder of a BERT, RoBERTa or DistilBERT with a question-answering head; heed brings none")
        ->required()
        ->type_name("DIR");
    command->add_option("--top", options.count, "How many answers")->check(CLI::Range(1, 1 << 20))->capture_default_str();
    command->add_option("--longest", options.longest, "Tokens an answer may have")->check(CLI::Range(1, 1 << 20))->capture_default_str();
    command->add_option("--window", options.window, "Tokens read at once, with the question")
        ->check(CLI::Range(1, 1 << 20))
        ->capture_default_str();
    command->add_option("--overlap", options.overlap, "Tokens of the text that two windows share")
        ->check(CLI::Range(0, 1 << 20))
        ->capture_default_str();
    command->add_flag("--no-answer", options.may_be_none, "Let there be no answer at all, as models are asked that learned to say so");
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([&common, arguments] { run(common, *arguments); });
}

}  // namespace heed
