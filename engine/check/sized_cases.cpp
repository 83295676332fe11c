#include "check/sized_cases.h"

#include <charconv>

#include "base/error.h"
#include "ops/ops.h"

namespace heed::check {
namespace {

using Sizes = std::vector<int64_t>;

// Numbers that are neither all alike nor so many that making them takes long: the timing does not depend on them.
Tensor weight(Graph& graph, const char* name, const Shape& shape, DType dtype) {
    std::vector<float> values(static_cast<size_t>(shape.elements()));
    for (size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<float>(i % 17) * 0.05f - 0.4f;
    }
    const Tensor tensor = graph.constant(name, shape, values);
    graph.edit_value(tensor.id()).dtype = dtype;
    return tensor;
}

void build_matmul(Graph& g, const Sizes& s, DType dtype) {
    const Tensor x = g.input("x", {s[0], s[2]}, dtype);
    g.output("y", matmul(x, weight(g, "w", {s[1], s[2]}, dtype), {.transpose_b = true}));
}

void build_softmax(Graph& g, const Sizes& s, DType dtype) {
    g.output("y", softmax(g.input("x", {s[0], s[1], s[2]}, dtype)));
}

void build_layer_norm(Graph& g, const Sizes& s, DType dtype) {
    const Tensor x = g.input("x", {s[0], s[1]}, dtype);
    g.output("y", layer_norm(x, {.gamma = weight(g, "gamma", {s[1]}, dtype), .beta = weight(g, "beta", {s[1]}, dtype)}).normed);
}

void build_attention(Graph& g, const Sizes& s, DType dtype) {
    const auto heads = static_cast<int>(s[0]);
    const Shape shape{1, s[1], s[0] * s[2]};
    const Tensor q = g.input("q", shape, dtype), k = g.input("k", shape, dtype), v = g.input("v", shape, dtype);
    g.output("y", attention(q, k, v, {.heads = heads}).out);
}

void build_unary(Graph& g, const Sizes& s, DType dtype) {
    g.output("y", unary(g.input("x", {s[0], s[1]}, dtype), Activation::gelu));
}

void build_binary(Graph& g, const Sizes& s, DType dtype) {
    g.output("y", add(g.input("a", {s[0], s[1]}, dtype), g.input("b", {s[0], s[1]}, dtype)));
}

void build_conv2d(Graph& g, const Sizes& s, DType dtype) {
    const Tensor x = g.input("x", {1, s[0], s[1], s[2]}, dtype);
    g.output("y", conv2d(x, weight(g, "w", {s[3], s[2], s[4], s[4]}, dtype), {.pad_y = s[4] / 2, .pad_x = s[4] / 2}));
}

struct Sized {
    const char* op;
    const char* axes;
    size_t rank;
    void (*build)(Graph&, const Sizes&, DType);
};

constexpr Sized kSized[] = {
    {"matmul", "MxNxK", 3, build_matmul},
    {"softmax", "HxTxS", 3, build_softmax},
    {"layer_norm", "TxC", 2, build_layer_norm},
    {"attention", "HxTxD", 3, build_attention},
    {"unary", "TxC", 2, build_unary},
    {"binary", "TxC", 2, build_binary},
    {"conv2d", "HxWxCxOxk (kernel k by k)", 5, build_conv2d},
};

}  // namespace

reference::Case sized_case(const std::string& op, const std::vector<int64_t>& shape) {
    std::string known;
    for (const Sized& sized : kSized) {
        known += (known.empty() ? "" : ", ") + std::string(sized.op);
        if (op != sized.op) {
            continue;
        }
        if (shape.size() != sized.rank) {
            fail(ErrorKind::bad_input, "bench: ", op, " takes --shape ", sized.axes, ", got ", shape.size(), " sizes");
        }
        std::string name;
        for (int64_t size : shape) {
            name += (name.empty() ? "" : "x") + std::to_string(size);
        }
        return {.name = name, .build = [&sized, shape](Graph& graph, DType dtype) { sized.build(graph, shape, dtype); }, .timed = true};
    }
    fail(ErrorKind::bad_input, "bench: --shape can be given for ", known, ", got ", op);
}

std::vector<int64_t> parse_shape(const std::string& text) {
    std::vector<int64_t> sizes;
    const char* at = text.data();
    const char* end = text.data() + text.size();
    while (at <= end) {
        int64_t size = 0;
        const auto [stop, error] = std::from_chars(at, end, size);
        if (error != std::errc() || size < 1 || (stop != end && *stop != 'x')) {
            fail(ErrorKind::bad_input, "shape: expected sizes like 197x768x3072, got '", text, "'");
        }
        sizes.push_back(size);
        at = stop + 1;
    }
    return sizes;
}

}  // namespace heed::check
