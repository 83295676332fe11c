#include "models/bert/label.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "support/device.h"
#include "support/folder.h"
#include "support/sentence.h"
#include "support/sources.h"

namespace heed {
namespace {

namespace fs = std::filesystem;

// A golden checkpoint that classifies, with more in its config file.
void write_model(const tests::Folder& folder, const std::string& name, const std::string& more = "") {
    const fs::path golden = tests::repository() / "tests" / "golden" / "bert" / name;
    std::string config = tests::contents(golden / "config.json");
    config.insert(config.find('{') + 1, more);
    folder.write("config.json", config);
    fs::copy(golden / "model.safetensors", folder.path / "model.safetensors");
    folder.write("vocab.txt",
                 "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\ncat\nsat\non\na\nmat\ndog\nran\nto\nhouse\n##s\nof\nred\nblue\n.\n");
}

}  // namespace

TEST_SUITE("device label") {
    TEST_CASE("a text's labels are the softmax of its logits, or each label's own chance, or the numbers") {
        struct Kind {
            std::string more;
            double (*score)(double logit, double sum);
        };
        const Kind kinds[] = {
            {"", [](double logit, double sum) { return std::exp(logit) / sum; }},
            {"\"problem_type\": \"multi_label_classification\",", [](double logit, double) { return 1 / (1 + std::exp(-logit)); }},
            {"\"problem_type\": \"regression\",", [](double logit, double) { return logit; }}};
        for (const Kind& kind : kinds) {
            CAPTURE(kind.more);
            const tests::Folder folder;
            write_model(folder, "bert-SequenceClassification", kind.more);
            TextModel model(tests::device(), folder.path);
            const Encoding tokens = model.tokenizer().encode("the cats sat");
            const TextAnswer answer = model.run(std::span(&tokens, 1))[0];
            double sum = 0;
            for (const float logit : answer.logits) {
                sum += std::exp(static_cast<double>(logit));
            }
            const std::vector<TextLabel> labels = text_labels(model, answer, 100);
            REQUIRE(labels.size() == 5);
            CHECK(text_labels(model, answer, 2).size() == 2);
            for (size_t i = 0; i < labels.size(); ++i) {
                const auto index = static_cast<size_t>(labels[i].label.back() - '0');  // "LABEL_3"
                CHECK(labels[i].score == doctest::Approx(kind.score(static_cast<double>(answer.logits[index]), sum)).epsilon(1e-5));
                CHECK((i == 0 || labels[i].score <= labels[i - 1].score));
            }
        }
    }

    TEST_CASE("a word's label is its first token's") {
        const tests::Folder folder, other;
        write_model(folder, "bert-TokenClassification");
        write_model(other, "bert-MaskedLM");
        TextModel model(tests::device(), folder.path);
        const std::string text = "The Cats sat, dogs";
        const Encoding tokens = model.tokenizer().encode(text);  // [CLS] the cat ##s sat [UNK] dog ##s [SEP]
        const TextAnswer answer = model.run(std::span(&tokens, 1))[0];
        const std::vector<LabelledWord> words = word_labels(model, text, tokens, answer);
        const std::vector<std::pair<std::string, size_t>> expected{{"The", 1}, {"Cats", 2}, {"sat", 4}, {",", 5}, {"dogs", 6}};
        REQUIRE(words.size() == expected.size());
        for (size_t i = 0; i < words.size(); ++i) {
            CHECK(words[i].word == expected[i].first);
            const float* const logits = &answer.logits[5 * expected[i].second];
            const auto best = static_cast<size_t>(std::max_element(logits, logits + 5) - logits);
            CHECK(words[i].label == model.config().labels[best]);
            CHECK(words[i].probability > 0.2);
        }
        TextModel masks(tests::device(), other.path);
        CHECK(tests::contains(tests::sentence(ErrorKind::bad_model, [&] { text_labels(masks, answer, 1); }),
                              "classifies texts, got one for something else"));
        CHECK(tests::contains(tests::sentence(ErrorKind::bad_model, [&] { word_labels(masks, text, tokens, answer); }),
                              "classifies tokens, got"));
    }
}

}  // namespace heed
