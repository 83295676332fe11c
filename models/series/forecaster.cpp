#include "models/series/forecaster.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "models/checkpoint.h"
#include "models/mixed.h"
#include "models/series/features.h"

namespace heed {
namespace {

enum PlanKind : int64_t { kPrompt, kStep };  // with the number of paths behind it; a prompt with attention has 1 behind that

constexpr double kLeastSpread = -6, kMostSpread = 4;  // logarithms, as in training

// A number from a normal distribution: which path, which row.
double normal(uint64_t seed, uint64_t path, uint64_t row) {
    const uint64_t bits = mixed(mixed(mixed(seed) + path) + row), more = mixed(bits);
    const auto part = [](uint64_t x) { return (static_cast<double>(x >> 11) + 0.5) / static_cast<double>(uint64_t{1} << 53); };
    return std::sqrt(-2 * std::log(part(bits))) * std::cos(2 * std::numbers::pi * part(more));
}

// The value that this share of them lies below; between two of them as much of each as is near.
double quantile(std::vector<double>& values, double share) {
    std::ranges::sort(values);
    const double at = share * static_cast<double>(values.size() - 1), low = std::floor(at);
    const auto i = static_cast<size_t>(low);
    return std::lerp(values[i], values[std::min(i + 1, values.size() - 1)], at - low);
}

struct Next {
    double mean = 0, spread = 0;  // in the target's units
};

Next next_of(std::span<const float> answers, size_t row) {
    const Next next{.mean = answers[2 * row], .spread = std::exp(std::clamp<double>(answers[2 * row + 1], kLeastSpread, kMostSpread))};
    if (!std::isfinite(next.mean) || std::isnan(answers[2 * row + 1])) {
        fail(ErrorKind::bad_model, "series: expected numbers from the model, got ", next.mean);
    }
    return next;
}

}  // namespace

struct Forecaster::State {
    SeriesConfig config;
    std::unique_ptr<Checkpoint> weights;
    std::unique_ptr<SessionCache> sessions;
    int64_t paths = 0;  // that the states have room for

    FeatureShape features() const { return {.steps_back = config.steps_back, .limit = config.limit}; }
    Session& prompt(bool attention) { return sessions->at({kPrompt, paths, attention}); }
    void write_source(Session& session, std::span<const double> source, const SeriesScale& scale) const;
    void write_target(Session& session, std::span<const double> target, const SeriesScale& scale) const;
    void make_room(int64_t wanted);
    std::vector<std::vector<double>> walk(std::span<const double> target, const SeriesScale& scale, Next first, size_t rows,
                                          const ForecastOptions& options);
    SeriesAttention attention(std::span<const double> source, std::span<const double> target, const SeriesScale& source_scale,
                              const SeriesScale& target_scale);
};

void Forecaster::State::write_source(Session& session, std::span<const double> source, const SeriesScale& scale) const {
    std::vector<float> rows = features_of(source, scale, features());
    rows.resize(static_cast<size_t>(config.rows * config.features()), 0.0f);
    session.write("source", rows);
    session.write("length", std::vector<int32_t>{static_cast<int32_t>(source.size())});
    session.write("zeros", std::vector<int32_t>{0});
    session.write("owners", std::vector<int32_t>(static_cast<size_t>(config.rows), 0));
}

// Rows behind it are seen by none before them.
void Forecaster::State::write_target(Session& session, std::span<const double> target, const SeriesScale& scale) const {
    std::vector<float> rows = features_of(target, scale, features());
    rows.resize(static_cast<size_t>(config.rows * config.features()), 0.0f);
    session.write("target", rows);
}

void Forecaster::State::make_room(int64_t wanted) {
    if (paths != wanted) {
        sessions->clear();
        sessions->store().drop_states();
        paths = wanted;
    }
}

// Every path, as far as it has come: the first is fed its means, the others what is drawn for them. [paths][rows]
std::vector<std::vector<double>> Forecaster::State::walk(std::span<const double> target, const SeriesScale& scale, Next first, size_t rows,
                                                         const ForecastOptions& options) {
    const auto count = static_cast<size_t>(paths), known = target.size();
    std::vector<std::vector<double>> values(count, std::vector<double>(target.begin(), target.end()));
    std::vector<int32_t> owners(count * static_cast<size_t>(config.rows), 0);
    for (size_t path = 0; path < count; ++path) {
        const auto begin = owners.begin() + static_cast<std::ptrdiff_t>(path) * config.rows;
        std::fill(begin + static_cast<std::ptrdiff_t>(known), begin + config.rows, static_cast<int32_t>(path));
    }
    std::vector<Next> next(count, first);
    for (size_t row = 0; row < rows; ++row) {
        std::vector<float> features;
        for (size_t path = 0; path < count; ++path) {
            const double drawn = path == 0 ? 0 : next[path].spread * normal(options.seed, path, row);
            values[path].push_back(values[path].back() + scale.unit * (next[path].mean + drawn));
            const std::vector<float> one = features_of_last(values[path], scale, this->features());
            features.insert(features.end(), one.begin(), one.end());
        }
        if (row + 1 == rows) {
            break;
        }
        Session& step = sessions->at({kStep, paths});
        step.write("target", features);
        step.write("owners", owners);
        step.write("sources", std::vector<int32_t>(count, 0));
        step.write("starts", std::vector<int32_t>(count, static_cast<int32_t>(known + row)));
        step.write("seen", std::vector<int32_t>(count, static_cast<int32_t>(known + row + 1)));
        step.write("length", std::vector<int32_t>(count, static_cast<int32_t>(known + rows)));
        step.run();
        const std::vector<float> answers = step.read("next");
        for (size_t path = 0; path < count; ++path) {
            next[path] = next_of(answers, path);
        }
    }
    return values;
}

SeriesAttention Forecaster::State::attention(std::span<const double> source, std::span<const double> target,
                                             const SeriesScale& source_scale, const SeriesScale& target_scale) {
    Session& session = prompt(true);
    write_source(session, source, source_scale);
    write_target(session, target, target_scale);
    session.run();
    const auto all = static_cast<size_t>(config.rows), rows = source.size();
    SeriesAttention out{.heads = config.decoder.cross.heads, .rows = static_cast<int64_t>(rows), .blocks = {}};
    for (int i = 0; i < config.decoder.layers; ++i) {
        const std::vector<float> padded = session.read(text("cross.", i));  // [1,H,rows,rows]
        std::vector<float> block;
        for (size_t head = 0; head < static_cast<size_t>(out.heads); ++head) {
            for (size_t row = 0; row < rows; ++row) {
                const auto begin = padded.begin() + static_cast<std::ptrdiff_t>((head * all + row) * all);
                block.insert(block.end(), begin, begin + static_cast<std::ptrdiff_t>(rows));
            }
        }
        out.blocks.push_back(std::move(block));
    }
    return out;
}

std::vector<float> SeriesAttention::mean() const {
    const auto cells = static_cast<size_t>(rows * rows);
    std::vector<float> out(cells, 0.0f);
    for (size_t i = 0; !blocks.empty() && i < blocks.back().size(); ++i) {
        out[i % cells] += blocks.back()[i] / static_cast<float>(heads);
    }
    return out;
}

std::vector<double> SeriesAttention::by_lag(int64_t lags) const {
    const std::vector<float> weights = mean();
    std::vector<double> out(static_cast<size_t>(lags), 0.0);
    const int64_t first = std::min(lags, rows - 1);  // rows that have so many before them
    const double count = std::max<double>(1, static_cast<double>(rows - 1 - first));
    for (int64_t row = first; row + 1 < rows; ++row) {
        for (int64_t lag = 0; lag < std::min(lags, row + 2); ++lag) {
            out[static_cast<size_t>(lag)] += weights[static_cast<size_t>(row * rows + row + 1 - lag)] / count;
        }
    }
    return out;
}

int64_t SeriesAttention::lag() const {
    const std::vector<double> shares = by_lag(std::max<int64_t>(1, rows / 3));
    return std::ranges::max_element(shares) - shares.begin();
}

Forecaster::Forecaster(Device& device, const std::filesystem::path& folder, const SessionOptions& options)
    : state_(std::make_unique<State>()) {
    State& s = *state_;
    s.config = read_series_config(Config::read(folder / "config.json"));
    s.weights = open_checkpoint(folder);
    const auto build = [&s](const SessionCache::Sizes& sizes) {
        const SeriesSizes room{.rows = s.config.rows, .paths = sizes[1]};
        return sizes[0] == kStep ? build_series_step(s.config, *s.weights, room)
                                 : build_series_prompt(s.config, *s.weights, {.sizes = room, .attention = sizes[2] != 0});
    };
    s.sessions = std::make_unique<SessionCache>(device, build, options);
}

Forecaster::Forecaster(Forecaster&&) noexcept = default;
Forecaster::~Forecaster() = default;

const SeriesConfig& Forecaster::config() const {
    return state_->config;
}

Forecast Forecaster::forecast(const SeriesPair& pair, const ForecastOptions& options) {
    State& s = *state_;
    const auto most = static_cast<size_t>(s.config.rows), least = static_cast<size_t>(s.config.least_known);
    if (pair.horizon() == 0) {
        fail(ErrorKind::bad_input, "series: expected blank cells at the end of '", pair.target_name, "', got numbers down to the last row");
    }
    if (pair.horizon() > most - least) {
        fail(ErrorKind::bad_input, "series: expected at most ", most - least, " rows to tell (of the ", most, " that the model looks at ",
             least, " have to be known), got ", pair.horizon());
    }
    if (pair.known() < least) {
        fail(ErrorKind::bad_input, "series: expected at least ", least, " known rows of '", pair.target_name, "', got ", pair.known());
    }
    Forecast out{.first = pair.rows() - std::min(pair.rows(), most), .mean = {}, .low = {}, .high = {}, .attention = {}};
    const std::span<const double> source = std::span(pair.source).subspan(out.first), target = std::span(pair.target).subspan(out.first);
    const SeriesScale source_scale = scale_of(source.first(target.size())), target_scale = scale_of(target);
    out.unit = target_scale.unit;
    if (target_scale.constant()) {
        out.mean.assign(pair.horizon(), target.back());
        out.low = out.high = options.paths > 0 ? out.mean : std::vector<double>();
        return out;
    }
    s.make_room(static_cast<int64_t>(options.paths) + 1);
    Session& prompt = s.prompt(false);
    s.write_source(prompt, source, source_scale);
    s.write_target(prompt, target, target_scale);
    prompt.run();
    const Next first = next_of(prompt.read("next"), target.size() - 1);
    const std::vector<std::vector<double>> paths = s.walk(target, target_scale, first, pair.horizon(), options);
    out.mean.assign(paths[0].begin() + static_cast<std::ptrdiff_t>(target.size()), paths[0].end());
    for (size_t row = target.size(); options.paths > 0 && row < source.size(); ++row) {
        std::vector<double> drawn;
        std::transform(paths.begin() + 1, paths.end(), std::back_inserter(drawn), [row](const auto& path) { return path[row]; });
        out.low.push_back(quantile(drawn, (1 - options.band) / 2));
        out.high.push_back(quantile(drawn, (1 + options.band) / 2));
    }
    if (options.attention) {
        out.attention = s.attention(source, paths[0], source_scale, target_scale);
    }
    return out;
}

}  // namespace heed
