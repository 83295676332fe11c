// heed forecast: how will this series go on, as that one went?
#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "demos/common.h"
#include "models/series/baselines.h"
#include "models/series/picture.h"

namespace heed {
namespace {

struct Arguments {
    std::string data, model, plot, attention;
    PairChoice choice;
    size_t hold_out = 0;
    ForecastOptions options;
    bool json = false;
};

// "1.25": as many digits as tell a forecast's values apart.
std::string number(double value, double unit) {
    const int digits = unit > 0 ? static_cast<int>(std::ceil(std::log10(std::max(std::abs(value), unit) / unit))) + 4 : 9;
    std::ostringstream out;
    out << std::setprecision(std::clamp(digits, 4, 12)) << value;
    return out.str();
}

std::string quoted(const std::string& cell) {
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
        return cell;
    }
    std::string out = "\"";
    for (const char c : cell) {
        out += c == '"' ? "\"\"" : std::string(1, c);
    }
    return out + '"';
}

double mean_error(const std::vector<double>& told, const std::vector<double>& truth) {
    double sum = 0;
    for (size_t i = 0; i < truth.size(); ++i) {
        sum += std::abs(told[i] - truth[i]) / static_cast<double>(truth.size());
    }
    return sum;
}

void print_rows(const SeriesPair& pair, const Forecast& forecast, const std::vector<double>& truth) {
    std::cout << "row," << quoted(pair.target_name) << (forecast.low.empty() ? "" : ",low,high") << (truth.empty() ? "" : ",came") << "\n";
    for (size_t i = 0; i < forecast.mean.size(); ++i) {
        const size_t row = pair.known() + i;
        std::cout << (pair.labels.empty() ? std::to_string(row + 1) : quoted(pair.labels[row])) << ","
                  << number(forecast.mean[i], forecast.unit);
        if (!forecast.low.empty()) {
            std::cout << "," << number(forecast.low[i], forecast.unit) << "," << number(forecast.high[i], forecast.unit);
        }
        std::cout << (truth.empty() ? "" : "," + number(truth[i], forecast.unit)) << "\n";
    }
}

nlohmann::json as_json(const SeriesPair& pair, const Forecast& forecast, const std::vector<double>& truth) {
    nlohmann::json out{{"source", pair.source_name},
                       {"target", pair.target_name},
                       {"known", pair.known()},
                       {"forecast", forecast.mean},
                       {"usual_step", forecast.unit}};
    if (!forecast.low.empty()) {
        out.update({{"low", forecast.low}, {"high", forecast.high}});
    }
    if (!pair.labels.empty()) {
        out["rows"] = std::vector<std::string>(pair.labels.begin() + static_cast<std::ptrdiff_t>(pair.known()), pair.labels.end());
    }
    if (!forecast.attention.blocks.empty()) {
        out["lag"] = forecast.attention.lag();
    }
    if (!truth.empty()) {
        out.update({{"came", truth},
                    {"error", mean_error(forecast.mean, truth)},
                    {"error_of_last_value", mean_error(last_value_forecast(pair), truth)},
                    {"error_of_linear_regression", mean_error(lagged_forecast(pair), truth)}});
    }
    return out;
}

void describe(const SeriesPair& pair, const Forecast& forecast, const std::vector<double>& truth) {
    if (!truth.empty()) {
        std::cerr << "mean error over " << truth.size() << " rows: " << number(mean_error(forecast.mean, truth), forecast.unit)
                  << "; the last value's " << number(mean_error(last_value_forecast(pair), truth), forecast.unit)
                  << ", linear regression's on 13 lags " << number(mean_error(lagged_forecast(pair), truth), forecast.unit) << "\n";
    }
    if (!forecast.attention.blocks.empty()) {
        const SeriesAttention& attention = forecast.attention;
        const auto lag = static_cast<size_t>(attention.lag());
        std::cerr << "the model looks most " << lag << (lag == 1 ? " row" : " rows")
                  << " back: " << std::lround(100 * attention.by_lag(attention.lag() + 1)[lag]) << " % of its attention\n";
    }
}

void run(const CommonOptions& common, Arguments arguments) {
    SeriesPair pair = pair_of(read_table(arguments.data), arguments.choice);
    const std::vector<double> truth = arguments.hold_out > 0 ? hold_out(pair, arguments.hold_out) : std::vector<double>();
    Device device = open(common);
    SessionOptions session;
    session.on_compile = [](uint64_t done, uint64_t total) { progress_line("compiling kernels", done, total); };
    Forecaster forecaster(device, model_folder(arguments.model.empty() ? "series" : arguments.model), session);
    arguments.options.attention = !arguments.attention.empty();
    const Forecast forecast = forecaster.forecast(pair, arguments.options);
    end_progress();
    if (!arguments.plot.empty()) {
        write_forecast(arguments.plot, pair, forecast, {.truth = truth, .band = arguments.options.band});
    }
    if (!arguments.attention.empty()) {
        write_series_attention(arguments.attention, pair, forecast);
    }
    if (arguments.json) {
        std::cout << as_json(pair, forecast, truth).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    } else {
        print_rows(pair, forecast, truth);
        describe(pair, forecast, truth);
    }
}

}  // namespace

void add_forecast(CLI::App& app, CommonOptions& common) {
    auto* command =
        app.add_subcommand("forecast", "How a series goes on, told from another that is known further: a table's blank cells filled");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("DATA", arguments->data, "A table whose first line names its columns; blank cells at the target's end are told")
        ->required()
        ->type_name("FILE.csv");
    command->add_option("--source", arguments->choice.source, "The column that is known to the end")->type_name("NAME");
    command
        ->add_option("--target", arguments->choice.target, "The column to tell (default: of two the one whose end is blank, else the last)")
        ->type_name("NAME");
    command->add_option("--rows", arguments->hold_out, "Take the target's last rows away and compare the forecast with them")
        ->check(CLI::Range(1, 1 << 20));
    command->add_option("--plot", arguments->plot, "Draw both series and the forecast")
        ->type_name("FILE.svg|png")
        ->check(ends_in({".svg", ".png"}));
    command->add_option("--attention", arguments->attention, "What the model looked at: a picture, or the weights")
        ->type_name("FILE.png|svg|safetensors|json")
        ->check(ends_in({".png", ".svg", ".safetensors", ".json"}));
    command->add_option("--paths", arguments->options.paths, "Paths drawn for the band; 0: no band")
        ->check(CLI::Range(0, 4096))
        ->capture_default_str();
    command->add_option("--band", arguments->options.band, "The share of the paths that lies in the band")
        ->check(CLI::Range(0.01, 0.99))
        ->capture_default_str();
    command->add_option("--seed", arguments->options.seed, "What the paths are drawn from")->capture_default_str();
    command->add_option("--model", arguments->model, "A model's folder (default: heed's own)")->type_name("DIR");
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([&common, arguments] { run(common, *arguments); });
}

}  // namespace heed
