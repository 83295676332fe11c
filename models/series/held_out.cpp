#include "models/series/held_out.h"

#include <algorithm>
#include <cmath>

#include "heed.h"
#include "models/checkpoint.h"
#include "models/floats.h"

namespace heed {
namespace {

std::vector<float> numbers(Checkpoint& file, const char* name, const Shape& shape) {
    const std::optional<WeightData> found = file.find({.name = name, .shape = shape, .init = {}});
    if (!found || found->shape != shape) {
        fail(ErrorKind::bad_file, file.description(), ": expected a tensor '", name, "' ", shape, ", got ",
             found ? text(found->shape) : std::string("none"));
    }
    std::vector<float> values = floats_of(*found);
    if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) {
        fail(ErrorKind::bad_file, file.description(), ": expected numbers in '", name, "', got one that is none");
    }
    return values;
}

}  // namespace

std::vector<HeldOutPair> read_held_out_pairs(const std::filesystem::path& path, size_t horizon) {
    const std::unique_ptr<Checkpoint> file = open_checkpoint(path);
    const io::TensorEntry* const entry = file->entry("source");
    if (entry == nullptr || entry->shape.size() != 2) {
        fail(ErrorKind::bad_file, file->description(), ": expected a tensor 'source' [pairs,rows], got ",
             entry == nullptr ? std::string("none") : io::to_string(entry->shape));
    }
    const int64_t pairs = entry->shape[0], rows = entry->shape[1];
    const std::vector<float> source = numbers(*file, "source", {pairs, rows}), target = numbers(*file, "target", {pairs, rows});
    const std::vector<float> known = numbers(*file, "known", {pairs}), lag = numbers(*file, "lag", {pairs});
    const std::vector<float> spread = numbers(*file, "spread", {pairs}), gain = numbers(*file, "gain", {pairs});
    std::vector<HeldOutPair> out;
    for (size_t i = 0; i < static_cast<size_t>(pairs); ++i) {
        if (!(known[i] >= 1) || !(known[i] + static_cast<float>(horizon) <= static_cast<float>(rows))) {
            fail(ErrorKind::bad_file, file->description(), ": expected 1 to ", rows - static_cast<int64_t>(horizon), " known rows of pair ",
                 i, ", got ", known[i]);
        }
        const auto begin = static_cast<std::ptrdiff_t>(i) * rows;
        const auto kept = static_cast<std::ptrdiff_t>(known[i]), all = kept + static_cast<std::ptrdiff_t>(horizon);
        out.push_back({.pair = {.source_name = "B",
                                .target_name = "A",
                                .labels = {},
                                .source = {source.begin() + begin, source.begin() + begin + all},
                                .target = {target.begin() + begin, target.begin() + begin + kept}},
                       .truth = {target.begin() + begin + kept, target.begin() + begin + all},
                       .lag = static_cast<int64_t>(lag[i]),
                       .spread = static_cast<int64_t>(spread[i]),
                       .related = gain[i] != 0});
    }
    return out;
}

}  // namespace heed
