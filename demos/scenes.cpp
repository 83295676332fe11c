// heed scenes: pictures of coloured shapes with their captions, to train and test what tells what is in a picture.
#include <algorithm>
#include <iomanip>
#include <iostream>

#include "demos/common.h"
#include "io/file.h"
#include "io/png.h"
#include "io/safetensors.h"
#include "models/scenes/render.h"
#include "models/scenes/table.h"

namespace heed {
namespace {

namespace fs = std::filesystem;

struct Arguments {
    std::string folder, tensors;
    uint64_t count = 16, first = 0;
    scenes::Part part = scenes::Part::all;
};

void make_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        fail(ErrorKind::bad_file, folder.string(), ": expected a folder or a place for one, got: ", error.message());
    }
}

void write_pictures(const fs::path& folder, const std::vector<scenes::Scene>& all, uint64_t first) {
    make_folder(folder);
    std::vector<scenes::TableRow> rows;
    for (size_t i = 0; i < all.size(); ++i) {
        std::ostringstream name;
        name << "scene-" << std::setfill('0') << std::setw(6) << first + i << ".png";
        io::write_png(folder / name.str(), scenes::render(all[i]));
        rows.push_back(scenes::table_row(name.str(), all[i]));
    }
    const std::string table = scenes::write_table(rows);
    io::write_file(folder / "captions.tsv", std::as_bytes(std::span(table)));
}

// What training reads: pictures u8 [N,64,64,3], words i32 [N,16] (numbers in words.txt's order, -1 behind the end), things i32 [N,16]
// (whose colour or shape a word tells, or -1) and boxes f32 [N,3,4].
void write_tensors(const fs::path& path, const std::vector<scenes::Scene>& all) {
    const std::vector<std::string> names = scenes::words();
    std::vector<uint8_t> pictures;
    std::vector<int32_t> words(all.size() * scenes::kMostWords, -1), things = words;
    std::vector<float> boxes(all.size() * scenes::kMostThings * 4, 0);
    std::string listed;
    std::ranges::for_each(names, [&](const std::string& name) { listed += (listed.empty() ? "" : " ") + name; });
    for (size_t i = 0; i < all.size(); ++i) {
        const io::Image image = scenes::render(all[i]);
        pictures.insert(pictures.end(), image.pixels.begin(), image.pixels.end());
        for (size_t w = 0; w < all[i].caption.size(); ++w) {
            const scenes::Word& word = all[i].caption[w];
            words[i * scenes::kMostWords + w] = static_cast<int32_t>(std::ranges::find(names, word.text) - names.begin());
            things[i * scenes::kMostWords + w] = word.thing;
        }
        for (size_t t = 0; t < all[i].things.size(); ++t) {
            const scenes::Box box = scenes::box_of(all[i].things[t]);
            std::ranges::copy(std::array{static_cast<float>(box.left), static_cast<float>(box.top), static_cast<float>(box.right),
                                         static_cast<float>(box.bottom)},
                              boxes.begin() + static_cast<std::ptrdiff_t>((i * scenes::kMostThings + t) * 4));
        }
    }
    const auto n = static_cast<int64_t>(all.size());
    const std::vector<io::TensorEntry> entries{
        {.name = "words", .element = io::Element::i32, .shape = {n, scenes::kMostWords}, .bytes = std::as_bytes(std::span(words))},
        {.name = "things", .element = io::Element::i32, .shape = {n, scenes::kMostWords}, .bytes = std::as_bytes(std::span(things))},
        {.name = "boxes", .element = io::Element::f32, .shape = {n, scenes::kMostThings, 4}, .bytes = std::as_bytes(std::span(boxes))},
        {.name = "pictures",
         .element = io::Element::u8,
         .shape = {n, scenes::kSide, scenes::kSide, 3},
         .bytes = std::as_bytes(std::span(pictures))}};
    io::write_safetensors(path, entries, {{"words", listed}});
}

void run(const Arguments& arguments) {
    if (arguments.folder.empty() && arguments.tensors.empty()) {
        fail(ErrorKind::bad_input, "scenes: expected --out DIR or --tensors FILE.safetensors, got neither");
    }
    std::vector<scenes::Scene> all;
    for (uint64_t i = 0; i < arguments.count; ++i) {
        all.push_back(scenes::make_scene(arguments.first + i, arguments.part));
    }
    if (!arguments.folder.empty()) {
        write_pictures(arguments.folder, all, arguments.first);
        std::cout << all.size() << " scenes and captions.tsv: " << arguments.folder << "\n";
    }
    if (!arguments.tensors.empty()) {
        write_tensors(arguments.tensors, all);
        std::cout << all.size() << " scenes: " << arguments.tensors << "\n";
    }
}

}  // namespace

void add_scenes(CLI::App& app) {
    auto* command = app.add_subcommand("scenes", "Pictures of coloured shapes with their captions, for heed caption and heed eval");
    auto arguments = std::make_shared<Arguments>();
    command
        ->add_option("--out", arguments->folder,
                     "A folder for scene-NUMBER.png each, and captions.tsv: file, caption, and each thing's box")
        ->type_name("DIR");
    command->add_option("--tensors", arguments->tensors, "One file with all of them as numbers")
        ->type_name("FILE.safetensors")
        ->check(ends_in({".safetensors"}));
    command->add_option("--count", arguments->count, "How many")->check(CLI::Range(1, 1 << 20))->capture_default_str();
    command->add_option("--first", arguments->first, "The first one's number; the same number gives the same scene")->capture_default_str();
    const std::map<std::string, scenes::Part> parts{
        {"all", scenes::Part::all}, {"train", scenes::Part::train}, {"test", scenes::Part::test}};
    command->add_option("--part", arguments->part, "train or test: one caption in five, whatever the picture, is only in the test part")
        ->transform(CLI::CheckedTransformer(parts))
        ->default_str("all");
    command->callback([arguments] { run(*arguments); });
}

}  // namespace heed
