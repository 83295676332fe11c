#include "run/pace.h"

#include <algorithm>
#include <cmath>

#include "roof_params.h"
#include "run/roof_grid.h"

namespace heed {
namespace {

constexpr double kSeconds = 0.004;  // where nothing else runs

vk::Binding whole(const vk::Buffer& buffer) {
    return {&buffer, 0, 0};
}

TimedKernel multiply_adds(vk::Context& context, const RoofGrid& grid, const vk::Binding& results) {
    return {context, "roof_fma_f32", grid.workgroup, {&results, 1}};
}

}  // namespace

Pace::Pace(Device& device, const profile::Roofs& roofs)
    : results_(device.context(), RoofGrid(device.caps()).result_bytes(), vk::MemoryUse::device, "pace"),
      work_(multiply_adds(device.context(), RoofGrid(device.caps()), whole(results_))) {
    const RoofGrid grid(device.caps());
    const double round = static_cast<double>(params::kRoofFmaFlops) * grid.workgroup * grid.groups;
    const double rounds = std::floor(std::clamp(kSeconds * roofs.flops_f32 / round, 1.0, 1e8));
    scale_ = kPaceFlops / (rounds * round);
    work_.record(params::RoofFmaParams{.iterations = static_cast<uint32_t>(rounds), .factor = 0.999f, .term = 0.001f}, grid.groups, 1);
    work_.seconds();  // compiles
}

double Pace::seconds() {
    return work_.seconds() * scale_;
}

}  // namespace heed
