// Whole graphs, with every optional pass, without each and without all: every plan is legal.
#include <doctest/doctest.h>

#include <functional>
#include <map>

#include "base/text.h"
#include "plan/compile.h"
#include "support/caps.h"
#include "support/models.h"
#include "support/sentence.h"

namespace heed {
namespace {

using tests::NamedGraph;
using tests::sentence;

// What may be left out: the optional passes and the reuse of memory.
std::vector<std::string> optional_names() {
    std::vector<std::string> names{"reuse"};
    for (const PassInfo& pass : passes()) {
        if (pass.optional) {
            names.emplace_back(pass.name);
        }
    }
    return names;
}

// Every set worth trying: none, each alone, all but each, all.
std::vector<CompileOptions> switchings() {
    const std::vector<std::string> names = optional_names();
    std::vector<CompileOptions> out(2);
    out[1].off = {names.begin(), names.end()};
    for (const std::string& name : names) {
        CompileOptions alone, others = out[1];
        alone.off = {name};
        others.off.erase(name);
        out.push_back(alone);
        out.push_back(others);
    }
    return out;
}

std::string words(const CompileOptions& options) {
    std::string out = "off:";
    for (const std::string& name : options.off) {
        out += " " + name;
    }
    return out;
}

void for_each_plan(const CompileOptions& options,
                   const std::function<void(const NamedGraph&, const Graph&, const Caps&, const Plan&)>& look) {
    for (const NamedGraph& named : tests::named_graphs()) {
        for (DType dtype : {DType::f32, DType::f16}) {
            const Graph graph = named.build(dtype);
            for (const Caps& caps : tests::all_caps()) {
                INFO(named.name << " " << to_string(dtype) << " on " << caps.device_name << ", " << words(options));
                look(named, graph, caps, compile(graph, caps, options));
            }
        }
    }
}

}  // namespace

TEST_SUITE("plan") {
    TEST_CASE("models: every plan is legal whatever is switched off, and has every output") {
        for (CompileOptions options : switchings()) {
            for (uint64_t guard : {0, 256}) {
                options.guard_bytes = guard;
                for_each_plan(options, [&](const NamedGraph&, const Graph& graph, const Caps&, const Plan& plan) {  // compile() verifies
                    REQUIRE(plan.outputs.size() == graph.outputs().size());
                    for (size_t i = 0; i < plan.outputs.size(); ++i) {
                        const auto& [name, id] = graph.outputs()[i];
                        CHECK(plan.outputs[i].name == name);
                        CHECK(plan.outputs[i].shape == graph.value(id).shape);
                    }
                    CHECK(plan.steps.size() > 5);
                });
            }
        }
    }

    TEST_CASE("models: compiling changes nothing in the graph and gives the same plan every time") {
        for (const NamedGraph& named : tests::named_graphs()) {
            const Graph graph = named.build(DType::f16);
            const std::string before = graph.text();
            for (const Caps& caps : tests::all_caps()) {
                CHECK(compile(graph, caps).text() == compile(graph, caps).text());
            }
            CHECK(graph.text() == before);
        }
    }

    TEST_CASE("models: every optional pass makes a difference to one of them, and none makes a plan longer or larger") {
        std::map<std::string, int> differences;
        for (const std::string& name : optional_names()) {
            CompileOptions without;
            without.off = {name};
            for_each_plan({}, [&](const NamedGraph&, const Graph& graph, const Caps& caps, const Plan& plan) {
                const Plan other = compile(graph, caps, without);
                differences[name] += plan.text() != other.text();
                CHECK(plan.steps.size() <= other.steps.size());
                if (name == "reuse") {
                    CHECK(plan.bytes(Arena::scratch) < other.bytes(Arena::scratch));
                }
            });
            CHECK_MESSAGE(differences[name] > 0, name, " changes no plan at all");
        }
    }

    TEST_CASE("models: scratch is at most a tenth over its lower bound") {
        for_each_plan({}, [](const NamedGraph&, const Graph&, const Caps&, const Plan& plan) {
            CHECK(static_cast<double>(plan.bytes(Arena::scratch)) <= 1.1 * static_cast<double>(plan.scratch_lower_bound));
        });
    }

    TEST_CASE("models: the passes together save what they are for") {
        CompileOptions all_off = switchings()[1];
        for_each_plan({}, [&](const NamedGraph& named, const Graph& graph, const Caps& caps, const Plan& plan) {
            const Plan plain = compile(graph, caps, all_off);
            CHECK(plan.steps.size() < plain.steps.size());
            CHECK(plan.barriers() < plain.barriers());
            if (named.name == "encoder") {  // norm, qkv, attention, out, norm, up, down; twice, a norm, the copied output
                CHECK(plan.steps.size() == 2 * 7 + 2);
            }
        });
    }

    TEST_CASE("compile: a name that is no optional pass is refused") {
        const Graph graph = tests::encoder_graph(DType::f32);
        for (const char* name : {"fusion", "verify", "place", "", "Fuse"}) {
            CompileOptions options;
            options.off = {name};
            CHECK(sentence(ErrorKind::bad_input, [&] { compile(graph, tests::desktop_caps(), options); }) ==
                  text("compile: no optional pass is called '", name, "'"));
        }
    }

    TEST_CASE("compile: passes are listed in order, each with its purpose") {
        std::string names;
        for (const PassInfo& pass : passes()) {
            names += (names.empty() ? "" : " ") + std::string(pass.name);
            CHECK(!pass.purpose.empty());
        }
        CHECK(names == "infer widen simplify fuse prepack views lower order place fence verify");
    }
}

}  // namespace heed
