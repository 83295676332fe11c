// heed explain: one page in a browser on which a reader sees where every head of every layer looked.
#include <iostream>

#include "demos/common.h"
#include "demos/generation_arguments.h"
#include "io/file.h"
#include "io/read_image.h"
#include "models/explain/explain.h"
#include "models/explain/page.h"
#include "models/seq2seq/speller.h"
#include "models/vision/classifier_attention.h"

namespace heed {
namespace {

constexpr size_t kGuesses = 5;

// What every subcommand understands.
struct Arguments {
    std::string subject, model, html = "explained.html";
    Precision precision = Precision::automatic;
    GenerationArguments generation;

    std::filesystem::path folder(const char* shipped) const { return model_folder(model.empty() ? shipped : model); }
};

SessionOptions with_progress() {
    SessionOptions session;
    session.on_compile = [](uint64_t done, uint64_t total) { progress_line("compiling kernels", done, total); };
    return session;
}

void write(const Arguments& arguments, const Explanation& explanation) {
    const std::string page = explanation_page(explanation);
    io::write_file(arguments.html, std::as_bytes(std::span(page)));
    std::cerr << "a page for a browser: " << arguments.html << ", " << human_bytes(page.size()) << "\n";
}

void translation(Device& device, const Arguments& arguments) {
    Translator translator(device, open_translation_model(arguments.folder("en-es")),
                          {.precision = arguments.precision, .session = with_progress()});
    const GenerationOptions options = arguments.generation.over(translator.model().generation);
    const Translation found = translator.translate({&arguments.subject, 1}, options)[0];
    end_progress();
    if (!found.problem.empty()) {
        fail(ErrorKind::bad_input, found.problem);
    }
    std::cout << found.best.front().text << "\n";
    write(arguments,
          explain_translation(translator.maps(arguments.subject, found.best.front(), options), translator.model().config.family));
}

void classification(Device& device, const Arguments& arguments) {
    ImageClassifier classifier(device, arguments.folder("vit-cifar10"),
                               {.precision = arguments.precision, .attention = true, .session = with_progress()});
    const std::filesystem::path path = arguments.subject;
    const io::Image picture = io::read_image(path);
    const Answer answer = classifier.answer(picture);
    end_progress();
    const std::vector<Guess> guesses = classifier.best(answer, kGuesses);
    std::cout << guesses.front().label << "\n";
    const SeenPhoto photo{.photo = picture,
                          .seen = patched_region(classifier, {picture.width, picture.height}),
                          .name = path.filename().string(),
                          .model = classifier.config().family};
    write(arguments, explain_classification(photo, attention_of(classifier, answer), guesses));
}

void masked_text(Device& device, const Arguments& arguments) {
    TextModel model(device, arguments.folder("mlm-en"), {.precision = arguments.precision, .attention = true, .session = with_progress()});
    const MaskedText text = read_masked(model, arguments.subject, kGuesses);
    end_progress();
    for (const FilledMask& mask : text.masks) {
        std::cout << mask.guesses.front().word << "\n";
    }
    write(arguments, explain_masks(model, text));
}

// Letters that became others: `part` is what was written.
void spelling(Device& device, const Arguments& arguments, const char* shipped, const char* part) {
    Speller speller(device, arguments.folder(shipped), {.precision = arguments.precision, .session = with_progress()});
    const GenerationOptions options = arguments.generation.over(speller.generation());
    const Written found = speller.write({&arguments.subject, 1}, options)[0];
    end_progress();
    if (!found.problem.empty()) {
        fail(ErrorKind::bad_input, found.problem);
    }
    std::cout << found.best.front().text << "\n";
    write(arguments, explain_alignment(speller.align(arguments.subject, found.best.front(), options), speller.description(), part));
}

void date(Device& device, const Arguments& arguments) {
    spelling(device, arguments, "dates", "letter of the date");
}

void pronunciation(Device& device, const Arguments& arguments) {
    spelling(device, arguments, "pronounce", "sound");
}

void caption(Device& device, const Arguments& arguments) {
    Captioner captioner(device, arguments.folder("captions"), {.precision = arguments.precision, .session = with_progress()});
    const std::filesystem::path path = arguments.subject;
    const io::Image picture = io::read_image(path);
    const Caption written = captioner.caption({&picture, 1}, captioner.generation())[0];
    end_progress();
    std::cout << written.text() << "\n";
    const SeenPhoto photo{
        .photo = picture,
        .seen = {0, 0, static_cast<double>(picture.width), static_cast<double>(picture.height)},
        .name = path.filename().string(),
        .model = captioner.config().hard ? "Show, attend and tell, hard attention" : "Show, attend and tell, soft attention"};
    write(arguments, explain_caption(photo, captioner.config().grid(), written));
}

struct Command {
    const char *name, *subject, *about, *model;
    void (*run)(Device&, const Arguments&);
    bool searches = false;
};

constexpr Command kCommands[] = {
    {.name = "translate",
     .subject = "TEXT",
     .about = "A translation: what was read for each word",
     .model = "A folder, or the name of one of heed's own (default: en-es)",
     .run = translation,
     .searches = true},
    {.name = "classify",
     .subject = "IMAGE",
     .about = "A picture: what each patch looked at",
     .model = "A folder, or the name of one of heed's own (default: vit-cifar10)",
     .run = classification},
    {.name = "fill-mask",
     .subject = "TEXT",
     .about = "A text with [MASK]: what each word looked at",
     .model = "A folder, or the name of one of heed's own (default: mlm-en)",
     .run = masked_text},
    {.name = "caption",
     .subject = "IMAGE",
     .about = "A caption: what was looked at for each word",
     .model = "A folder, or the name of one of heed's own (default: captions)",
     .run = caption},
    {.name = "dates",
     .subject = "TEXT",
     .about = "A date: which letters were read for each that was written",
     .model = "A folder, or the name of one of heed's own (default: dates)",
     .run = date,
     .searches = true},
    {.name = "pronounce",
     .subject = "WORD",
     .about = "A word: which letters were read for each sound",
     .model = "A folder, or the name of one of heed's own (default: pronounce)",
     .run = pronunciation,
     .searches = true},
};

}  // namespace

void add_explain(CLI::App& app, CommonOptions& common) {
    auto* group = app.add_subcommand("explain", "A page for a browser: where every head of every layer looked");
    group->require_subcommand(1);
    for (const Command& each : kCommands) {
        auto* command = group->add_subcommand(each.name, each.about);
        auto arguments = std::make_shared<Arguments>();
        command->add_option(each.subject, arguments->subject, "What to explain")->required();
        command->add_option("--model", arguments->model, each.model)->type_name("DIR");
        command->add_option("--html", arguments->html, "The page, one file that needs no other")
            ->type_name("OUT.html")
            ->check(ends_in({".html", ".htm"}))
            ->capture_default_str();
        add_precision(*command, arguments->precision);
        if (each.searches) {
            arguments->generation.add_to(*command);
        }
        command->callback([&common, &each, arguments] {
            Device device = open(common);
            each.run(device, *arguments);
        });
    }
}

}  // namespace heed
