#include "models/translate/translator.h"

#include <doctest/doctest.h>

#include <numeric>

#include "models/shipped.h"
#include "support/device.h"
#include "support/folder.h"
#include "support/golden.h"
#include "support/sentence.h"

namespace {

using namespace heed;
namespace fs = std::filesystem;

// A small checkpoint whose tokens have names: t5, t6 ... behind the special ones.
fs::path named_model(const tests::Folder& folder, int words = 29) {
    for (const char* file : {"config.json", "generation_config.json", "model.safetensors"}) {
        fs::copy_file(tests::golden("transformer/marian") / file, folder.path / file);
    }
    std::string vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";
    for (int i = 5; i < words; ++i) {
        vocabulary += text("t", i, "\n");
    }
    folder.write("vocab.txt", vocabulary);
    return folder.path;
}

const std::vector<std::string> kTexts{"t5 t6 t7 t8 t9 t10 t11", "t12", "  ", "t9 t5", "\xff", "t20 t21 t22"};

}  // namespace

TEST_SUITE_BEGIN("device translator");

TEST_CASE("texts are translated in their order, each as it would be alone; those that cannot be say why") {
    const tests::Folder folder;
    Translator translator(tests::device(), open_translation_model(named_model(folder)), {.precision = Precision::f32, .batch = 2});
    GenerationOptions options = translator.model().generation;
    options.num_beams = 3;
    options.num_return_sequences = 2;
    options.max_length = 9;
    const std::vector<Translation> all = translator.translate(kTexts, options);
    REQUIRE(all.size() == kTexts.size());
    CHECK(all[2].problem == "expected a text to translate, got an empty one");
    CHECK(tests::contains(all[4].problem, "expected UTF-8, got the byte 0xff"));
    for (const size_t i : {0, 1, 3, 5}) {
        const Translation alone = translator.translate({{kTexts[i]}}, options)[0];
        CHECK(all[i].problem.empty());
        REQUIRE(all[i].best.size() == alone.best.size());
        for (size_t n = 0; n < alone.best.size(); ++n) {
            CHECK(all[i].best[n].text == alone.best[n].text);
            CHECK(all[i].best[n].score == doctest::Approx(alone.best[n].score).epsilon(1e-5));
        }
    }
    std::string longer = "t5";
    for (int i = 0; i < 4096; ++i) {
        longer += " t6";
    }
    CHECK(tests::contains(translator.translate({{longer}}, options)[0].problem, "tokens, got 4099"));
    CHECK_MESSAGE(tests::validation_messages() == 0, tests::validation_report());
}

TEST_CASE("an alignment has a row for every token that was written, and every row looks at the whole text") {
    const tests::Folder folder;
    Translator translator(tests::device(), open_translation_model(named_model(folder)), {.precision = Precision::f32});
    GenerationOptions options = translator.model().generation;
    options.max_length = 8;
    options.prefix = {7, 9};
    const Hypothesis best = translator.translate({{kTexts[0]}}, options)[0].best.front();
    const Alignment alignment = translator.align(kTexts[0], best, options);
    CHECK(alignment.source.size() == 9);  // with [CLS] and [SEP]
    CHECK(alignment.target.size() == best.ids.size());
    REQUIRE(alignment.layers.size() == static_cast<size_t>(translator.model().config.decoder.layers));
    for (const std::vector<float>& layer : alignment.layers) {
        REQUIRE(layer.size() == static_cast<size_t>(alignment.heads) * best.ids.size() * 9);
        for (size_t row = 0; row < layer.size(); row += 9) {
            CHECK(std::accumulate(layer.begin() + static_cast<std::ptrdiff_t>(row), layer.begin() + static_cast<std::ptrdiff_t>(row + 9),
                                  0.0f) == doctest::Approx(1));
        }
    }
}

TEST_CASE("of a translation all that was looked at can be had: rows add up, and nothing looks ahead") {
    const tests::Folder folder;
    Translator translator(tests::device(), open_translation_model(named_model(folder)), {.precision = Precision::f32});
    GenerationOptions options = translator.model().generation;
    options.max_length = 8;
    options.prefix = {7, 9};
    const Hypothesis best = translator.translate({{kTexts[0]}}, options)[0].best.front();
    const TranslationMaps maps = translator.maps(kTexts[0], best, options);
    const size_t written = best.ids.size(), read = written + 2;  // start, two of the prefix, and no last one
    CHECK(maps.encoder.source == maps.encoder.target);
    CHECK(maps.decoder.source.size() == read);
    CHECK(maps.decoder.target == maps.cross.target);
    const auto check_rows = [](const Alignment& alignment, int layers) {
        REQUIRE(alignment.layers.size() == static_cast<size_t>(layers));
        const auto width = static_cast<std::ptrdiff_t>(alignment.source.size());
        for (const std::vector<float>& layer : alignment.layers) {
            REQUIRE(layer.size() == static_cast<size_t>(alignment.heads) * alignment.target.size() * alignment.source.size());
            for (auto row = layer.begin(); row != layer.end(); row += width) {
                CHECK(std::accumulate(row, row + width, 0.0f) == doctest::Approx(1));
            }
        }
    };
    check_rows(maps.encoder, translator.model().config.encoder.layers);
    check_rows(maps.cross, translator.model().config.decoder.layers);
    check_rows(maps.decoder, translator.model().config.decoder.layers);
    for (size_t row = 0; row < written; ++row) {
        for (size_t ahead = row + 3; ahead < read; ++ahead) {
            CHECK(maps.decoder.layers[0][row * read + ahead] == 0);
        }
    }
    const Alignment cross = translator.align(kTexts[0], best, options);
    for (size_t i = 0; i < cross.layers[0].size(); ++i) {
        CHECK(cross.layers[0][i] == doctest::Approx(maps.cross.layers[0][i]));
    }
    CHECK_MESSAGE(tests::validation_messages() == 0, tests::validation_report());
}

TEST_CASE("the model in the box translates everyday sentences") {
    Translator translator(tests::device(), open_translation_model(shipped_model("en-es")));
    const std::vector<std::string> texts{"I want to go to the cinema.", "Where is the train station?", "How much does this cost?",
                                         "The book is on the table."};
    const std::vector<std::string> expected{"Quiero ir al cine.", "¿Dónde está la estación de tren?", "¿Cuánto cuesta esto?",
                                            "El libro está sobre la mesa."};
    const std::vector<Translation> found = translator.translate(texts, translator.model().generation);
    for (size_t i = 0; i < texts.size(); ++i) {
        CHECK(found[i].best.front().text == expected[i]);
    }
}

TEST_CASE("a translation can be watched as it grows, and given up") {
    const tests::Folder folder;
    Translator translator(tests::device(), open_translation_model(named_model(folder)), {.precision = Precision::f32});
    GenerationOptions options = translator.model().generation;
    options.num_beams = 1, options.min_length = 9, options.max_length = 9;
    std::vector<std::string> seen;
    const Translation whole = translator.translate({{kTexts[0]}}, options, [&](size_t text, const std::string& so_far, bool) {
        CHECK(text == 0);
        CHECK((seen.empty() || so_far.starts_with(seen.back())));
        seen.push_back(so_far);
        return true;
    })[0];
    CHECK(seen.size() == 8);
    CHECK(seen.back() == whole.best.front().text);
    const Translation cut = translator.translate({{kTexts[0]}}, options, [](size_t, const std::string&, bool) { return false; })[0];
    CHECK(cut.best.front().end == SequenceEnd::cancelled);
    CHECK(cut.best.front().ids.size() == 1);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("models");

TEST_CASE("translator: a tokenizer with more words than the model, and a folder of another kind, are a sentence each") {
    const tests::Folder folder;
    const fs::path path = named_model(folder, 200);
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_model, [&] { open_translation_model(path); }), "words, got one of 200"));
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_model, [&] { open_translation_model(tests::golden("bert/bert-MaskedLM")); }),
                          "expected model_type to be"));
}

TEST_SUITE_END();
