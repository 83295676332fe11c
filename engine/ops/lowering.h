#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/caps.h"
#include "ir/graph.h"
#include "ops/dispatch.h"
#include "ops/offer.h"
#include "ops/view.h"

namespace heed {

// What may steer the choice among kernels that compute the same thing.
struct KernelChoice {
    std::map<std::string, std::string, std::less<>> strategy;  // op -> strategy that must be taken (tests, doctor)
    std::set<std::string, std::less<>> quarantined;            // kernels that failed their self-test on this device
    std::map<std::string, std::string, std::less<>> tile;      // op -> tile that must be taken ("64x128/128")
    // Taken in place of the kernel of that name; must outlive the plan.
    std::map<std::string, const Kernel*, std::less<>> replaced;
};

// How a strategy's kernels are called when operands differ in dtype: "f32", "f16", "f32_f16".
std::string dtype_suffix(DType first);
std::string dtype_suffix(DType first, DType second);

// What an op's lower() works with: looks values up, picks kernels, collects dispatches.
class Lowering {
public:
    Lowering(Graph& graph, const Caps& caps, const KernelChoice& choice);

    const Graph& graph() const { return graph_; }
    const Caps& caps() const { return caps_; }
    const Value& value(ValueId id) const { return graph_.value(id); }

    View view(ValueId id) const;                // through reshapes, slices and permutes that became views, and in-place updates
    uint32_t dynamic_offset(ValueId id) const;  // in elements of the dynamics buffer; kNone for an absent value
    ValueId scratch(std::string_view name, const Shape& shape, DType dtype);  // memory between two dispatches of one node

    // The first candidate that fits, runs on this device and is not quarantined; throws a sentence when there is none.
    // The kernels are the op's own, or those of `family` where several ops share them ("copy").
    const Kernel& choose(const Node& node, std::span<const Candidate> candidates, std::string_view dtype);
    const Kernel& choose(const Node& node, std::string_view family, std::span<const Candidate> candidates, std::string_view dtype);
    const Kernel& kernel(std::string_view op, std::string_view strategy, std::string_view dtype) const;

    // Which of these tiles the kernel is launched with: the first, unless another was forced; throws a sentence when that one does not
    // fit. The first is what is best, whatever its `fits` says; again among the others it counts once.
    size_t choose_tile(const Kernel& kernel, std::span<const Tile> tiles);

    // Bindings. read/write of a contiguous tensor bind just its bytes; root binds the whole storage a strided view lies in.
    Binding read(ValueId id) const;
    Binding write(ValueId id) const;
    Binding read_root(ValueId id) const;
    Binding read_or(ValueId id, ValueId stand_in) const;   // an absent optional input binds the stand-in, which must be bound anyway
    Binding write_or(ValueId id, ValueId stand_in) const;  // likewise, for an optional output: bind one that is written anyway
    Binding dynamics() const { return {.value = kDynamics, .access = Access::read}; }

    void add(Dispatch dispatch);
    void note(std::string sentence);

    std::vector<Dispatch> dispatches;
    std::vector<std::string> notes;
    std::vector<Offer> offers;  // each once
    uint32_t dynamic_elements() const { return dynamic_elements_; }

private:
    friend void lower_nodes(Lowering& lowering);

    Graph& graph_;
    const Caps& caps_;
    const KernelChoice& choice_;
    NodeId node_ = kNone;
    std::vector<uint32_t> dynamic_offsets_;
    uint32_t dynamic_elements_ = 0;
};

// Runs every node's lower(), in order.
void lower_nodes(Lowering& lowering);

// Subgroups as short as a CPU's vectors: every element loaded is dear, registers and shuffles are cheap. A GPU has many lanes that
// share what was loaded.
bool few_lanes(const Caps& caps);

// ceil(a / b) for grids; throws when it exceeds 32 bits.
uint32_t groups(int64_t a, int64_t b);

// Folds `count` workgroups into a grid whose axes the device allows; kernels compute y * gridDim.x + x and check against the count.
std::array<uint32_t, 3> linear_grid(int64_t count, const Caps& caps);

}  // namespace heed
