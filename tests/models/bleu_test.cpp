#include "models/text/bleu.h"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "support/sentence.h"
#include "support/sources.h"

namespace heed {

TEST_SUITE("bleu") {
    TEST_CASE("bleu: words and scores are those of scripts/goldens/bleu.py") {
        const nlohmann::json cases = nlohmann::json::parse(std::ifstream(tests::repository() / "tests/golden/bleu/bleu.json"));
        REQUIRE(cases.size() > 60);
        for (const nlohmann::json& one : cases) {
            CAPTURE(one.dump());
            Bleu bleu;
            for (size_t i = 0; i < one["written"].size(); ++i) {
                const auto written = one["written"][i].get<std::string>();
                CHECK(bleu_words(written) == one["words"][i].get<std::vector<std::string>>());
                bleu.add(written, one["references"][i].get<std::vector<std::string>>());
            }
            CHECK(bleu.words() == one["length"].get<int64_t>());
            CHECK(bleu.reference_words() == one["reference_length"].get<int64_t>());
            CHECK(bleu.brevity_penalty() == doctest::Approx(one["brevity_penalty"].get<double>()).epsilon(1e-12));
            CHECK(bleu.score() == doctest::Approx(one["score"].get<double>()).epsilon(1e-12));
            for (size_t order = 0; order < Bleu::kOrders; ++order) {
                CHECK(bleu.precisions()[order] == doctest::Approx(one["precisions"][order].get<double>()).epsilon(1e-12));
            }
        }
    }

    TEST_CASE("bleu: the paper's example, by hand") {
        // "the" is in a reference twice at most: 2 of 7 match; of two in a row and more nothing does
        Bleu bleu;
        bleu.add("the the the the the the the", std::vector<std::string>{"the cat is on the mat", "there is a cat on the mat"});
        CHECK(bleu.precisions()[0] == doctest::Approx(100.0 * 2 / 7));
        CHECK(bleu.precisions()[1] == doctest::Approx(100.0 / (2 * 6)));
        CHECK(bleu.precisions()[3] == doctest::Approx(100.0 / (8 * 4)));
        CHECK(bleu.reference_words() == 7);
        CHECK(bleu.signature() == "nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp");
        bleu.add("x", std::vector<std::string>{"x"});
        CHECK(bleu.signature() == "nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp");
    }

    TEST_CASE("bleu: bytes that are no UTF-8 are words like others; a sentence without a reference is refused") {
        CHECK(bleu_words("a\xff b.\xfe") == std::vector<std::string>{"a\xff", "b", ".", "\xfe"});
        CHECK(tests::sentence(ErrorKind::bad_input, [] { Bleu().add("so what", {}); }) ==
              "bleu: expected a reference or more for 'so what', got none");
        CHECK(Bleu().score() == 0);
    }
}

}  // namespace heed
