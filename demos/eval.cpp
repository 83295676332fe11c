// heed eval: how often is the model right? Pictures in a folder for each class, or sentences beside their translations.
#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "demos/common.h"
#include "demos/eval_captions.h"
#include "demos/eval_series.h"
#include "demos/eval_spelling.h"
#include "demos/eval_text.h"
#include "demos/eval_translation.h"
#include "demos/picture_stream.h"
#include "models/recurrent/recurrent_text.h"
#include "models/seq2seq/config.h"
#include "models/shipped.h"

namespace heed {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFew = 5;  // "top-5"

struct Arguments {
    std::string model, labels, data;
    size_t batch = 0;
    bool json = false;
    Precision precision = Precision::automatic;
    EvalTranslation translation;  // what is for pairs alone
};

struct Score {
    size_t pictures = 0, first = 0, among_few = 0;

    void count(size_t place) {
        ++pictures;
        first += place == 0;
        among_few += place < kFew;
    }
    double top1() const { return static_cast<double>(first) / static_cast<double>(std::max<size_t>(pictures, 1)); }
    double top5() const { return static_cast<double>(among_few) / static_cast<double>(std::max<size_t>(pictures, 1)); }
};

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::ranges::replace(text, '_', ' ');
    return text;
}

// The class of that name; of labels like "tench, Tinca tinca" each part is a name.
size_t find_class(const std::vector<std::string>& labels, const std::string& name) {
    for (size_t i = 0; i < labels.size(); ++i) {
        const std::string label = lower(labels[i]), wanted = lower(name);
        for (size_t at = 0; at <= label.size();) {
            const size_t end = std::min(label.find(", ", at), label.size());
            if (label.substr(at, end - at) == wanted || label == wanted) {
                return i;
            }
            at = end + 2;
        }
    }
    fail(ErrorKind::bad_input, "eval: expected folders named as the model's ", labels.size(), " classes (", labels.empty() ? "" : labels[0],
         " ...), got '", name, "'");
}

struct Example {
    fs::path picture;
    size_t label = 0;
};

std::vector<Example> find_examples(const fs::path& data, const std::vector<std::string>& labels) {
    std::vector<fs::path> folders;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(data, error)) {
        if (entry.is_directory()) {
            folders.push_back(entry.path());
        }
    }
    if (error || folders.empty()) {
        fail(ErrorKind::bad_input, data.string(), ": expected a folder with a folder for each class, got ",
             error ? error.message() : "none inside");
    }
    std::ranges::sort(folders);
    std::vector<Example> examples;
    for (const fs::path& folder : folders) {
        const size_t label = find_class(labels, folder.filename().string());
        for (const fs::path& picture : find_pictures({folder.string()})) {
            examples.push_back({picture, label});
        }
    }
    return examples;
}

// How many classes the model finds likelier.
size_t place_of(const Answer& answer, size_t label) {
    return static_cast<size_t>(std::ranges::count_if(answer.logits, [&](float logit) { return logit > answer.logits[label]; }));
}

nlohmann::json as_json(const Score& score) {
    return {{"pictures", score.pictures}, {"top1", score.top1()}, {"top5", score.top5()}};
}

void print_score(const std::string& name, const Score& score) {
    std::cout << std::left << std::setw(24) << name << std::right << std::setw(9) << score.pictures << std::fixed << std::setprecision(2)
              << std::setw(9) << 100 * score.top1() << " %" << std::setw(9) << 100 * score.top5() << " %\n";
}

int run(const CommonOptions& common, const Arguments& arguments) {
    Device device = open(common);
    const fs::path folder = arguments.model.empty() ? shipped_model("vit-cifar10") : fs::path(arguments.model);
    ImageClassifier classifier(device, folder, {.precision = arguments.precision, .labels = arguments.labels});
    const std::vector<std::string>& labels = classifier.config().labels;
    const std::vector<Example> examples = find_examples(arguments.data, labels);
    std::vector<fs::path> paths;
    std::ranges::transform(examples, std::back_inserter(paths), &Example::picture);
    const size_t batch = arguments.batch != 0 ? arguments.batch : 32;

    const auto start = std::chrono::steady_clock::now();
    PictureStream stream(paths, classifier, {.ahead = 2 * batch + 8});
    Score all;
    std::map<size_t, Score> by_class;
    size_t broken = 0;
    for (size_t begin = 0; begin < paths.size(); begin += batch) {
        std::vector<PreparedPicture> prepared;
        std::vector<size_t> truth;
        for (size_t i = begin; i < std::min(begin + batch, paths.size()); ++i) {
            StreamedPicture picture = std::move(*stream.next());
            if (picture.prepared) {
                prepared.push_back(std::move(*picture.prepared));
                truth.push_back(examples[i].label);
            } else {
                end_progress();
                std::cerr << "heed: " << picture.error << "\n";
                ++broken;
            }
        }
        const std::vector<Answer> answers = classifier.answer(prepared);
        for (size_t i = 0; i < answers.size(); ++i) {
            const size_t place = place_of(answers[i], truth[i]);
            all.count(place);
            by_class[truth[i]].count(place);
        }
        progress_line("pictures", begin, paths.size());
    }
    end_progress();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

    if (arguments.json) {
        nlohmann::json classes = nlohmann::json::object();
        for (const auto& [label, score] : by_class) {
            classes[labels[label]] = as_json(score);
        }
        nlohmann::json out = as_json(all);
        out.update({{"model", folder.filename().string()}, {"classes", classes}, {"broken", broken}, {"seconds", seconds}});
        std::cout << out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    } else {
        std::cout << std::left << std::setw(24) << "class" << std::right << std::setw(9) << "pictures" << std::setw(11) << "top-1"
                  << std::setw(11) << "top-5\n";
        for (const auto& [label, score] : by_class) {
            print_score(labels[label], score);
        }
        print_score("all", all);
        std::cout << std::setprecision(1) << static_cast<double>(all.pictures) / seconds << " pictures a second\n";
    }
    return broken == 0 ? 0 : 1;
}

// By what the model's config file says it is, or where there is none by the data.
int evaluate(const CommonOptions& common, Arguments& arguments) {
    if (!arguments.model.empty()) {
        arguments.model = model_folder(arguments.model).string();
    }
    const fs::path config = fs::path(arguments.model) / "config.json";
    EvalTranslation& translation = arguments.translation;
    if (is_held_out_pairs(arguments.data)) {
        return evaluate_series(common,
                               {.model = arguments.model, .data = arguments.data, .most = translation.most, .json = arguments.json});
    }
    const auto batch_or = [&](size_t otherwise) { return arguments.batch != 0 ? arguments.batch : otherwise; };
    if (!arguments.model.empty() && fs::is_regular_file(config)) {
        const Config file = Config::read(config);
        if (is_seq2seq(file)) {
            return evaluate_spelling(common, {.model = arguments.model,
                                              .data = arguments.data,
                                              .part = translation.part,
                                              .batch = batch_or(64),
                                              .most = translation.most,
                                              .json = arguments.json,
                                              .precision = arguments.precision,
                                              .generation = translation.generation});
        }
        if (is_recurrent_text(file)) {
            return evaluate_text(common, {.model = arguments.model,
                                          .data = arguments.data,
                                          .part = translation.part,
                                          .batch = batch_or(64),
                                          .most = translation.most,
                                          .json = arguments.json,
                                          .precision = arguments.precision});
        }
    }
    if (is_captions(arguments.data)) {
        return evaluate_captions(common, {.model = arguments.model,
                                          .data = arguments.data,
                                          .batch = batch_or(32),
                                          .most = translation.most,
                                          .beams = translation.generation.beams,
                                          .json = arguments.json,
                                          .precision = arguments.precision});
    }
    if (is_pairs(arguments.data)) {
        translation.model = arguments.model, translation.data = arguments.data;
        translation.batch = batch_or(translation.batch);
        translation.json = arguments.json, translation.precision = arguments.precision;
        return evaluate_translation(common, translation);
    }
    return run(common, arguments);
}

}  // namespace

void add_eval(CLI::App& app, CommonOptions& common, int& status) {
    auto* command = app.add_subcommand("eval", "How often a model is right: pictures, translations, captions, spellings, texts, series");
    auto arguments = std::make_shared<Arguments>();
    command
        ->add_option(
            "--data", arguments->data,
            "DIR: pictures in a folder for each class. FILE.tsv, FILE.tsv.gz: a text, a tab, what it becomes. FILE.dict: words and\n"
            "how they are said. Lines of a label, a tab and a text. scenes:test, or a DIR that heed scenes wrote: pictures with\n"
            "captions. FILE.safetensors: pairs of series, as scripts/train/held_out_pairs.py writes them")
        ->required()
        ->type_name("DATA");
    add_vit_options(*command, arguments->model, arguments->labels, arguments->precision);
    command->add_option("--batch", arguments->batch, "Pictures or sentences a run (default: 32)")->check(CLI::Range(1, 4096));
    command->add_flag("--json", arguments->json, "Print JSON");
    const std::map<std::string, Part> parts{{"train", Part::train}, {"development", Part::development}, {"test", Part::test}};
    command
        ->add_option("--part", arguments->translation.part,
                     "Of sentences only those that training leaves to this part: train, development, test")
        ->transform(CLI::CheckedTransformer(parts))
        ->type_name("PART");
    command->add_option("--most", arguments->translation.most, "No more texts, captions or pairs of series than these (of scenes: 1000)");
    arguments->translation.generation.add_to(*command);
    command->callback([&common, &status, arguments] { status = evaluate(common, *arguments); });
}

}  // namespace heed
