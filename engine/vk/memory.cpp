#include "vk/memory.h"

#include <algorithm>
#include <bit>
#include <iomanip>
#include <sstream>

#include "base/error.h"
#include "vk/handles.h"
#include "vk/instance.h"
#include "vk/instance_table.h"
#include "vk/probe.h"
#include "vk/result.h"

namespace heed::vk {

namespace {

constexpr VkMemoryPropertyFlags kLocal = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
constexpr VkMemoryPropertyFlags kVisible = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT;
constexpr VkMemoryPropertyFlags kCoherent = VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
constexpr VkMemoryPropertyFlags kCached = VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
// slower or guarded memory that AMD and NVIDIA offer for other purposes
constexpr VkMemoryPropertyFlags kNever = VK_MEMORY_PROPERTY_LAZILY_ALLOCATED_BIT | VK_MEMORY_PROPERTY_PROTECTED_BIT |
                                         VK_MEMORY_PROPERTY_DEVICE_COHERENT_BIT_AMD | VK_MEMORY_PROPERTY_DEVICE_UNCACHED_BIT_AMD;

// How well a memory type serves; -1 when it cannot.
int score(VkMemoryPropertyFlags flags, MemoryUse use, bool unified) {
    const auto has = [&](VkMemoryPropertyFlags wanted) { return (flags & wanted) == wanted ? 1 : 0; };
    if ((flags & kNever) != 0) {
        return -1;
    }
    switch (use) {
        case MemoryUse::device:
            // mapped only where that costs nothing: a card's window onto its memory is small and precious
            return unified ? 8 * has(kLocal) + 4 * has(kVisible) + 2 * has(kCached) + has(kCoherent)
                           : 8 * has(kLocal) + 4 * (1 - has(kVisible));
        case MemoryUse::upload: return has(kVisible) ? 4 * has(kCoherent) + 2 * (1 - has(kLocal)) + (1 - has(kCached)) : -1;
        case MemoryUse::readback: return has(kVisible) ? 4 * has(kCached) + 2 * has(kCoherent) + (1 - has(kLocal)) : -1;
    }
    return -1;
}

int pick_type(const VkPhysicalDeviceMemoryProperties& memory, uint32_t type_bits, MemoryUse use, bool unified) {
    int best = -1, best_score = -1;
    for (uint32_t i = 0; i < memory.memoryTypeCount; ++i) {
        const int s = (type_bits >> i & 1u) != 0 ? score(memory.memoryTypes[i].propertyFlags, use, unified) : -1;
        if (s > best_score) {
            best = static_cast<int>(i);
            best_score = s;
        }
    }
    return best;
}

}  // namespace

std::string size_text(uint64_t bytes) {
    constexpr const char* kUnits[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    double value = static_cast<double>(bytes);
    size_t unit = 0;
    while (value >= 1024 && unit + 1 < std::size(kUnits)) {
        value /= 1024;
        ++unit;
    }
    std::ostringstream out;
    out << std::fixed << std::setprecision(unit == 0 ? 0 : 1) << value << ' ' << kUnits[unit];
    return out.str();
}

Memory::Memory(Context& context, uint64_t bytes, uint32_t type_bits, MemoryUse use, std::string_view what) : Memory() {
    context_ = &context;
    bytes_ = bytes;
    const Caps& caps = context.caps();
    if (bytes > caps.max_allocation) {
        fail(ErrorKind::out_of_memory, what, ": needs ", size_text(bytes), " in one allocation, ", caps.device_name, " has at most ",
             size_text(caps.max_allocation));
    }
    VkPhysicalDeviceMemoryProperties2 memory{.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2};
    context.instance().api().memory_properties2(context.physical(), &memory);
    const int type = pick_type(memory.memoryProperties, type_bits, use, caps.unified_memory);
    ensure(type >= 0, what, ": ", caps.device_name, " has no memory type for it");
    const VkMemoryType& chosen = memory.memoryProperties.memoryTypes[type];
    coherent_ = (chosen.propertyFlags & kCoherent) != 0;
    cached_ = (chosen.propertyFlags & kCached) != 0;
    allocate(static_cast<uint32_t>(type), chosen.heapIndex, what);
    // where the clamp says that memory is apart, device memory that happens to be visible is left unmapped
    const bool visible = (chosen.propertyFlags & kVisible) != 0;
    if (visible && (use != MemoryUse::device || caps.unified_memory)) {
        map(what);
    }
}

void Memory::allocate(uint32_t type, uint32_t heap, std::string_view what) {
    Context& context = *context_;
    const std::string_view device = context.caps().device_name;
    context.begin_creation(what);
    const uint64_t size = context.caps().heaps[heap].size;
    if (!context.reserve(heap, bytes_)) {
        const uint64_t used = context.memory_in_use(heap);
        fail(ErrorKind::out_of_memory, what, ": needs ", size_text(bytes_), ", ", device, " has ", size_text(size - std::min(size, used)),
             " left of ", size_text(size));
    }
    heap_ = heap;
    reserved_ = true;
    const VkMemoryAllocateInfo info{.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO, .allocationSize = bytes_, .memoryTypeIndex = type};
    VkDeviceMemory memory = VK_NULL_HANDLE;
    const VkResult result = context.api().vkAllocateMemory(context.handle(), &info, nullptr, &memory);
    if (result == VK_ERROR_OUT_OF_DEVICE_MEMORY || result == VK_ERROR_OUT_OF_HOST_MEMORY) {
        const MemoryHeap left = probe_heaps(context.instance(), context.physical())[heap];
        fail(ErrorKind::out_of_memory, what, ": needs ", size_text(bytes_), ", ", device, " has ", size_text(left.budget), " left of ",
             size_text(left.size), context.caps().memory_budget ? "" : " at most");
    }
    check(context, result, "vkAllocateMemory", what);
    handle_ = Owned<VkDeviceMemory_T>(context, memory);
    context.name(std::bit_cast<uint64_t>(memory), VK_OBJECT_TYPE_DEVICE_MEMORY, what);
}

void Memory::map(std::string_view what) {
    void* address = nullptr;
    check(*context_, context_->api().vkMapMemory(context_->handle(), handle_.get(), 0, VK_WHOLE_SIZE, 0, &address), "vkMapMemory", what);
    mapped_ = static_cast<std::byte*>(address);
}

Memory::Memory(Memory&& other) noexcept {
    *this = std::move(other);
}

Memory& Memory::operator=(Memory&& other) noexcept {
    if (this != &other) {
        release();
        context_ = other.context_;
        handle_ = std::move(other.handle_);
        mapped_ = std::exchange(other.mapped_, nullptr);
        bytes_ = other.bytes_;
        heap_ = other.heap_;
        reserved_ = std::exchange(other.reserved_, false);
        coherent_ = other.coherent_;
        cached_ = other.cached_;
    }
    return *this;
}

Memory::~Memory() {
    release();
}

void Memory::release() noexcept {
    mapped_ = nullptr;  // freeing unmaps
    handle_.reset();
    if (std::exchange(reserved_, false)) {
        context_->unreserve(heap_, bytes_);
    }
}

namespace {

// Ranges of non-coherent memory start and end at multiples of the atom size, or at the allocation's end.
VkMappedMemoryRange atoms(VkDeviceMemory memory, uint64_t offset, uint64_t bytes, uint64_t total, uint64_t atom) {
    const uint64_t begin = offset / atom * atom;
    const uint64_t end = (offset + bytes + atom - 1) / atom * atom;
    return {.sType = VK_STRUCTURE_TYPE_MAPPED_MEMORY_RANGE,
            .memory = memory,
            .offset = begin,
            .size = end >= total ? VK_WHOLE_SIZE : end - begin};
}

}  // namespace

void Memory::flush(uint64_t offset, uint64_t bytes) const {
    if (mapped_ && !coherent_ && bytes > 0) {
        const VkMappedMemoryRange range = atoms(handle_.get(), offset, bytes, bytes_, context_->caps().atom_size);
        check(*context_, context_->api().vkFlushMappedMemoryRanges(context_->handle(), 1, &range), "vkFlushMappedMemoryRanges", "memory");
    }
}

void Memory::invalidate(uint64_t offset, uint64_t bytes) const {
    if (mapped_ && !coherent_ && bytes > 0) {
        const VkMappedMemoryRange range = atoms(handle_.get(), offset, bytes, bytes_, context_->caps().atom_size);
        check(*context_, context_->api().vkInvalidateMappedMemoryRanges(context_->handle(), 1, &range), "vkInvalidateMappedMemoryRanges",
              "memory");
    }
}

}  // namespace heed::vk
