#pragma once

#include <string>
#include <vector>

#include "ir/graph.h"

namespace heed::tests {

// Small graphs with everything in them that plans are about, weights included (of sensible size, the same every time).
Graph encoder_graph(DType dtype);  // two pre-norm layers with packed queries, keys and values
Graph decoder_graph(DType dtype);  // a step of a decoder: cached keys and values, tied embeddings, the best next token
Graph picture_graph(DType dtype);  // convolutions, pooling, patches, the mean of all tokens, a distribution

struct NamedGraph {
    std::string name;
    Graph (*build)(DType dtype) = nullptr;
};
std::vector<NamedGraph> named_graphs();

}  // namespace heed::tests
