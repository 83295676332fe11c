#include "vk/buffer.h"

#include <bit>

#include "base/error.h"
#include "vk/handles.h"
#include "vk/result.h"

namespace heed::vk {

Buffer::Buffer(Context& context, uint64_t bytes, MemoryUse use, std::string_view name) : name_(name), bytes_(bytes) {
    ensure(bytes > 0, "buffer ", name, ": at least one byte, got 0");
    const Caps& caps = context.caps();
    if (bytes > caps.max_buffer) {
        fail(ErrorKind::out_of_memory, name, ": needs ", size_text(bytes), " in one buffer, ", caps.device_name, " has at most ",
             size_text(caps.max_buffer));
    }
    context.begin_creation(name);
    const VkBufferCreateInfo info{.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                  .size = bytes,
                                  .usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_INDIRECT_BUFFER_BIT |
                                           VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                                  .sharingMode = VK_SHARING_MODE_EXCLUSIVE};
    VkBuffer handle = VK_NULL_HANDLE;
    check(context, context.api().vkCreateBuffer(context.handle(), &info, nullptr, &handle), "vkCreateBuffer", name);
    handle_ = Owned<VkBuffer_T>(context, handle);
    context.name(std::bit_cast<uint64_t>(handle), VK_OBJECT_TYPE_BUFFER, name);

    VkMemoryRequirements needs{};
    context.api().vkGetBufferMemoryRequirements(context.handle(), handle, &needs);
    memory_ = Memory(context, needs.size, needs.memoryTypeBits, use, name);
    check(context, context.api().vkBindBufferMemory(context.handle(), handle, memory_.handle(), 0), "vkBindBufferMemory", name);
}

}  // namespace heed::vk
