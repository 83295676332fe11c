#include "run/guards.h"

#include <cstring>

#include "base/text.h"
#include "vk/transfer.h"

namespace heed {
namespace {

constexpr uint32_t kPoison = 0x7fff7fffu;

std::vector<bool> covered_words(const Plan& plan, Arena arena, uint32_t chunk, size_t words) {
    std::vector<bool> covered(words, false);
    for (const Placement& place : plan.placements) {
        if (place.placed && place.arena == arena && place.chunk == chunk) {
            for (uint64_t word = place.offset / 4; word < (place.offset + place.bytes + 3) / 4; ++word) {
                covered[word] = true;
            }
        }
    }
    return covered;
}

std::string stray_in(vk::Context& context, const Plan& plan, Arena arena, uint32_t chunk, const vk::Buffer& buffer) {
    std::vector<std::byte> bytes(buffer.size());
    vk::Transfer(context).download(buffer, 0, bytes);
    const std::vector<bool> covered = covered_words(plan, arena, chunk, bytes.size() / 4);
    for (size_t word = 0; word < covered.size(); ++word) {
        uint32_t found = 0;
        std::memcpy(&found, bytes.data() + 4 * word, sizeof found);
        if (!covered[word] && found != kPoison) {
            return text(to_string(arena), " ", chunk, ": byte ", 4 * word, " lies in no tensor and was written");
        }
    }
    return {};
}

}  // namespace

void poison(vk::Context& context, const SessionMemory& memory) {
    vk::Transfer transfer(context);
    for (const HostBuffer& io : memory.io()) {
        transfer.fill(io.device, 0, io.device.size(), kPoison);
    }
    for (const vk::Buffer& scratch : memory.scratch()) {
        transfer.fill(scratch, 0, scratch.size(), kPoison);
    }
    transfer.flush();
}

std::string find_stray_write(vk::Context& context, const Plan& plan, const SessionMemory& memory) {
    for (uint32_t chunk = 0; chunk < memory.io().size(); ++chunk) {
        if (std::string stray = stray_in(context, plan, Arena::io, chunk, memory.io()[chunk].device); !stray.empty()) {
            return stray;
        }
    }
    for (uint32_t chunk = 0; chunk < memory.scratch().size(); ++chunk) {
        if (std::string stray = stray_in(context, plan, Arena::scratch, chunk, memory.scratch()[chunk]); !stray.empty()) {
            return stray;
        }
    }
    return {};
}

}  // namespace heed
