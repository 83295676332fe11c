#include "profile/csv.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "io/csv.h"
#include "profile/summary.h"
#include "support/made_up_profile.h"

namespace heed {
namespace {

using namespace profile;

size_t column(const io::CsvTable& table, const std::string& name) {
    const auto found = std::ranges::find(table.names, name);
    REQUIRE(found != table.names.end());
    return static_cast<size_t>(found - table.names.begin());
}

}  // namespace

TEST_SUITE("profile") {
    TEST_CASE("profile csv: a line for each dispatch, with the figures of the summary") {
        const Profile profile = tests::made_up_profile();
        const Summary summary = summary_of(profile);
        const std::string written = to_csv(profile);
        const io::CsvTable table = io::parse_csv(written, "p.csv");
        REQUIRE(table.rows.size() == 13);
        CHECK(std::ranges::count(written, '\n') == 14);
        CHECK(written.ends_with("\r\n"));
        size_t row = 0;
        for (size_t i = 0; i < profile.plans.size(); ++i) {
            for (size_t j = 0; j < profile.plans[i].dispatches.size(); ++j, ++row) {
                const std::vector<std::string>& cells = table.rows[row].cells;
                const DispatchSamples& dispatch = profile.plans[i].dispatches[j];
                const DispatchSummary& rated = summary.plans[i].dispatches[j];
                const auto number = [&](const char* name) { return std::stod(cells[column(table, name)]); };
                CHECK(cells[column(table, "plan")] == profile.plans[i].name);
                CHECK(cells[column(table, "op")] == dispatch.op);
                CHECK(cells[column(table, "shape")] == dispatch.shape);
                CHECK(number("dispatch") == static_cast<double>(j));
                CHECK(number("work [FLOP]") == dispatch.work.flops);
                CHECK(number("traffic [byte]") == dispatch.work.bytes);
                CHECK(number("min [us]") == doctest::Approx(1e6 * rated.isolated.least));
                CHECK(number("median [us]") == doctest::Approx(1e6 * rated.isolated.median));
                CHECK(number("p95 [us]") == doctest::Approx(1e6 * rated.isolated.p95));
                CHECK(number("runs per round") == rated.runs);
                CHECK(number("share of time [%]") == doctest::Approx(100 * rated.share));
                CHECK(number("of the roof [%]") == doctest::Approx(100 * rated.rating.roof));
                CHECK(number("rate [GFLOP/s]") == doctest::Approx(rated.rating.flops_per_second / 1e9));
                CHECK(cells[column(table, "bound")] == to_string(rated.rating.bound.limit));
            }
        }
        CHECK(table.rows[2].cells[column(table, "constants")] == "256 64 64 16");
    }

    TEST_CASE("profile csv: words with commas, quotation marks and line ends come back; what was not timed is empty") {
        Profile profile = tests::made_up_profile({.rounds = 1});
        const std::string odd = "a, \"b\";\r\n c ";
        profile.plans[0].name = odd;
        profile.plans[0].dispatches[0].name = " " + odd;
        profile.plans[0].dispatches[0].seconds.clear();
        const io::CsvTable table = io::parse_csv(to_csv(profile), "p.csv");
        CHECK(table.rows[0].cells[0] == odd);
        CHECK(table.rows[0].cells[3] == " " + odd);
        CHECK(table.rows[0].cells[column(table, "median [us]")].empty());
        CHECK(table.rows[0].cells[column(table, "of the roof [%]")].empty());
        CHECK(table.rows[0].cells[column(table, "runs timed")] == "0");
        CHECK(io::parse_csv(to_csv(Profile{}), "p.csv").rows.empty());
    }
}

}  // namespace heed
