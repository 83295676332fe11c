// heed weights: what a checkpoint holds: its tensors, their types, shapes and sizes, and on request what their numbers are like.
#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "demos/common.h"
#include "io/json_text.h"
#include "models/checkpoint.h"
#include "models/floats.h"

namespace heed {
namespace {

constexpr size_t kNameWidth = 120;

struct Arguments {
    std::string path;
    bool stats = false;
    bool json = false;
};

// Of the numbers that are none of the NaNs.
struct Stats {
    double least = std::numeric_limits<double>::infinity(), most = -least, sum = 0;
    int64_t numbers = 0, nans = 0;

    double mean() const { return sum / static_cast<double>(numbers); }
};

Stats stats_of(const std::vector<float>& values) {
    Stats out;
    for (const float value : values) {
        if (std::isnan(value)) {
            ++out.nans;
            continue;
        }
        out.least = std::min(out.least, static_cast<double>(value));
        out.most = std::max(out.most, static_cast<double>(value));
        out.sum += static_cast<double>(value);
        ++out.numbers;
    }
    return out;
}

struct Row {
    const io::TensorEntry* tensor = nullptr;
    std::optional<Stats> stats;  // of what a model can compute with
};

std::vector<Row> rows_of(Checkpoint& checkpoint, bool stats) {
    std::vector<Row> out;
    for (const io::TensorEntry* tensor : checkpoint.entries()) {
        out.push_back({tensor, std::nullopt});
        if (stats && checkpoint.is_weight(*tensor) && !tensor->bytes.empty() && tensor->shape.size() <= Shape::kMaxRank) {
            out.back().stats = stats_of(floats_of(checkpoint.find({.name = tensor->name, .shape = {}, .init = {}}).value()));
        }
    }
    return out;
}

uint64_t elements(const io::TensorEntry& tensor) {
    return tensor.bytes.size() * 8 / io::bits_of(tensor.element);
}

nlohmann::json as_json(const std::string& file, const std::vector<Row>& rows) {
    nlohmann::json tensors = nlohmann::json::array();
    for (const auto& [tensor, stats] : rows) {
        nlohmann::json row{{"name", tensor->name},
                           {"dtype", std::string(to_string(tensor->element))},
                           {"shape", tensor->shape},
                           {"bytes", tensor->bytes.size()}};
        if (stats) {
            row["nan"] = stats->nans;
            row["min"] = stats->least;
            row["max"] = stats->most;
            row["mean"] = stats->mean();
        }
        tensors.push_back(row);
    }
    return {{"file", file}, {"tensors", tensors}};
}

void print(const std::string& file, const std::vector<Row>& rows) {
    size_t width = 0, count = 0, bytes = 0;
    for (const Row& row : rows) {
        width = std::max(width, io::readable(row.tensor->name, kNameWidth).size());
    }
    for (const auto& [tensor, stats] : rows) {
        std::cout << std::left << std::setw(static_cast<int>(width)) << io::readable(tensor->name, kNameWidth) << "  " << std::setw(5)
                  << to_string(tensor->element) << std::setw(18) << io::to_string(tensor->shape) << std::right << std::setw(9)
                  << human_bytes(tensor->bytes.size());
        if (stats && stats->numbers > 0) {
            std::cout << "   " << stats->least << " to " << stats->most << ", mean " << stats->mean();
        }
        std::cout << (stats && stats->nans > 0 ? text(", ", stats->nans, " NaN") : "") << "\n";
        count += elements(*tensor);
        bytes += tensor->bytes.size();
    }
    std::cout << file << ": " << rows.size() << " tensors, " << count << " numbers, " << human_bytes(bytes) << "\n";
}

void run(const Arguments& arguments) {
    const std::unique_ptr<Checkpoint> checkpoint = open_checkpoint(arguments.path);
    const std::vector<Row> rows = rows_of(*checkpoint, arguments.stats);
    if (arguments.json) {
        std::cout << as_json(checkpoint->description(), rows).dump(2) << "\n";
    } else {
        print(checkpoint->description(), rows);
    }
}

}  // namespace

void add_weights(CLI::App& app) {
    auto* command = app.add_subcommand("weights", "List the tensors of a checkpoint: names, types, shapes, sizes");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("PATH", arguments->path, "A folder with model.safetensors, its shards or CTranslate2's model.bin, or such a file")
        ->required();
    command->add_flag("--stats", arguments->stats, "With each tensor's least, greatest and mean number, and how many are NaN");
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([arguments] { run(*arguments); });
}

}  // namespace heed
