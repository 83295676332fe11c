// A foreign program: builds a graph and plans it for a made-up device, with nothing but the installed library.
#include <heed.h>
#include <heed/heed.h>
#include <heed/models/vision/image_classifier.h>

#ifdef VULKAN_CORE_H_
#error "heed.h lets Vulkan's headers through"
#endif

#include <iostream>
#include <type_traits>

static_assert(std::is_move_constructible_v<heed::ImageClassifier>);

int main() {
    heed::Graph graph;
    const heed::Tensor scores = graph.input("scores", {12, 197, 197});
    graph.output("weights", heed::softmax(scores, {}));
    const heed::Plan plan = heed::compile(graph, {.max_storage_buffers = 8});
    std::cout << graph.text() << plan.text();
    return plan.steps.empty() ? 1 : 0;
}
