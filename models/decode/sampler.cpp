#include "models/decode/sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "models/mixed.h"

namespace heed {
namespace {

constexpr double kWhole = 0x1p40;  // the weight of the best choice; one 2^-41 as likely is never drawn

// exp(x) for x <= 0, times kWhole, rounded. No library's exp, whose last bits differ; fma says what a compiler may not choose.
uint64_t weight_of(double x) {
    if (!(x > -30)) {
        return 0;
    }
    const double halvings = std::floor(std::fma(x, 0x1.71547652b82fep+0, 0.5));
    const double r = std::fma(halvings, -0x1.62e42fefa39efp-1, x);  // within 0.35 of 0
    double sum = 1;
    for (int term = 14; term > 0; --term) {
        sum = std::fma(sum * r, 1.0 / term, 1.0);  // Taylor: the next term is below 2^-60
    }
    return static_cast<uint64_t>(std::ldexp(sum, static_cast<int>(halvings)) * kWhole + 0.5);
}

double uniform(uint64_t seed, const DrawPlace& place) {
    const uint64_t bits = mixed(mixed(mixed(mixed(seed) + place.sentence) + place.sequence) + place.position);
    return static_cast<double>(bits >> 11) * 0x1p-53;  // in [0,1)
}

}  // namespace

const Choice& draw_token(std::span<const Choice> choices, const GenerationOptions& options, const DrawPlace& place) {
    if (options.top_k > 0 && static_cast<size_t>(options.top_k) < choices.size()) {
        choices = choices.first(static_cast<size_t>(options.top_k));
    }
    std::vector<uint64_t> weights(choices.size());
    std::transform(choices.begin(), choices.end(), weights.begin(),
                   [&](const Choice& choice) { return weight_of((choice.value - choices.front().value) / options.temperature); });
    const uint64_t all = std::accumulate(weights.begin(), weights.end(), uint64_t{0});
    const double enough = options.top_p * static_cast<double>(all);
    uint64_t kept = 0;
    for (uint64_t& weight : weights) {
        if (kept > 0 && static_cast<double>(kept) >= enough) {
            weight = 0;
        }
        kept += weight;
    }
    uint64_t at = std::min(static_cast<uint64_t>(uniform(options.seed, place) * static_cast<double>(kept)), kept - 1);
    size_t drawn = 0;
    while (at >= weights[drawn]) {
        at -= weights[drawn++];
    }
    return choices[drawn];
}

}  // namespace heed
