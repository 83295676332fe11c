#include "support/made_up_profile.h"

#include <cmath>
#include <random>
#include <utility>

namespace heed::tests {
namespace {

using namespace profile;

KernelFacts made_up_facts(std::string name, std::string strategy, std::vector<uint32_t> constants) {
    const uint32_t workgroup = constants.front();
    const Executable executable{
        .name = "compute",
        .description = "the made-up compiler's one pass",
        .subgroup_size = 32,
        .statistics = {{"Registers", "48", "registers of an invocation", 48}, {"Spills", "0", "registers kept in memory", 0}},
        .representations = {{"Assembly", "what the device runs", "ld r0, [r1]\nst [r2], r0\n"}}};
    return {.name = std::move(name),
            .strategy = std::move(strategy),
            .dtype = "f32",
            .constants = std::move(constants),
            .workgroup = workgroup,
            .executables = {executable}};
}

DispatchSamples made_up_dispatch(uint32_t kernel, std::string op, std::string name, std::string shape, Work work) {
    return {.op = std::move(op),
            .name = std::move(name),
            .shape = std::move(shape),
            .kernel = kernel,
            .grid = {24, 1 + kernel, 1},
            .barrier = true,
            .work = work};
}

PlanSamples encode_plan() {
    PlanSamples plan{.name = "encode 1x24"};
    plan.kernels = {made_up_facts("embedding_rows_f32", "rows", {64}), made_up_facts("layer_norm_row_f32", "row", {128, 1}),
                    made_up_facts("matmul_tiled_f32", "tiled", {256, 64, 64, 16}),
                    made_up_facts("attention_fused_f32", "fused", {128, 64})};
    plan.dispatches = {made_up_dispatch(0, "embedding", "shared.weight", "24 of 58101x512 -> 24x512", {12288, 98400}),
                       made_up_dispatch(1, "layer_norm", "encoder.0.norm.weight", "24x512", {98304, 102400}),
                       made_up_dispatch(2, "matmul", "encoder.0.qkv.weight", "24x512 * 512x1536 -> 24x1536", {37748736, 3348480}),
                       made_up_dispatch(3, "attention", "encoder.0.attention", "1x8x24x64", {1179648, 196608}),
                       made_up_dispatch(2, "matmul", "encoder.0.out.weight", "24x512 * 512x512 -> 24x512", {12582912, 1148928}),
                       made_up_dispatch(2, "matmul", "encoder.0.up.weight", "24x512 * 512x2048 -> 24x2048", {50331648, 4448256}),
                       made_up_dispatch(2, "matmul", "encoder.0.down.weight", "24x2048 * 2048x512 -> 24x512", {50331648, 4442112})};
    plan.dispatches[3].counters = {{"shader core active", "%", "of the time", 71.5},
                                   {"bytes from memory", "byte", "through every cache", 212992}};
    plan.tensors = {{"ids", "io", 0, 0, 96, 0, 0},
                    {"x", "scratch", 0, 0, 49152, 0, 4},
                    {"norm", "scratch", 0, 49152, 49152, 1, 2},
                    {"qkv", "scratch", 0, 98304, 147456, 2, 3},
                    {"attended", "scratch", 0, 49152, 49152, 3, 4},
                    {"up", "scratch", 0, 98304, 196608, 5, 6},
                    {"shared.weight", "weights", 0, 0, 118990848, 0, 0},
                    {"sources 1x24 0", "state", 0, 0, 98304, 6, 6}};
    plan.arenas = {{"scratch", 294912}, {"io", 96}, {"weights", 131610624}, {"state", 98304}};
    plan.scratch_lower_bound = 245760;
    plan.barriers = 7;
    return plan;
}

PlanSamples step_plan() {
    PlanSamples plan{.name = "step 1"};
    plan.kernels = {made_up_facts("cache_write_rows_f32", "rows", {64}), made_up_facts("matmul_vector_f32", "vector", {64, 4}),
                    made_up_facts("attention_weights_row_f32", "row", {128}), made_up_facts("top_k_heap_f32", "heap", {256, 8})};
    plan.dispatches = {made_up_dispatch(1, "matmul", "decoder.0.qkv.weight", "1x512 * 512x1536 -> 1x1536", {1572864, 3153920}),
                       made_up_dispatch(0, "cache_write", "keys 0", "1x512", {0, 4096}),
                       made_up_dispatch(2, "attention", "decoder.0.attention", "1x8x1x64", {131072, 135168}),
                       made_up_dispatch(1, "matmul", "shared.weight", "1x512 * 512x58101 -> 1x58101", {59495424, 119223252}),
                       made_up_dispatch(3, "top_k", "best", "1x58101 -> 1x8", {58101, 232468})};
    plan.dispatches[1].barrier = false;
    plan.dispatches[2].indirect = true;
    plan.tensors = {
        {"qkv", "scratch", 0, 0, 6144, 0, 2}, {"logits", "scratch", 1, 0, 232404, 3, 4}, {"keys 0", "state", 0, 0, 131072, 1, 2}};
    plan.arenas = {{"scratch", 238548}, {"state", 131072}};
    plan.scratch_lower_bound = 232404;
    plan.barriers = 4;
    plan.submits = 2;
    return plan;
}

PlanSamples grow_plan() {
    PlanSamples plan{.name = "grow 1x64"};
    plan.kernels = {made_up_facts("copy_flat_f32", "flat", {64})};
    plan.kernels[0].executables.clear();
    plan.dispatches = {made_up_dispatch(0, "cache_write", "keys 0", "64x512", {0, 262144})};
    plan.arenas = {{"state", 262144}};
    plan.barriers = 1;
    return plan;
}

// Goes through the rounds on one clock.
class Clock {
public:
    Clock(const MadeUp& made_up, Profile& profile) : made_up_(made_up), profile_(profile), random_(made_up.seed) {}

    void phase(std::string name, std::string detail, double seconds) {
        profile_.phases.push_back({.name = std::move(name), .detail = std::move(detail), .time = {now_, now_ + seconds}, .thread = 7001});
        now_ += seconds;
    }

    void round(bool isolated) {
        const double begin = now_;
        phase("tokenise", "5 words", 40e-6);
        run(profile_.plans[0], isolated, made_up_.timestamps);
        for (int step = 0; step < 3; ++step) {
            run(profile_.plans[1], isolated, made_up_.timestamps);
            phase("search", "1 row", 15e-6);
        }
        run(profile_.plans[2], isolated, false);
        profile_.rounds.push_back({.isolated = isolated, .host = {begin, now_}, .pace = 500e-6 * made_up_.machine * noise(0.004)});
        now_ += 20e-6;
    }

    // Twice as long as the roofs let it take, as if the roofs were known exactly.
    void run(PlanSamples& plan, bool isolated, bool timestamps) {
        RunSample sample{.isolated = isolated, .host = {now_, now_}};
        phase("write", plan.name, 8e-6);
        const double began = now_;
        phase("submit", plan.name, 25e-6);
        sample.submitted = now_;
        double device = sample.submitted + 12e-6;
        const double begin = device;
        for (DispatchSamples& dispatch : plan.dispatches) {
            const auto found = made_up_.slower.find(dispatch.op);
            const double factor = made_up_.machine * (found == made_up_.slower.end() ? 1 : found->second);
            const double seconds = 2 * bound_of(profile_.roofs, dispatch.work).seconds * factor * noise(made_up_.noise);
            if (isolated) {
                dispatch.seconds.push_back(seconds);
                sample.dispatches.push_back({device, device + seconds});
                device += seconds + 1e-6;
            } else {
                device += 0.9 * seconds;
            }
        }
        if (timestamps) {
            const double middle = (begin + device) / 2;
            sample.device =
                plan.submits == 1 ? std::vector<Interval>{{begin, device}} : std::vector<Interval>{{begin, middle}, {middle, device}};
        }
        phase("wait", plan.name, device + 10e-6 - now_);
        sample.host = {began, now_};
        plan.runs.push_back(std::move(sample));
        phase("read", plan.name, 6e-6);
    }

private:
    double noise(double sigma) { return std::exp(sigma * normal_(random_)); }

    const MadeUp& made_up_;
    Profile& profile_;
    std::mt19937 random_;
    std::normal_distribution<double> normal_;
    double now_ = 0;
};

Roofs made_up_roofs() {
    return {.flops_f32 = 4e12,
            .flops_f16 = 8e12,
            .memory = {{65536, 400e9}, {1048576, 600e9}, {16777216, 300e9}, {268435456, 200e9}},
            .dispatch_seconds = 2.5e-6,
            .submit_seconds = 30e-6,
            .timestamp_seconds = 0.4e-6,
            .day = "2026-11-21"};
}

}  // namespace

Profile made_up_profile(const MadeUp& made_up) {
    Profile out{.version = "0.1.0",
                .subject = "made-up translator: \"one two three four five\"",
                .started = "2026-11-21T22:45:58Z",
                .device = {.name = "Made-up Device 9",
                           .driver = "made-up driver 1.2.3",
                           .uuid = "00112233445566778899aabbccddeeff",
                           .type = "discrete",
                           .subgroup_size = 32,
                           .timestamps = made_up.timestamps,
                           .tick_seconds = made_up.timestamps ? 1e-9 : 0,
                           .clock = made_up.timestamps ? "calibrated" : "none",
                           .clock_deviation = made_up.timestamps ? 2e-6 : 0},
                .roofs = made_up_roofs(),
                .plans = {encode_plan(), step_plan(), grow_plan()},
                .device_bytes = 132243552,
                .notes = {"made up: nothing of this was measured"}};
    Clock clock(made_up, out);
    clock.phase("load", "118.3 MiB", 31e-3);
    clock.phase("compile", "3 plans", 4e-3);
    clock.phase("upload", "125.5 MiB", 22e-3);
    clock.phase("pipelines", "9", 18e-3);
    clock.phase("record", "13 dispatches", 1e-3);
    out.phases.push_back({.name = "session", .detail = "all plans", .time = {31e-3, 76e-3}, .thread = 7001});
    out.phases.push_back({.name = "read ahead", .detail = "the next text", .time = {33e-3, 40e-3}, .thread = 7002});
    for (size_t i = 0; i < 2 * made_up.rounds; ++i) {
        clock.round(i % 2 == 1);
    }
    return out;
}

}  // namespace heed::tests
