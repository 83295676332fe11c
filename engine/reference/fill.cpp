#include <cmath>
#include <limits>
#include <string_view>

#include "base/error.h"
#include "reference/case.h"
#include "reference/round.h"

namespace heed::reference {
namespace {

// splitmix64, seeded by names: the same numbers with every compiler and library, which <random>'s distributions do not promise.
class Random {
public:
    Random(std::string_view case_name, std::string_view input_name) {
        for (std::string_view name : {case_name, std::string_view("/"), input_name}) {
            for (char c : name) {
                state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
            }
        }
    }

    uint64_t bits() {
        uint64_t x = state_ += 0x9e3779b97f4a7c15ull;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
        return x ^ (x >> 31);
    }

    double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }  // [0,1)
    int64_t integer(int64_t low, int64_t high) {                              // both included
        return low + static_cast<int64_t>(bits() % static_cast<uint64_t>(high - low + 1));
    }
    double sign() { return (bits() >> 63) != 0 ? -1 : 1; }

    // Twelve uniforms summed: close enough to a normal number, bounded by 6, and no libm decides its last bit.
    double normal() {
        double sum = -6;
        for (int i = 0; i < 12; ++i) {
            sum += uniform();
        }
        return sum;
    }

private:
    uint64_t state_ = 0xcbf29ce484222325ull;
};

double draw(Fill fill, DType dtype, Random& random) {
    switch (fill) {
        case Fill::normal:
        case Fill::with_nan: return random.normal();
        case Fill::lattice: return static_cast<double>(random.integer(-8, 8)) / 2;
        case Fill::large: return random.sign() * 1e4;
        case Fill::very_low: {
            const double low = dtype == DType::f16 ? -6e4 : -1.8e10;
            const double high = dtype == DType::f16 ? -3e4 : -6.5e9;
            return low + (high - low) * random.uniform();
        }
        case Fill::constant: return 0.75;
        case Fill::denormal: {
            const double smallest = dtype == DType::f16 ? 0x1p-24 : 0x1p-140;
            return random.sign() * static_cast<double>(random.integer(1, 1023)) * smallest;
        }
        case Fill::positive: return 0.5 + random.uniform();
        case Fill::masks: break;  // drawn by rows
    }
    return 0;
}

void fill_masks(Array& array, Random& random) {
    const double hidden = -std::numeric_limits<double>::infinity();
    const int64_t columns = array.shape.rank() == 0 ? 1 : array.shape.last();
    for (int64_t r = 0; r * columns < array.shape.elements(); ++r) {
        const int64_t survivor = random.integer(0, columns - 1);
        for (int64_t c = 0; c < columns; ++c) {
            const bool seen = r % 5 == 4 ? false : r % 5 == 3 ? c == survivor : random.uniform() < 0.7;
            array.data[static_cast<size_t>(r * columns + c)] = seen ? 0 : hidden;
        }
    }
}

Array filled(const Case& test_case, const Value& value) {
    Array array(value.shape);
    if (const auto literal = test_case.values.find(value.name); literal != test_case.values.end()) {
        ensure(literal->second.size() == array.data.size(), "case ", test_case.name, ": ", value.name, " is ", value.shape, ", got ",
               literal->second.size(), " literal values");
        array.data = literal->second;
    } else {
        ensure(value.dtype != DType::i32, "case ", test_case.name, ": i32 ", value.name, " needs literal values");
        const auto found = test_case.fills.find(value.name);
        const Fill fill = found == test_case.fills.end() ? Fill::normal : found->second;
        Random random(test_case.name, value.name);
        if (fill == Fill::masks) {
            fill_masks(array, random);
        } else {
            for (double& x : array.data) {
                x = draw(fill, value.dtype, random);
            }
        }
        if (fill == Fill::with_nan) {
            array.data[array.data.size() / 2] = std::numeric_limits<double>::quiet_NaN();
        }
    }
    for (double& x : array.data) {
        x = rounded(x, value.dtype);
    }
    return array;
}

void check_names(const Case& test_case, const Graph& graph) {
    const auto known = [&](const std::string& name) {
        const ValueId id = graph.find(name);
        ensure(id != kNone && graph.value(id).kind != ValueKind::computed && graph.value(id).kind != ValueKind::constant, "case ",
               test_case.name, ": '", name, "' is filled, but the graph has no such input");
    };
    for (const auto& [name, fill] : test_case.fills) {
        known(name);
    }
    for (const auto& [name, values] : test_case.values) {
        known(name);
    }
}

}  // namespace

Feed fill_inputs(const Case& test_case, const Graph& graph) {
    check_names(test_case, graph);
    Feed feed;
    for (const Value& value : graph.values()) {
        const bool fed = value.kind == ValueKind::input || value.kind == ValueKind::dynamic;
        const bool asked = test_case.fills.contains(value.name) || test_case.values.contains(value.name);
        if (fed || (value.kind == ValueKind::state && asked)) {
            feed[value.name] = filled(test_case, value);
        }
    }
    return feed;
}

}  // namespace heed::reference
