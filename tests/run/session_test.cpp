#include <doctest/doctest.h>

#include <cmath>
#include <thread>

#include "base/error.h"
#include "ops/ops.h"
#include "run/session.h"
#include "run/session_cache.h"
#include "support/device.h"

namespace {

using namespace heed;

Graph doubled(int64_t n) {
    Graph graph;
    const Tensor x = graph.input("x", {n});
    graph.output("y", add(x, x));
    return graph;
}

// Keys of one head; each step appends a row and attends over all rows so far.
Graph decoder_step(int64_t capacity, int64_t channels) {
    Graph graph;
    const Tensor x = graph.input("x", {1, 1, channels});
    const Tensor starts = graph.dynamic("position", {1}), lengths = graph.dynamic("length", {1});
    const Tensor keys = cache_write(graph.state("keys", {1, capacity, channels}), x, starts);
    graph.output("y", attention(x, keys, keys, {.heads = 1, .mask = {.key_lengths = lengths}}).out);
    graph.output("keys now", keys);
    return graph;
}

std::string message_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was thrown";
}

}  // namespace

TEST_SUITE_BEGIN("device run");

TEST_CASE("a session runs again and again with what was last written") {
    const Graph graph = doubled(5);
    Session session(tests::device(), graph);
    session.write("x", std::vector<float>{1, 2, 3, 4, 5});
    session.run();
    CHECK(session.read("y") == std::vector<float>{2, 4, 6, 8, 10});
    session.run();
    CHECK(session.read("y") == std::vector<float>{2, 4, 6, 8, 10});
    session.write("x", std::vector<float>{0, -1, 0.5f, 7, 9});
    session.run();
    CHECK(session.read("y") == std::vector<float>{0, -2, 1, 14, 18});
}

TEST_CASE("misuse is a sentence that names the two things that disagree") {
    const Graph graph = doubled(5);
    Session session(tests::device(), graph);
    CHECK(message_of([&] { session.run(); }) == "session: input x [5] was never written");
    CHECK(message_of([&] { session.write("x", std::vector<float>(4)); }) == "session: input x is [5], got 4 values");
    CHECK(message_of([&] { session.write("z", std::vector<float>(4)); }) == "session: no input or state is called 'z'");
    CHECK(message_of([&] { session.write("x", std::vector<int32_t>(5)); }) == "session: input x holds f32, got integers");
    CHECK(message_of([&] { (void)session.read("q"); }) == "session: no output is called 'q'; there is y");
}

TEST_CASE("state lives on from run to run until it is zeroed") {
    const Graph graph = decoder_step(4, 8);
    Session session(tests::device(), graph);
    std::vector<float> expected(4 * 8, 0.0f);
    for (int32_t step = 0; step < 4; ++step) {
        const std::vector<float> row(8, static_cast<float>(step + 1));
        session.write("x", row);
        session.write("position", std::vector<int32_t>{step});
        session.write("length", std::vector<int32_t>{step + 1});
        session.run();
        std::ranges::copy(row, expected.begin() + 8 * step);
        CHECK(session.read("keys now") == expected);
        // The weights are softmax(q . k / sqrt(8)) over the rows so far, each row constant.
        double sum = 0, weighted = 0;
        for (int s = 0; s <= step; ++s) {
            const double weight = std::exp((step + 1.0) * (s - step) * 8 / std::sqrt(8.0));
            sum += weight;
            weighted += weight * (s + 1);
        }
        CHECK(session.read("y")[0] == doctest::Approx(weighted / sum).epsilon(1e-5));
    }
    session.zero_states();
    session.write("position", std::vector<int32_t>{3});
    session.run();
    for (size_t i = 0; i < 24; ++i) {
        CHECK(session.read("keys now")[i] == 0.0f);
    }
}

TEST_CASE("sessions that share a store share states and upload weights once") {
    Device& device = tests::device();
    Store store(device);
    const Graph graph = decoder_step(4, 8);
    Session first(device, graph, {.store = &store});
    const uint64_t bytes = store.bytes();
    Session second(device, graph, {.store = &store});
    CHECK(store.bytes() == bytes);
    first.write("x", std::vector<float>(8, 3.0f));
    first.write("position", std::vector<int32_t>{1});
    first.write("length", std::vector<int32_t>{2});
    first.run();
    second.write("x", std::vector<float>(8, 5.0f));
    second.write("position", std::vector<int32_t>{0});
    second.write("length", std::vector<int32_t>{2});
    second.run();
    CHECK(second.read("keys now")[0] == 5.0f);
    CHECK(second.read("keys now")[8] == 3.0f);
    const Graph other = decoder_step(6, 8);
    CHECK(message_of([&] { Session third(device, other, {.store = &store}); }) ==
          "store: keys is [1,4,8] here already, got a plan that needs f32[1,6,8]");
}

TEST_CASE("the plan cache keeps a session a size and drops the one unused for longest") {
    int built = 0;
    SessionCache cache(
        tests::device(),
        [&](const SessionCache::Sizes& sizes) {
            ++built;
            return doubled(sizes[0]);
        },
        {}, 2);
    for (int64_t n : {3, 4, 3, 5, 3, 4}) {
        Session& session = cache.at({n});
        const std::vector<float> ones(static_cast<size_t>(n), 1.0f);
        session.write("x", ones);
        session.run();
        CHECK(session.read("y") == std::vector<float>(static_cast<size_t>(n), 2.0f));
    }
    CHECK(built == 4);  // 3, 4, 5, and 4 again
    CHECK(cache.size() == 2);
}

TEST_CASE("several sessions on one device from several threads") {
    Device& device = tests::device();
    constexpr int kThreads = 4;
    std::vector<std::thread> threads;
    std::vector<int> wrong(kThreads, 0);
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            const int64_t n = 100 + 37 * t;
            const Graph graph = doubled(n);
            Session session(device, graph);
            for (int run = 0; run < 10; ++run) {
                const auto value = static_cast<float>(100 * t + run);
                session.write("x", std::vector<float>(static_cast<size_t>(n), value));
                session.run();
                wrong[static_cast<size_t>(t)] += session.read("y") != std::vector<float>(static_cast<size_t>(n), 2 * value);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(wrong == std::vector<int>(kThreads, 0));
}

TEST_CASE("long plans are cut into short submits with the same result") {
    Graph graph;
    Tensor x = graph.input("x", {64, 64});
    for (int i = 0; i < 12; ++i) {
        x = unary(matmul(x, x, {.scale = 1.0 / 64}), Activation::tanh);
    }
    graph.output("y", x);
    std::vector<float> values(64 * 64);
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<float>(i % 13) - 6;
    }
    std::vector<std::vector<float>> results;
    for (double limit : {10.0, 1e-9}) {
        Session session(tests::device(), graph, {.max_submit_seconds = limit});
        session.write("x", values);
        session.run();
        results.push_back(session.read("y"));
    }
    CHECK(results[0] == results[1]);
}

TEST_CASE("an input, a weight and a state can be outputs") {
    Graph graph;
    const Tensor x = graph.input("x", {3});
    graph.output("the input", x);
    graph.output("the weight", graph.constant("w", {2}, {4, 5}));
    graph.output("the input again", reshape(x, Shape{1, 3}));
    Session session(tests::device(), graph);
    session.write("x", std::vector<float>{1, 2, 3});
    session.run();
    CHECK(session.read("the input") == std::vector<float>{1, 2, 3});
    CHECK(session.read("the input again") == std::vector<float>{1, 2, 3});
    CHECK(session.read("the weight") == std::vector<float>{4, 5});
}

TEST_CASE("no run above left a validation message") {
    CHECK_MESSAGE(tests::validation_messages() == 0, tests::validation_report());
}

TEST_SUITE_END();
