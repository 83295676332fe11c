#include <algorithm>

#include "base/error.h"
#include "ops/copy.h"
#include "ops/expect.h"
#include "ops/flat.h"
#include "ops/lowering.h"
#include "ops/op.h"
#include "ops/ops.h"
#include "params.h"

namespace heed {
namespace {

constexpr size_t kX = 0, kWeight = 1, kBias = 2, kFirst = 3, kFirstCell = 4, kLengths = 5;  // inputs
constexpr size_t kOut = 0, kLast = 1, kLastCell = 2;                                        // outputs

struct Sizes {
    int64_t batch = 0, steps = 0, hidden = 0, gates = 0, directions = 0;

    int64_t rows() const { return directions * gates * hidden; }
    Shape state() const { return {batch, directions * hidden}; }
};

Cell cell_of(const Node& node) {
    return static_cast<Cell>(node.attributes.integer("cell"));
}

// As PyTorch keeps it, whatever its packing: [D*G*H,H].
const Shape& weight_shape(const Value& weight) {
    return weight.constant.packing == Packing::plain ? weight.shape : weight.constant.shape;
}

Sizes sizes_of(const Graph& graph, const Node& node) {
    const Value& x = graph.value(node.inputs[kX]);
    const Shape& weight = weight_shape(graph.value(node.inputs[kWeight]));
    Sizes sizes{.gates = node.attributes.integer("gates", 1)};
    expect_rank("recurrent", "x", x, 3);
    if (weight.rank() != 2 || weight[1] < 1 || weight[0] % (sizes.gates * weight[1]) != 0) {
        fail(ErrorKind::bad_input, "recurrent: expected a weight of [D*", sizes.gates, "*H,H], got ", weight);
    }
    sizes.batch = x.shape[0], sizes.steps = x.shape[1], sizes.hidden = weight[1];
    sizes.directions = weight[0] / (sizes.gates * weight[1]);
    if (sizes.directions < 1 || sizes.directions > 2) {
        fail(ErrorKind::bad_input, "recurrent: expected one direction or two, got ", sizes.directions, " with a weight of ", weight);
    }
    if (x.shape[2] != sizes.rows() || sizes.steps < 1) {
        fail(ErrorKind::bad_input, "recurrent: expected x [B,T,", sizes.rows(), "] for a weight of ", weight, ", got ", x.shape);
    }
    return sizes;
}

void expect_like(const Graph& graph, ValueId id, std::string_view name, const Shape& shape, DType dtype) {
    if (id != kNone && (graph.value(id).shape != shape || graph.value(id).dtype != dtype)) {
        fail(ErrorKind::bad_input, "recurrent: expected ", dtype, shape, " for ", name, ", got ", graph.value(id).dtype,
             graph.value(id).shape);
    }
}

std::vector<OutputType> infer(const Graph& graph, const Node& node) {
    const Value& x = graph.value(node.inputs[kX]);
    const Value& weight = graph.value(node.inputs[kWeight]);
    expect_float("recurrent", "x", x);
    expect_float("recurrent", "the weight", weight);
    if (weight.dtype != x.dtype && weight.dtype != DType::f16) {
        fail(ErrorKind::bad_input, "recurrent: expected a weight in f16 or in x's ", x.dtype, ", got ", weight.dtype, weight.shape);
    }
    const Sizes sizes = sizes_of(graph, node);
    expect_like(graph, node.inputs[kBias], "the bias", {sizes.rows()}, x.dtype);
    expect_like(graph, node.inputs[kFirst], "the first state", sizes.state(), x.dtype);
    expect_like(graph, node.inputs[kFirstCell], "the first cell state", sizes.state(), DType::f32);
    if (node.inputs[kLengths] != kNone) {
        expect_batch_numbers("recurrent", "lengths", graph.value(node.inputs[kLengths]), sizes.batch);
    }
    std::vector<OutputType> out{{{sizes.batch, sizes.steps, sizes.directions * sizes.hidden}, x.dtype}, {sizes.state(), x.dtype}};
    if (cell_of(node) == Cell::lstm) {
        out.push_back({sizes.state(), DType::f32});
    } else if (node.inputs[kFirstCell] != kNone) {
        fail(ErrorKind::bad_input, "recurrent: expected a cell state for an LSTM alone");
    }
    return out;
}

// Beside its product a unit adds what the layer's inputs come to, and the bias, gate by gate; then an LSTM has three sigmoids of three
// operations, two tanh, a multiply-add and two products, a GRU two sigmoids, a tanh and two multiply-adds, one of a difference.
double flops_of_unit(const Node& node, double gates) {
    const double sums = node.inputs[kBias] != kNone ? 2 * gates : gates;
    switch (cell_of(node)) {
        case Cell::lstm: return sums + 15;
        case Cell::gru: return sums + 11;
        default: return sums + 1;
    }
}

// A step reads the weight again, and the state that the one before wrote; the first has neither unless it is given one.
Cost cost_of_step(const Graph& graph, const Node& node, int64_t step) {
    const Sizes s = sizes_of(graph, node);
    const bool before = step > 0 || node.inputs[kFirst] != kNone;
    const double units = static_cast<double>(s.batch * s.directions * s.hidden), gates = static_cast<double>(s.gates);
    const double state = units * static_cast<double>(size_of(graph.value(node.inputs[kX]).dtype));
    Cost cost{.flops = units * ((before ? 2 * gates * static_cast<double>(s.hidden) : 0) + flops_of_unit(node, gates)),
              .bytes = (gates + 1) * state + bytes_of(graph, node.inputs[kBias]) + bytes_of(graph, node.inputs[kLengths]),
              .spared = 2 * gates * state};  // the product, which gates of their own would read
    cost.bytes += before ? bytes_of(graph, node.inputs[kWeight]) + state : 0;
    cost.bytes += step + 1 == s.steps ? state : 0;  // the last
    if (cell_of(node) == Cell::lstm) {
        cost.bytes += (step > 0 || node.inputs[kFirstCell] != kNone ? 2 : 1) * bytes_of(graph, node.outputs[kLastCell]);
    }
    return cost;
}

struct Launch {
    uint32_t workgroup, lanes;
};

// With few lanes every one has units of its own; else few units a workgroup, so that there are many of them, and many loads under way.
Launch choose_launch(Lowering& lowering, const Kernel& kernel, uint32_t rows) {
    const Caps& caps = lowering.caps();
    const uint32_t many = std::min({128u, caps.max_invocations, caps.max_workgroup_size[0]});
    std::vector<Launch> launches{few_lanes(caps) ? Launch{16, 16} : Launch{many, 4}};
    for (uint32_t workgroup : {16u, 64u, 128u}) {
        for (uint32_t lanes : {4u, 16u}) {
            launches.push_back({workgroup, lanes});
        }
    }
    std::vector<Tile> tiles;
    for (const Launch& launch : launches) {
        tiles.push_back({text(rows, "x", launch.lanes * 4, "/", launch.workgroup), has_workgroup(caps, launch.workgroup)});
    }
    return launches[lowering.choose_tile(kernel, tiles)];
}

void lower(Lowering& lowering, const Node& node) {
    const Sizes sizes = sizes_of(lowering.graph(), node);
    const Value &x = lowering.value(node.inputs[kX]), &weight = lowering.value(node.inputs[kWeight]);
    const auto given = [&](size_t input, uint32_t flag) { return node.inputs[input] != kNone ? flag : 0u; };
    const bool lstm = cell_of(node) == Cell::lstm;
    const auto rows = static_cast<uint32_t>(std::min<int64_t>(sizes.batch, params::kRecurrentRows));
    const Candidate candidates[] = {{"step"}};
    Dispatch step;
    step.kernel = &lowering.choose(node, candidates, dtype_suffix(x.dtype, weight.dtype));
    const Launch launch = choose_launch(lowering, *step.kernel, rows);
    step.specialization = {launch.workgroup,
                           launch.lanes,
                           rows,
                           static_cast<uint32_t>(cell_of(node)),
                           weight.constant.packing == Packing::transposed_panels ? 1u : 0u,
                           sizes.hidden % 4 == 0 ? 1u : 0u};
    step.grid = {groups(sizes.hidden, int64_t{launch.lanes} * 4), groups(sizes.batch, rows), static_cast<uint32_t>(sizes.directions)};
    step.bindings = {lowering.read(node.inputs[kX]),
                     lowering.read(node.inputs[kWeight]),
                     lowering.read_or(node.inputs[kBias], node.inputs[kX]),
                     lowering.read_or(node.inputs[kFirst], node.inputs[kX]),
                     lowering.dynamics(),
                     lowering.write(node.outputs[kOut]),
                     lowering.write(node.outputs[kLast]),
                     lowering.write(node.outputs[lstm ? kLastCell : kLast])};
    step.bindings.back().access = Access::read_write;
    if (node.inputs[kFirstCell] != kNone) {
        copy_elements(lowering, node, lowering.view(node.inputs[kFirstCell]), lowering.view(node.outputs[kLastCell]), DType::f32);
    }
    for (int64_t s = 0; s < sizes.steps; ++s) {
        step.set_push(params::RecurrentParams{
            .batch = index32(sizes.batch),
            .steps = index32(sizes.steps),
            .hidden = index32(sizes.hidden),
            .step = index32(s),
            .lengths = lowering.dynamic_offset(node.inputs[kLengths]),
            .panel = index32(weight.constant.panel),
            .given = given(kBias, params::kGivenBias) | given(kFirst, params::kGivenH) | given(kFirstCell, params::kGivenC)});
        step.cost = cost_of_step(lowering.graph(), node, s);
        lowering.add(step);
        step.bindings[3] = lowering.read(node.outputs[kOut]);  // from the second step on
    }
}

Cost cost(const Graph& graph, const Node& node) {
    Cost sum{.bytes = node.inputs[kFirstCell] == kNone ? 0 : 2 * bytes_of(graph, node.inputs[kFirstCell])};  // copied
    for (int64_t step = 0; step < sizes_of(graph, node).steps; ++step) {
        sum += cost_of_step(graph, node, step);
    }
    return sum;
}

}  // namespace

OpDef define_recurrent() {
    return {.infer = infer, .lower = lower, .cost = cost};
}

int gates_of(Cell cell) {
    return cell == Cell::lstm ? 4 : cell == Cell::gru ? 3 : 1;
}

RecurrentResult recurrent(Tensor x, Tensor weight, const RecurrentOptions& options) {
    expect_present("recurrent", "x", x);
    expect_present("recurrent", "the weight", weight);
    Attributes attributes;
    attributes.set("cell", static_cast<int64_t>(options.cell));
    attributes.set("gates", static_cast<int64_t>(gates_of(options.cell)));
    const std::vector<Tensor> out = append_node(
        OpKind::recurrent, {x, weight, options.bias, options.first, options.first_cell, options.lengths}, std::move(attributes));
    return {out[kOut], out[kLast], options.cell == Cell::lstm ? out[kLastCell] : Tensor()};
}

}  // namespace heed
