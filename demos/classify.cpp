// heed classify: what is in these pictures, and where did the model look?
#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "demos/attention_output.h"
#include "demos/common.h"
#include "models/shipped.h"

namespace heed {
namespace {

struct Arguments {
    std::vector<std::string> pictures;
    std::string model, labels;
    size_t top = 5, batch = 0;
    bool json = false;
    Precision precision = Precision::automatic;
    std::string attention, heads;

    bool draws() const { return !attention.empty() || !heads.empty(); }
};

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// What was said of each picture, in the order they were named.
class Report {
public:
    Report(const ImageClassifier& classifier, const Arguments& arguments) : classifier_(classifier), arguments_(arguments) {}

    void add(const StreamedPicture& picture, const Answer& answer) {
        const std::vector<Guess> guesses = classifier_.best(answer, arguments_.top);
        if (arguments_.json) {
            nlohmann::json list = nlohmann::json::array();
            for (const Guess& guess : guesses) {
                list.push_back({{"label", guess.label}, {"index", guess.index}, {"probability", guess.probability}});
            }
            json_.push_back({{"file", picture.path.string()}, {"guesses", list}});
            return;
        }
        std::cout << picture.path.string() << "\n" << std::fixed << std::setprecision(2);
        for (const Guess& guess : guesses) {
            std::cout << std::setw(8) << 100 * guess.probability << " %  " << guess.label << "\n";
        }
        std::cout << std::flush;
    }

    void add_broken(const StreamedPicture& picture) {
        end_progress();
        std::cerr << "heed: " << picture.error << "\n";
        ++broken_;
        if (arguments_.json) {
            json_.push_back({{"file", picture.path.string()}, {"error", picture.error}});
        }
    }

    void finish() const {
        if (arguments_.json) {
            std::cout << json_.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
        }
    }
    size_t broken() const { return broken_; }

private:
    const ImageClassifier& classifier_;
    const Arguments& arguments_;
    nlohmann::json json_ = nlohmann::json::array();
    size_t broken_ = 0;
};

// What it took.
struct Tally {
    Clock::time_point start = Clock::now();
    size_t answered = 0, batch = 1;
    double first = 0;  // seconds to the first answer

    void count(size_t answers) {
        first = answered == 0 && answers > 0 ? seconds_since(start) : first;
        answered += answers;
    }

    void print() const {
        const double seconds = seconds_since(start);
        std::cerr << std::setprecision(3) << answered << (answered == 1 ? " picture" : " pictures") << " in " << seconds << " s";
        if (answered > 0) {
            std::cerr << "; the first answer came " << first << " s after the start";
        }
        if (answered > batch) {
            std::cerr << ", the others at " << static_cast<double>(answered - batch) / (seconds - first) << " a second";
        }
        std::cerr << "\n";
    }
};

int run(const CommonOptions& common, const Arguments& arguments) {
    Tally tally;
    const std::vector<std::filesystem::path> paths = find_pictures(arguments.pictures);
    Device device = open(common);
    ClassifierOptions options{.precision = arguments.precision, .attention = arguments.draws(), .labels = arguments.labels};
    options.session.on_compile = [](uint64_t done, uint64_t total) { progress_line("compiling kernels", done, total); };
    const std::filesystem::path folder = arguments.model.empty() ? shipped_model("vit-cifar10") : std::filesystem::path(arguments.model);
    ImageClassifier classifier(device, folder, options);
    tally.batch = arguments.batch != 0 ? arguments.batch : device.caps().type == DeviceType::cpu || arguments.draws() ? 1 : 16;

    Report report(classifier, arguments);
    AttentionOutput drawings(arguments.attention, arguments.heads, paths.size() > 1);
    PictureStream stream(paths, classifier, {.keep_images = arguments.draws(), .ahead = 2 * tally.batch + 8});
    for (auto pictures = stream.take(tally.batch); !pictures.empty(); pictures = stream.take(tally.batch)) {
        std::vector<PreparedPicture> prepared;
        for (StreamedPicture& picture : pictures) {
            if (picture.prepared) {
                prepared.push_back(std::move(*picture.prepared));
            }
        }
        const std::vector<Answer> answers = classifier.answer(prepared);
        tally.count(answers.size());
        auto answer = answers.begin();
        for (const StreamedPicture& picture : pictures) {
            if (!picture.error.empty()) {
                report.add_broken(picture);
                continue;
            }
            end_progress();
            drawings.add(picture, classifier, *answer);
            report.add(picture, *answer++);
        }
        progress_line("pictures", tally.answered + report.broken(), paths.size());
    }
    end_progress();
    report.finish();
    tally.print();
    for (const std::filesystem::path& file : drawings.written()) {
        std::cerr << "where the model looked: " << file.string() << "\n";
    }
    if (common.verbose) {
        for (const std::string& name : classifier.unused_tensors()) {
            std::cerr << "the model does not use " << name << "\n";
        }
    }
    return report.broken() == 0 ? 0 : 1;
}

}  // namespace

void add_classify(CLI::App& app, CommonOptions& common, int& status) {
    auto* command = app.add_subcommand("classify", "What is in a picture, and where the model looked");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("IMAGE", arguments->pictures, "Pictures (JPEG, PNG, BMP, PPM), or folders of them")->required();
    add_vit_options(*command, arguments->model, arguments->labels, arguments->precision);
    command->add_option("--top", arguments->top, "How many of the likeliest classes to tell")
        ->check(CLI::Range(1, 1 << 20))
        ->capture_default_str();
    command->add_option("--batch", arguments->batch, "Pictures a run (default: 16 on a GPU, 1 on a software device)")
        ->check(CLI::Range(1, 4096));
    command
        ->add_option("--attention", arguments->attention,
                     "Draw where the model looked, by attention rollout; of several pictures OUT-NAME.png each. "
                     "OUT.safetensors or OUT.json: the exact weights of every block and head")
        ->type_name("OUT.png")
        ->check(ends_in({".png", ".safetensors", ".json"}));
    command->add_option("--attention-heads", arguments->heads, "Draw what every head of every block looked at")
        ->type_name("OUT.png")
        ->check(ends_in({".png"}));
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([&common, &status, arguments] { status = run(common, *arguments); });
}

}  // namespace heed
