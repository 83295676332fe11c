#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "plan/plan.h"
#include "run/store.h"
#include "vk/buffer.h"
#include "vk/descriptors.h"

namespace heed {

// A buffer the host fills before each run or reads after it: mapped where memory is unified, else with a host copy beside it
// that the recorded commands move.
struct HostBuffer {
    vk::Buffer device;
    vk::Buffer upload, readback;  // empty where device is mapped

    bool staged() const { return static_cast<bool>(upload) || static_cast<bool>(readback); }
};

// A Session's own memory: io, scratch and dynamics. Weights and states are the Store's.
class SessionMemory {
public:
    SessionMemory(vk::Context& context, const Plan& plan, const Store& store);

    vk::Binding resolve(const Plan& plan, const Binding& binding) const;

    void write(uint32_t io_chunk, uint64_t offset, std::span<const std::byte> bytes);
    void read(uint32_t io_chunk, uint64_t offset, std::span<std::byte> bytes) const;
    void write_dynamics(std::span<const std::byte> bytes);

    const std::vector<HostBuffer>& io() const { return io_; }
    const std::vector<vk::Buffer>& scratch() const { return scratch_; }
    const HostBuffer& dynamics() const { return dynamics_; }
    uint64_t bytes() const;

private:
    const Store& store_;
    std::vector<HostBuffer> io_;
    std::vector<vk::Buffer> scratch_;
    HostBuffer dynamics_;
};

}  // namespace heed
