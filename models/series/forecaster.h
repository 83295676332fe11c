#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "models/series/pair.h"
#include "models/series/series.h"

namespace heed {

struct ForecastOptions {
    size_t paths = 64;  // drawn besides the one that is told; 0: no band
    double band = 0.8;  // the share of the paths that lies in it
    uint64_t seed = 1;
    bool attention = false;  // keep what the cross-attention looked at
};

// Of the rows that the model looked at: who looked at what.
struct SeriesAttention {
    int64_t heads = 0, rows = 0;             // row t: what was looked at for the step from row t to row t + 1
    std::vector<std::vector<float>> blocks;  // each [heads,rows,rows]

    std::vector<float> mean() const;                 // of the last block's heads: [rows,rows]
    std::vector<double> by_lag(int64_t lags) const;  // shares of it that lie 0, 1, 2 ... rows before the row that is told
    int64_t lag() const;                             // the largest of these
};

struct Forecast {
    size_t first = 0;               // row of the pair that the model's rows begin with
    std::vector<double> mean;       // [horizon]
    std::vector<double> low, high;  // the band; empty: none was asked for
    SeriesAttention attention;      // without blocks: not asked for, or the target never changes
    double unit = 0;                // the target's usual step
};

// Continues one series from another. One thread at a time.
class Forecaster {
public:
    Forecaster(Device& device, const std::filesystem::path& folder, const SessionOptions& options = {});
    Forecaster(Forecaster&&) noexcept;
    ~Forecaster();

    // The rows of the pair whose target is not known. Of a pair longer than the model's rows the last of them are looked at. A target that
    // has never changed goes on as it was. Throws bad_input for a pair of which too little is known, or nothing is to be told.
    Forecast forecast(const SeriesPair& pair, const ForecastOptions& options = {});

    const SeriesConfig& config() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace heed
