// The text form of a graph: one line a value that comes from outside, one line a node, then the outputs.
#include <string>

#include "base/text.h"
#include "ir/graph.h"

namespace heed {
namespace {

std::string_view kind_word(ValueKind kind) {
    switch (kind) {
        case ValueKind::input: return "input";
        case ValueKind::dynamic: return "dynamic";
        case ValueKind::constant: return "constant";
        case ValueKind::state: return "state";
        case ValueKind::computed: return "computed";
    }
    return "?";
}

std::string packing_text(const Constant& constant) {
    switch (constant.packing) {
        case Packing::plain: return "";
        case Packing::transposed: return " transposed";
        case Packing::panels: return text(" panels of ", constant.panel);
        case Packing::filter_panels: return text(" filter in panels of ", constant.panel);
        case Packing::transposed_panels: return text(" transposed, panels of ", constant.panel);
    }
    return "";
}

std::string inputs_text(const Node& node) {
    std::string out;
    for (ValueId id : node.inputs) {
        out += (out.empty() ? "" : ", ") + (id == kNone ? std::string("-") : text("%", id));
    }
    return out;
}

}  // namespace

std::string Graph::text() const {
    std::string out;
    for (ValueId id = 0; id < values_.size(); ++id) {
        const Value& value = values_[id];
        if (value.kind != ValueKind::computed) {
            out += heed::text("%", id, " = ", kind_word(value.kind), " ", value.name, " ", value.dtype, value.shape,
                              packing_text(value.constant), "\n");
        }
    }
    for (const Node& node : nodes_) {
        std::string left;
        for (ValueId id : node.outputs) {
            left += heed::text(left.empty() ? "" : ", ", "%", id, " ", values_[id].dtype, values_[id].shape);
        }
        const std::string attributes = to_string(node.attributes);
        out += heed::text(left, " = ", to_string(node.op), "(", inputs_text(node), ")", attributes.empty() ? "" : " ", attributes, "\n");
    }
    for (const auto& [name, id] : outputs_) {
        out += heed::text("output ", name, " = %", id, "\n");
    }
    return out;
}

}  // namespace heed
