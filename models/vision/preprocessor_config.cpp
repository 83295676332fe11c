#include "models/vision/preprocessor_config.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>
#include <utility>

#include "heed.h"
#include "models/json_config.h"

namespace heed {
namespace {

using Fit = Preprocessing::Fit;
using Centre = Preprocessing::Centre;
using io::Filter;

constexpr WholeRange kSide{1, 4096};
constexpr std::array<float, 3> kHalves{0.5f, 0.5f, 0.5f};
constexpr std::array<float, 3> kImagenetMean{0.485f, 0.456f, 0.406f}, kImagenetDeviation{0.229f, 0.224f, 0.225f};
constexpr std::array<float, 3> kClipMean{0.48145466f, 0.4578275f, 0.40821073f}, kClipDeviation{0.26862954f, 0.26130258f, 0.27577711f};

// A published processor and what it does where its config says nothing.
struct Processor {
    std::string_view name;  // before ImageProcessor, ImageProcessorFast or FeatureExtractor
    Preprocessing defaults;
};

const std::array<Processor, 4>& processors() {
    static const Preprocessing kClip{.fit = Fit::shortest_edge,
                                     .size = {224, 224},
                                     .filter = Filter::bicubic,
                                     .crop = PixelSize{224, 224},
                                     .mean = kClipMean,
                                     .deviation = kClipDeviation};
    static const std::array<Processor, 4> kProcessors{{
        {"ViT", {.size = {224, 224}, .filter = Filter::bilinear, .mean = kHalves, .deviation = kHalves}},
        {"DeiT", {.size = {256, 256}, .filter = Filter::bicubic, .crop = PixelSize{224, 224}, .mean = kHalves, .deviation = kHalves}},
        {"Bit", kClip},
        {"CLIP", kClip},
    }};
    return kProcessors;
}

std::array<float, 3> colour(const Config& config, std::string_view key, const std::array<float, 3>& otherwise) {
    if (!config.has(key)) {
        return otherwise;
    }
    const bool one = config.kind(key) == Config::Kind::number;
    const std::vector<double> given = one ? std::vector<double>(3, config.number(key)) : config.numbers(key);
    if (given.size() != 3) {
        config.refuse(key, "three numbers, one a colour");
    }
    return {static_cast<float>(given[0]), static_cast<float>(given[1]), static_cast<float>(given[2])};
}

std::array<float, 3> deviation(const Config& config, std::string_view key, const std::array<float, 3>& otherwise) {
    const std::array<float, 3> out = colour(config, key, otherwise);
    if (out[0] == 0 || out[1] == 0 || out[2] == 0) {
        config.refuse(key, "numbers to divide by, none of them 0");
    }
    return out;
}

PixelSize as_size(const std::array<int64_t, 2>& height_and_width) {
    return {static_cast<int>(height_and_width[1]), static_cast<int>(height_and_width[0])};
}

// {"height": 224, "width": 224}, [224, 224] or 224.
PixelSize height_and_width(const Config& config, std::string_view key) {
    if (config.kind(key) != Config::Kind::object) {
        return as_size(config.pair(key, kSide));
    }
    const Config size = config.object(key);
    return as_size({size.integer("height", kSide), size.integer("width", kSide)});
}

// `one` is what a single number means.
void read_size(const Config& config, Fit one, Preprocessing& out) {
    const Config::Kind kind = config.kind("size");
    if (kind == Config::Kind::absent) {
        return;
    }
    if (kind == Config::Kind::object && config.object("size").has("shortest_edge")) {
        if (config.object("size").keys().size() != 1) {
            config.refuse("size", "height and width, or shortest_edge alone");
        }
        const auto edge = static_cast<int>(config.object("size").integer("shortest_edge", kSide));
        out.fit = Fit::shortest_edge;
        out.size = {edge, edge};
        return;
    }
    out.fit = kind == Config::Kind::number ? one : Fit::squash;
    out.size = height_and_width(config, "size");
}

// As AutoImageProcessor picks it where preprocessor_config.json names none.
std::string processor_of_model(const std::filesystem::path& folder) {
    const Config config = Config::read(folder / "config.json");
    const std::string type = config.string("model_type");
    if (type != "vit" && type != "deit" && type != "dinov2" && type != "dinov2_with_registers") {
        config.refuse("model_type", "vit, deit, dinov2 or dinov2_with_registers, since preprocessor_config.json names no processor");
    }
    return type == "vit" ? "ViTImageProcessor" : type == "deit" ? "DeiTImageProcessor" : "BitImageProcessor";
}

// The processor that a config was written for, and whether by its fast variant, which works with torchvision.
std::pair<const Processor*, bool> find_processor(const Config& config, const std::filesystem::path& folder) {
    const std::string_view key = config.has("image_processor_type") ? "image_processor_type" : "feature_extractor_type";
    const std::string name = config.has(key) ? config.string(key) : processor_of_model(folder);
    std::string known;
    for (const Processor& processor : processors()) {
        for (const std::string_view ending : {"ImageProcessor", "ImageProcessorFast", "FeatureExtractor"}) {
            if (name == text(processor.name, ending)) {
                return {&processor, ending.ends_with("Fast")};
            }
        }
        known += text(known.empty() ? "" : ", ", processor.name, "ImageProcessor");
    }
    config.refuse(key, text("one of ", known, " (or the same with Fast)"));
}

Preprocessing from_hugging_face(const Config& config, const std::filesystem::path& folder) {
    constexpr std::array kFilters{Filter::nearest, Filter::lanczos, Filter::bilinear, Filter::bicubic, Filter::box, Filter::hamming};
    const auto [processor, fast] = find_processor(config, folder);
    Preprocessing out = processor->defaults;
    read_size(config, out.fit, out);
    if (!config.boolean_or("do_resize", true)) {
        out.fit = Fit::none;
    }
    if (config.has("resample")) {
        out.filter = kFilters.at(static_cast<size_t>(config.integer("resample", {0, kFilters.size() - 1})));
    }
    const bool can_crop = fast || out.crop.has_value();  // ViTImageProcessor passes over what its config says of crops
    if (!can_crop || !config.boolean_or("do_center_crop", out.crop.has_value())) {
        out.crop.reset();
    } else if (config.has("crop_size") || !out.crop) {
        out.crop = height_and_width(config, "crop_size");
    }
    out.centre = fast ? Centre::even : Centre::down;
    out.rescale = config.boolean_or("do_rescale", true) ? config.number_or("rescale_factor", 1.0 / 255) : 1;
    out.mean = colour(config, "image_mean", out.mean);
    out.deviation = deviation(config, "image_std", out.deviation);
    if (!config.boolean_or("do_normalize", true)) {
        out.mean = {0, 0, 0};
        out.deviation = {1, 1, 1};
    }
    return out;
}

PixelSize timm_input(const Config& config) {
    if (!config.has("input_size")) {
        return {224, 224};
    }
    const std::vector<int64_t> sizes = config.integers("input_size", kSide);
    if (sizes.size() != 3 || sizes[0] != 3) {
        config.refuse("input_size", "3 channels, height and width");
    }
    return as_size({sizes[1], sizes[2]});
}

Preprocessing from_timm(const Config& config) {
    constexpr std::pair<std::string_view, Filter> kFilters[] = {{"nearest", Filter::nearest}, {"bilinear", Filter::bilinear},
                                                                {"bicubic", Filter::bicubic}, {"box", Filter::box},
                                                                {"hamming", Filter::hamming}, {"lanczos", Filter::lanczos}};
    Preprocessing out{.crop = timm_input(config), .centre = Centre::even};
    const std::string filter = config.string_or("interpolation", "bicubic"), mode = config.string_or("crop_mode", "center");
    const auto* named = std::ranges::find(kFilters, filter, &std::pair<std::string_view, Filter>::first);
    if (named == std::end(kFilters)) {
        config.refuse("interpolation", "nearest, bilinear, bicubic, box, hamming or lanczos");
    }
    out.filter = named->second;
    const double share = config.number_or("crop_pct", 0.875);
    const double width = std::floor(out.crop->width / share), height = std::floor(out.crop->height / share);
    if (!(std::min(width, height) >= 1 && std::max(width, height) <= static_cast<double>(kSide.most))) {
        config.refuse("crop_pct", "a share of the picture, such that it is resized to 1 to 4096 pixels a side");
    }
    out.size = {static_cast<int>(width), static_cast<int>(height)};
    out.mean = colour(config, "mean", kImagenetMean);
    out.deviation = deviation(config, "std", kImagenetDeviation);
    if (mode == "squash") {
        out.fit = Fit::squash;
    } else if (mode == "border") {
        out.fit = Fit::contain;
        for (size_t c = 0; c < 3; ++c) {
            out.border[c] = static_cast<uint8_t>(std::clamp(std::nearbyint(255 * double{out.mean[c]}), 0.0, 255.0));
        }
    } else if (mode == "center") {
        const bool square = width == height;
        out.fit = square ? Fit::shortest_edge : Fit::cover;
        out.filter = square ? out.filter : Filter::bilinear;  // timm passes the filter on to the square case alone
    } else {
        config.refuse("crop_mode", "center, squash or border");
    }
    return out;
}

}  // namespace

Preprocessing read_preprocessing(const std::filesystem::path& folder) {
    const std::filesystem::path published = folder / "preprocessor_config.json", timm = folder / "config.json";
    if (std::filesystem::exists(published)) {
        return from_hugging_face(Config::read(published), folder);
    }
    if (!std::filesystem::exists(timm)) {
        fail(ErrorKind::bad_model, folder.string(), ": expected preprocessor_config.json or timm's config.json, got neither");
    }
    const Config config = Config::read(timm);
    if (config.has("pretrained_cfg")) {
        return from_timm(config.object("pretrained_cfg"));
    }
    if (!config.has("architecture")) {  // older ones of timm's have everything in one object
        config.refuse("pretrained_cfg", "as in a config.json of timm's, since there is no preprocessor_config.json");
    }
    return from_timm(config);
}

}  // namespace heed
