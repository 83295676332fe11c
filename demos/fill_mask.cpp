// heed fill-mask: which words would fit?
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "demos/common.h"
#include "models/bert/fill_mask.h"
#include "models/shipped.h"

namespace heed {
namespace {

struct Arguments {
    std::string text, model;
    size_t top = 5;
    bool json = false;
};

void run(const CommonOptions& common, const Arguments& arguments) {
    Device device = open(common);
    TextModelOptions options;
    options.session.on_compile = [](uint64_t done, uint64_t total) { progress_line("compiling kernels", done, total); };
    TextModel model(device, arguments.model.empty() ? shipped_model("mlm-en").string() : arguments.model, options);
    const std::vector<std::vector<WordGuess>> masks = fill_masks(model, arguments.text, arguments.top);
    end_progress();
    nlohmann::json list = nlohmann::json::array();
    for (const std::vector<WordGuess>& guesses : masks) {
        nlohmann::json words = nlohmann::json::array();
        for (const WordGuess& guess : guesses) {
            words.push_back({{"word", guess.word}, {"id", guess.id}, {"probability", guess.probability}});
            if (!arguments.json) {
                std::cout << std::fixed << std::setprecision(2) << std::setw(8) << 100 * guess.probability << " %  " << guess.word << "\n";
            }
        }
        list.push_back(words);
        std::cout << (arguments.json || masks.size() == 1 ? "" : "\n");
    }
    if (arguments.json) {
        const nlohmann::json out{{"text", arguments.text}, {"masks", list}};
        std::cout << out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    }
}

}  // namespace

void add_fill_mask(CLI::App& app, CommonOptions& common) {
    auto* command = app.add_subcommand("fill-mask", "The likeliest words where a text has [MASK]");
    auto arguments = std::make_shared<Arguments>();
    // one text, not a list: CLI11 would take "[MASK]" for a list written in brackets
    command->add_option("TEXT", arguments->text, "A text with one mask or several")->required();
    command
        ->add_option("--model", arguments->model,
                     "The folder of a BERT, RoBERTa or DistilBERT with a masked-word head (default: heed's own, of English)")
        ->type_name("DIR");
    command->add_option("--top", arguments->top, "How many words a mask")->check(CLI::Range(1, 1 << 20))->capture_default_str();
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([&common, arguments] { run(common, *arguments); });
}

}  // namespace heed
