#include "run/memory.h"

#include <cstring>

#include "base/error.h"
#include "vk/context.h"

namespace heed {
namespace {

HostBuffer host_buffer(vk::Context& context, uint64_t bytes, bool read_back, const char* name) {
    HostBuffer out;
    out.device = vk::Buffer(context, bytes, vk::MemoryUse::device, name);
    if (out.device.mapped().empty()) {
        out.upload = vk::Buffer(context, bytes, vk::MemoryUse::upload, text(name, " upload"));
        if (read_back) {
            out.readback = vk::Buffer(context, bytes, vk::MemoryUse::readback, text(name, " readback"));
        }
    }
    return out;
}

void write_to(const vk::Buffer& buffer, uint64_t offset, std::span<const std::byte> bytes) {
    std::memcpy(buffer.mapped().data() + offset, bytes.data(), bytes.size());
    buffer.flush(offset, bytes.size());
}

}  // namespace

SessionMemory::SessionMemory(vk::Context& context, const Plan& plan, const Store& store) : store_(store) {
    for (uint64_t bytes : plan.chunks[static_cast<size_t>(Arena::io)]) {
        io_.push_back(host_buffer(context, bytes, true, "io"));
    }
    for (uint64_t bytes : plan.chunks[static_cast<size_t>(Arena::scratch)]) {
        scratch_.emplace_back(context, bytes, vk::MemoryUse::device, "scratch");
    }
    dynamics_ = host_buffer(context, plan.dynamics_bytes(), false, "dynamics");
}

vk::Binding SessionMemory::resolve(const Plan& plan, const Binding& binding) const {
    if (binding.value == kDynamics) {
        return {&dynamics_.device, 0, plan.indirect_offset(0)};
    }
    const Placement& place = plan.placements.at(binding.value);
    const uint64_t size = binding.size == 0 ? place.bytes - binding.offset : binding.size;
    if (place.arena == Arena::weights || place.arena == Arena::state) {
        const Stored stored = store_.find(plan.graph.value(binding.value));
        return {stored.buffer, stored.offset + binding.offset, size};
    }
    const vk::Buffer& buffer = place.arena == Arena::io ? io_.at(place.chunk).device : scratch_.at(place.chunk);
    return {&buffer, place.offset + binding.offset, size};
}

void SessionMemory::write(uint32_t io_chunk, uint64_t offset, std::span<const std::byte> bytes) {
    const HostBuffer& io = io_.at(io_chunk);
    write_to(io.staged() ? io.upload : io.device, offset, bytes);
}

void SessionMemory::read(uint32_t io_chunk, uint64_t offset, std::span<std::byte> bytes) const {
    const HostBuffer& io = io_.at(io_chunk);
    const vk::Buffer& buffer = io.staged() ? io.readback : io.device;
    buffer.invalidate(offset, bytes.size());
    std::memcpy(bytes.data(), buffer.mapped().data() + offset, bytes.size());
}

void SessionMemory::write_dynamics(std::span<const std::byte> bytes) {
    write_to(dynamics_.staged() ? dynamics_.upload : dynamics_.device, 0, bytes);
}

uint64_t SessionMemory::bytes() const {
    uint64_t sum = dynamics_.device.size();
    for (const HostBuffer& io : io_) {
        sum += io.device.size();
    }
    for (const vk::Buffer& buffer : scratch_) {
        sum += buffer.size();
    }
    return sum;
}

}  // namespace heed
