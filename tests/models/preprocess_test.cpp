#include "models/vision/preprocess.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <sstream>

#include "io/read_image.h"
#include "models/vision/preprocessor_config.h"
#include "support/data.h"
#include "support/drawn.h"
#include "support/folder.h"
#include "support/sentence.h"
#include "support/sources.h"

namespace heed {
namespace {

using io::Filter;
using tests::contains;
using tests::Folder;
using tests::sentence;
using Fit = Preprocessing::Fit;
using Centre = Preprocessing::Centre;

Preprocessing read(const std::string& config, const std::string& file = "preprocessor_config.json") {
    const Folder folder;
    folder.write(file, config);
    return read_preprocessing(folder.path);
}

std::string complaint(const std::string& config, const std::string& file = "preprocessor_config.json") {
    return sentence(ErrorKind::bad_model, [&] { read(config, file); });
}

std::string vit(const std::string& rest) {
    return R"({"image_processor_type": "ViTImageProcessor", )" + rest + "}";
}

std::string timm(const std::string& rest) {
    return R"({"architecture": "vit", "pretrained_cfg": {)" + rest + "}}";
}

std::vector<float> from_hexadecimal(const std::string& digits) {
    std::vector<float> out;
    for (size_t i = 0; i + 8 <= digits.size(); i += 8) {
        uint32_t bits = 0;
        for (size_t byte = 4; byte-- > 0;) {
            bits = bits << 8 | static_cast<uint32_t>(std::stoul(digits.substr(i + 2 * byte, 2), nullptr, 16));
        }
        out.push_back(std::bit_cast<float>(bits));
    }
    return out;
}

float difference(const std::vector<float>& a, const std::vector<float>& b) {
    float worst = a.size() == b.size() ? 0 : INFINITY;
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        worst = std::max(worst, std::abs(a[i] - b[i]));
    }
    return worst;
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("preprocess: what the published processors make of it, row by row") {
        std::istringstream cases(tests::read_source("tests/golden/preprocess.txt").text);
        size_t count = 0;
        std::string file, config, digits;
        for (int width = 0, height = 0, new_width = 0, new_height = 0;
             cases >> file >> config >> width >> height >> new_width >> new_height >> digits; ++count) {
            const Preprocessing how = read(config, file);
            CHECK_MESSAGE(preprocessed_size(how, {width, height}) == (PixelSize{new_width, new_height}), config);
            const float off = difference(preprocess(tests::drawn(width, height, 3), how), from_hexadecimal(digits));
            CHECK_MESSAGE(off <= 1e-6f * (how.rescale == 1 ? 255 : 1), config, " ", width, "x", height, ": ", off, " off");
        }
        CHECK(count == 37);
    }

    TEST_CASE("preprocess: photographs, for ViT-Tiny as timm prepares them") {
        const auto photos = tests::test_data("photos");
        if (!photos) {
            return;
        }
        const Preprocessing how = read(timm(R"("crop_pct": 0.9, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5])"), "config.json");
        std::istringstream lines(tests::read_source("tests/golden/preprocess_photos.txt").text);
        size_t count = 0;
        for (std::string name; lines >> name; ++count) {
            const std::vector<float> pixels = preprocess(io::read_image(*photos / name), how);
            REQUIRE(pixels.size() == 3 * 224 * 224);
            for (size_t k = 0; k < 64; ++k) {
                int level = 0;
                lines >> level;
                const auto found = std::lround((pixels[(k * 104729 + 17) % pixels.size()] + 1) * 127.5f);
                CHECK_MESSAGE(found == level, name, " sample ", k);
            }
        }
        CHECK(count == 8);
    }

    TEST_CASE("preprocess: what a config leaves out is as in the published class") {
        const Preprocessing plain = read(R"({"feature_extractor_type": "ViTFeatureExtractor"})");
        CHECK(plain.fit == Fit::squash);
        CHECK(plain.size == PixelSize{224, 224});
        CHECK(plain.filter == Filter::bilinear);
        CHECK(!plain.crop);
        CHECK(plain.mean == std::array{0.5f, 0.5f, 0.5f});
        const Preprocessing deit = read(R"({"image_processor_type": "DeiTImageProcessor"})");
        CHECK(deit.fit == Fit::squash);
        CHECK(deit.size == PixelSize{256, 256});
        CHECK(deit.filter == Filter::bicubic);
        CHECK(deit.crop == PixelSize{224, 224});
        CHECK(deit.deviation == std::array{0.5f, 0.5f, 0.5f});
        for (const std::string name : {"BitImageProcessor", "CLIPImageProcessor", "CLIPFeatureExtractor"}) {
            const Preprocessing bit = read(R"({"image_processor_type": ")" + name + "\"}");
            CHECK(bit.fit == Fit::shortest_edge);
            CHECK(bit.size == PixelSize{224, 224});
            CHECK(bit.filter == Filter::bicubic);
            CHECK(bit.crop == PixelSize{224, 224});
            CHECK(bit.centre == Centre::down);
            CHECK(bit.mean[2] == 0.40821073f);
        }
        CHECK(read(R"({"image_processor_type": "BitImageProcessorFast"})").centre == Centre::even);
        const Preprocessing from_timm = read(timm(""), "config.json");
        CHECK(from_timm.fit == Fit::shortest_edge);
        CHECK(from_timm.size == PixelSize{256, 256});
        CHECK(from_timm.filter == Filter::bicubic);
        CHECK(from_timm.crop == PixelSize{224, 224});
        CHECK(from_timm.mean[0] == 0.485f);
        CHECK(from_timm.rescale == 1.0 / 255);
    }

    TEST_CASE("preprocess: a config that names no class has the model's") {
        const auto of_model = [](const std::string& type) {
            const Folder folder;
            folder.write("preprocessor_config.json", "{}");
            folder.write("config.json", R"({"model_type": ")" + type + "\"}");
            return read_preprocessing(folder.path);
        };
        CHECK(of_model("vit").size == PixelSize{224, 224});
        CHECK(of_model("deit").size == PixelSize{256, 256});
        CHECK(of_model("dinov2").fit == Fit::shortest_edge);
        CHECK(of_model("dinov2_with_registers").fit == Fit::shortest_edge);
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { of_model("bert"); }),
                       "config.json: expected model_type to be vit, deit, dinov2"));
    }

    TEST_CASE("preprocess: a config that makes no sense is a sentence naming the key") {
        CHECK(contains(complaint(R"({"image_processor_type": "SamImageProcessor"})"),
                       "preprocessor_config.json: expected image_processor_type to be one of ViTImageProcessor, DeiTImageProcessor, "
                       "BitImageProcessor, CLIPImageProcessor (or the same with Fast), got \"SamImageProcessor\""));
        CHECK(contains(complaint(vit(R"("size": 0)")), "expected size to be a whole number from 1 to 4096, got 0"));
        CHECK(contains(complaint(vit(R"("size": {"height": 9, "width": -3})")),
                       "expected size.width to be a whole number from 1 to 4096, got -3"));
        CHECK(contains(complaint(vit(R"("size": {"shortest_edge": 5000})")), "size.shortest_edge to be a whole number from 1 to 4096"));
        CHECK(contains(complaint(vit(R"("size": {"shortest_edge": 50, "longest_edge": 90})")), "or shortest_edge alone"));
        CHECK(contains(complaint(vit(R"("size": {"longest_edge": 90})")), "expected size.height, a whole number from 1 to 4096, got none"));
        CHECK(contains(complaint(vit(R"("resample": 6)")), "expected resample to be a whole number from 0 to 5, got 6"));
        CHECK(contains(complaint(vit(R"("image_mean": [1, 2, 3, 4])")),
                       "expected image_mean to be three numbers, one a colour, got [1,2,3,4]"));
        CHECK(contains(complaint(vit(R"("image_std": [0.5, 0, 0.5])")), "expected image_std to be numbers to divide by, none of them 0"));
        CHECK(contains(complaint(vit(R"("do_resize": "yes")")), "expected do_resize to be true or false, got \"yes\""));
        CHECK(contains(complaint(R"({"image_processor_type": "ViTImageProcessorFast", "do_center_crop": true})"), "expected crop_size"));
        CHECK(contains(complaint(timm(R"("input_size": [1, 28, 28])"), "config.json"), "pretrained_cfg.input_size to be 3 channels"));
        CHECK(contains(complaint(timm(R"("crop_pct": 0)"), "config.json"), "pretrained_cfg.crop_pct to be a share of the picture"));
        CHECK(contains(complaint(timm(R"("crop_pct": -1)"), "config.json"), "pretrained_cfg.crop_pct to be a share of the picture"));
        CHECK(contains(complaint(timm(R"("crop_mode": "random")"), "config.json"), "crop_mode to be center, squash or border"));
        CHECK(contains(complaint(timm(R"("interpolation": "random")"), "config.json"), "interpolation to be nearest, bilinear"));
        CHECK(contains(complaint(R"({"model_type": "vit"})", "config.json"), "there is no preprocessor_config.json"));
        CHECK(contains(complaint("{}", "README.md"), "expected preprocessor_config.json or timm's config.json, got neither"));
        CHECK(contains(sentence(ErrorKind::bad_file, [] { read("{\"size\": "); }), "preprocessor_config.json: expected JSON"));
    }

    TEST_CASE("preprocess: which part of a picture the model sees") {
        const auto sees = [](const Preprocessing& how, PixelSize picture, const Region& expected) {
            const Region seen = seen_region(how, picture);
            CAPTURE(text(seen.left, ",", seen.top, " ", seen.width, "x", seen.height));
            CHECK(seen.left == doctest::Approx(expected.left));
            CHECK(seen.top == doctest::Approx(expected.top));
            CHECK(seen.width == doctest::Approx(expected.width));
            CHECK(seen.height == doctest::Approx(expected.height));
        };
        const PixelSize crop{224, 224};
        sees({.fit = Fit::squash, .size = crop}, {640, 480}, {0, 0, 640, 480});
        // squashed to 256, then 16 pixels of it cut from every side
        sees({.fit = Fit::squash, .size = {256, 256}, .crop = crop}, {512, 1024}, {32, 64, 448, 896});
        // 480 to 256: 683 pixels, truncated to 682, of which those from 229 on are used
        sees({.fit = Fit::shortest_edge, .size = {256, 256}, .crop = crop}, {1280, 480},
             {229 * 1280.0 / 682, 16 * 480.0 / 256, 224 * 1280.0 / 682, 224 * 480.0 / 256});
        // a picture that is too small lies in the middle of a border
        sees({.fit = Fit::none, .crop = crop}, {24, 301}, {-100, 38, 224, 224});
        sees({.fit = Fit::contain, .size = crop, .crop = crop}, {448, 224}, {0, -112, 448, 448});
        sees({.fit = Fit::cover, .size = crop, .crop = crop}, {448, 224}, {112, 0, 224, 224});
    }

    TEST_CASE("preprocess: a picture that cannot be prepared is a sentence") {
        const auto complain = [](const io::Image& image, const Preprocessing& how) {
            return sentence(ErrorKind::bad_input, [&] { preprocess(image, how); });
        };
        CHECK(contains(complain(tests::drawn(2, 100, 3), {.fit = Fit::shortest_edge, .size = {90, 90}}),
                       "becomes one of 1 to 4096 pixels a side, got 2x100, which becomes 90x4500"));
        CHECK(contains(complain(tests::drawn(1, 100, 3), {.fit = Fit::contain, .size = {9, 9}}), "got 1x100, which becomes 0x9"));
        CHECK(contains(complain(tests::drawn(5, 5, 1), {}), "expected an RGB picture, got one of 5x5 with 1 channels"));
        // only the middle of it is ever computed
        const Preprocessing thin{.fit = Fit::shortest_edge, .size = {224, 224}, .crop = PixelSize{8, 8}};
        CHECK(preprocess(tests::drawn(1, 60000, 3), thin).size() == 3 * 8 * 8);
    }
}

}  // namespace heed
