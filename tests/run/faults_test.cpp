#include <doctest/doctest.h>

#include "base/error.h"
#include "ops/ops.h"
#include "run/session.h"
#include "support/device.h"

namespace {

using namespace heed;

Graph small_model() {
    Graph graph;
    const Tensor x = graph.input("x", {4, 8});
    const Tensor weight = graph.constant("w", {8, 8}, std::vector<float>(64, 0.25f));
    const Tensor kept = cache_write(graph.state("kept", {1, 4, 8}), reshape(x, Shape{1, 4, 8}), graph.dynamic("start", {1}));
    graph.output("y", softmax(matmul(x, weight, {.activation = Activation::gelu})));
    graph.output("kept now", kept);
    return graph;
}

void run(Session& session) {
    session.write("x", std::vector<float>(32, 1.0f));
    session.write("start", std::vector<int32_t>{0});
    session.run();
}

}  // namespace

TEST_SUITE_BEGIN("device run");

TEST_CASE("whichever allocation fails, a session is an error value and leaves nothing behind") {
    Device device = tests::open_device();
    const Graph graph = small_model();
    { Session warm(device, graph); }  // pipelines and layouts stay with the device
    const int64_t alive = device.context().live_objects();
    int failures = 0;
    for (int64_t nth = 1;; ++nth) {
        REQUIRE(nth < 1000);
        device.context().faults().fail_creation(nth);
        try {
            Session session(device, graph);
            device.context().faults().fail_creation(0);
            run(session);
            CHECK(session.read("y")[0] == doctest::Approx(0.125));
            break;  // nothing was left to fail
        } catch (const Error& error) {
            CHECK(error.kind == ErrorKind::out_of_memory);
            ++failures;
        }
        CHECK(device.context().live_objects() == alive);
    }
    CHECK(failures > 10);
    CHECK(device.context().memory_in_use() == 0);
    CHECK(device.messages().count() == 0);
}

TEST_CASE("a lost device is an error value, and a new session on the same device works") {
    Device device = tests::open_device();
    const Graph graph = small_model();
    Session doomed(device, graph);
    run(doomed);
    device.context().faults().lose_submit(1);
    ErrorKind kind = ErrorKind::internal;
    try {
        doomed.run();
    } catch (const Error& error) {
        kind = error.kind;
    }
    CHECK(kind == ErrorKind::device_lost);
    Session fresh(device, graph);
    run(fresh);
    CHECK(fresh.read("y")[0] == doctest::Approx(0.125));
}

TEST_CASE("a model that does not fit says what it needs and what there is") {
    DeviceOptions options;
    options.clamp = "memory=1M";
    Device device = tests::open_device(options);
    Graph graph;
    graph.output("y", add(graph.input("x", {1 << 20}), graph.constant("w", {1 << 20}, std::vector<float>(1 << 20))));
    try {
        const Session session(device, graph);
        FAIL("expected an error");
    } catch (const Error& error) {
        CHECK(error.kind == ErrorKind::out_of_memory);
        CHECK_MESSAGE(std::string(error.what()).find("needs") != std::string::npos, error.what());
    }
}

TEST_SUITE_END();
