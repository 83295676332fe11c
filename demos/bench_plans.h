#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/weights.h"

namespace heed {

// A whole model for `heed bench`: random weights, as what they are does not change the time.
struct BenchPlan {
    std::string name, shape;
    std::unique_ptr<WeightSource> weights;  // what the graph's constants borrow from
    Graph graph;
};
std::vector<BenchPlan> bench_plans();

}  // namespace heed
