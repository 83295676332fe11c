#include "demos/eval_captions.h"

#include <chrono>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "io/read_image.h"
#include "models/caption/caption_score.h"
#include "models/scenes/render.h"
#include "models/scenes/table.h"
#include "models/shipped.h"

namespace heed {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRendered = "scenes:";
constexpr size_t kScenes = 1000;  // that are rendered, unless said otherwise

scenes::Part part_named(const std::string& data) {
    const std::string name = data.substr(kRendered.size());
    if (name != "test" && name != "train") {
        fail(ErrorKind::bad_input, "eval: expected scenes:test or scenes:train, got ", data);
    }
    return name == "test" ? scenes::Part::test : scenes::Part::train;
}

// Pictures and what is right about them, one after the other: rendered, or of a folder.
class Examples {
public:
    explicit Examples(const EvalCaptions& arguments) : folder_(arguments.data) {
        if (arguments.data.starts_with(kRendered)) {
            part_ = part_named(arguments.data);
            count_ = arguments.most != 0 ? arguments.most : kScenes;
            return;
        }
        rows_ = scenes::read_table(folder_ / "captions.tsv");
        count_ = arguments.most != 0 ? std::min(arguments.most, rows_.size()) : rows_.size();
        if (count_ == 0) {
            fail(ErrorKind::bad_input, (folder_ / "captions.tsv").string(), ": expected pictures with captions, got none");
        }
    }

    size_t count() const { return count_; }

    io::Image read(size_t i, scenes::TableRow& row) const {
        if (rows_.empty()) {
            const scenes::Scene scene = scenes::make_scene(i, part_);
            row = scenes::table_row("", scene);
            return scenes::render(scene);
        }
        row = rows_[i];
        return io::read_image(folder_ / row.file);
    }

private:
    fs::path folder_;
    scenes::Part part_ = scenes::Part::test;
    std::vector<scenes::TableRow> rows_;
    size_t count_ = 0;
};

void print(const CaptionScore& score, double seconds) {
    std::cout << std::fixed << std::setprecision(2) << "captions right " << 100 * score.exact() << " %  (" << score.right() << " of "
              << score.captions() << ")\n";
    if (score.named() > 0) {
        std::cout << "looked at what it named " << 100 * score.pointing() << " %  (" << score.pointed() << " of " << score.named()
                  << " colours and shapes in captions that are right)\n";
    }
    std::cout << std::setprecision(1) << static_cast<double>(score.captions()) / seconds << " captions a second\n";
}

}  // namespace

bool is_captions(const std::string& data) {
    std::error_code ignored;
    return data.starts_with(kRendered) || fs::is_regular_file(fs::path(data) / "captions.tsv", ignored);
}

int evaluate_captions(const CommonOptions& common, const EvalCaptions& arguments) {
    const Examples examples(arguments);
    Device device = open(common);
    Captioner captioner(device, arguments.model.empty() ? shipped_model("captions") : fs::path(arguments.model),
                        {.precision = arguments.precision, .session = {}});
    GenerationOptions generation = captioner.generation();
    generation.num_beams = arguments.beams.value_or(generation.num_beams);

    const auto start = std::chrono::steady_clock::now();
    CaptionScore score;
    size_t broken = 0;
    for (size_t begin = 0; begin < examples.count(); begin += arguments.batch) {
        std::vector<io::Image> images;
        std::vector<scenes::TableRow> rows;
        for (size_t i = begin; i < std::min(begin + arguments.batch, examples.count()); ++i) {
            try {
                scenes::TableRow row;
                images.push_back(examples.read(i, row));
                rows.push_back(std::move(row));
            } catch (const Error& error) {
                end_progress();
                std::cerr << "heed: " << error.what() << "\n";
                ++broken;
            }
        }
        const std::vector<Caption> captions = captioner.caption(images, generation);
        for (size_t i = 0; i < captions.size(); ++i) {
            score.count(captions[i], rows[i].caption, rows[i].boxes, captioner.config().grid(), images[i].width, images[i].height);
        }
        progress_line("captions", begin, examples.count());
    }
    end_progress();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (arguments.json) {
        const nlohmann::json out{
            {"captions", score.captions()}, {"right", score.right()},       {"exact", score.exact()}, {"named", score.named()},
            {"pointed", score.pointed()},   {"pointing", score.pointing()}, {"broken", broken},       {"seconds", seconds}};
        std::cout << out.dump(2) << "\n";
    } else {
        print(score, seconds);
    }
    return broken == 0 ? 0 : 1;
}

}  // namespace heed
