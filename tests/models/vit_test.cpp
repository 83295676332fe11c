#include "models/vit/vit.h"

#include <doctest/doctest.h>

#include "models/model_check.h"
#include "run/session.h"
#include "support/caps.h"
#include "support/device.h"
#include "support/golden.h"
#include "support/sentence.h"

namespace {

using namespace heed;
namespace fs = std::filesystem;

struct Model {
    std::unique_ptr<Checkpoint> checkpoint;
    VitConfig config;
};

Model load(const fs::path& folder) {
    std::unique_ptr<Checkpoint> checkpoint = open_checkpoint(folder);
    VitConfig config = read_vit_config(Config::read(folder / "config.json"), *checkpoint);
    return {std::move(checkpoint), std::move(config)};
}

fs::path golden(const std::string& name) {
    return tests::golden("vit/" + name);
}

// Every output of one golden file, with maps, on the device.
void check_golden(const Model& model, const fs::path& path, DType stored, float tolerance) {
    INFO(path.string() << " as " << to_string(stored));
    const tests::GoldenTensors expected(path);
    const std::vector<int64_t> sizes = expected.sizes("pixels");  // [B,3,H,W]
    const std::vector<float> pixels = expected.floats("pixels"), attentions = expected.floats("attentions");
    const VitOptions options{.batch = sizes[0], .height = sizes[2], .width = sizes[3], .stored = stored, .hidden = true, .attention = true};
    const Graph graph = build_vit(model.config, *model.checkpoint, options);
    Session session(tests::device(), graph);
    std::vector<float> patches;
    const size_t picture = pixels.size() / static_cast<size_t>(sizes[0]);
    for (int64_t b = 0; b < sizes[0]; ++b) {
        const std::vector<float> cut =
            cut_patches(std::span(pixels).subspan(static_cast<size_t>(b) * picture, picture), model.config, options);
        patches.insert(patches.end(), cut.begin(), cut.end());
    }
    session.write("patches", patches);
    session.run();
    tests::check_close(session.read("logits"), expected.floats("logits"), tolerance);
    tests::check_close(session.read("hidden"), expected.floats("hidden"), tolerance);
    const size_t layers = static_cast<size_t>(model.config.encoder.layers), map = attentions.size() / layers;
    for (size_t i = 0; i < layers; ++i) {
        tests::check_close(session.read(text("attention.", i)), std::span(attentions).subspan(i * map, map), tolerance);
    }
    CHECK_MESSAGE(tests::validation_messages() == 0, tests::validation_report());
}

const char* const kFamilies[] = {
    "vit", "deit", "dinov2", "dinov2-registers", "timm", "timm-distilled", "timm-registers", "timm-gap", "timm-pooled-norm"};

}  // namespace

TEST_SUITE_BEGIN("device vit");

TEST_CASE("every family gives what PyTorch gives, at the trained size and at another") {
    for (const char* family : kFamilies) {
        const Model model = load(golden(family));
        int files = 0;
        for (const fs::directory_entry& entry : fs::directory_iterator(golden(family))) {
            if (entry.path().filename().string().rfind("golden-", 0) == 0) {
                check_golden(model, entry.path(), DType::f32, 2e-5f);
                check_golden(model, entry.path(), DType::f16, 4e-2f);
                ++files;
            }
        }
        CHECK(files == 2);
    }
}

TEST_CASE("the numbers are the same with every optional pass left out") {
    const Model model = load(golden("deit"));
    const Graph graph = build_vit(model.config, *model.checkpoint, {.batch = 2, .hidden = true, .attention = true});
    tests::check_on_device(graph, tests::feed_for(graph), {5e-5, 5e-5});
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("vit");

TEST_CASE("a block is seven dispatches") {
    const Model model = load(golden("vit"));
    const auto dispatches = [&](int layers) {
        VitConfig config = model.config;
        config.encoder.layers = layers;
        return compile(build_vit(config, *model.checkpoint), tests::desktop_caps()).steps.size();
    };
    CHECK(dispatches(2) - dispatches(1) <= 7);
}

TEST_CASE("patches are cut as a convolution sees them") {
    VitConfig config;
    config.colours = 2, config.patch_height = 1, config.patch_width = 2;
    const std::vector<float> pixels{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};  // [2,2,3]: the last column is left out
    CHECK(cut_patches(pixels, config, {.height = 2, .width = 3}) == std::vector<float>{0, 1, 6, 7, 3, 4, 9, 10});
    CHECK(tests::sentence(ErrorKind::bad_input, [&] { cut_patches(pixels, config, {.height = 2, .width = 4}); }) ==
          "vit: expected a picture of 2 x 2 x 4, got 12 numbers");
}

TEST_SUITE_END();
