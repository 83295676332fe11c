#include "support/encoder_profile.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "base/text.h"

namespace heed::tests {
namespace {

using namespace profile;

constexpr double kTokens = 197, kChannels = 768, kHidden = 3072, kHeads = 12;

enum KernelNumber : uint32_t { kNorm, kMatmul, kNarrow, kAttention, kAdd, kCopy, kKernels };

KernelFacts kernel_facts(std::string name, std::string strategy, std::vector<uint32_t> constants, double registers, double spills) {
    const uint32_t workgroup = constants.front();
    const Executable executable{.name = "compute shader",
                                .description = "what the made-up compiler made of it",
                                .subgroup_size = 8,
                                .statistics = {{"Register Count", text(registers), "registers of an invocation", registers},
                                               {"Spill Count", text(spills), "registers kept in memory", spills},
                                               {"Shared Memory", text(workgroup * 16), "bytes of a workgroup", workgroup * 16.0}},
                                .representations = {}};
    return {.name = std::move(name),
            .strategy = std::move(strategy),
            .dtype = "f32",
            .constants = std::move(constants),
            .workgroup = workgroup,
            .executables = {executable}};
}

class Encoder {
public:
    explicit Encoder(double batch) : batch_(batch), rows_(batch * kTokens) {
        plan_.kernels.resize(kKernels);
        plan_.kernels[kNorm] = kernel_facts("layer_norm_row_f32", "row", {128}, 22, 0);
        plan_.kernels[kMatmul] = kernel_facts("matmul_tiled_f32", "tiled", {256, 64, 64, 16}, 96, 0);
        plan_.kernels[kNarrow] = kernel_facts("matmul_tiled_f32", "tiled", {128, 32, 32, 16}, 128, 12);
        plan_.kernels[kAttention] = kernel_facts("attention_fused_f32", "fused", {64, 64}, 120, 4);
        plan_.kernels[kAdd] = kernel_facts("binary_flat_f32", "flat", {64}, 10, 0);
        plan_.kernels[kCopy] = kernel_facts("copy_flat_f32", "flat", {64}, 8, 0);
    }

    void norm(const std::string& name) {
        add(kNorm, "layer_norm", name, text(rows_, "x", kChannels), {8 * rows_ * kChannels, 8 * rows_ * kChannels}, kChannels);
    }

    void matmul(const std::string& name, double from, double to) {
        add(to < kHidden ? kNarrow : kMatmul, "matmul", name, text(rows_, "x", from, " * ", from, "x", to, " -> ", rows_, "x", to),
            {2 * rows_ * from * to, 4 * (rows_ * from + from * to + rows_ * to)}, to);
    }

    void layer(size_t number) {
        const std::string name = text("encoder.layer.", number, ".");
        norm(name + "norm_before.weight");
        matmul(name + "attention.qkv.weight", kChannels, 3 * kChannels);
        add(kAttention, "attention", name + "attention", text(batch_, "x12x197x64"),
            {4 * batch_ * kHeads * kTokens * kTokens * 64, 16 * rows_ * kChannels}, kChannels);
        matmul(name + "attention.out.weight", kChannels, kChannels);
        add(kAdd, "binary", name + "sum", text(rows_, "x", kChannels), {rows_ * kChannels, 12 * rows_ * kChannels}, kChannels);
        norm(name + "norm_after.weight");
        matmul(name + "up.weight", kChannels, kHidden);
        matmul(name + "down.weight", kHidden, kChannels);
    }

    void add(uint32_t kernel, std::string op, const std::string& name, std::string shape, Work work, double columns) {
        plan_.dispatches.push_back({.op = std::move(op),
                                    .name = name,
                                    .shape = std::move(shape),
                                    .kernel = kernel,
                                    .grid = {static_cast<uint32_t>(rows_ / 16), static_cast<uint32_t>(columns / 64), 1},
                                    .barrier = true,
                                    .work = work});
        written(name, static_cast<uint64_t>(4 * rows_ * columns));
    }

    PlanSamples finish(std::string name) {
        plan_.name = std::move(name);
        uint64_t highest = 0;
        for (TensorSpan& tensor : plan_.tensors) {
            tensor.last = std::min(tensor.last, static_cast<uint32_t>(plan_.dispatches.size() - 1));
            highest = std::max(highest, tensor.offset + tensor.bytes);
        }
        for (uint32_t i = 0; i < plan_.dispatches.size(); ++i) {
            uint64_t alive = 0;
            for (const TensorSpan& tensor : plan_.tensors) {
                alive += tensor.first <= i && i <= tensor.last ? tensor.bytes : 0;
            }
            plan_.scratch_lower_bound = std::max(plan_.scratch_lower_bound, alive);
        }
        plan_.arenas = {{"scratch", highest}, {"io", static_cast<uint64_t>(batch_ * 602112)}, {"weights", 346298368}};
        plan_.barriers = static_cast<uint32_t>(plan_.dispatches.size());
        return std::move(plan_);
    }

private:
    // Needed for the next dispatches, some for long; where none lies then.
    void written(const std::string& name, uint64_t bytes) {
        const auto first = static_cast<uint32_t>(plan_.dispatches.size() - 1), last = first + (first % 3 == 0 ? 4 : 1);
        uint64_t offset = 0;
        for (bool moved = true; moved;) {
            moved = false;
            for (const TensorSpan& other : plan_.tensors) {
                if (other.last >= first && other.offset < offset + bytes && offset < other.offset + other.bytes) {
                    offset = other.offset + other.bytes;
                    moved = true;
                }
            }
        }
        plan_.tensors.push_back({name, "scratch", 0, offset, bytes, first, last});
    }

    PlanSamples plan_;
    double batch_, rows_;
};

PlanSamples encode_plan(size_t layers, double batch) {
    Encoder encoder(batch);
    encoder.add(kCopy, "concat", "embeddings", text(batch, "x196x768, ", batch, "x1x768"), {0, 8 * batch * kTokens * kChannels}, kChannels);
    encoder.add(kAdd, "binary", "positions", text(batch * kTokens, "x", kChannels),
                {batch * kTokens * kChannels, 12 * batch * kTokens * kChannels}, kChannels);
    for (size_t i = 0; i < layers; ++i) {
        encoder.layer(i);
    }
    encoder.norm("encoder.norm.weight");
    return encoder.finish(text("encode ", batch, "x197"));
}

PlanSamples classify_plan() {
    Encoder encoder(1 / kTokens);
    encoder.matmul("classifier.weight", kChannels, 1000);
    encoder.add(kCopy, "top_k", "best", "1x1000 -> 1x5", {1000, 4040}, 5);
    PlanSamples plan = encoder.finish("classify 1");
    plan.tensors.clear();
    plan.arenas = {{"io", 44}};
    plan.scratch_lower_bound = 0;
    return plan;
}

class Clock {
public:
    Clock(Profile& profile) : profile_(profile) {}

    void phase(std::string name, std::string detail, double seconds) {
        profile_.phases.push_back({.name = std::move(name), .detail = std::move(detail), .time = {now_, now_ + seconds}, .thread = 140023});
        now_ += seconds;
    }

    void round(bool isolated) {
        const double begin = now_;
        phase("preprocess", "5 pictures of 500 x 333", 2.1e-3 * noise(0.1));
        for (PlanSamples& plan : profile_.plans) {
            run(plan, isolated);
        }
        profile_.rounds.push_back({.isolated = isolated, .host = {begin, now_}, .pace = 1.9e-3 * noise(0.02)});
        now_ += 0.2e-3;
    }

private:
    double noise(double sigma) { return std::exp(sigma * normal_(random_)); }

    double seconds_of(const DispatchSamples& dispatch) {
        const double best = bound_of(profile_.roofs, dispatch.work).seconds;
        const double worse = dispatch.kernel == kNarrow      ? 3.1
                             : dispatch.kernel == kMatmul    ? 1.5
                             : dispatch.kernel == kAttention ? 5.2
                                                             : 1.8;
        const double hiccup = random_() % 200 == 0 ? 1.7 : 1;
        return best * worse * hiccup * noise(0.03);
    }

    void run(PlanSamples& plan, bool isolated) {
        const double began = now_;
        phase("submit", plan.name, 60e-6 * noise(0.2));
        RunSample sample{.isolated = isolated, .host = {began, now_}, .submitted = now_};
        double device = now_ + 30e-6;
        const double begin = device;
        for (DispatchSamples& dispatch : plan.dispatches) {
            const double seconds = seconds_of(dispatch);
            if (isolated) {
                dispatch.seconds.push_back(seconds);
                sample.dispatches.push_back({device, device + seconds});
                device += seconds + 2e-6;
            } else {
                device += 0.93 * seconds;
            }
        }
        if (profile_.device.timestamps) {
            sample.device = {{begin, device}};
        }
        phase("wait", plan.name, device + 25e-6 - now_);
        sample.host.end = now_;
        plan.runs.push_back(std::move(sample));
        phase("read", plan.name, 15e-6);
    }

    Profile& profile_;
    std::mt19937 random_{7};
    std::normal_distribution<double> normal_;
    double now_ = 0;
};

Roofs processor_roofs() {
    return {.flops_f32 = 182e9,
            .memory = {{32768, 91e9}, {262144, 88e9}, {2097152, 61e9}, {16777216, 34e9}, {134217728, 13.5e9}, {536870912, 12.1e9}},
            .dispatch_seconds = 11e-6,
            .submit_seconds = 48e-6,
            .timestamp_seconds = 0.2e-6};
}

}  // namespace

Profile encoder_profile(const EncoderProfile& wanted) {
    Profile out{.version = "0.1.0",
                .subject = "made-up encoder: five pictures of 500 x 333",
                .started = "2026-11-21T22:45:58Z",
                .device = {.name = "Made-up Processor (256 bits)",
                           .driver = "made-up driver 25.0.7",
                           .uuid = "00112233445566778899aabbccddeeff",
                           .type = wanted.software ? "cpu" : "discrete",
                           .subgroup_size = 8,
                           .software = wanted.software,
                           .timestamps = wanted.timestamps,
                           .tick_seconds = wanted.timestamps ? 1e-9 : 0,
                           .clock = wanted.timestamps ? "calibrated" : "none",
                           .clock_deviation = wanted.timestamps ? 0.9e-6 : 0},
                .roofs = processor_roofs(),
                .plans = {encode_plan(wanted.layers, 1), encode_plan(wanted.layers, 4), classify_plan()},
                .device_bytes = 402653184};
    Clock clock(out);
    clock.phase("load", "330.3 MiB", 0.21);
    clock.phase("compile", "3 plans", 18e-3);
    clock.phase("upload", "330.3 MiB", 0.14);
    clock.phase("pipelines", "6", 95e-3);
    clock.phase("record", "200 dispatches", 4e-3);
    out.phases.push_back({.name = "session", .detail = "3 plans", .time = {0.21, 0.467}, .thread = 140023});
    for (size_t i = 0; i < wanted.rounds; ++i) {
        clock.round(i % 2 == 1);
    }
    return out;
}

}  // namespace heed::tests
