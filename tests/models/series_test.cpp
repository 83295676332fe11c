#include "models/series/series.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/checkpoint.h"
#include "models/model_check.h"
#include "models/series/features.h"
#include "models/series/forecaster.h"
#include "models/series/held_out.h"
#include "models/series/picture.h"
#include "models/shipped.h"
#include "run/session.h"
#include "support/device.h"
#include "support/folder.h"
#include "support/golden.h"
#include "support/sentence.h"

namespace heed {
namespace {

using tests::contains;
using tests::sentence;

const std::filesystem::path& folder() {
    static const std::filesystem::path path = tests::golden("series");
    return path;
}

SeriesConfig config() {
    return read_series_config(Config::read(folder() / "config.json"));
}

std::vector<double> doubles(const std::vector<float>& values) {
    return {values.begin(), values.end()};
}

// The golden's two series, the target as far as it is known.
SeriesPair golden_pair(const tests::GoldenTensors& golden) {
    SeriesPair pair{.source_name = "B", .target_name = "A", .source = doubles(golden.floats("source"))};
    pair.target = doubles(golden.floats("target"));
    pair.target.resize(static_cast<size_t>(golden.floats("known").at(0)));
    return pair;
}

// Steps alike but three rows late.
SeriesPair made_pair(size_t rows, size_t known) {
    SeriesPair pair{.source_name = "B", .target_name = "A"};
    double source = 40;
    for (size_t row = 0; row < rows; ++row) {
        source += std::sin(static_cast<double>(row * row)) + 0.3 * std::cos(static_cast<double>(row));
        pair.source.push_back(source);
        if (row < known) {
            pair.target.push_back(row < 3 ? 7 : 0.25 * pair.source[row - 3]);
        }
    }
    return pair;
}

}  // namespace

TEST_SUITE("device series") {
    TEST_CASE("a whole series gives what PyTorch gives in double precision, and so does every step after a known part") {
        const tests::GoldenTensors golden(folder() / "golden.safetensors");
        const SeriesConfig shape = config();
        const std::unique_ptr<Checkpoint> weights = open_checkpoint(folder());
        const FeatureShape features{.steps_back = shape.steps_back, .limit = shape.limit};
        const std::vector<double> source = doubles(golden.floats("source")), target = doubles(golden.floats("target"));
        const auto known = static_cast<size_t>(golden.floats("known").at(0)), rows = source.size();
        const auto read = [&](const std::vector<double>& values) {
            std::vector<float> out = features_of(values, scale_of(std::span(values).first(known)), features);
            out.resize(static_cast<size_t>(shape.rows * shape.features()), 0.5f);  // what is behind the last row is seen by none
            return out;
        };
        const std::vector<float> own = read(target);
        tests::check_close(std::span(own).first(rows * static_cast<size_t>(shape.features())), golden.floats("features"), 2e-6f);

        const Graph graph = build_series_prompt(shape, *weights, {.sizes = {.rows = shape.rows, .paths = 2}, .attention = true});
        Session session(tests::device(), graph);
        session.write("source", read(source));
        session.write("target", own);
        session.write("length", std::vector<int32_t>{static_cast<int32_t>(rows)});
        session.write("zeros", std::vector<int32_t>{0});
        session.write("owners", std::vector<int32_t>(static_cast<size_t>(shape.rows), 0));
        session.run();
        const std::vector<float> next = session.read("next");
        tests::check_close(std::span(next).first(2 * rows), golden.floats("next"), 5e-5f);
        const auto all = static_cast<size_t>(shape.rows);
        for (int block = 0; block < shape.decoder.layers; ++block) {
            const std::vector<float> map = session.read(text("cross.", block)), expected = golden.floats(text("cross.", block));
            for (size_t line = 0; line < expected.size() / rows; ++line) {
                const size_t head = line / rows, row = line % rows;
                const std::span<const float> got = std::span(map).subspan((head * all + row) * all, all);
                tests::check_close(got.first(rows), std::span(expected).subspan(line * rows, rows), 2e-5f);
                CHECK(std::ranges::all_of(got.subspan(rows), [](float weight) { return weight == 0; }));
            }
        }

        Forecaster forecaster(tests::device(), folder());
        const Forecast forecast = forecaster.forecast(golden_pair(golden), {.paths = 3, .attention = true});
        const std::vector<float> told(forecast.mean.begin(), forecast.mean.end());
        tests::check_close(told, golden.floats("told"), 2e-3f);
        CHECK(forecast.attention.blocks.size() == 2);
        CHECK_MESSAGE(tests::validation_messages() == 0, tests::validation_report());
    }

    TEST_CASE("the numbers of a step are the same with every optional pass left out") {
        const std::unique_ptr<Checkpoint> weights = open_checkpoint(folder());
        const Graph graph = build_series_step(config(), *weights, {.rows = 9, .paths = 3});
        std::vector<double> owners(27, 0);
        for (size_t i = 0; i < owners.size(); ++i) {
            owners[i] = i % 9 < 5 ? 0 : static_cast<double>(i / 9);
        }
        tests::check_on_device(
            graph,
            tests::feed_for(
                graph, {{"owners", owners}, {"sources", {0, 0, 0}}, {"starts", {6, 6, 6}}, {"seen", {7, 7, 7}}, {"length", {9, 9, 9}}}),
            {5e-5, 5e-5});
    }

    TEST_CASE("forecasts: the same from the same seed, a band around them, the first path not touched by the others") {
        Forecaster forecaster(tests::device(), shipped_model("series"));
        const SeriesPair pair = made_pair(60, 50);
        const Forecast one = forecaster.forecast(pair, {.paths = 20}), again = forecaster.forecast(pair, {.paths = 20});
        const Forecast bare = forecaster.forecast(pair, {.paths = 0}), other = forecaster.forecast(pair, {.paths = 20, .seed = 2});
        REQUIRE(one.mean.size() == 10);
        CHECK(one.mean == again.mean);
        CHECK(one.low == again.low);
        CHECK(one.low != other.low);
        CHECK(bare.low.empty());
        for (size_t i = 0; i < one.mean.size(); ++i) {
            CHECK(one.mean[i] == doctest::Approx(bare.mean[i]).epsilon(1e-4));
            CHECK(one.low[i] < one.high[i]);
        }
    }

    TEST_CASE("the shipped model finds a lag, and is nearer than the last value") {
        Forecaster forecaster(tests::device(), shipped_model("series"));
        SeriesPair pair = made_pair(120, 120);
        const std::vector<double> truth = hold_out(pair, 12);
        const Forecast forecast = forecaster.forecast(pair, {.paths = 0, .attention = true});
        double error = 0, still = 0;
        for (size_t i = 0; i < truth.size(); ++i) {
            error += std::abs(forecast.mean[i] - truth[i]), still += std::abs(pair.target.back() - truth[i]);
        }
        CHECK_MESSAGE(error < 0.5 * still, error, " against ", still);
        CHECK(forecast.attention.lag() == 3);
        for (const std::vector<float>& block : forecast.attention.blocks) {
            const auto rows = static_cast<size_t>(forecast.attention.rows);
            for (size_t line = 0; line < block.size() / rows; ++line) {
                double sum = 0;
                for (const float weight : std::span(block).subspan(line * rows, rows)) {
                    sum += weight;
                }
                CHECK(sum == doctest::Approx(1).epsilon(1e-4));
            }
        }
    }

    TEST_CASE("forecasts of what is odd: flat series, long ones, huge and tiny numbers; too little is a sentence") {
        Forecaster forecaster(tests::device(), shipped_model("series"));
        SeriesPair flat = made_pair(60, 50);
        flat.target.assign(50, 3.25);
        CHECK(forecaster.forecast(flat).mean == std::vector<double>(10, 3.25));
        CHECK(forecaster.forecast(flat).high == std::vector<double>(10, 3.25));
        SeriesPair still = made_pair(60, 50);
        still.source.assign(60, 1);
        for (const double value : forecaster.forecast(still, {.paths = 2}).mean) {
            CHECK(std::isfinite(value));
        }
        for (const double times : {1e90, 1e-90}) {
            SeriesPair scaled = made_pair(60, 50);
            const std::vector<double> plain = forecaster.forecast(scaled, {.paths = 0}).mean;
            for (double& value : scaled.target) {
                value *= times;
            }
            const std::vector<double> told = forecaster.forecast(scaled, {.paths = 0}).mean;
            for (size_t i = 0; i < told.size(); ++i) {
                CHECK(told[i] == doctest::Approx(plain[i] * times).epsilon(1e-3));
            }
        }
        const Forecast late = forecaster.forecast(made_pair(300, 290), {.paths = 0});
        CHECK(late.first == 172);
        CHECK(late.mean.size() == 10);
        const auto refused = [&](const SeriesPair& pair) { return sentence(ErrorKind::bad_input, [&] { forecaster.forecast(pair); }); };
        CHECK(refused(made_pair(40, 23)) == "series: expected at least 24 known rows of 'A', got 23");
        CHECK(refused(made_pair(50, 50)) == "series: expected blank cells at the end of 'A', got numbers down to the last row");
        CHECK(contains(refused(made_pair(200, 90)), "expected at most 104 rows to tell"));
    }

    TEST_CASE("forecasts and what they looked at are drawn") {
        const tests::Folder out;
        Forecaster forecaster(tests::device(), shipped_model("series"));
        SeriesPair pair = made_pair(60, 50);
        pair.labels.assign(60, "a <day>");
        const Forecast forecast = forecaster.forecast(pair, {.paths = 4, .attention = true});
        write_forecast(out.path / "a.svg", pair, forecast, {.truth = std::vector<double>(10, 9.0)});
        const std::string svg = tests::contents(out.path / "a.svg");
        CHECK(contains(svg, ">forecast</text>"));
        CHECK(contains(svg, "a &lt;day&gt;"));
        CHECK(contains(svg, ">what came</text>"));
        write_series_attention(out.path / "b.png", pair, forecast);
        CHECK(tests::contents(out.path / "b.png").substr(1, 3) == "PNG");
        write_series_attention(out.path / "b.json", pair, forecast);
        CHECK(contains(tests::contents(out.path / "b.json"), "\"attention.1\""));
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { write_forecast(out.path / "a.gif", pair, forecast); }), "'a.gif'"));
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { write_series_attention(out.path / "c.png", pair, Forecast{}); }), "without"));
    }
}

TEST_SUITE("models") {
    TEST_CASE("series: a config that contradicts itself is a sentence with its key") {
        const auto refused = [](const char* json) {
            return sentence(ErrorKind::bad_model, [&] { read_series_config(Config::parse(json, "config.json")); });
        };
        CHECK(contains(refused(R"({"model_type": "bert"})"), "expected model_type to be heed_series"));
        CHECK(contains(refused(R"({"model_type": "heed_series", "hidden_size": 10, "num_heads": 4})"), "a multiple of the 4 heads"));
        CHECK(contains(
            refused(R"({"model_type": "heed_series", "hidden_size": 8, "num_heads": 4, "cross_head_size": 4, "intermediate_size": 8,
            "encoder_layers": 1, "decoder_layers": 1, "steps_back": 4, "reach": 4, "rows": 20, "least_known": 20, "limit": 5})"),
            "least_known"));
    }

    TEST_CASE("series: the pairs that come with the model, and files that are none") {
        const std::vector<HeldOutPair> pairs = read_held_out_pairs(shipped_model("series") / "test.safetensors");
        REQUIRE(pairs.size() == 256);
        CHECK(pairs[0].truth.size() == 16);
        CHECK(pairs[0].pair.horizon() == 16);
        CHECK(std::ranges::count_if(pairs, [](const HeldOutPair& pair) { return !pair.related; }) > 0);
        CHECK(contains(sentence(ErrorKind::bad_file, [] { read_held_out_pairs(folder() / "model.safetensors"); }), "'source'"));
        CHECK(contains(sentence(ErrorKind::bad_file, [] { read_held_out_pairs(shipped_model("series") / "test.safetensors", 100); }),
                       "expected 1 to 28 known rows of pair 0"));
    }
}

}  // namespace heed
