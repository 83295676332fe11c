#pragma once

#include <set>
#include <string>
#include <vector>

#include "reference/case.h"
#include "run/session.h"

namespace heed::check {

// A case of an op's table, built for one dtype, with its inputs and what the reference makes of them.
struct PreparedCase {
    const reference::Case* source = nullptr;
    DType dtype = DType::f32;
    Graph graph;
    reference::Feed inputs;
    reference::Feed expected;

    const reference::Tolerance& tolerance() const { return dtype == DType::f16 ? source->f16 : source->f32; }
};
PreparedCase prepare(const reference::Case& source, DType dtype);
PreparedCase prepare_inputs(const reference::Case& source, DType dtype);  // expects nothing: the reference is left alone

struct CaseOptions {
    CompileOptions compile;
    int replays = 1;  // runs whose outputs must be equal bit for bit
    bool heed_quarantine = false;
};

struct CaseResult {
    std::vector<std::string> kernels;  // of the plan, each once
    reference::Comparison worst;       // over all outputs
    std::string output;                // the worst one's name
    bool replays_equal = true;
    std::string stray;  // where a kernel wrote outside its tensors

    bool passed() const { return worst.worst_ratio <= 1 && replays_equal && stray.empty(); }
    std::string verdict() const;  // "" when passed, else what is wrong
};

// Throws unsupported when no kernel may compute the case under these options.
CaseResult run_case(Device& device, const PreparedCase& prepared, const CaseOptions& options);

// Runs a Session of the case's graph once, and holds its outputs against what is expected.
CaseResult run_session(Session& session, const PreparedCase& prepared);

// Writes every input, dynamic and state that `inputs` names; reads any output as floats.
void write_inputs(Session& session, const Graph& graph, const reference::Feed& inputs);
std::vector<float> read_output(const Session& session, const OutputWindow& output);

}  // namespace heed::check
