#include "vk/transfer.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"

namespace heed::vk {

Transfer::Transfer(Context& context, TransferOptions options) : context_(&context), options_(std::move(options)) {
    options_.staging_bytes = std::max<uint64_t>(options_.staging_bytes / 512 * 512, 512);  // two halves of whole words
}

void Transfer::prepare() {
    if (!halves_[0].commands.handle()) {
        // read as well as written by the host, so cached
        staging_ = Buffer(*context_, options_.staging_bytes, MemoryUse::readback, "staging");
        for (Half& half : halves_) {
            half.fence = Fence(*context_);
            half.commands = CommandBuffer(*context_, "transfer");
        }
    }
}

uint64_t Transfer::half_bytes() const {
    return options_.staging_bytes / 2;
}

Transfer::Half& Transfer::open() {
    prepare();
    Half& half = halves_[current_];
    if (!half.recording) {
        half.fence.wait();
        half.commands.begin();
        half.commands.barrier(Access::compute | Access::transfer, Access::transfer);
        half.recording = true;
        used_ = 0;
    }
    return half;
}

void Transfer::submit() {
    Half& half = halves_[current_];
    if (!half.recording) {
        return;
    }
    half.recording = false;
    half.commands.barrier(Access::transfer, Access::compute | Access::indirect | Access::transfer | Access::host);
    half.commands.end();
    staging_.flush(current_ * half_bytes(), std::max<uint64_t>(used_, 1));
    context_->queue().submit(half.commands, half.fence);
    current_ = 1 - current_;
}

void Transfer::report(uint64_t bytes) {
    done_ += bytes;
    if (options_.progress) {
        options_.progress(done_, std::max(done_, options_.total_bytes));
    }
}

void Transfer::upload(std::span<const std::byte> from, const Buffer& to, uint64_t offset) {
    ensure(offset + from.size() <= to.size(), "upload of ", from.size(), " bytes at ", offset, " ends past ", to.name(), " of ", to.size());
    while (!from.empty()) {
        uint64_t bytes = std::min<uint64_t>(from.size(), half_bytes());
        if (!to.mapped().empty()) {
            std::memcpy(to.mapped().data() + offset, from.data(), bytes);
            to.flush(offset, bytes);
        } else {
            if (halves_[current_].recording && used_ == half_bytes()) {
                submit();
            }
            Half& half = open();
            bytes = std::min<uint64_t>(bytes, half_bytes() - used_);
            const uint64_t at = current_ * half_bytes() + used_;
            std::memcpy(staging_.mapped().data() + at, from.data(), bytes);
            const CopyRegion region{.from = at, .to = offset, .bytes = bytes};
            half.commands.copy(staging_, to, std::span(&region, 1));
            used_ = std::min((used_ + bytes + 15) / 16 * 16, half_bytes());
        }
        from = from.subspan(bytes);
        offset += bytes;
        report(bytes);
    }
}

void Transfer::fill(const Buffer& buffer, uint64_t offset, uint64_t bytes, uint32_t word) {
    if (!buffer.mapped().empty()) {
        ensure(offset % 4 == 0 && bytes % 4 == 0 && offset + bytes <= buffer.size(), "fill of ", bytes, " bytes at ", offset, " of ",
               buffer.name(), " with ", buffer.size(), ": both must be multiples of 4 and inside");
        std::byte* first = buffer.mapped().data() + offset;
        for (uint64_t i = 0; i < bytes; i += sizeof word) {
            std::memcpy(first + i, &word, sizeof word);
        }
        buffer.flush(offset, bytes);
        return;
    }
    CommandBuffer& commands = open().commands;
    // uploads before and after it may touch the same bytes
    commands.barrier(Access::transfer, Access::transfer);
    commands.fill(buffer, offset, bytes, word);
    commands.barrier(Access::transfer, Access::transfer);
}

void Transfer::flush() {
    submit();
    for (Half& half : halves_) {
        half.fence.wait();
    }
}

void Transfer::download(const Buffer& from, uint64_t offset, std::span<std::byte> to) {
    ensure(offset + to.size() <= from.size(), "download of ", to.size(), " bytes at ", offset, " ends past ", from.name(), " of ",
           from.size());
    flush();
    if (!from.mapped().empty() && from.cached()) {
        from.invalidate(offset, to.size());
        std::memcpy(to.data(), from.mapped().data() + offset, to.size());
        return;
    }
    // while one half is read by the host, the device fills the other
    std::array<std::span<std::byte>, 2> waiting{};
    const auto collect = [&](size_t index) {
        if (!waiting[index].empty()) {
            halves_[index].fence.wait();
            const uint64_t at = index * half_bytes();
            staging_.invalidate(at, waiting[index].size());
            std::memcpy(waiting[index].data(), staging_.mapped().data() + at, waiting[index].size());
            waiting[index] = {};
        }
    };
    while (!to.empty()) {
        const uint64_t bytes = std::min<uint64_t>(to.size(), half_bytes());
        collect(current_);
        const size_t index = current_;
        const CopyRegion region{.from = offset, .to = index * half_bytes(), .bytes = bytes};
        open().commands.copy(from, staging_, std::span(&region, 1));
        submit();
        waiting[index] = to.first(bytes);
        to = to.subspan(bytes);
        offset += bytes;
    }
    collect(current_);  // the older of the two
    collect(1 - current_);
}

}  // namespace heed::vk
