#include "models/recurrent/language_model.h"

#include <doctest/doctest.h>

#include "models/decode/search.h"
#include "run/session.h"
#include "support/device.h"
#include "support/golden.h"
#include "support/sentence.h"

namespace {

using namespace heed;

struct Model {
    std::filesystem::path folder = tests::golden("recurrent_text/language-model");
    std::unique_ptr<Checkpoint> weights = open_checkpoint(folder);
    LanguageModelConfig config = read_language_model_config(Config::read(folder / "config.json"));
    tests::GoldenTensors golden{folder / "golden.safetensors"};
};

}  // namespace

TEST_SUITE_BEGIN("device language model");

TEST_CASE("a recurrent language model gives what PyTorch gives, all at once and token after token") {
    const Model model;
    const std::vector<int64_t> sizes = model.golden.sizes("ids");
    const std::vector<int32_t> ids = model.golden.integers("ids");
    const std::vector<float> expected = model.golden.floats("logits");
    const Graph graph = build_language_model(model.config, *model.weights, {.batch = sizes[0], .tokens = sizes[1]});
    Session session(tests::device(), graph);
    session.write("ids", ids);
    session.write("lengths", std::vector<int32_t>{static_cast<int32_t>(sizes[1]), static_cast<int32_t>(sizes[1])});
    session.run();
    tests::check_close(session.read("logits"), expected, 2e-5f);

    SearchableLanguageModel searchable(tests::device(), model.config, *model.weights);
    searchable.begin(2);
    const auto words = static_cast<size_t>(model.config.words), steps = static_cast<size_t>(sizes[1]);
    std::vector<int32_t> all(words);
    for (size_t i = 0; i < words; ++i) {
        all[i] = static_cast<int32_t>(i);
    }
    for (size_t t = 0; t < steps; ++t) {  // the second text in the first row, and back
        const auto first = static_cast<int32_t>(t % 2), second = 1 - first;
        const StepRow rows[] = {{.token = ids[static_cast<size_t>(first) * steps + t], .parent = t == 0 ? -1 : 1, .sentence = first},
                                {.token = ids[static_cast<size_t>(second) * steps + t], .parent = t == 0 ? -1 : 0, .sentence = second}};
        const StepScores scores = searchable.step(rows, {.best = 1, .asked = all, .asked_ends = {words, words}});
        const auto at = [&](int32_t text) { return std::span(expected).subspan((static_cast<size_t>(text) * steps + t) * words, words); };
        tests::check_close(std::span(scores.asked).subspan(0, words), at(first), 2e-5f);
    }
    CHECK_MESSAGE(tests::validation_messages() == 0, tests::validation_report());
}

TEST_CASE("a search goes on from a prefix, and begins anew") {
    const Model model;
    SearchableLanguageModel searchable(tests::device(), model.config, *model.weights);
    const GenerationOptions options{.decoder_start_token_id = 1, .prefix = {4, 9}, .eos_token_ids = {0}, .max_length = 9, .num_beams = 3};
    searchable.begin(3);
    const auto once = search(searchable, {}, options);
    searchable.begin(3);
    const auto again = search(searchable, {}, options);
    REQUIRE(!once[0].empty());
    CHECK(once[0][0].tokens == again[0][0].tokens);
    CHECK(once[0][0].score == again[0][0].score);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("language model");

TEST_CASE("language model: one that reads backwards is refused") {
    const std::string json = R"({"model_type": "heed_language_model", "vocab_size": 5, "embedding": 3,
        "recurrent": {"cell": "lstm", "layers": 1, "hidden": 4, "bidirectional": true}})";
    CHECK(tests::sentence(ErrorKind::bad_model, [&] { read_language_model_config(Config::parse(json, "config.json")); }) ==
          "config.json: expected recurrent.bidirectional to be false, as nothing comes after the next token, got true");
}

TEST_SUITE_END();
