#include "profile/roof_points.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace heed::profile {

std::vector<RoofPoint> roof_points(const Profile& profile, const Summary& summary) {
    std::map<std::tuple<std::string, std::string, std::string>, RoofPoint> alike;
    for (size_t p = 0; p < profile.plans.size(); ++p) {
        const PlanSamples& plan = profile.plans[p];
        for (size_t d = 0; d < plan.dispatches.size(); ++d) {
            const DispatchSamples& dispatch = plan.dispatches[d];
            const DispatchSummary& measured = summary.plans[p].dispatches[d];
            if (measured.seconds <= 0) {
                continue;
            }
            const std::string& kernel = plan.kernels[dispatch.kernel].name;
            RoofPoint& point = alike[{dispatch.op, kernel, dispatch.shape}];
            point.op = dispatch.op, point.kernel = kernel, point.shape = dispatch.shape;
            ++point.dispatches;
            point.seconds += measured.seconds;
            point.share += measured.share;
            point.work.flops += dispatch.work.flops * measured.runs;
            point.work.bytes += dispatch.work.bytes * measured.runs;
            point.rating.bound.limit = measured.rating.bound.limit;
            point.rating.bound.seconds += measured.rating.bound.seconds * measured.runs;
        }
    }
    std::vector<RoofPoint> out;
    for (auto& [key, point] : alike) {
        point.rating.roof = point.rating.bound.seconds / point.seconds;
        point.rating.flops_per_second = point.work.flops / point.seconds;
        point.rating.bytes_per_second = point.work.bytes / point.seconds;
        out.push_back(std::move(point));
    }
    std::ranges::stable_sort(out, std::ranges::greater(), &RoofPoint::seconds);
    return out;
}

}  // namespace heed::profile
