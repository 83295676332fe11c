#include "models/text_vectors.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "heed.h"
#include "models/bert/text_encoder.h"
#include "models/text/batches.h"
#include "support/device.h"
#include "support/folder.h"
#include "support/sentence.h"
#include "support/sources.h"

namespace heed {
namespace {

namespace fs = std::filesystem;
using tests::contains;
using tests::Folder;
using tests::sentence;

void write_model(const fs::path& folder, const std::string& name) {
    const fs::path golden = tests::repository() / "tests" / "golden" / "bert" / name;
    fs::copy(golden / "config.json", folder / "config.json");
    fs::copy(golden / "model.safetensors", folder / "model.safetensors");
    const Folder words;
    fs::copy(words.write("vocab.txt",
                         "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\ncat\nsat\non\na\nmat\ndog\nran\nto\nhouse\n##s\nof\nred\nblue\n.\n"),
             folder / "vocab.txt");
}

const char* kModules = R"([{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
{"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
{"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}])";

}  // namespace

TEST_SUITE("text vectors") {
    TEST_CASE("text vectors: pooling by hand") {
        const std::vector<float> tokens{1, -4, 2, 0, 6, -2};  // [3,2]
        CHECK(pooled(tokens, 2, Pooling::first) == std::vector<float>{1, -4});
        CHECK(pooled(tokens, 2, Pooling::mean) == std::vector<float>{3, -2});
        CHECK(pooled(tokens, 2, Pooling::max) == std::vector<float>{6, 0});
        CHECK(pooled(tokens, 2, Pooling::none) == tokens);
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { pooled(tokens, 4, Pooling::mean); }), "vectors of 4 numbers, got 6"));
        CHECK(pooling_of("first") == Pooling::first);
        CHECK(sentence(ErrorKind::bad_input, [] { pooling_of("cls"); }) == "pooling: expected none, first, mean or max, got 'cls'");
        std::vector<float> vector{3, -4}, zeros{0, 0};
        CHECK(cosine(vector, std::vector<float>{-6, 8}) == doctest::Approx(-1));
        CHECK(cosine(vector, std::vector<float>{4, 3}) == doctest::Approx(0));
        CHECK(cosine(vector, zeros) == 0);
        scale_to_length_one(vector);
        scale_to_length_one(zeros);
        CHECK(vector == std::vector<float>{0.6f, -0.8f});
        CHECK(zeros == std::vector<float>{0, 0});
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { cosine(vector, tokens); }), "got 2 and 6 numbers"));
    }

    TEST_CASE("text vectors: a folder says how it makes them") {
        const Folder folder;
        CHECK(read_vector_recipe(folder.path).pooling == Pooling::mean);
        CHECK(!read_vector_recipe(folder.path).length_one);
        fs::create_directory(folder.path / "1_Pooling");
        folder.write("modules.json", kModules);
        folder.write("1_Pooling/config.json",
                     R"({"word_embedding_dimension": 12, "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false})");
        folder.write("sentence_bert_config.json", R"({"max_seq_length": 9, "do_lower_case": true})");
        const VectorRecipe recipe = read_vector_recipe(folder.path);
        CHECK(recipe.model == folder.path);
        CHECK(recipe.pooling == Pooling::first);
        CHECK(recipe.length_one);
        CHECK(recipe.longest == 9);
        CHECK(recipe.lower_case);
        folder.write("1_Pooling/config.json", R"({"pooling_mode_max_tokens": true})");
        CHECK(read_vector_recipe(folder.path).pooling == Pooling::max);

        const auto complaint = [&](ErrorKind kind) { return sentence(kind, [&] { read_vector_recipe(folder.path); }); };
        folder.write("1_Pooling/config.json", R"({"pooling_mode_max_tokens": true, "pooling_mode_cls_token": true})");
        CHECK(contains(complaint(ErrorKind::unsupported), " besides another"));
        folder.write("1_Pooling/config.json", R"({"pooling_mode_lasttoken": true})");
        CHECK(contains(complaint(ErrorKind::unsupported), "cls_token, mean_tokens and max_tokens, got lasttoken"));
        folder.write("1_Pooling/config.json", R"({"pooling_mode_max_tokens": 1})");
        CHECK(contains(complaint(ErrorKind::bad_model), "pooling_mode_max_tokens"));
        folder.write("modules.json", R"([{"path": "", "type": "x.Transformer"}, {"path": "2_Dense", "type": "x.Dense"}])");
        CHECK(contains(complaint(ErrorKind::unsupported), "in this order, got Dense as number 2"));
        for (const char* wrong : {"{}", "[]", "[1]", "[{\"path\": 3, \"type\": \"x\"}]", "no json"}) {
            folder.write("modules.json", wrong);
            CHECK(contains(complaint(ErrorKind::bad_model), "expected a list of modules with path and type"));
        }
    }

    TEST_CASE("text vectors: batches are all texts, alike in length, of 1, 2, 4 ... texts") {
        const std::vector<size_t> lengths{3, 100, 7, 7, 8, 90, 1, 2, 300, 8, 8, 5, 6};
        const auto batches = batches_by_length(lengths, 4, 400);
        std::vector<size_t> all;
        for (const std::vector<size_t>& batch : batches) {
            CHECK((batch.size() == 1 || batch.size() == 2 || batch.size() == 4));
            const auto padded = static_cast<size_t>(bucket(static_cast<int64_t>(lengths[batch.front()])));
            CHECK((batch.size() == 1 || batch.size() * padded <= 400));
            for (const size_t i : batch) {
                CHECK(lengths[i] <= lengths[batch.front()]);
                CHECK((batch.size() == 1 || 2 * lengths[i] > padded));
                all.push_back(i);
            }
        }
        CHECK(batches.front() == std::vector<size_t>{8});
        std::ranges::sort(all);
        for (size_t i = 0; i < lengths.size(); ++i) {
            REQUIRE(all.size() == lengths.size());
            CHECK(all[i] == i);
        }
        CHECK(batches_by_length({}, 4).empty());
    }
}

TEST_SUITE("device text vectors") {
    TEST_CASE("texts in any order are each what they are alone, pooled and scaled") {
        const Folder folder;
        write_model(folder.path, "bert-MaskedLM");
        TextEncoder by_token(tests::device(), folder.path, {.pooling = Pooling::none});
        const size_t channels = by_token.channels();
        const std::vector<std::string> texts{"the cat", "a dog ran to the red house .", "mat", "the blue cats sat on a mat", "the", "of"};
        std::vector<Encoding> tokens;
        for (const std::string& text : texts) {
            tokens.push_back(by_token.tokens_of(text));
        }
        const auto hidden = by_token.run(tokens);

        // the same model as sentence-transformers has it
        fs::create_directory(folder.path / "1_Pooling");
        folder.write("modules.json", kModules);
        folder.write("1_Pooling/config.json", R"({"pooling_mode_mean_tokens": true})");
        TextEncoder pooled_one(tests::device(), folder.path);
        CHECK(pooled_one.pooling() == Pooling::mean);
        const auto vectors = pooled_one.run(tokens);
        for (size_t i = 0; i < texts.size(); ++i) {
            CAPTURE(texts[i]);
            REQUIRE(hidden[i].size() == tokens[i].size() * channels);
            const auto alone = by_token.run(std::span(tokens).subspan(i, 1))[0];
            std::vector<double> mean(channels, 0);
            for (size_t k = 0; k < alone.size(); ++k) {
                CHECK(hidden[i][k] == doctest::Approx(alone[k]).epsilon(1e-4));
                mean[k % channels] += static_cast<double>(alone[k]);
            }
            double length = 0;
            for (const double each : mean) {
                length += each * each;
            }
            REQUIRE(vectors[i].size() == channels);
            for (size_t c = 0; c < channels; ++c) {
                CHECK(vectors[i][c] == doctest::Approx(mean[c] / std::sqrt(length)).epsilon(1e-4));
            }
        }
        CHECK(cosine(vectors[0], vectors[0]) == doctest::Approx(1));
        CHECK(by_token.run({}).empty());
    }

    TEST_CASE("a text that is too long is refused or cut, its special tokens kept") {
        const Folder folder;
        write_model(folder.path, "distilbert-SequenceClassification");  // 16 positions
        const std::string text = "the cat sat on a mat the cat sat on a mat the cat sat on a mat";
        TextEncoder strict(tests::device(), folder.path), lenient(tests::device(), folder.path, {.cut = true});
        CHECK(sentence(ErrorKind::bad_input, [&] { strict.tokens_of(text); }) ==
              "DistilBERT: expected a text of at most 16 tokens, got 20");
        const Encoding cut = lenient.tokens_of(text);
        CHECK(cut.size() == 16);
        CHECK(cut.tokens.front() == "[CLS]");
        CHECK(cut.tokens[14] == "cat");
        CHECK(cut.tokens.back() == "[SEP]");
        CHECK(lenient.run(std::span(&cut, 1))[0].size() == lenient.channels());
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { strict.tokens_of("\xff"); }), "expected UTF-8"));
        folder.write("modules.json", R"([{"path": "", "type": "x.Transformer"}])");
        folder.write("sentence_bert_config.json", R"({"max_seq_length": 5})");
        CHECK(TextEncoder(tests::device(), folder.path, {.cut = true}).tokens_of(text).size() == 5);
    }
}

}  // namespace heed
