#include "check/case_runner.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"

namespace heed::check {

PreparedCase prepare_inputs(const reference::Case& source, DType dtype) {
    PreparedCase prepared{.source = &source, .dtype = dtype, .graph = {}, .inputs = {}, .expected = {}};
    source.build(prepared.graph, dtype);
    prepared.inputs = reference::fill_inputs(source, prepared.graph);
    return prepared;
}

PreparedCase prepare(const reference::Case& source, DType dtype) {
    PreparedCase prepared = prepare_inputs(source, dtype);
    reference::Feed feed = prepared.inputs;
    prepared.expected = reference::interpret(prepared.graph, feed);
    return prepared;
}

void write_inputs(Session& session, const Graph& graph, const reference::Feed& inputs) {
    for (const Value& value : graph.values()) {
        const auto found = inputs.find(value.name);
        if (value.kind == ValueKind::constant || value.kind == ValueKind::computed || found == inputs.end()) {
            continue;
        }
        const std::vector<double>& data = found->second.data;
        if (value.dtype == DType::i32) {
            std::vector<int32_t> integers(data.size());
            std::ranges::transform(data, integers.begin(), [](double x) { return static_cast<int32_t>(x); });
            session.write(value.name, std::span<const int32_t>(integers));
        } else {
            std::vector<float> floats(data.size());
            std::ranges::transform(data, floats.begin(), [](double x) { return static_cast<float>(x); });
            session.write(value.name, std::span<const float>(floats));
        }
    }
}

std::vector<float> read_output(const Session& session, const OutputWindow& output) {
    if (output.dtype != DType::i32) {
        return session.read(output.name);
    }
    const std::vector<int32_t> integers = session.read_integers(output.name);
    std::vector<float> floats(integers.size());
    std::ranges::transform(integers, floats.begin(), [](int32_t x) { return static_cast<float>(x); });
    return floats;
}

namespace {

using Outputs = std::vector<std::vector<float>>;

Outputs run_once(Session& session) {
    session.run();
    Outputs outputs;
    for (const OutputWindow& output : session.plan().outputs) {
        outputs.push_back(read_output(session, output));
    }
    return outputs;
}

bool same_bits(const Outputs& a, const Outputs& b) {
    return std::ranges::equal(a, b, [](const std::vector<float>& x, const std::vector<float>& y) {
        return x.size() == y.size() && std::memcmp(x.data(), y.data(), x.size() * sizeof(float)) == 0;
    });
}

void compare_outputs(const PreparedCase& prepared, const Plan& plan, const Outputs& outputs, CaseResult& result) {
    for (size_t i = 0; i < outputs.size(); ++i) {
        const std::string& name = plan.outputs[i].name;
        const reference::Comparison comparison = reference::compare(outputs[i], prepared.expected.at(name), prepared.tolerance());
        if (result.output.empty() || !(comparison.worst_ratio <= result.worst.worst_ratio)) {
            result.worst = comparison;
            result.output = name;
        }
    }
}

CaseResult judge(const PreparedCase& prepared, const Plan& plan, const Outputs& outputs) {
    CaseResult result;
    for (const Step& step : plan.steps) {
        const std::string name(step.dispatch.kernel->name);
        if (std::ranges::find(result.kernels, name) == result.kernels.end()) {
            result.kernels.push_back(name);
        }
    }
    compare_outputs(prepared, plan, outputs, result);
    return result;
}

}  // namespace

CaseResult run_session(Session& session, const PreparedCase& prepared) {
    write_inputs(session, prepared.graph, prepared.inputs);
    return judge(prepared, session.plan(), run_once(session));
}

CaseResult run_case(Device& device, const PreparedCase& prepared, const CaseOptions& options) {
    Session session(device, prepared.graph, {.compile = options.compile, .heed_quarantine = options.heed_quarantine});
    write_inputs(session, prepared.graph, prepared.inputs);
    const Outputs first = run_once(session);
    CaseResult result = judge(prepared, session.plan(), first);
    for (int replay = 1; replay < options.replays; ++replay) {
        write_inputs(session, prepared.graph, prepared.inputs);  // a run may have moved the states
        result.replays_equal = result.replays_equal && same_bits(first, run_once(session));
    }
    if (options.compile.guard_bytes > 0) {
        result.stray = session.stray_write();
    }
    return result;
}

std::string CaseResult::verdict() const {
    if (!(worst.worst_ratio <= 1)) {
        return text(output, "[", worst.worst_index, "]: expected ", worst.expected, ", got ", worst.got, " (", worst.worst_ratio,
                    " times the tolerance)");
    }
    if (!replays_equal) {
        return "two runs on the same inputs gave different bits";
    }
    return stray;
}

}  // namespace heed::check
