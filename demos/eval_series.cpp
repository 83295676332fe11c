#include "demos/eval_series.h"

#include <array>
#include <chrono>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "models/series/baselines.h"
#include "models/series/forecaster.h"
#include "models/series/held_out.h"
#include "models/shipped.h"

namespace heed {
namespace {

constexpr size_t kHorizon = 16;
constexpr std::array<size_t, 4> kShown{1, 4, 8, 16};  // rows ahead

// Mean distances from what came, in the target's usual steps, by rows ahead.
struct Errors {
    std::string name;
    std::array<double, kHorizon> sums{};
    size_t pairs = 0, best = 0;  // pairs on which it was the best of all

    void add(const std::vector<double>& told, const std::vector<double>& truth, double unit) {
        for (size_t row = 0; row < kHorizon; ++row) {
            sums.at(row) += std::abs(told[row] - truth[row]) / unit;
        }
        ++pairs;
    }
    double at(size_t ahead) const { return sums.at(ahead - 1) / static_cast<double>(pairs); }
    double mean() const {
        double sum = 0;
        for (size_t ahead = 1; ahead <= kHorizon; ++ahead) {
            sum += at(ahead) / kHorizon;
        }
        return sum;
    }
};

double distance(const std::vector<double>& told, const std::vector<double>& truth) {
    double sum = 0;
    for (size_t row = 0; row < truth.size(); ++row) {
        sum += std::abs(told[row] - truth[row]);
    }
    return sum;
}

struct Score {
    std::array<Errors, 3> errors{Errors{"the model"}, Errors{"the last value"}, Errors{"linear regression"}};
    size_t inside = 0, told = 0;        // rows in the band
    size_t related = 0, lag_found = 0;  // pairs, and those whose lag the attention shows

    void add(const HeldOutPair& held, const Forecast& forecast) {
        const std::array<std::vector<double>, 3> all{forecast.mean, last_value_forecast(held.pair), lagged_forecast(held.pair)};
        size_t best = 0;
        for (size_t i = 0; i < all.size(); ++i) {
            errors.at(i).add(all.at(i), held.truth, forecast.unit);
            best = distance(all.at(i), held.truth) < distance(all.at(best), held.truth) ? i : best;
        }
        ++errors.at(best).best;
        for (size_t row = 0; row < held.truth.size(); ++row) {
            inside += held.truth[row] >= forecast.low[row] && held.truth[row] <= forecast.high[row] ? 1 : 0;
            ++told;
        }
        const int64_t seen = forecast.attention.lag();
        related += held.related ? 1 : 0;
        lag_found += held.related && seen >= held.lag && seen < held.lag + held.spread ? 1 : 0;
    }
    double covered() const { return static_cast<double>(inside) / static_cast<double>(std::max<size_t>(told, 1)); }
    double found() const { return static_cast<double>(lag_found) / static_cast<double>(std::max<size_t>(related, 1)); }
};

void print(const Score& score, double band, double seconds) {
    std::cout << "mean error, in the series' usual steps" << std::setw(11) << "16 rows";
    for (const size_t ahead : kShown) {
        std::cout << std::setw(8) << "row " << std::left << std::setw(2) << ahead << std::right;
    }
    std::cout << std::setw(12) << "best of 3\n" << std::fixed;
    for (const Errors& errors : score.errors) {
        std::cout << std::left << std::setw(38) << errors.name << std::right << std::setprecision(3) << std::setw(11) << errors.mean();
        for (const size_t ahead : kShown) {
            std::cout << std::setw(10) << errors.at(ahead);
        }
        std::cout << std::setw(9) << std::setprecision(1)
                  << 100 * static_cast<double>(errors.best) / static_cast<double>(std::max<size_t>(errors.pairs, 1)) << " %\n";
    }
    std::cout << "the band of " << std::setprecision(0) << 100 * band << " % holds " << std::setprecision(1) << 100 * score.covered()
              << " % of what came; the attention's strongest lag is right for " << 100 * score.found() << " % of " << score.related
              << " pairs that are related\n"
              << score.errors[0].pairs << " pairs, " << static_cast<double>(score.errors[0].pairs) / seconds << " a second\n";
}

nlohmann::json as_json(const Score& score, double seconds) {
    nlohmann::json errors = nlohmann::json::object();
    for (const Errors& one : score.errors) {
        errors[one.name] = {{"mean", one.mean()}, {"best", one.best}};
        for (const size_t ahead : kShown) {
            errors[one.name][text("row_", ahead)] = one.at(ahead);
        }
    }
    return {{"pairs", score.errors[0].pairs},
            {"errors", errors},
            {"in_band", score.covered()},
            {"lag_found", score.found()},
            {"seconds", seconds}};
}

}  // namespace

bool is_held_out_pairs(const std::string& path) {
    return path.ends_with(".safetensors");
}

int evaluate_series(const CommonOptions& common, const EvalSeries& arguments) {
    std::vector<HeldOutPair> pairs = read_held_out_pairs(arguments.data, kHorizon);
    pairs.resize(arguments.most == 0 ? pairs.size() : std::min(arguments.most, pairs.size()));
    if (pairs.empty()) {
        fail(ErrorKind::bad_input, arguments.data, ": expected pairs of series, got none");
    }
    Device device = open(common);
    Forecaster forecaster(device, arguments.model.empty() ? shipped_model("series") : std::filesystem::path(arguments.model));
    const ForecastOptions options{.attention = true};
    const auto start = std::chrono::steady_clock::now();
    Score score;
    for (size_t i = 0; i < pairs.size(); ++i) {
        progress_line("pairs", i, pairs.size());
        score.add(pairs[i], forecaster.forecast(pairs[i].pair, options));
    }
    end_progress();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (arguments.json) {
        std::cout << as_json(score, seconds).dump(2) << "\n";
    } else {
        print(score, options.band, seconds);
    }
    return 0;
}

}  // namespace heed
