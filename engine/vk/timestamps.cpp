#include "vk/timestamps.h"

#include "base/error.h"
#include "vk/handles.h"
#include "vk/result.h"

namespace heed::vk {

Timestamps::Timestamps(Context& context, uint32_t count) : context_(&context), count_(count) {
    if (context.caps().timestamp_bits == 0) {
        fail(ErrorKind::unsupported, "timestamps: the compute queue of ", context.caps().device_name, " has none");
    }
    context.begin_creation("timestamps");
    const VkQueryPoolCreateInfo info{
        .sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO, .queryType = VK_QUERY_TYPE_TIMESTAMP, .queryCount = count};
    VkQueryPool handle = VK_NULL_HANDLE;
    check(context, context.api().vkCreateQueryPool(context.handle(), &info, nullptr, &handle), "vkCreateQueryPool", "timestamps");
    handle_ = Owned<VkQueryPool_T>(context, handle);
}

std::vector<uint64_t> Timestamps::ticks() const {
    std::vector<uint64_t> ticks(count_);
    check(*context_,
          context_->api().vkGetQueryPoolResults(context_->handle(), handle_.get(), 0, count_, ticks.size() * sizeof(uint64_t), ticks.data(),
                                                sizeof(uint64_t), VK_QUERY_RESULT_64_BIT),
          "vkGetQueryPoolResults", "timestamps");
    return ticks;
}

std::vector<double> Timestamps::read() const {
    const std::vector<uint64_t> ticks = this->ticks();
    const uint32_t bits = context_->caps().timestamp_bits;
    const uint64_t mask = bits >= 64 ? ~0ull : (1ull << bits) - 1;  // the counter wraps around at its width
    std::vector<double> ns;
    for (const uint64_t tick : ticks) {
        ns.push_back(static_cast<double>((tick - ticks.front()) & mask) * context_->caps().timestamp_ns);
    }
    return ns;
}

}  // namespace heed::vk
