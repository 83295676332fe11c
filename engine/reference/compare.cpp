#include <cmath>
#include <limits>

#include "base/error.h"
#include "reference/case.h"

namespace heed::reference {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double error_of(double got, double expected) {
    if (std::isnan(got) && std::isnan(expected)) {
        return 0;
    }
    if (std::isnan(got) || std::isnan(expected)) {
        return kInfinity;
    }
    return got == expected ? 0 : std::abs(got - expected);  // equal infinities would subtract to NaN
}

}  // namespace

Comparison compare(std::span<const float> got, const Array& expected, const Tolerance& tolerance) {
    ensure(got.size() == expected.data.size(), "compare: expected ", expected.data.size(), " elements, got ", got.size());
    Comparison worst;
    bool first = true;
    for (size_t i = 0; i < got.size(); ++i) {
        const double wanted = std::abs(expected.data[i]) > std::numeric_limits<float>::max()  // what no f32 can hold is infinite there
                                  ? std::copysign(kInfinity, expected.data[i])
                                  : expected.data[i];
        const double error = error_of(static_cast<double>(got[i]), wanted);
        const double allowed = tolerance.absolute + tolerance.relative * (std::isfinite(wanted) ? std::abs(wanted) : 0);
        const double ratio = error == 0 ? 0 : error / allowed;  // an allowance of 0 makes any error infinite
        if (first || ratio > worst.worst_ratio) {
            worst = {.worst_ratio = ratio, .worst_error = error, .worst_index = i, .got = static_cast<double>(got[i]), .expected = wanted};
            first = false;
        }
    }
    return worst;
}

}  // namespace heed::reference
