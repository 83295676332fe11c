// A table that is larger than what a device binds at once: the windows it is read through.
#include <doctest/doctest.h>

#include "check/case_runner.h"
#include "ops/ops.h"
#include "plan/compile.h"
#include "support/device.h"
#include "support/sentence.h"

namespace heed {
namespace {

struct Table {
    Graph graph;

    Table(Shape shape, DType dtype) { graph.output("y", embedding(graph.input("table", shape, dtype), graph.dynamic("ids", {5}))); }

    // The table's windows, in bytes, for a device that binds so many.
    std::vector<std::pair<uint64_t, uint64_t>> windows(uint64_t range, uint32_t alignment) const {
        const Caps caps{.max_binding_range = range, .storage_alignment = alignment, .fp16_storage = true};
        std::vector<std::pair<uint64_t, uint64_t>> out;
        for (const Step& step : compile(graph, caps).steps) {
            out.emplace_back(step.dispatch.bindings.at(0).offset, step.dispatch.bindings.at(0).size);
        }
        return out;
    }
};

using Windows = std::vector<std::pair<uint64_t, uint64_t>>;

}  // namespace

TEST_SUITE("device ops") {
    TEST_CASE("embedding: through several windows, with ids outside the table") {
        vk::DeviceOptions options;
        options.clamp = "binding=65536";
        vk::Device device = tests::open_device(options);
        for (const int64_t columns : {33, 36}) {
            const reference::Case source{.name = "several windows",
                                         .build =
                                             [columns](Graph& graph, DType dtype) {
                                                 const Tensor ids = graph.input("ids", {2, 4}, DType::i32);
                                                 graph.output("y", embedding(graph.input("table", {5003, columns}, dtype), ids));
                                             },
                                         .fills = {{"table", reference::Fill::lattice}},
                                         .values = {{"ids", {0, 5002, -1, 2500, 5003, 700, 1024, 4999}}},
                                         .f32 = {0, 0},
                                         .f16 = {0, 0}};
            for (DType dtype : {DType::f32, DType::f16}) {
                const check::PreparedCase prepared = check::prepare(source, dtype);
                const check::CaseResult result = check::run_case(device, prepared, {.replays = 2});
                CHECK(result.verdict() == "");
                CHECK(result.kernels.size() == 1);
            }
        }
        CHECK(device.messages().count() == 0);
    }
}

TEST_SUITE("ops") {
    TEST_CASE("embedding: a table that fits is one window") {
        CHECK(Table({100, 10}, DType::f32).windows(4000, 256) == Windows{{0, 4000}});
    }

    TEST_CASE("embedding: windows cover the table once, and begin where a binding may begin") {
        // 32 rows of 40 bytes are a multiple of 256; 4000 bytes hold three times as many.
        CHECK(Table({200, 10}, DType::f32).windows(4000, 256) == Windows{{0, 3840}, {3840, 3840}, {7680, 320}});
        CHECK(Table({7, 4}, DType::f16).windows(41, 4) == Windows{{0, 40}, {40, 16}});
    }

    TEST_CASE("embedding: a row that no window can hold is a sentence") {
        const Table table({100, 10}, DType::f32);
        const std::string said = tests::sentence(ErrorKind::unsupported, [&] { table.windows(1024, 256); });
        CHECK(tests::contains(said, "embedding: expected 32 rows of 40 bytes to fit one binding, got a device that binds 1024 bytes"));
    }
}

}  // namespace heed
