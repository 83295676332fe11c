#include "profile/table.h"

#include <doctest/doctest.h>

#include <sstream>

#include "profile/amounts.h"
#include "profile/columns.h"
#include "support/made_up_profile.h"
#include "unicode/utf8.h"

namespace heed {
namespace {

using namespace profile;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

size_t widest_line(const std::string& text) {
    size_t widest = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        widest = std::max(widest, decode_utf8(line).size());
    }
    return widest;
}

}  // namespace

TEST_SUITE("profile") {
    TEST_CASE("table: fits the line it is given, with and without every dispatch") {
        const Profile profile = tests::made_up_profile();
        for (const bool each : {false, true}) {
            CHECK(widest_line(table(profile, {.width = 100, .each = each})) <= 100);
        }
    }

    TEST_CASE("table: ends with the slowest kernel, what it works on and what limits it") {
        const std::string text = table(tests::made_up_profile(), {.width = 1000});
        const std::string last = text.substr(text.rfind("slowest: "));
        CHECK(contains(last, " of its roof, which is set by "));
        CHECK(contains(last, " of the dispatches' time"));
    }

    TEST_CASE("table: colours only where they are asked for") {
        CHECK(!contains(table(tests::made_up_profile()), "\x1b["));
        CHECK(contains(table(tests::made_up_profile(), {.colours = true}), "\x1b["));
    }

    TEST_CASE("table: a software device, a missing clock and an interruption are said") {
        Profile profile = tests::made_up_profile();
        profile.device.software = true;
        CHECK(contains(table(profile), "a software device"));
        profile.device.timestamps = false;
        CHECK(contains(table(profile), "this queue has no timestamps"));
        profile.interrupted = true;
        CHECK(contains(table(profile), "INTERRUPTED"));
    }

    TEST_CASE("table: a profile without a single sample says so") {
        Profile profile = tests::made_up_profile();
        for (PlanSamples& plan : profile.plans) {
            plan.runs.clear();
            for (DispatchSamples& dispatch : plan.dispatches) {
                dispatch.seconds.clear();
            }
        }
        profile.rounds.clear();
        CHECK(contains(table(profile), "nothing was timed"));
    }

    TEST_CASE("amounts: three digits that count") {
        CHECK(digits(0) == "0");
        CHECK(digits(1.234) == "1.23");
        CHECK(digits(9.996) == "10.0");
        CHECK(digits(99.96) == "100");
        CHECK(digits(12345) == "12345");
        CHECK(seconds_text(0.0123) == "12.3 ms");
        CHECK(seconds_text(0.00099999) == "1.00 ms");
        CHECK(seconds_text(2.5e-7) == "250 ns");
        CHECK(amount_text(354.2e6, "FLOP") == "354 MFLOP");
        CHECK(amount_text(999.9e6, "B/s") == "1.00 GB/s");
        CHECK(bytes_text(3.5 * 1024 * 1024) == "3.50 MiB");
        CHECK(percent_text(0.034) == "3.4 %");
        CHECK(percent_text(0.996) == "100 %");
    }

    TEST_CASE("columns: numbers on the right, words on the left, the last column cut in its middle") {
        Columns columns({{"ms"}, {"kernel", false}, {"shape", false}});
        columns.add({{"1.5"}, {"mul"}, {"abcdefghijklmnopqrstuvwxyz"}});
        columns.add({{"10.5"}, {"mülli"}, {"x"}});
        CHECK(columns.text(25, false) ==
              "  ms  kernel  shape\n"
              " 1.5  mul     abcd..vwxyz\n"
              "10.5  mülli   x\n");
    }
}

}  // namespace heed
