#include "vk/device_clock.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "vk/handles.h"
#include "vk/instance.h"
#include "vk/instance_table.h"
#include "vk/result.h"

namespace heed::vk {

namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr int kReadings = 8;  // the best of them counts

// What std::chrono::steady_clock reads, as Vulkan calls it.
#ifdef __APPLE__
constexpr VkTimeDomainEXT kHostDomain = VK_TIME_DOMAIN_CLOCK_MONOTONIC_RAW_EXT;
#else
constexpr VkTimeDomainEXT kHostDomain = VK_TIME_DOMAIN_CLOCK_MONOTONIC_EXT;
#endif

int64_t host_now() {
    return std::chrono::duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
}

// Whether the driver reads the device's clock and ours in one call.
bool reads_both(const Context& context) {
    const auto ask = context.instance().api().time_domains;
    if (!context.caps().calibrated_timestamps || !ask) {
        return false;
    }
    uint32_t count = 0;
    ask(context.physical(), &count, nullptr);
    std::vector<VkTimeDomainEXT> domains(count);
    ask(context.physical(), &count, domains.data());
    const auto has = [&](VkTimeDomainEXT domain) { return std::ranges::count(domains, domain) > 0; };
    return has(VK_TIME_DOMAIN_DEVICE_EXT) && has(kHostDomain);
}

// How many ticks `later` is after `earlier` on a counter that wraps around at its width; negative when it is before.
int64_t ticks_between(uint64_t earlier, uint64_t later, uint32_t bits) {
    const uint32_t unused = 64 - std::min(bits, 64u);
    return static_cast<int64_t>((later - earlier) << unused) >> unused;
}

}  // namespace

DeviceClock::DeviceClock(Context& context) : context_(&context), calibrated_(reads_both(context)) {
    if (context.caps().timestamp_bits == 0) {
        fail(ErrorKind::unsupported, "device clock: the compute queue of ", context.caps().device_name, " has no timestamps");
    }
    if (!calibrated_) {
        commands_ = CommandBuffer(context, "device clock");
        point_ = Timestamps(context, 1);
        fence_ = Fence(context);
        commands_.begin();
        commands_.reset(point_);
        commands_.write(point_, 0);
        commands_.end();
    }
    calibrate();
}

void DeviceClock::calibrate() {
    if (calibrated_) {
        read_both();
    } else {
        bracket();
    }
}

void DeviceClock::read_both() {
    auto read = context_->api().vkGetCalibratedTimestampsEXT;
    if (!read) {
        read = reinterpret_cast<PFN_vkGetCalibratedTimestampsEXT>(vkGetDeviceProcAddr(context_->handle(), "vkGetCalibratedTimestampsKHR"));
    }
    const VkCalibratedTimestampInfoEXT clocks[]{
        {.sType = VK_STRUCTURE_TYPE_CALIBRATED_TIMESTAMP_INFO_EXT, .timeDomain = VK_TIME_DOMAIN_DEVICE_EXT},
        {.sType = VK_STRUCTURE_TYPE_CALIBRATED_TIMESTAMP_INFO_EXT, .timeDomain = kHostDomain},
    };
    uint64_t least = ~0ull;
    for (int i = 0; i < kReadings; ++i) {
        uint64_t values[2]{}, deviation = 0;
        check(*context_, read(context_->handle(), 2, clocks, values, &deviation), "vkGetCalibratedTimestampsEXT", "device clock");
        if (deviation < least) {
            least = deviation;
            ticks_ = values[0];
            host_ = static_cast<int64_t>(values[1]);
        }
    }
    deviation_ = static_cast<double>(least) + context_->caps().timestamp_ns;
}

void DeviceClock::bracket() {
    // A tick was written somewhere between two looks at the host's clock; so was every other, and all of them are as far apart as the
    // device's clock says. What is left is the interval that suits them all.
    struct Bracket {
        uint64_t ticks;
        int64_t begin, end;
    };
    std::vector<Bracket> brackets;
    for (int i = 0; i < kReadings; ++i) {
        const int64_t begin = host_now();
        context_->queue().submit(commands_, fence_);
        fence_.wait();
        brackets.push_back({.ticks = 0, .begin = begin, .end = host_now()});
        brackets.back().ticks = point_.ticks().front();
    }
    const auto width = [](const Bracket& b) { return b.end - b.begin; };
    const Bracket& best = *std::ranges::min_element(brackets, {}, width);
    double begin = 0, end = static_cast<double>(width(best));  // after best.begin
    for (const Bracket& b : brackets) {
        const double since = static_cast<double>(ticks_between(best.ticks, b.ticks, context_->caps().timestamp_bits));
        const double shift = since * context_->caps().timestamp_ns;
        const double low = static_cast<double>(b.begin - best.begin) - shift, high = static_cast<double>(b.end - best.begin) - shift;
        if (low <= end && high >= begin) {  // else the clocks do not run alike, and the narrowest has the last word
            begin = std::max(begin, low);
            end = std::min(end, high);
        }
    }
    ticks_ = best.ticks;
    host_ = best.begin + std::llround((begin + end) / 2);
    deviation_ = (end - begin) / 2 + context_->caps().timestamp_ns;
}

steady_clock::time_point DeviceClock::at(uint64_t ticks) const {
    const auto since = static_cast<double>(ticks_between(ticks_, ticks, context_->caps().timestamp_bits));
    const nanoseconds host(host_ + std::llround(since * context_->caps().timestamp_ns));
    return steady_clock::time_point(std::chrono::duration_cast<steady_clock::duration>(host));
}

}  // namespace heed::vk
