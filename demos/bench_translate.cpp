// heed bench translate: a whole encoder-decoder of a published size, from source tokens to written ones.
#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "demos/common.h"
#include "models/decode/search.h"
#include "models/transformer/searchable.h"

namespace heed {
namespace {

using Clock = std::chrono::steady_clock;

struct Arguments {
    int64_t layers = 6, channels = 512, heads = 8, hidden = 2048, words = 32000;
    int64_t source = 32, steps = 32, batch = 32, beams = 4, far = 512;
    int rounds = 3;
    bool alone = false, json = false;
    Precision precision = Precision::automatic;
};

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return values[values.size() / 2];
}

// The transformer of 2017; the weights are random, which does not change the time.
TransformerConfig config_of(const Arguments& a) {
    const nn::AttentionShape attention{.channels = a.channels, .heads = static_cast<int>(a.heads)};
    const nn::FeedForwardShape feed_forward{.channels = a.channels, .hidden = a.hidden};
    const nn::NormShape norm{.channels = a.channels};
    TransformerConfig out{.family = "Transformer"};
    out.source = out.target = {.table = "words", .words = a.words, .positions = {.kind = TokenPositions::Kind::sinusoidal}};
    out.encoder = {.layers = static_cast<int>(a.layers), .attention = attention, .feed_forward = feed_forward, .norm = norm};
    out.decoder = {.layers = static_cast<int>(a.layers), .self = attention, .cross = attention, .feed_forward = feed_forward, .norm = norm};
    out.encoder_scope = "encoder", out.decoder_scope = "decoder";
    out.output = {.weight = "words"};
    return out;
}

// Keeps the time of every step of the model it stands for.
class Timed : public StepModel {
public:
    explicit Timed(SearchableTransformer& model) : model_(&model) {}

    int64_t vocabulary() const override { return model_->vocabulary(); }
    int64_t positions() const override { return model_->positions(); }
    StepScores step(std::span<const StepRow> rows, const StepRequest& request) override {
        const Clock::time_point start = Clock::now();
        StepScores out = model_->step(rows, request);
        seconds.push_back(seconds_since(start));
        return out;
    }

    std::vector<double> seconds;

private:
    SearchableTransformer* model_;
};

// One way to translate, timed in every round.
struct Task {
    std::string name;
    int64_t sentences = 1, beams = 1, steps = 32;
    std::vector<double> seconds = {}, encode = {}, step = {}, host = {};  // by round: all, before the first step; a step, without waiting

    double tokens_per_second() const { return static_cast<double>(sentences * steps) / median(seconds); }
};

GenerationOptions options_of(const Task& task) {
    return {.decoder_start_token_id = 0, .max_new_tokens = task.steps, .num_beams = task.beams};
}

std::vector<std::vector<int32_t>> sources(const Arguments& a, int64_t sentences) {
    std::vector<std::vector<int32_t>> out(static_cast<size_t>(sentences));
    for (size_t i = 0; i < out.size(); ++i) {
        for (int64_t t = 0; t < a.source; ++t) {
            out[i].push_back(static_cast<int32_t>((static_cast<int64_t>(i) * 7919 + t * 104729 + 1) % a.words));
        }
    }
    return out;
}

std::vector<double> run_task(SearchableTransformer& model, const Arguments& a, Task& task) {
    const auto input = sources(a, task.sentences);
    const Clock::time_point start = Clock::now();
    model.begin(input, task.sentences * task.beams);
    const double encoded = seconds_since(start);
    Timed timed(model);
    search(timed, {.sentences = input.size()}, options_of(task));
    const double all = seconds_since(start), steps = static_cast<double>(timed.seconds.size());
    task.seconds.push_back(all);
    task.encode.push_back(encoded);
    task.step.push_back((all - encoded) / steps);
    task.host.push_back((all - encoded - model.waited()) / steps);
    return timed.seconds;
}

// What a step costs at each position.
struct Growth {
    double early = 0, late = 0;  // seconds, medians of some steps around 16 and before the last
};

Growth measure_growth(SearchableTransformer& model, const Arguments& a) {
    Task task{.name = "", .steps = a.far};
    run_task(model, a, task);  // every plan it takes
    const std::vector<double> steps = run_task(model, a, task);
    const auto around = [&](int64_t first) { return median({steps.begin() + first, steps.begin() + std::min(first + 16, a.far)}); };
    return {.early = around(std::min<int64_t>(8, a.far - 1)), .late = around(std::max<int64_t>(a.far - 16, 0))};
}

void print(const std::vector<Task>& tasks, const Growth& growth, const Arguments& a, uint64_t bytes) {
    std::cout << std::left << std::setw(24) << "" << std::right << std::setw(10) << "ms" << std::setw(10) << "encoder" << std::setw(10)
              << "a step" << std::setw(10) << "tokens/s" << std::setw(12) << "host us"
              << "\n";
    for (const Task& task : tasks) {
        std::cout << std::left << std::setw(24) << task.name << std::right << std::fixed << std::setprecision(1) << std::setw(10)
                  << 1e3 * median(task.seconds) << std::setw(10) << 1e3 * median(task.encode) << std::setw(10) << 1e3 * median(task.step)
                  << std::setw(10) << task.tokens_per_second() << std::setw(12) << 1e6 * median(task.host) << "\n";
    }
    if (a.alone) {
        return;
    }
    std::cout << std::setprecision(2) << a.beams << " beams take " << median(tasks[1].seconds) / median(tasks[0].seconds)
              << " times as long as one; " << a.batch << " sentences together write "
              << tasks[2].tokens_per_second() / tasks[0].tokens_per_second() << " times the tokens a second of one by one\n"
              << "a step at token " << a.far << " takes " << growth.late / growth.early << " times as long as at token 16 ("
              << std::setprecision(1) << 1e3 * growth.late << " and " << 1e3 * growth.early << " ms)\n"
              << "host us: of a step, all but waiting for the device; device memory " << human_bytes(bytes) << "\n";
}

nlohmann::json as_json(const std::vector<Task>& tasks, const Growth& growth, uint64_t bytes, const Caps& caps) {
    nlohmann::json out{{"device_bytes", bytes}, {"device", caps.device_name}, {"driver", caps.driver_name + " " + caps.driver_info}};
    for (const Task& task : tasks) {
        out["tasks"].push_back({{"name", task.name},
                                {"sentences", task.sentences},
                                {"beams", task.beams},
                                {"steps", task.steps},
                                {"seconds", median(task.seconds)},
                                {"best_seconds", *std::ranges::min_element(task.seconds)},
                                {"encoder_seconds", median(task.encode)},
                                {"step_seconds", median(task.step)},
                                {"host_seconds_a_step", median(task.host)},
                                {"tokens_per_second", task.tokens_per_second()}});
    }
    if (growth.early > 0) {
        out["early_step_s"] = growth.early;
        out["late_step_s"] = growth.late;
    }
    return out;
}

void run(const CommonOptions& common, const Arguments& a) {
    Device device = open(common);
    const TransformerConfig config = config_of(a);
    const std::unique_ptr<WeightSource> weights = random_weights(1);
    SearchableOptions options{.stored = decoding_storage(a.precision, device.caps())};
    options.session.on_compile = [](uint64_t done, uint64_t total) { progress_line("compiling kernels", done, total); };
    SearchableTransformer model(device, config, *weights, options);
    std::vector<Task> tasks{
        {.name = "one, greedy", .steps = a.steps},
        {.name = text("one, ", a.beams, " beams"), .beams = a.beams, .steps = a.steps},
        {.name = text(a.batch, " together, greedy"), .sentences = a.batch, .steps = a.steps},
        {.name = text(a.batch, " together, ", a.beams, " beams"), .sentences = a.batch, .beams = a.beams, .steps = a.steps}};
    if (a.alone) {
        tasks.resize(1);
    }
    for (int round = 0; round < a.rounds; ++round) {
        for (Task& task : tasks) {
            Task first = task;
            run_task(model, a, first);  // states are made anew and plans recorded when sizes change: that is not what is timed
            run_task(model, a, task);
        }
    }
    const uint64_t bytes = model.device_bytes();
    const Growth growth = a.alone ? Growth() : measure_growth(model, a);
    end_progress();
    if (a.json) {
        std::cout << as_json(tasks, growth, bytes, device.caps()).dump(2) << "\n";
    } else {
        print(tasks, growth, a, bytes);
    }
}

}  // namespace

void add_bench_translate(CLI::App& bench, CommonOptions& common) {
    auto* command =
        bench.add_subcommand("translate", "Time a whole encoder-decoder with random weights, Transformer-base if nothing is said");
    auto arguments = std::make_shared<Arguments>();
    const auto number = [&](const char* name, int64_t& value, const char* what) {
        command->add_option(name, value, what)->check(CLI::Range(int64_t{1}, int64_t{1} << 20))->capture_default_str();
    };
    number("--layers", arguments->layers, "Blocks of the encoder, and of the decoder");
    number("--channels", arguments->channels, "Channels");
    number("--heads", arguments->heads, "Heads");
    number("--hidden", arguments->hidden, "Channels within a feed-forward");
    number("--words", arguments->words, "Tokens of the vocabulary");
    number("--source", arguments->source, "Tokens of a source");
    number("--steps", arguments->steps, "Tokens that are written");
    number("--batch", arguments->batch, "Sentences together");
    number("--beams", arguments->beams, "Beams");
    number("--far", arguments->far, "Tokens written to see whether a step's cost grows");
    command->add_option("--rounds", arguments->rounds, "Times that each is timed, in turns")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    command->add_flag("--alone", arguments->alone, "One sentence, greedy, and nothing else");
    add_precision(*command, arguments->precision);
    command->add_flag("--json", arguments->json, "Print JSON");
    command->callback([&common, arguments] { run(common, *arguments); });
}

}  // namespace heed
