#include "models/vision/classifier_attention.h"

#include <doctest/doctest.h>

#include <numeric>

#include "support/device.h"
#include "support/drawn.h"
#include "support/folder.h"
#include "support/sentence.h"
#include "support/sources.h"

namespace heed {
namespace {

ImageClassifier golden(const char* family, bool attention = true) {
    return ImageClassifier(tests::device(), tests::repository() / "tests" / "golden" / "vit" / family, {.attention = attention});
}

}  // namespace

TEST_SUITE("device vit") {
    TEST_CASE("where a classifier looked, in every family") {
        struct Family {
            const char* name;
            int64_t before;
            bool class_token;
        };
        const Family families[] = {
            {"vit", 1, true}, {"deit", 2, true}, {"dinov2-registers", 4, true}, {"timm-gap", 0, false}, {"timm-pooled-norm", 1, false}};
        for (const Family& family : families) {
            CAPTURE(family.name);
            ImageClassifier classifier = golden(family.name);
            const Answer answer = classifier.answer(tests::drawn(37, 53, 3));
            const VisionAttention attention = attention_of(classifier, answer);
            CHECK(attention.before == family.before);
            CHECK(attention.class_token == family.class_token);
            CHECK(attention.layers.size() == static_cast<size_t>(classifier.config().encoder.layers));
            const std::vector<float> shares = attention_rollout(attention);
            CHECK(std::accumulate(shares.begin(), shares.end(), 0.0) == doctest::Approx(1));
            const Region seen = patched_region(classifier, {37, 53});
            CHECK(seen.width > 20);
            CHECK(seen.left >= 0);
            CHECK(seen.left + seen.width <= 37.001);
            CHECK(seen.top + seen.height <= 53.001);
        }
    }

    TEST_CASE("what the patches cover leaves out a rest that is narrower than one") {
        const tests::Folder folder;
        for (const char* file : {"config.json", "model.safetensors"}) {
            std::filesystem::copy(tests::repository() / "tests" / "golden" / "vit" / "vit" / file, folder.path);
        }
        folder.write("preprocessor_config.json", R"({"image_processor_type": "ViTImageProcessor", "size": {"height": 16, "width": 18}})");
        const ImageClassifier classifier(tests::device(), folder.path);  // patches of 4 x 4
        const Region seen = patched_region(classifier, {90, 90});
        CHECK(seen.width == doctest::Approx(80));
        CHECK(seen.height == doctest::Approx(90));
    }

    TEST_CASE("an answer without attention is a sentence") {
        ImageClassifier classifier = golden("vit", false);
        const Answer answer = classifier.answer(tests::drawn(20, 20, 3));
        CHECK(tests::contains(tests::sentence(ErrorKind::bad_input, [&] { attention_of(classifier, answer); }), "got one without"));
    }
}

}  // namespace heed
