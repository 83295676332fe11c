#include "models/vision/image_classifier.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "io/read_image.h"
#include "support/data.h"
#include "support/device.h"
#include "support/folder.h"
#include "support/sentence.h"
#include "support/sources.h"

namespace {

using namespace heed;
namespace fs = std::filesystem;

fs::path golden(const std::string& name) {
    return tests::repository() / "tests" / "golden" / "vit" / name;
}

io::Image drawn(int width, int height, int seed) {
    io::Image image{.width = width, .height = height, .channels = 3, .pixels = {}};
    for (size_t i = 0; i < image.bytes(); ++i) {
        image.pixels.push_back(static_cast<uint8_t>((i * 37 + i / 7 * static_cast<size_t>(seed)) % 256));
    }
    return image;
}

// What PyTorch answers in double precision (scripts/goldens/vit_tiny_in1k.py): the five likeliest classes and their logits.
struct Photo {
    const char* name;
    struct {
        size_t index;
        float logit;
    } best[5];
};
constexpr Photo kPhotos[] = {
    {"astronaut.png", {{560, 10.6412f}, {450, 10.1239f}, {518, 9.2828f}, {805, 8.5442f}, {746, 8.5085f}}},
    {"camera.png", {{872, 13.8599f}, {447, 9.5930f}, {759, 7.3308f}, {732, 7.1557f}, {523, 7.1078f}}},
    {"chelsea.png", {{285, 14.2710f}, {282, 12.2465f}, {281, 11.7806f}, {287, 9.5679f}, {457, 6.8660f}}},
    {"clock_motion.png", {{971, 10.7639f}, {818, 10.3503f}, {844, 8.7779f}, {896, 8.2486f}, {633, 8.2403f}}},
    {"coffee.png", {{967, 15.8121f}, {968, 12.6712f}, {504, 11.0989f}, {925, 10.3525f}, {809, 9.6732f}}},
    {"dog.jpg", {{258, 14.0173f}, {259, 11.4648f}, {279, 9.5584f}, {261, 9.5473f}, {248, 8.9087f}}},
    {"hubble_deep_field.jpg", {{971, 11.7626f}, {966, 7.1691f}, {907, 6.7296f}, {818, 6.6919f}, {727, 6.5417f}}},
    {"rocket.jpg", {{540, 11.6323f}, {900, 10.7002f}, {632, 9.7951f}, {657, 9.3782f}, {517, 9.2059f}}},
};

// A timm folder around the file, which comes without its config.
void write_tiny(const tests::Folder& folder, const fs::path& weights) {
    fs::create_symlink(fs::absolute(weights), folder.path / "model.safetensors");
    folder.write("config.json", R"({"architecture": "vit_tiny_patch16_224", "num_classes": 1000, "global_pool": "token",
        "pretrained_cfg": {"input_size": [3, 224, 224], "interpolation": "bicubic", "crop_pct": 0.9, "crop_mode": "center",
                           "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}})");
}

void check_photos(Precision precision, float tolerance) {
    const auto weights = tests::test_data("vit-tiny-patch16-224-in1k/vit_tiny_patch16_224.safetensors");
    const auto photos = tests::test_data("photos");
    if (!weights || !photos) {
        return;
    }
    const tests::Folder folder;
    write_tiny(folder, *weights);
    ImageClassifier classifier(tests::device(), folder.path, {.precision = precision});
    for (const Photo& photo : kPhotos) {
        const Answer answer = classifier.answer(io::read_image(*photos / photo.name));
        const std::vector<Guess> best = classifier.best(answer, 5);
        for (size_t i = 0; i < 5; ++i) {
            INFO(photo.name << ", place " << i);
            CHECK(std::abs(answer.logits[photo.best[i].index] - photo.best[i].logit) <= tolerance);
            const bool near_tie = i > 0 && photo.best[i - 1].logit - photo.best[i].logit < 2 * tolerance;
            const bool near_next = i < 4 && photo.best[i].logit - photo.best[i + 1].logit < 2 * tolerance;
            CHECK((best[i].index == photo.best[i].index || near_tie || near_next));
        }
    }
    CHECK(classifier.unused_tensors().empty());
}

}  // namespace

TEST_SUITE_BEGIN("device classifier");

TEST_CASE("the real ViT-Tiny answers to photographs as PyTorch does") {
    check_photos(Precision::f32, 1e-3f);
    check_photos(Precision::f16, 2e-2f);
}

TEST_CASE("a batch is its pictures one by one, of whatever size they come") {
    ImageClassifier classifier(tests::device(), golden("vit"), {.hidden = true, .attention = true});
    std::vector<PreparedPicture> prepared;
    for (int i = 0; i < 3; ++i) {
        prepared.push_back(classifier.prepare(drawn(20 + 9 * i, 31 - 4 * i, i)));
    }
    const std::vector<Answer> together = classifier.answer(prepared);
    REQUIRE(together.size() == 3);
    for (size_t i = 0; i < 3; ++i) {
        const Answer alone = classifier.answer(std::span(prepared).subspan(i, 1))[0];
        REQUIRE(alone.logits.size() == 7);
        for (size_t k = 0; k < alone.logits.size(); ++k) {
            CHECK(alone.logits[k] == doctest::Approx(together[i].logits[k]).epsilon(1e-5));
        }
        CHECK(alone.hidden.size() == 17 * 24);
        REQUIRE(together[i].attention.size() == 2);
        CHECK(together[i].attention[1].size() == 2 * 17 * 17);
        CHECK(together[i].grid == Grid{4, 4});
    }
}

TEST_CASE("the likeliest come first, and all add up to one") {
    ImageClassifier classifier(tests::device(), golden("vit"));
    const Answer answer = classifier.answer(drawn(16, 16, 1));
    const std::vector<Guess> all = classifier.best(answer, 100);
    REQUIRE(all.size() == 7);
    double sum = 0;
    for (size_t i = 0; i < all.size(); ++i) {
        CHECK((i == 0 || all[i].probability <= all[i - 1].probability));
        CHECK(all[i].label == text("LABEL_", all[i].index));
        sum += all[i].probability;
    }
    CHECK(sum == doctest::Approx(1));
    CHECK(classifier.best(answer, 2).size() == 2);
}

TEST_CASE("names of classes may come from a file, one for each") {
    const tests::Folder folder;
    const fs::path names = folder.write("names.txt", "a\nb\nc\nd\ne\nf\ng");
    ImageClassifier classifier(tests::device(), golden("vit"), {.labels = names});
    CHECK(classifier.config().labels[6] == "g");
    const fs::path few = folder.write("few.txt", "a\nb\n");
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_input, [&] { ImageClassifier(tests::device(), golden("vit"), {.labels = few}); }),
                          "few.txt: expected a line for each of 7 classes, got 2"));
}

TEST_SUITE_END();
