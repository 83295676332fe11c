#include "models/text_vectors.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "heed.h"
#include "io/file.h"
#include "models/json_config.h"

namespace heed {
namespace {

constexpr size_t kLongestFile = size_t{1} << 20;

struct Module {
    std::string path, type;  // "1_Pooling", "Pooling"
};

std::vector<Module> read_modules(const std::filesystem::path& file) {
    const std::vector<std::byte> bytes = io::read_file(file, kLongestFile);
    const auto* const text = reinterpret_cast<const char*>(bytes.data());
    const nlohmann::json list = nlohmann::json::parse(text, text + bytes.size(), nullptr, false);
    std::vector<Module> out;
    for (size_t i = 0; list.is_array() && i < list.size(); ++i) {
        const nlohmann::json& one = list[i];
        const bool named =
            one.is_object() && one.contains("path") && one["path"].is_string() && one.contains("type") && one["type"].is_string();
        if (named) {
            const auto type = one["type"].get<std::string>();  // "sentence_transformers.models.Pooling"
            out.push_back({.path = one["path"].get<std::string>(), .type = type.substr(type.rfind('.') + 1)});
        }
    }
    if (!list.is_array() || out.size() != list.size() || out.empty()) {
        fail(ErrorKind::bad_model, file.string(), ": expected a list of modules with path and type, got something else");
    }
    return out;
}

Pooling read_pooling(const Config& config) {
    constexpr std::string_view kMode = "pooling_mode_";
    std::optional<Pooling> found;
    for (const std::string& key : config.keys()) {
        if (!key.starts_with(kMode) || !config.boolean_or(key, false)) {
            continue;
        }
        const std::string_view mode = std::string_view(key).substr(kMode.size());
        const bool known = mode == "cls_token" || mode == "mean_tokens" || mode == "max_tokens";
        if (!known || found) {
            fail(ErrorKind::unsupported, config.name(), ": expected one of the poolings cls_token, mean_tokens and max_tokens, got ", mode,
                 found ? " besides another" : "");
        }
        found = mode == "cls_token" ? Pooling::first : mode == "mean_tokens" ? Pooling::mean : Pooling::max;
    }
    return found.value_or(Pooling::mean);
}

// Of the module that runs the model.
void read_limits(const std::filesystem::path& file, VectorRecipe& recipe) {
    if (!std::filesystem::exists(file)) {
        return;
    }
    const Config config = Config::read(file);
    recipe.longest = static_cast<size_t>(config.integer_or("max_seq_length", 0));
    recipe.lower_case = config.boolean_or("do_lower_case", false);
}

void check_sizes(std::span<const float> a, std::span<const float> b) {
    if (a.size() != b.size()) {
        fail(ErrorKind::bad_input, "cosine: expected two vectors of one length, got ", a.size(), " and ", b.size(), " numbers");
    }
}

double dot(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    }
    return sum;
}

}  // namespace

Pooling pooling_of(std::string_view name) {
    constexpr std::pair<std::string_view, Pooling> kNames[] = {
        {"none", Pooling::none}, {"first", Pooling::first}, {"mean", Pooling::mean}, {"max", Pooling::max}};
    const auto* const found = std::ranges::find(kNames, name, &std::pair<std::string_view, Pooling>::first);
    if (found == std::end(kNames)) {
        fail(ErrorKind::bad_input, "pooling: expected none, first, mean or max, got '", name, "'");
    }
    return found->second;
}

std::vector<float> pooled(std::span<const float> tokens, size_t channels, Pooling pooling) {
    if (channels == 0 || tokens.empty() || tokens.size() % channels != 0) {
        fail(ErrorKind::bad_input, "pooling: expected vectors of ", channels, " numbers, got ", tokens.size(), " numbers");
    }
    if (pooling == Pooling::none) {
        return {tokens.begin(), tokens.end()};
    }
    const size_t count = pooling == Pooling::first ? 1 : tokens.size() / channels;
    std::vector<float> out;
    for (size_t c = 0; c < channels; ++c) {
        double sum = 0;
        float most = tokens[c];
        for (size_t t = 0; t < count; ++t) {
            sum += static_cast<double>(tokens[t * channels + c]);
            most = std::max(most, tokens[t * channels + c]);
        }
        out.push_back(pooling == Pooling::max ? most : static_cast<float>(sum / static_cast<double>(count)));
    }
    return out;
}

void scale_to_length_one(std::span<float> vector) {
    const double length = std::sqrt(dot(vector, vector));
    for (float& each : vector) {
        each = length > 0 ? static_cast<float>(static_cast<double>(each) / length) : each;
    }
}

double cosine(std::span<const float> a, std::span<const float> b) {
    check_sizes(a, b);
    const double lengths = std::sqrt(dot(a, a) * dot(b, b));
    return lengths > 0 ? dot(a, b) / lengths : 0;
}

VectorRecipe read_vector_recipe(const std::filesystem::path& folder) {
    VectorRecipe recipe{.model = folder};
    const std::filesystem::path file = folder / "modules.json";
    if (!std::filesystem::exists(file)) {
        return recipe;
    }
    const std::vector<Module> modules = read_modules(file);
    for (size_t i = 0; i < modules.size(); ++i) {
        const auto& [path, type] = modules[i];
        if (type == "Transformer" && i == 0) {
            recipe.model = path.empty() ? folder : folder / path;
            read_limits(recipe.model / "sentence_bert_config.json", recipe);
        } else if (type == "Pooling" && i == 1) {
            recipe.pooling = read_pooling(Config::read(folder / path / "config.json"));
        } else if (type == "Normalize" && i == 2) {
            recipe.length_one = true;
        } else {
            fail(ErrorKind::unsupported, file.string(), ": expected the modules Transformer, Pooling and Normalize in this order, got ",
                 type, " as number ", i + 1);
        }
    }
    return recipe;
}

}  // namespace heed
