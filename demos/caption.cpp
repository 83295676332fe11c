// heed caption: what is in a picture, word by word, and where the model looked for each.
#include <algorithm>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "demos/common.h"
#include "demos/picture_names.h"
#include "demos/picture_stream.h"
#include "io/file.h"
#include "io/png.h"
#include "io/read_image.h"
#include "models/attention_file.h"
#include "models/caption/picture.h"

namespace heed {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBatch = 16;  // pictures at once

struct Arguments {
    std::vector<std::string> pictures;
    std::string model, attention;
    std::optional<int64_t> beams;
    uint64_t seed = 0;
    bool hard = false, sample = false, json = false;
    Precision precision = Precision::automatic;
};

struct Read {
    fs::path path;
    io::Image image;
};

class Report {
public:
    Report(const Captioner& captioner, const Arguments& arguments, bool several)
        : captioner_(captioner), arguments_(arguments), several_(several), names_(several) {}

    void add(const Read& picture, const Caption& caption) {
        if (arguments_.json) {
            json_.push_back(as_json(picture, caption));
        } else {
            std::cout << (several_ ? picture.path.string() + ": " : "") << caption.text() << "\n" << std::flush;
        }
        if (!arguments_.attention.empty()) {
            names_.turn_to(picture.path);
            write_attention_to(names_.path(arguments_.attention), picture, caption);
        }
    }

    void add_broken(const fs::path& picture, const std::string& problem) {
        end_progress();
        std::cerr << "heed: " << problem << "\n";
        ++broken_;
        if (arguments_.json) {
            json_.push_back({{"file", picture.string()}, {"error", problem}});
        }
    }

    void finish() const {
        if (arguments_.json) {
            std::cout << json_.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
        }
    }
    size_t broken() const { return broken_; }

private:
    nlohmann::json as_json(const Read& picture, const Caption& caption) const {
        nlohmann::json words = nlohmann::json::array();
        const Grid grid = captioner_.config().grid();
        for (size_t i = 0; i < caption.words.size(); ++i) {
            const auto most = std::ranges::max_element(caption.shares[i]);
            const int64_t place = most - caption.shares[i].begin();
            words.push_back(
                {{"word", caption.words[i]}, {"row", place / grid.columns}, {"column", place % grid.columns}, {"share", *most}});
        }
        return {{"file", picture.path.string()},
                {"caption", caption.text()},
                {"log_probability", caption.log_probability},
                {"grid", {grid.rows, grid.columns}},
                {"looked_most_at", words}};
    }

    void write_attention_to(const fs::path& path, const Read& picture, const Caption& caption) const {
        const CaptionedPicture captioned{.picture = picture.image,
                                         .name = picture.path.filename().string(),
                                         .caption = caption,
                                         .grid = captioner_.config().grid(),
                                         .hard = captioner_.config().hard};
        if (path.extension() == ".png") {
            io::write_png(path, draw_caption(captioned));
        } else if (path.extension() == ".svg") {
            const std::string svg = caption_svg(captioned);
            io::write_file(path, std::as_bytes(std::span(svg)));
        } else {
            std::vector<float> all;
            std::ranges::for_each(caption.shares, [&](const std::vector<float>& look) { all.insert(all.end(), look.begin(), look.end()); });
            const LayerWeights looks{.shape = {1, static_cast<int64_t>(caption.words.size()), captioned.grid.cells()}, .values = all};
            write_attention(path, std::span(&looks, 1),
                            {{"picture", captioned.name},
                             {"words", caption.text()},
                             {"grid", text(captioned.grid.rows, "x", captioned.grid.columns)},
                             {"attention", captioned.hard ? "hard" : "soft"}});
        }
        std::cerr << "where the model looked: " << path.string() << "\n";
    }

    const Captioner& captioner_;
    const Arguments& arguments_;
    bool several_;
    PictureNames names_;
    nlohmann::json json_ = nlohmann::json::array();
    size_t broken_ = 0;
};

int run(const CommonOptions& common, const Arguments& arguments) {
    const std::vector<fs::path> paths = find_pictures(arguments.pictures);
    const fs::path folder = model_folder(!arguments.model.empty() ? arguments.model : arguments.hard ? "captions-hard" : "captions");
    Device device = open(common);
    CaptionerOptions options{.precision = arguments.precision, .session = {}};
    options.session.on_compile = [](uint64_t done, uint64_t total) { progress_line("compiling kernels", done, total); };
    Captioner captioner(device, folder, options);
    GenerationOptions generation = captioner.generation();
    generation.num_beams = arguments.beams.value_or(generation.num_beams);

    Report report(captioner, arguments, paths.size() > 1);
    for (size_t begin = 0; begin < paths.size(); begin += kBatch) {
        std::vector<Read> read;
        std::vector<io::Image> images;
        for (size_t i = begin; i < std::min(begin + kBatch, paths.size()); ++i) {
            try {
                read.push_back({.path = paths[i], .image = io::read_image(paths[i])});
                images.push_back(read.back().image);
            } catch (const Error& error) {
                report.add_broken(paths[i], error.what());
            }
        }
        const std::optional<DrawnLooks> drawn = arguments.sample ? std::optional(DrawnLooks{arguments.seed, begin}) : std::nullopt;
        const std::vector<Caption> captions = captioner.caption(images, generation, drawn);
        end_progress();
        for (size_t i = 0; i < captions.size(); ++i) {
            report.add(read[i], captions[i]);
        }
    }
    report.finish();
    return report.broken() == 0 ? 0 : 1;
}

}  // namespace

void add_caption(CLI::App& app, CommonOptions& common, int& status) {
    auto* command = app.add_subcommand("caption", "What is in a picture of coloured shapes, in words, and where the model looked for each");
    auto arguments = std::make_shared<Arguments>();
    command
        ->add_option(
            "IMAGE", arguments->pictures,
            "Pictures (JPEG, PNG, BMP, PPM) of any size, or folders of them; each is squeezed into the square that the model sees, "
            "and it knows nothing but what heed scenes draws")
        ->required();
    auto* model =
        command->add_option("--model", arguments->model,
                            "A folder as scripts/train/caption.py writes it, or the name of one of heed's own (default: captions)");
    model->type_name("DIR");
    command->add_flag("--hard", arguments->hard, "Heed's own model that looks at one place a word")->excludes(model);
    command
        ->add_option("--attention", arguments->attention,
                     "Draw where the model looked, a tile a word; of several pictures OUT-NAME.png each. OUT.safetensors or OUT.json: "
                     "the exact shares of the places, a row a word")
        ->type_name("OUT.png")
        ->check(ends_in({".png", ".svg", ".safetensors", ".json"}));
    command->add_option("--beams", arguments->beams, "Beams that are followed (default: as the model has it)")->check(CLI::Range(1, 64));
    auto* sample =
        command->add_flag("--sample", arguments->sample, "With hard attention: draw the places, instead of taking the likeliest");
    command->add_option("--seed", arguments->seed, "With --sample: another seed, other places")->needs(sample)->capture_default_str();
    command->add_flag("--json", arguments->json, "Print JSON");
    add_precision(*command, arguments->precision);
    command->callback([&common, &status, arguments] { status = run(common, *arguments); });
}

}  // namespace heed
