#include "run/store.h"

#include <algorithm>

#include "base/error.h"
#include "plan/pack.h"
#include "vk/device.h"
#include "vk/transfer.h"

namespace heed {
namespace {

// One weight can be wanted in several layouts or precisions; a state is one thing whoever asks.
std::string key_of(const Value& value) {
    if (value.kind == ValueKind::state) {
        return "state " + value.name;
    }
    return text("weight ", value.name, " ", value.dtype, " ", static_cast<int>(value.constant.packing), " ", value.constant.panel);
}

uint64_t bytes_of(const Value& value) {
    return (static_cast<uint64_t>(value.shape.elements()) * size_of(value.dtype) + 3) / 4 * 4;
}

}  // namespace

Store::Store(vk::Device& device) : context_(device.context()) {}

std::vector<const Value*> Store::missing(const Plan& plan) const {
    std::vector<const Value*> out;
    for (ValueId id = 0; id < plan.graph.values().size(); ++id) {
        const Value& value = plan.graph.value(id);
        if (!plan.placements[id].placed || (value.kind != ValueKind::constant && value.kind != ValueKind::state)) {
            continue;
        }
        const auto found = entries_.find(key_of(value));
        if (found == entries_.end()) {
            out.push_back(&value);
        } else if (found->second.shape != value.shape || found->second.stored.bytes != bytes_of(value)) {
            fail(ErrorKind::bad_input, "store: ", value.name, " is ", found->second.shape, " here already, got a plan that needs ",
                 value.dtype, value.shape);
        }
    }
    return out;
}

void Store::allocate(std::vector<const Value*> values, ValueKind kind) {
    std::erase_if(values, [&](const Value* value) { return value->kind != kind; });
    const Caps& caps = context_.caps();
    const uint64_t limit = std::min(caps.max_allocation, caps.max_buffer);
    std::vector<uint64_t> sizes;
    std::vector<std::pair<size_t, uint64_t>> places;
    for (const Value* value : values) {
        const uint64_t padded = (bytes_of(*value) + caps.storage_alignment - 1) / caps.storage_alignment * caps.storage_alignment;
        if (sizes.empty() || sizes.back() + padded > limit) {
            sizes.push_back(0);
        }
        places.emplace_back(sizes.size() - 1, sizes.back());
        sizes.back() += padded;
    }
    std::vector<std::unique_ptr<vk::Buffer>> fresh;
    for (uint64_t size : sizes) {
        fresh.push_back(std::make_unique<vk::Buffer>(context_, size, vk::MemoryUse::device, "weights and state"));
    }
    for (size_t i = 0; i < values.size(); ++i) {
        const Stored stored{fresh[places[i].first].get(), places[i].second, bytes_of(*values[i])};
        entries_[key_of(*values[i])] = {stored, values[i]->shape, values[i]->kind == ValueKind::state};
    }
    std::ranges::move(fresh, std::back_inserter(chunks_));
}

void Store::add(const Plan& plan, const Progress& progress) {
    const std::lock_guard lock(mutex_);
    const std::vector<const Value*> values = missing(plan);
    if (values.empty()) {
        return;
    }
    const auto before = entries_;
    const size_t chunks_before = chunks_.size();
    try {
        allocate(values, ValueKind::constant);
        allocate(values, ValueKind::state);  // apart, so that states can go while weights stay
        vk::TransferOptions options{.staging_bytes = 16ull << 20, .total_bytes = 0, .progress = progress};
        for (const Value* value : values) {
            options.total_bytes += value->kind == ValueKind::constant ? bytes_of(*value) : 0;
        }
        vk::Transfer transfer(context_, options);
        for (const Value* value : values) {
            const Stored& stored = entries_.at(key_of(*value)).stored;
            if (value->kind == ValueKind::constant) {
                transfer.upload(pack(*value), *stored.buffer, stored.offset);
            } else {
                transfer.fill(*stored.buffer, stored.offset, stored.bytes, 0);
            }
        }
        transfer.flush();
    } catch (...) {  // half a model is none
        entries_ = before;
        chunks_.resize(chunks_before);
        throw;
    }
}

Stored Store::find(const Value& value) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key_of(value));
    ensure(found != entries_.end(), "store: ", value.name, " was never added");
    return found->second.stored;
}

void Store::zero_states() {
    const std::lock_guard lock(mutex_);
    vk::Transfer transfer(context_);
    for (const auto& [key, entry] : entries_) {
        if (entry.state) {
            transfer.fill(*entry.stored.buffer, entry.stored.offset, entry.stored.bytes, 0);
        }
    }
    transfer.flush();
}

void Store::drop_states(std::string_view prefix) {
    const std::lock_guard lock(mutex_);
    const std::string key = text("state ", prefix);
    std::erase_if(entries_, [&](const auto& entry) { return entry.second.state && entry.first.starts_with(key); });
    std::erase_if(chunks_, [&](const std::unique_ptr<vk::Buffer>& chunk) {
        return std::ranges::none_of(entries_, [&](const auto& entry) { return entry.second.stored.buffer == chunk.get(); });
    });
}

uint64_t Store::bytes() const {
    const std::lock_guard lock(mutex_);
    uint64_t sum = 0;
    for (const auto& chunk : chunks_) {
        sum += chunk->size();
    }
    return sum;
}

}  // namespace heed
