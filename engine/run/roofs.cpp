#include "run/roofs.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>

#include "base/error.h"
#include "roof_params.h"
#include "run/notes.h"
#include "run/roof_grid.h"
#include "run/timed_kernel.h"
#include "vk/buffer.h"

namespace heed {
namespace {

// Seconds that a measurement must last, so that the stopwatch's and the submit's share is small. Where the machine does other things
// too, short ones meet none of them; long ones last until all processors have been found something to do.
constexpr double kLongEnough[] = {0.001, 0.01};
constexpr double kAllTries = 0.03;  // seconds after which there are no more tries
constexpr int kTries = 40, kFewestTries = 3;

constexpr uint64_t kLeastFootprint = 16 << 10, kMostFootprint = 256 << 20;
constexpr uint32_t kLaunches = 64;    // empty dispatches in a row
constexpr double kManyLaunches = 20;  // a dispatch that measures memory must last as long as so many empty ones

double least_of_tries(TimedKernel& kernel) {
    double least = kernel.seconds(), sum = least;
    for (int i = 1; i < kTries && (i < kFewestTries || sum < kAllTries); ++i) {
        const double seconds = kernel.seconds();
        least = std::min(least, seconds);
        sum += seconds;
    }
    return least;
}

// Seconds that each unit of work takes, `record`ed in such amounts that they last.
double seconds_each(TimedKernel& kernel, double submit_seconds, const std::function<void(uint32_t)>& record) {
    uint32_t amount = 1;
    record(amount);
    kernel.seconds();  // compiles
    double each = std::numeric_limits<double>::infinity();
    for (const double long_enough : kLongEnough) {
        for (double seconds = kernel.seconds(); seconds < long_enough && amount < (1u << 24); seconds = kernel.seconds()) {
            amount *= static_cast<uint32_t>(std::clamp(std::ceil(long_enough / seconds), 2.0, 16.0));
            record(amount);
        }
        each = std::min(each, std::max(least_of_tries(kernel) - submit_seconds, 1e-9) / amount);
    }
    return each;
}

struct Bench {
    Device& device;
    vk::Context& context = device.context();
    const Caps& caps = device.caps();
    RoofGrid grid = RoofGrid(caps);

    void measure_launches(profile::Roofs& roofs) const;
    double flops(const profile::Roofs& roofs, const char* kernel) const;
    std::vector<profile::Roofs::Level> memory(const profile::Roofs& roofs) const;
};

void Bench::measure_launches(profile::Roofs& roofs) const {
    const vk::Buffer unused(context, 256, vk::MemoryUse::device, "roof of launches");
    const vk::Binding binding{&unused, 0, 0};
    TimedKernel empty(context, "roof_empty_f32", grid.workgroup, {&binding, 1});
    const auto least = [&](uint32_t dispatches, const vk::Timestamps* timestamps) {
        empty.record(params::RoofEmptyParams{.count = 0}, 1, dispatches, timestamps);
        empty.seconds();
        double seconds = empty.seconds();
        for (int i = 0; i < kTries; ++i) {
            seconds = std::min(seconds, empty.seconds());
        }
        return seconds;
    };
    const auto each = [](double seconds) { return std::max(seconds, 0.0) / kLaunches; };  // too little to measure is none
    least(1, nullptr);                                                                    // compiles
    roofs.submit_seconds = least(0, nullptr);
    const double launched = least(kLaunches, nullptr);
    roofs.dispatch_seconds = each(launched - roofs.submit_seconds);
    if (caps.timestamp_bits > 0) {
        const vk::Timestamps timestamps(context, kLaunches);
        roofs.timestamp_seconds = each(least(kLaunches, &timestamps) - launched);
    }
}

double Bench::flops(const profile::Roofs& roofs, const char* kernel) const {
    constexpr uint32_t kRounds = 64;
    const vk::Buffer results(context, grid.result_bytes(), vk::MemoryUse::device, "roof results");
    const vk::Binding result{&results, 0, 0};
    TimedKernel fma(context, kernel, grid.workgroup, {&result, 1});
    const double seconds = seconds_each(fma, roofs.submit_seconds, [&](uint32_t amount) {
        fma.record(params::RoofFmaParams{.iterations = kRounds * amount, .factor = 0.999f, .term = 0.001f}, grid.groups, 1);
    });
    return 1.0 * kRounds * params::kRoofFmaFlops * grid.workgroup * grid.groups / seconds;
}

// Something is in every byte of both, or a driver might answer all reads with the same page of zeros.
void fill(vk::Context& context, const vk::Buffer& from, const vk::Buffer& to) {
    vk::CommandBuffer commands(context, "roof fill");
    vk::Fence fence(context);
    commands.begin();
    commands.fill(from, 0, from.size(), 0x3f800000);
    commands.fill(to, 0, to.size(), 0x3f800000);
    commands.barrier(vk::Access::transfer, vk::Access::compute);
    commands.end();
    context.queue().submit(commands, fence);
    fence.wait();
}

struct Copied {
    vk::Buffer from, to;
};

// As much as is wanted, or what the device can bind and has left.
Copied copied(vk::Context& context, const Caps& caps) {
    const uint64_t most = std::min({kMostFootprint / 2, caps.max_binding_range, caps.max_allocation, caps.max_buffer});
    for (uint64_t bytes = std::bit_floor(most);; bytes /= 2) {
        try {
            return {vk::Buffer(context, bytes, vk::MemoryUse::device, "roof copy from"),
                    vk::Buffer(context, bytes, vk::MemoryUse::device, "roof copy to")};
        } catch (const Error& error) {
            if (error.kind != ErrorKind::out_of_memory || bytes <= kLeastFootprint) {
                throw;
            }
        }
    }
}

std::vector<profile::Roofs::Level> Bench::memory(const profile::Roofs& roofs) const {
    const Copied buffers = copied(context, caps);
    fill(context, buffers.from, buffers.to);
    const vk::Binding bindings[] = {{&buffers.from, 0, 0}, {&buffers.to, 0, 0}};
    const uint32_t lanes = std::min(grid.workgroup, 64u);
    TimedKernel copy(context, "roof_copy_f32", lanes, bindings);
    const uint64_t most = 2 * buffers.from.size();
    std::vector<profile::Roofs::Level> levels;
    for (uint64_t footprint = kLeastFootprint; footprint <= most; footprint *= 4) {
        const auto count = static_cast<uint32_t>(footprint / 2 / 16);
        const uint32_t groups = std::min(grid.groups, std::bit_floor(std::max(count / lanes, 1u)));
        params::RoofCopyParams params{.count = count, .rounds = 1, .shift = count / std::max(groups, 2u)};
        // Rounds inside a dispatch, as long as launching it is no small part of it; far beyond the caches none are needed.
        for (bool launching = true; launching && footprint * 4 <= most;) {
            copy.record(params, groups, 1);
            copy.seconds();
            const double seconds = std::min(copy.seconds(), copy.seconds()) - roofs.submit_seconds;
            launching = seconds < kManyLaunches * roofs.dispatch_seconds && params.rounds < (1u << 20);
            params.rounds *= launching ? 4 : 1;
        }
        const double each = seconds_each(copy, roofs.submit_seconds, [&](uint32_t amount) { copy.record(params, groups, amount); });
        const double copying = std::max(each - roofs.dispatch_seconds, 1e-9);
        levels.push_back({.bytes = footprint, .bytes_per_second = static_cast<double>(footprint) * params.rounds / copying});
    }
    return levels;
}

std::string today() {
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
    return text(int{day.year()}, unsigned{day.month()} < 10 ? "-0" : "-", unsigned{day.month()}, unsigned{day.day()} < 10 ? "-0" : "-",
                unsigned{day.day()});
}

}  // namespace

profile::Roofs measure_roofs(Device& device) {
    const Bench bench{.device = device};
    profile::Roofs roofs;
    bench.measure_launches(roofs);
    roofs.flops_f32 = bench.flops(roofs, "roof_fma_f32");
    roofs.flops_f16 = device.caps().fp16_arithmetic ? bench.flops(roofs, "roof_fma_f16") : 0;
    roofs.memory = bench.memory(roofs);
    roofs.day = today();
    return roofs;
}

profile::Roofs roofs_of(Device& device, bool afresh) {
    DeviceNotes notes = load_notes(device.caps());
    if (afresh || !notes.roofs) {
        notes.roofs = measure_roofs(device);
        try {
            save_notes(device.caps(), notes);
        } catch (const Error& error) {
            if (error.kind != ErrorKind::bad_file) {
                throw;
            }
        }
    }
    return *notes.roofs;
}

}  // namespace heed
