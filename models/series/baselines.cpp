#include "models/series/baselines.h"

#include <algorithm>
#include <cmath>

#include "heed.h"

namespace heed {
namespace {

constexpr double kRidge = 1e-9;  // of the mean of the diagonal: enough to solve what has many solutions

// a x = b for a symmetric positive a [n,n], by Cholesky's factors, which take a's place.
std::vector<double> solve(std::vector<double>& a, std::vector<double> b) {
    const size_t n = b.size();
    for (size_t i = 0; i < n; ++i) {
        for (size_t j = 0; j <= i; ++j) {
            double sum = a[i * n + j];
            for (size_t k = 0; k < j; ++k) {
                sum -= a[i * n + k] * a[j * n + k];
            }
            a[i * n + j] = i == j ? std::sqrt(std::max(sum, 1e-300)) : sum / a[j * n + j];
        }
    }
    for (size_t i = 0; i < n; ++i) {
        for (size_t k = 0; k < i; ++k) {
            b[i] -= a[i * n + k] * b[k];
        }
        b[i] /= a[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; ++k) {
            b[i] -= a[k * n + i] * b[k];
        }
        b[i] /= a[i * n + i];
    }
    return b;
}

}  // namespace

std::vector<double> last_value_forecast(const SeriesPair& pair) {
    return std::vector<double>(pair.horizon(), pair.target.back());
}

std::vector<double> lagged_forecast(const SeriesPair& pair, size_t lags) {
    const auto largest = [](std::span<const double> series) {
        double most = 0;
        for (size_t i = 1; i < series.size(); ++i) {
            most = std::max(most, std::abs(series[i] - series[i - 1]));
        }
        return most > 0 ? most : 1;
    };
    const double source_unit = largest(pair.source), target_unit = largest(pair.target);
    // the step to `row`: [1, the source's to this row, to the one before ...]
    const auto regressors = [&](size_t row) {
        std::vector<double> x{1};
        for (size_t lag = 0; lag < lags; ++lag) {
            x.push_back(row > lag ? (pair.source[row - lag] - pair.source[row - lag - 1]) / source_unit : 0);
        }
        return x;
    };
    const size_t n = 1 + lags;
    std::vector<double> products(n * n, 0.0), answers(n, 0.0);
    for (size_t row = std::min(lags, pair.known() - 1); row < pair.known(); ++row) {
        const std::vector<double> x = regressors(row);
        const double y = row > 0 ? (pair.target[row] - pair.target[row - 1]) / target_unit : 0;
        for (size_t i = 0; i < n; ++i) {
            answers[i] += x[i] * y;
            for (size_t j = 0; j < n; ++j) {
                products[i * n + j] += x[i] * x[j];
            }
        }
    }
    double trace = 0;
    for (size_t i = 0; i < n; ++i) {
        trace += products[i * n + i] / static_cast<double>(n);
    }
    for (size_t i = 0; i < n; ++i) {
        products[i * n + i] += kRidge * trace;
    }
    const std::vector<double> share = solve(products, answers);
    std::vector<double> out;
    double value = pair.target.back();
    for (size_t row = pair.known(); row < pair.rows(); ++row) {
        const std::vector<double> x = regressors(row);
        for (size_t i = 0; i < n; ++i) {
            value += target_unit * share[i] * x[i];
        }
        out.push_back(value);
    }
    return out;
}

}  // namespace heed
