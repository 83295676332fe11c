// Every op's case table, without a device: the graphs can be built, the fills fit, and the reference has an answer.
#include <doctest/doctest.h>

#include <set>

#include "reference/case.h"

namespace heed {
namespace {

void check_table(OpKind op) {
    const reference::OpReference& definition = reference::op_reference(op);
    REQUIRE(static_cast<bool>(definition.evaluate));
    REQUIRE(static_cast<bool>(definition.cases));
    std::set<std::string> names;
    int timed = 0;
    for (const reference::Case& source : definition.cases()) {
        INFO(to_string(op) << " " << source.name);
        CHECK(names.insert(source.name).second);
        timed += source.timed ? 1 : 0;
        for (DType dtype : {DType::f32, DType::f16}) {
            Graph graph;
            source.build(graph, dtype);
            CHECK(!graph.outputs().empty());
            reference::Feed inputs = fill_inputs(source, graph);
            if (!source.timed) {  // those are large, and the naive loops slow
                const reference::Feed outputs = interpret(graph, inputs);
                CHECK(outputs.size() == graph.outputs().size());
            }
        }
    }
    CHECK(names.size() >= 4);
    CHECK(timed >= 1);
}

}  // namespace

TEST_SUITE("reference") {
#define HEED_OP(name)                  \
    TEST_CASE("the table of " #name) { \
        check_table(OpKind::name);     \
    }
#include "ir/op_list.def"
#undef HEED_OP
}

}  // namespace heed
