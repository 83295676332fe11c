#pragma once

#include <filesystem>

#include "models/series/forecaster.h"

namespace heed {

struct ForecastPage {
    std::vector<double> truth;  // what came, where it is known: [horizon]
    double band = 0.8;          // for the legend
};

// One page: the target with what is told of it, and the source below. A PNG or an SVG by the name's ending; throws bad_input for another.
void write_forecast(const std::filesystem::path& path, const SeriesPair& pair, const Forecast& forecast, const ForecastPage& page = {});

// Where the cross-attention looked: rows of the target against rows of the source, and how much of it lies how many rows before. The bare
// weights of every block and head where the name ends in .safetensors or .json. Throws bad_input where none were kept.
void write_series_attention(const std::filesystem::path& path, const SeriesPair& pair, const Forecast& forecast);

}  // namespace heed
