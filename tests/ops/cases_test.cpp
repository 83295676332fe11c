// Every op's case table on the device: the kernels the picker takes and every other one that can be forced, in f32 and f16,
// in memory filled with NaN and between guard bands, run twice.
#include <doctest/doctest.h>

#include <cstdlib>

#include "check/variants.h"
#include "support/device.h"

namespace {

using namespace heed;

// HEED_TEST_THIN=1: every third case, for the drivers that come after the first.
size_t case_step() {
    const char* thin = std::getenv("HEED_TEST_THIN");
    return thin != nullptr && thin[0] == '1' ? 3 : 1;
}

void check_case(const std::string& op, const reference::Case& source, DType dtype) {
    Device& device = tests::device();
    const check::PreparedCase prepared = check::prepare(source, dtype);
    check::CaseOptions options{.replays = 2};
    options.compile.guard_bytes = 256;
    const check::VariantRun chosen = check::run_chosen(device, prepared, options);
    std::vector<check::VariantRun> runs = check::run_alternatives(device, prepared, options, chosen);
    runs.insert(runs.begin(), chosen);
    for (const check::VariantRun& run : runs) {
        std::string kernels;
        for (const std::string& kernel : run.result.kernels) {
            kernels += " " + kernel;
        }
        INFO(op << " " << source.name << " " << to_string(dtype) << ":" << kernels);
        CHECK(run.error == "");
        CHECK(run.result.verdict() == "");
    }
    CHECK_MESSAGE(tests::validation_messages() == 0, op << " " << source.name << ": " << tests::validation_report());
}

void check_op(OpKind op) {
    const std::vector<reference::Case> cases = reference::op_reference(op).cases();
    REQUIRE(!cases.empty());
    for (size_t i = 0; i < cases.size(); i += case_step()) {
        if (cases[i].timed) {
            continue;
        }
        check_case(std::string(to_string(op)), cases[i], DType::f32);
        check_case(std::string(to_string(op)), cases[i], DType::f16);
    }
}

TEST_SUITE_BEGIN("device ops");

#define HEED_OP(name)              \
    TEST_CASE("cases of " #name) { \
        check_op(OpKind::name);    \
    }
#include "ir/op_list.def"
#undef HEED_OP

TEST_SUITE_END();

}  // namespace
