#include "models/bert/text_model.h"

#include <doctest/doctest.h>

#include "models/bert/fill_mask.h"
#include "support/device.h"
#include "support/folder.h"
#include "support/sentence.h"
#include "support/sources.h"

namespace {

using namespace heed;
namespace fs = std::filesystem;

// A golden checkpoint with a vocabulary of as many words beside it.
void write_model(const tests::Folder& folder, const std::string& name, const std::string& words) {
    const fs::path golden = tests::repository() / "tests" / "golden" / "bert" / name;
    fs::copy(golden / "config.json", folder.path / "config.json");
    fs::copy(golden / "model.safetensors", folder.path / "model.safetensors");
    folder.write("vocab.txt", words);
}

constexpr const char* kWords =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\ncat\nsat\non\na\nmat\ndog\nran\nto\nhouse\n##s\nof\nred\nblue\n.\n,\nand\nis\n";

}  // namespace

TEST_SUITE_BEGIN("device text model");

TEST_CASE("a batch of different lengths is its texts one by one") {
    const tests::Folder folder;
    write_model(folder, "bert-MaskedLM", kWords);
    TextModel model(tests::device(), folder.path, {.hidden = true, .attention = true});
    std::vector<Encoding> texts;
    for (const char* text : {"the cat sat on the mat .", "a dog", "the red house"}) {
        texts.push_back(model.tokenizer().encode(text));
    }
    const std::vector<TextAnswer> together = model.run(texts);
    for (size_t i = 0; i < texts.size(); ++i) {
        const TextAnswer alone = model.run(std::span(texts).subspan(i, 1))[0];
        const size_t tokens = texts[i].size();
        REQUIRE(alone.logits.size() == tokens * 23);
        REQUIRE(together[i].logits.size() == alone.logits.size());
        for (size_t k = 0; k < alone.logits.size(); ++k) {
            CHECK(alone.logits[k] == doctest::Approx(together[i].logits[k]).epsilon(1e-4));
        }
        REQUIRE(alone.hidden.size() == tokens * 12);
        REQUIRE(alone.attention.size() == 2);
        REQUIRE(alone.attention[1].size() == 3 * tokens * tokens);
        for (size_t row = 0; row < 3 * tokens; ++row) {
            float sum = 0;
            for (size_t s = 0; s < tokens; ++s) {
                sum += together[i].attention[1][row * tokens + s];
            }
            CHECK(sum == doctest::Approx(1).epsilon(1e-4));
        }
    }
}

TEST_CASE("every mask gets its likeliest words") {
    const tests::Folder folder;
    write_model(folder, "bert-MaskedLM", kWords);
    TextModel model(tests::device(), folder.path);
    const auto masks = fill_masks(model, "the [MASK] sat on [MASK] mat", 4);
    REQUIRE(masks.size() == 2);
    for (const std::vector<WordGuess>& guesses : masks) {
        REQUIRE(guesses.size() == 4);
        for (size_t i = 0; i < guesses.size(); ++i) {
            CHECK(guesses[i].probability > 0);
            CHECK((i == 0 || guesses[i].probability <= guesses[i - 1].probability));
            CHECK(model.tokenizer().id_of(model.tokenizer().token_of(guesses[i].id)) == guesses[i].id);
        }
    }
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_input, [&] { fill_masks(model, "the cat", 3); }), "[MASK], got 'the cat'"));
}

TEST_CASE("a tokenizer that knows more words than the model, a text that is too long, a model for something else") {
    const tests::Folder folder;
    write_model(folder, "bert-MaskedLM", std::string(kWords) + "more\n");
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_model, [&] { TextModel(tests::device(), folder.path); }),
                          "expected a tokenizer of at most the model's 23 words, got one of 24"));
    const tests::Folder other;
    write_model(other, "distilbert-SequenceClassification", kWords);
    TextModel model(tests::device(), other.path);
    const Encoding text = model.tokenizer().encode("the cat sat on a mat and the dog ran to the red house of the cat");
    CHECK(tests::sentence(ErrorKind::bad_input, [&] { model.run(std::span(&text, 1)); }) ==
          "DistilBERT: expected a text of 1 to 16 tokens, got 19");
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_model, [&] { fill_masks(model, "a [MASK]", 3); }), "without such a head"));
}

TEST_SUITE_END();
