// The rules of the house that a program can check. Each complaint names what is missing and where it belongs.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "ops/op.h"
#include "plan/compile.h"
#include "reference/case.h"
#include "support/caps.h"
#include "support/sources.h"

namespace heed {
namespace {

using tests::Source;
using Complaints = std::vector<std::string>;

std::string joined(const Complaints& complaints) {
    std::string out;
    for (const std::string& complaint : complaints) {
        out += (out.empty() ? "" : "\n") + complaint;
    }
    return out;
}

std::vector<OpKind> all_ops() {
    std::vector<OpKind> out;
    for (int i = 0; i < kOpCount; ++i) {
        out.push_back(static_cast<OpKind>(i));
    }
    return out;
}

Complaints complaints_about(std::string_view op, const OpDef& def, const reference::OpReference& oracle) {
    Complaints out;
    const auto want = [&](bool present, const auto&... words) {
        if (!present) {
            out.push_back(text(op, ": ", words...));
        }
    };
    want(def.infer != nullptr, "engine/ops/", op, ".cpp defines no infer");
    want(def.lower != nullptr, "engine/ops/", op, ".cpp defines no lower");
    want(def.cost != nullptr, "engine/ops/", op, ".cpp defines no cost");
    want(oracle.evaluate != nullptr, "engine/reference/", op, ".cpp has no oracle");
    want(oracle.cases != nullptr && !oracle.cases().empty(), "engine/reference/", op, ".cpp has no cases");
    return out;
}

// What the cases of an op leave out.
Complaints complaints_about_cases(OpKind op) {
    Complaints out;
    bool used = false;
    for (const reference::Case& test_case : reference::op_reference(op).cases()) {
        if (test_case.timed) {
            continue;  // large
        }
        Graph graph;
        test_case.build(graph, DType::f32);
        for (const Node& node : graph.nodes()) {
            used |= node.op == op;
            const Cost cost = cost_of(graph, node);
            if (cost.bytes <= 0 || cost.flops < 0) {
                out.push_back(
                    text(to_string(node.op), ": costs ", cost.flops, " FLOP and ", cost.bytes, " bytes in the case ", test_case.name));
            }
        }
    }
    if (!used) {
        out.push_back(text(to_string(op), ": no case has such a node"));
    }
    return out;
}

// The kernels that plans of an op's cases reach on made-up devices, by choice or by force.
void reach(OpKind op, std::set<std::string_view>& reached) {
    std::set<std::string> strategies{""};
    for (const Kernel& kernel : kernels()) {
        if (kernel.op == to_string(op)) {
            strategies.emplace(kernel.strategy);
        }
    }
    for (const reference::Case& test_case : reference::op_reference(op).cases()) {
        for (DType dtype : {DType::f32, DType::f16}) {
            if (test_case.timed) {
                continue;
            }
            Graph graph;
            test_case.build(graph, dtype);
            for (const Caps& caps : tests::all_caps()) {
                for (const std::string& strategy : strategies) {
                    CompileOptions options;
                    if (!strategy.empty()) {
                        options.kernels.strategy.emplace(to_string(op), strategy);
                    }
                    try {
                        for (const Step& step : compile(graph, caps, options).steps) {
                            reached.insert(step.dispatch.kernel->name);
                        }
                    } catch (const Error& error) {
                        CHECK_MESSAGE((!strategy.empty() && error.kind == ErrorKind::unsupported), to_string(op), " ", test_case.name, " ",
                                      to_string(dtype), " on ", caps.device_name, " forced to '", strategy, "': ", error.what());
                    }
                }
            }
        }
    }
}

// Read-only bindings come first, written ones last; every kernel writes something.
Complaints complaints_about_bindings(const Kernel& kernel) {
    Complaints out;
    bool written = false;
    for (size_t i = 0; i < kernel.binding_count; ++i) {
        const bool writes = (kernel.access.at(i) & Kernel::kWrites) != 0;
        if (kernel.access.at(i) == 0) {
            out.push_back(text(kernel.name, ": binding ", i, " is neither read nor written"));
        }
        if (written && !writes) {
            out.push_back(text(kernel.name, ": binding ", i, " is read only, after one that is written"));
        }
        written |= writes;
    }
    if (!written) {
        out.push_back(text(kernel.name, ": writes nothing"));
    }
    return out;
}

constexpr std::string_view kFamilies[] = {"copy", "roof"};  // kernels of no single op: several ops' copies, the bench's ceilings

bool is_family(std::string_view op) {
    return std::ranges::find(kOpNames, op) != std::end(kOpNames) || std::ranges::find(kFamilies, op) != std::end(kFamilies);
}

// Outside its own files an op may only be named by passes that are about particular ops, and by the shapes that a person may
// ask `heed bench` for: neither is needed to add one.
bool may_name_ops(const Source& source) {
    const std::set<std::string> files{"engine/plan/fuse.cpp",     "engine/plan/infer.cpp", "engine/plan/prepack.cpp",
                                      "engine/plan/simplify.cpp", "engine/plan/widen.cpp", "engine/check/sized_cases.cpp"};
    return files.contains(source.path);
}

bool belongs_to(const Source& source, std::string_view op) {
    const std::string name = source.path.substr(source.path.rfind('/') + 1);
    return name.starts_with(op);
}

}  // namespace

TEST_SUITE("rules") {
    TEST_CASE("rules: every op has all that an op has") {
        for (OpKind op : all_ops()) {
            CHECK(joined(complaints_about(to_string(op), op_def(op), reference::op_reference(op))) == "");
            CHECK(joined(complaints_about_cases(op)) == "");
        }
        CHECK(complaints_about("made_up", {}, {}).size() == 5);
        CHECK(complaints_about("made_up", {}, {})[3] == "made_up: engine/reference/made_up.cpp has no oracle");
    }

    TEST_CASE("rules: every kernel is reached by some op") {
        std::set<std::string_view> reached;
        for (OpKind op : all_ops()) {
            reach(op, reached);
        }
        Complaints unreached;
        for (const Kernel& kernel : kernels()) {
            if (kernel.op != "roof" && !reached.contains(kernel.name)) {
                unreached.push_back(text(kernel.name, ": no case of ", kernel.op, " reaches it on any made-up device"));
            }
        }
        CHECK(joined(unreached) == "");
        CHECK(reached.size() > 30);
    }

    TEST_CASE("rules: kernels bind inputs first and outputs last, push at most 128 bytes and are called <op>_<strategy>_<dtype>") {
        for (const Kernel& kernel : kernels()) {
            CHECK(joined(complaints_about_bindings(kernel)) == "");
            CHECK_MESSAGE(kernel.push_bytes <= 128, kernel.name);
            CHECK_MESSAGE(kernel.push_bytes % 4 == 0, kernel.name);
            CHECK_MESSAGE(kernel.name == text(kernel.op, "_", kernel.strategy, "_", kernel.dtype), kernel.name);
            CHECK_MESSAGE(is_family(kernel.op), kernel.name, " is of no op");
        }
        Kernel bent{.name = "bent", .binding_count = 3, .spirv = {}};
        bent.access = {Kernel::kReads, Kernel::kWrites, Kernel::kReads};
        CHECK(joined(complaints_about_bindings(bent)) == "bent: binding 2 is read only, after one that is written");
        bent.access = {Kernel::kReads, 0, Kernel::kReads};
        CHECK(joined(complaints_about_bindings(bent)) == "bent: binding 1 is neither read nor written\nbent: writes nothing");
    }

    TEST_CASE("rules: every shader is in the manifest, under its op's name, and says what it binds") {
        const Source manifest = tests::read_source("shaders/CMakeLists.txt");
        Complaints complaints;
        for (const Source& shader : tests::sources({"shaders"}, {".comp"})) {
            const std::string file = shader.path.substr(8), stem = file.substr(0, file.find('.'));
            size_t variants = 0;
            const int bindings = tests::bindings_in_header(shader);
            for (const Kernel& kernel : kernels()) {
                if (stem == kernel.op || stem == text(kernel.op, "_", kernel.strategy)) {
                    ++variants;
                    if (bindings != static_cast<int>(kernel.binding_count)) {
                        complaints.push_back(
                            text(shader.path, ": its header lists ", bindings, " bindings, ", kernel.name, " has ", kernel.binding_count));
                    }
                }
            }
            if (manifest.text.find(text("heed_shader(", file, " ")) == std::string::npos) {
                complaints.push_back(text(shader.path, ": not in the manifest, shaders/CMakeLists.txt"));
            } else if (variants == 0 && manifest.text.find("EXTENSION") == std::string::npos) {
                complaints.push_back(text(shader.path, ": expected to be called <op>.comp or <op>_<strategy>.comp"));
            }
        }
        CHECK(joined(complaints) == "");
    }

    TEST_CASE("rules: adding an op is three files and three lines") {
        const Source builders = tests::read_source("engine/ops/ops.h");
        Complaints complaints;
        const std::vector<Source> all = tests::sources({"engine", "demos", "models", "cmake"}, {".h", ".cpp", ".cmake"});
        for (std::string_view op : kOpNames) {
            for (const std::string& path : {text("engine/ops/", op, ".cpp"), text("engine/reference/", op, ".cpp")}) {
                if (std::ranges::none_of(all, [&](const Source& source) { return source.path == path; })) {
                    complaints.push_back(text(op, ": there is no ", path));
                }
            }
            if (!tests::has_word(builders.text, text(op, "("))) {
                complaints.push_back(text(op, ": engine/ops/ops.h declares no builder"));
            }
            for (const Source& source : all) {
                const bool in_engine = source.path.starts_with("engine/");  // elsewhere it may be the name of a weight
                for (const std::string& word : {text("OpKind::", op), text("define_", op), text("reference_", op), text("\"", op, "\"")}) {
                    if ((in_engine || word.front() != '"') && tests::has_word(source.text, word) && !belongs_to(source, op) &&
                        !may_name_ops(source)) {
                        complaints.push_back(text(source.path, ": names ", word, ", which belongs into the op's own files"));
                    }
                }
            }
        }
        CHECK(joined(complaints) == "");
    }

    TEST_CASE("rules: no file is longer than its kind may be, and no function longer than 60 lines, in a shader 80") {
        const std::map<std::string, size_t> limits{{".comp", 200}, {".glsl", 200}, {".h", 150}, {".cpp", 400}};
        Complaints complaints;
        size_t seen = 0;
        for (const auto& [ending, limit] : limits) {
            for (const Source& source : tests::sources({"engine", "shaders", "models", "demos", "tests", "cmake"}, {ending})) {
                ++seen;
                const size_t lines = tests::lines_of(source).size();
                // One header for both languages, and one page of all builders: cut up, they would be harder to find things in.
                const bool whole = source.path == "shaders/include/params.h" || source.path == "engine/ops/ops.h";
                if (lines > limit && !whole) {
                    complaints.push_back(text(source.path, ": ", lines, " lines, the limit is ", limit));
                }
                for (const std::string& complaint : tests::long_functions(source, limit == 200 ? 80 : 60)) {
                    complaints.push_back(complaint);
                }
            }
        }
        CHECK(joined(complaints) == "");
        CHECK(seen > 100);
    }

    TEST_CASE("rules: what the checks of files look for is found") {
        const Source source{"a.cpp", "int a() {\n    b();\n    c();\n}\n\nstruct S {\n    int d() const {\n        e();\n    }\n};\n"};
        CHECK(tests::long_functions(source, 3).empty());
        CHECK(joined(tests::long_functions(source, 2)) == "a.cpp:1: a function of 3 lines, the limit is 2");
        CHECK(tests::long_functions(source, 1).size() == 2);
        CHECK(tests::has_word("a top_k(", "top_k("));
        CHECK_FALSE(tests::has_word("a stop_k(", "top_k("));
        CHECK_FALSE(tests::has_word("OpKind::matmul2", "OpKind::matmul"));
        CHECK(tests::bindings_in_header({"s.comp", "#version 450\n// grid: x rows.  bindings: 0 A, 1 B (of W),\n// 2 C\n#extension X\n"}) ==
              3);
        CHECK(tests::bindings_in_header({"s.comp", "// Bindings: 0 x, 1 y. With 2 or more, z.\n"}) == 2);
        CHECK(tests::bindings_in_header({"s.comp", "#version 450\nvoid main() {}\n"}) == 0);
    }
}

}  // namespace heed
