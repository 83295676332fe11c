#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "models/search_json.h"
#include "models/toy_model.h"
#include "support/sources.h"

namespace heed {
namespace {

using nlohmann::json;

tests::Toy toy_of(const json& model) {
    return {.seed = model["seed"],
            .vocabulary = model["vocabulary"],
            .memory = model["memory"],
            .steps = model["steps"],
            .unit = model["unit"],
            .holes = model.value("holes", uint64_t{0})};
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("search: goldens of a plain search in Python") {
        const json file = json::parse(tests::read_source("tests/golden/search/search.json").text);
        for (size_t i = 0; i < file["cases"].size(); ++i) {
            const json& golden = file["cases"][i];
            CAPTURE(i);
            const tests::Toy toy = toy_of(file["models"][golden["model"].get<size_t>()]);
            tests::ToyModel model(toy);
            const auto together = search(model, {.sentences = golden["found"].size()}, tests::options_of(golden["options"]));
            for (size_t j = 0; j < together.size(); ++j) {
                CAPTURE(j);
                tests::check_found(together[j], golden["found"][j], 2e-9);
            }
        }
    }
}

}  // namespace heed
