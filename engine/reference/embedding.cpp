#include <cmath>
#include <limits>

#include "base/text.h"
#include "ops/ops.h"
#include "reference/case.h"

namespace heed::reference {
namespace {

void evaluate(const Graph&, const Node& node, std::span<const Array* const> inputs, std::span<Array> outputs) {
    const Array& table = *inputs[0];
    const Array& ids = *inputs[1];
    const double scale = node.attributes.real("scale", 1);
    const auto columns = static_cast<size_t>(table.shape.last());
    for (size_t r = 0; r < ids.data.size(); ++r) {
        const double id = ids.data[r];
        const bool inside = id >= 0 && id < static_cast<double>(table.shape[0]);
        for (size_t c = 0; c < columns; ++c) {
            outputs[0].data[r * columns + c] =
                inside ? scale * table.data[static_cast<size_t>(id) * columns + c] : std::numeric_limits<double>::quiet_NaN();
        }
    }
}

// Ids spread over the table, the first and last rows among them.
std::vector<double> spread(int64_t count, int64_t rows) {
    std::vector<double> ids;
    for (int64_t i = 0; i < count; ++i) {
        ids.push_back(static_cast<double>(i == 0 ? rows - 1 : (i - 1) * 7919 % rows));
    }
    return ids;
}

enum class Ids { input, dynamic };

Case embedding_case(Shape table, Shape ids, std::vector<double> values, Ids kind = Ids::input, double scale = 1, std::string note = "") {
    return {.name = text(table, " of ", ids, note),
            .build =
                [=](Graph& graph, DType dtype) {
                    graph.dynamic("before", {3});  // so that the ids do not begin the buffer of dynamics
                    const Tensor at = kind == Ids::dynamic ? graph.dynamic("ids", ids) : graph.input("ids", ids, DType::i32);
                    graph.output("y", embedding(graph.input("table", table, dtype), at, scale));
                },
            .fills = {{"table", Fill::lattice}},
            .values = {{"before", {-1, -1, -1}}, {"ids", std::move(values)}},
            .f32 = {0, 0},
            .f16 = {0, 0}};
}

std::vector<Case> cases() {
    std::vector<Case> out{
        embedding_case({31, 7}, {5}, spread(5, 31)),
        embedding_case({257, 13}, {2, 3, 11}, spread(66, 257)),
        embedding_case({29, 131}, {37}, spread(37, 29)),
        embedding_case({3, 65}, {}, {2}),
        embedding_case({19, 12}, {3, 5}, spread(15, 19), Ids::input, 0.5, " in fours"),
        embedding_case({11, 516}, {6}, {0, -1, 11, 10, 2147483647, 3}, Ids::dynamic, 1, " in fours, ids outside"),
        embedding_case({1, 1}, {4}, {0, 0, 0, 0}),
        embedding_case({31, 7}, {2, 3}, spread(6, 31), Ids::dynamic, 1, " dynamic"),
        embedding_case({31, 7}, {6}, {0, -1, 31, 30, 2147483647, -2147483648.0}, Ids::input, 1, " ids outside"),
        embedding_case({31, 7}, {5}, spread(5, 31), Ids::input, 8, " scaled"),
    };
    Case nan = embedding_case({9, 5}, {9}, spread(9, 9), Ids::input, 1, " with NaN");
    nan.fills["table"] = Fill::with_nan;
    out.push_back(nan);
    Case timed = embedding_case({30522, 768}, {197}, spread(197, 30522));
    timed.timed = true;
    out.push_back(timed);
    return out;
}

}  // namespace

OpReference reference_embedding() {
    return {.evaluate = evaluate, .cases = cases};
}

}  // namespace heed::reference
