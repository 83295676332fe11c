#include <doctest/doctest.h>

#include <algorithm>

#include "base/error.h"
#include "support/device.h"
#include "vk/buffer.h"
#include "vk/kit.h"
#include "vk/transfer.h"

namespace heed::vk {

namespace {

std::vector<uint32_t> download(Transfer& transfer, const Buffer& buffer, size_t count, uint64_t offset = 0) {
    std::vector<uint32_t> out(count, 0xdeadbeef);
    transfer.download(buffer, offset, std::as_writable_bytes(std::span(out)));
    return out;
}

// Both ways of moving bytes must move the same ones.
void check_transfers(Context& context) {
    const std::vector<uint32_t> words = tests::iota(5000);
    const Buffer buffer(context, 20004, MemoryUse::device, "bytes");
    for (const uint64_t staging : {512ull, 1024ull, 4096ull, 1ull << 20}) {
        CAPTURE(staging);
        Transfer transfer(context, {.staging_bytes = staging});
        transfer.fill(buffer, 0, 20004, 7);
        transfer.upload(std::as_bytes(std::span(words)), buffer);
        transfer.flush();
        CHECK(download(transfer, buffer, 5000) == words);
        CHECK(download(transfer, buffer, 1, 20000)[0] == 7);

        // an odd piece in the middle, and its neighbours untouched
        const std::byte piece[3] = {std::byte{1}, std::byte{2}, std::byte{3}};
        transfer.upload(piece, buffer, 4001);
        transfer.flush();
        std::vector<std::byte> around(5);
        transfer.download(buffer, 4000, around);
        const std::vector<std::byte> expected{std::byte(1000 & 0xff), std::byte{1}, std::byte{2}, std::byte{3}, std::byte(1001 & 0xff)};
        CHECK(around == expected);
    }
}

}  // namespace

TEST_SUITE("device vk") {
    TEST_CASE("transfer: on the device as it is") {
        check_transfers(tests::device().context());
    }

    TEST_CASE("transfer: through staging, as on a device whose memory is apart") {
        Device apart = tests::open_device({.clamp = "unified=0"});
        Context& context = apart.context();
        {
            const Buffer buffer(context, 64, MemoryUse::device, "apart");
            CHECK(buffer.mapped().empty());
            check_transfers(context);
        }
        CHECK(context.memory_in_use() == 0);
        CHECK(context.live_objects() == 1);  // the pipeline cache
        CHECK(apart.messages().count() == 0);
    }

    TEST_CASE("transfer: staging stays within its bound") {
        Device apart = tests::open_device({.clamp = "unified=0"});
        Context& context = apart.context();
        const Buffer buffer(context, 1 << 20, MemoryUse::device, "target");
        Transfer transfer(context, {.staging_bytes = 4096});
        const std::vector<std::byte> bytes(1 << 20);
        const uint64_t before = context.memory_in_use();
        transfer.upload(bytes, buffer);
        transfer.flush();
        CHECK(context.memory_in_use() - before <= 8192);
    }

    TEST_CASE("transfer: progress grows to the total") {
        Context& context = tests::device().context();
        const Buffer buffer(context, 10000, MemoryUse::device, "target");
        std::vector<uint64_t> told;
        Transfer transfer(context, {.staging_bytes = 2048, .total_bytes = 10000, .progress = [&](uint64_t done, uint64_t total) {
                                        CHECK(total == 10000);
                                        told.push_back(done);
                                    }});
        transfer.upload(std::vector<std::byte>(6000), buffer);
        transfer.upload(std::vector<std::byte>(4000), buffer, 6000);
        transfer.flush();
        CHECK(told.size() >= 10);
        CHECK(std::ranges::is_sorted(told));
        CHECK(told.back() == 10000);
    }

    TEST_CASE("buffer: upload and readback memory is always mapped") {
        Context& context = tests::device().context();
        for (const MemoryUse use : {MemoryUse::upload, MemoryUse::readback}) {
            const Buffer buffer(context, 100, use, "mapped");
            CHECK(buffer.mapped().size() == 100);
        }
        const Buffer device(context, 100, MemoryUse::device, "device");
        CHECK(device.mapped().empty() == !context.caps().unified_memory);
    }

    TEST_CASE("buffer: too much memory is a sentence with two numbers") {
        Device small = tests::open_device({.clamp = "memory=1M,allocation=256K"});
        Context& context = small.context();
        const auto error_of = [&](uint64_t bytes) -> std::string {
            try {
                const Buffer buffer(context, bytes, MemoryUse::device, "weights");
            } catch (const Error& error) {
                CHECK(error.kind == ErrorKind::out_of_memory);
                return error.what();
            }
            return "";
        };
        CHECK(error_of(512 << 10) == text("weights: needs 512.0 KiB in one buffer, ", small.caps().device_name, " has at most 256.0 KiB"));
        std::vector<Buffer> held;
        for (int i = 0; i < 4; ++i) {
            held.emplace_back(context, 256 << 10, MemoryUse::device, "held");
        }
        CHECK(error_of(4 << 10) == text("weights: needs 4.0 KiB, ", small.caps().device_name, " has 0 bytes left of 1.0 MiB"));
        held.pop_back();
        CHECK(error_of(4 << 10) == "");
        held.clear();
        CHECK(context.memory_in_use() == 0);
    }

    TEST_CASE("buffer: moving hands everything on") {
        Context& context = tests::device().context();
        const int64_t live = context.live_objects();
        const uint64_t memory = context.memory_in_use();
        {
            Buffer a(context, 100, MemoryUse::upload, "a");
            Buffer b(std::move(a));
            CHECK(context.live_objects() == live + 2);
            b = Buffer(context, 50, MemoryUse::upload, "c");
            CHECK(b.size() == 50);
            CHECK(context.live_objects() == live + 2);
        }
        CHECK(context.live_objects() == live);
        CHECK(context.memory_in_use() == memory);
    }
}

}  // namespace heed::vk
