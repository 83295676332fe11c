#include "models/model_check.h"

#include <doctest/doctest.h>

#include "run/session.h"
#include "support/device.h"

namespace heed::tests {
namespace {

void write_inputs(Session& session, const Graph& graph, const reference::Feed& feed) {
    for (const Value& value : graph.values()) {
        if (value.kind != ValueKind::input && value.kind != ValueKind::dynamic) {
            continue;
        }
        const std::vector<double>& data = feed.at(value.name).data;
        if (is_float(value.dtype)) {
            session.write(value.name, std::vector<float>(data.begin(), data.end()));
        } else {
            session.write(value.name, std::vector<int32_t>(data.begin(), data.end()));
        }
    }
}

void compare_outputs(const Session& session, const Graph& graph, const reference::Feed& expected, const reference::Tolerance& tolerance) {
    for (const auto& [name, id] : graph.outputs()) {
        const reference::Comparison comparison = reference::compare(session.read(name), expected.at(name), tolerance);
        INFO(name << "[" << comparison.worst_index << "]: expected " << comparison.expected << ", got " << comparison.got);
        CHECK(comparison.worst_ratio <= 1);
    }
}

}  // namespace

reference::Feed feed_for(const Graph& graph, const std::map<std::string, std::vector<double>>& values) {
    const reference::Case fills{.name = "model", .build = {}, .fills = {}, .values = values};
    return reference::fill_inputs(fills, graph);
}

void check_on_device(const Graph& graph, const reference::Feed& feed, const reference::Tolerance& tolerance) {
    reference::Feed inputs = feed;
    const reference::Feed expected = reference::interpret(graph, inputs);
    std::vector<std::string> left_out{""};
    for (const PassInfo& pass : passes()) {
        if (pass.optional) {
            left_out.emplace_back(pass.name);
        }
    }
    Store store(device());
    for (const std::string& off : left_out) {
        SessionOptions options;
        options.store = &store;
        if (!off.empty()) {
            options.compile.off.insert(off);
        }
        Session session(device(), graph, options);
        session.zero_states();  // which another one has filled
        write_inputs(session, graph, feed);
        session.run();
        INFO("passes left out: " << off);
        compare_outputs(session, graph, expected, tolerance);
    }
    CHECK_MESSAGE(validation_messages() == 0, validation_report());
}

}  // namespace heed::tests
