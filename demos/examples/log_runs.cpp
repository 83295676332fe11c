// How an application keeps an eye on its own runs: most of them as they are, each hundredth dispatch by dispatch.
#include <algorithm>
#include <iostream>

#include "heed.h"

int main() try {
    heed::Device device = heed::open_device();
    heed::Graph graph;
    const std::vector<float> weights(size_t{256} * 256, 0.01f);
    heed::Tensor x = graph.input("x", {64, 256});
    x = heed::softmax(heed::matmul(x, graph.constant("weight", {256, 256}, weights)));  // [64,256]
    graph.output("y", x);

    heed::profile::Recorder recorder;
    heed::SessionOptions options;
    options.recorder = &recorder;
    options.name = "a layer";
    heed::Session session(device, graph, options);
    session.write("x", std::vector<float>(size_t{64} * 256, 0.5f));
    for (int run = 0; run < 300; ++run) {
        recorder.isolate(run % 100 == 99);
        session.run();
    }
    const heed::profile::PlanSamples samples = session.profile();
    for (const heed::profile::DispatchSamples& dispatch : samples.dispatches) {
        const double least = *std::ranges::min_element(dispatch.seconds);
        std::cout << samples.kernels[dispatch.kernel].name << " " << dispatch.shape << ": " << least * 1e6 << " us, "
                  << dispatch.work.flops / least * 1e-9 << " GFLOP/s\n";
    }
} catch (const heed::Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
}
