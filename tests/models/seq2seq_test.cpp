#include <doctest/doctest.h>

#include <algorithm>

#include "models/search_json.h"
#include "models/seq2seq/searchable.h"
#include "models/seq2seq/speller.h"
#include "models/seq2seq/symbols.h"
#include "support/device.h"
#include "support/folder.h"
#include "support/golden.h"
#include "support/sentence.h"

namespace {

using namespace heed;
namespace fs = std::filesystem;

const char* const kGoldens[] = {"additive-bahdanau",
                                "additive-luong-rnn",
                                "concat-bahdanau",
                                "concat-luong",
                                "dot-bahdanau-rnn",
                                "dot-luong",
                                "every-step",
                                "every-step-zero",
                                "general-bahdanau-gru",
                                "general-luong-fed",
                                "gnmt",
                                "linear-concat-luong-gru",
                                "local-m-luong",
                                "local-p-bahdanau",
                                "local-p-luong-fed",
                                "location-bahdanau",
                                "location-luong-fed",
                                "plain",
                                "plain-rnn",
                                "scaled-dot-luong-fed"};

struct Model {
    fs::path folder;
    std::unique_ptr<Checkpoint> weights;
    Seq2SeqConfig config;

    explicit Model(const std::string& name) : folder(tests::golden("recurrent/" + name)), weights(open_checkpoint(folder)) {
        config = read_seq2seq_config(Config::read(folder / "config.json"), *weights);
    }
};

// Sentences as the search gives them: without what fills them up.
std::vector<std::vector<int32_t>> sources_of(const tests::GoldenTensors& golden) {
    const std::vector<int32_t> ids = golden.integers("source_ids"), lengths = golden.integers("source_lengths");
    const auto padded = static_cast<std::ptrdiff_t>(ids.size() / lengths.size());
    std::vector<std::vector<int32_t>> out;
    for (const int32_t length : lengths) {
        const auto begin = ids.begin() + padded * static_cast<std::ptrdiff_t>(out.size());
        out.emplace_back(begin, begin + length);
    }
    return out;
}

// Reads the golden's targets step by step and compares all logits and all weights on the way.
void check_golden(const std::string& name, DType stored, float tolerance) {
    INFO(name << " as " << to_string(stored));
    const Model model(name);
    const tests::GoldenTensors golden(model.folder / "golden.safetensors");
    const auto sources = sources_of(golden);
    const std::vector<int32_t> targets = golden.integers("target_ids");
    const size_t batch = sources.size(), steps = targets.size() / batch, words = static_cast<size_t>(model.config.target_words);
    const std::vector<float> logits = golden.floats("logits");
    const std::vector<float> weights = model.config.attends() ? golden.floats("weights") : std::vector<float>();
    SearchableSeq2Seq searchable(tests::device(), model.config, *model.weights, {.stored = stored});
    searchable.begin(sources, static_cast<int64_t>(batch));
    std::vector<int32_t> all(words);
    for (size_t i = 0; i < words; ++i) {
        all[i] = static_cast<int32_t>(i);
    }
    for (size_t t = 0; t < steps; ++t) {
        std::vector<StepRow> rows;
        StepRequest request{.best = 1, .attention = true};
        for (size_t b = 0; b < batch; ++b) {
            const auto number = static_cast<int32_t>(b);
            rows.push_back({.token = targets[b * steps + t], .parent = t == 0 ? -1 : number, .sentence = number});
            request.asked.insert(request.asked.end(), all.begin(), all.end());
            request.asked_ends.push_back(request.asked.size());
        }
        const StepScores scores = searchable.step(rows, request);
        for (size_t b = 0; b < batch; ++b) {
            INFO("step " << t << " of sentence " << b);
            tests::check_close(std::span(scores.asked).subspan(b * words, words), std::span(logits).subspan((b * steps + t) * words, words),
                               tolerance);
            if (!weights.empty()) {
                const size_t padded = weights.size() / batch / steps;
                tests::check_close(scores.attention.at(b), std::span(weights).subspan((b * steps + t) * padded, sources[b].size()),
                                   tolerance);
            }
        }
    }
    CHECK_MESSAGE(tests::validation_messages() == 0, tests::validation_report());
}

GenerationOptions generation_of(const Model& model, int64_t beams) {
    GenerationOptions options = read_generation_options(model.folder);
    options.num_beams = beams;
    return options;
}

}  // namespace

TEST_SUITE_BEGIN("device seq2seq");

TEST_CASE("every score, order and context gives what the formulas give, for sentences of different lengths together") {
    for (const char* name : kGoldens) {
        check_golden(name, DType::f32, 3e-5f);
        check_golden(name, DType::f16, 1e-1f);
    }
}

TEST_CASE("a sentence gets the same letters whatever is searched beside it") {
    for (const char* name : {"general-luong-fed", "additive-bahdanau", "gnmt", "plain"}) {
        INFO(name);
        const Model model(name);
        const auto sources = sources_of(tests::GoldenTensors(model.folder / "golden.safetensors"));
        SearchableSeq2Seq searchable(tests::device(), model.config, *model.weights);
        const GenerationOptions options = generation_of(model, 3);
        searchable.begin(sources, 3 * static_cast<int64_t>(sources.size()));
        const auto together = search(searchable, {.sentences = sources.size()}, options);
        for (size_t i = 0; i < sources.size(); ++i) {
            searchable.begin(std::span(sources).subspan(i, 1), 3);
            const auto alone = search(searchable, {}, options);
            REQUIRE(alone[0].size() == together[i].size());
            CHECK(alone[0][0].tokens == together[i][0].tokens);
            CHECK(alone[0][0].score == doctest::Approx(together[i][0].score).epsilon(1e-5));
        }
    }
}

TEST_CASE("beams find at least as likely a sequence as the greedy search, and its states are its own") {
    const Model model("general-luong-fed");
    const auto sources = sources_of(tests::GoldenTensors(model.folder / "golden.safetensors"));
    SearchableSeq2Seq searchable(tests::device(), model.config, *model.weights);
    const auto score_along = [&](const GeneratedSequence& found, size_t sentence) {  // by reading it alone, one row
        searchable.begin(std::span(sources).subspan(sentence, 1), 1);
        double sum = 0;
        int32_t before = 2;
        for (size_t t = 0; t < found.tokens.size(); ++t) {
            const StepRow row{.token = before, .parent = t == 0 ? -1 : 0};
            const StepScores scores = searchable.step({&row, 1}, {.best = 1, .asked = {found.tokens[t]}, .asked_ends = {1}});
            sum += static_cast<double>(scores.asked[0]) - scores.log_sum[0];
            before = found.tokens[t];
        }
        return sum;
    };
    for (size_t i = 0; i < sources.size(); ++i) {
        searchable.begin(std::span(sources).subspan(i, 1), 8);
        const auto wide = search(searchable, {}, generation_of(model, 8))[0];
        CHECK(wide[0].log_probability == doctest::Approx(score_along(wide[0], i)).epsilon(1e-4));
    }
}

TEST_CASE("a speller says which letter it does not know, and aligns what it wrote") {
    Speller speller(tests::device(), tests::golden("recurrent/additive-bahdanau"));
    const std::vector<std::string> texts{"abba", "ab7", "", "ÁB", "\xff"};
    const std::vector<Written> found = speller.write(texts, speller.generation());
    REQUIRE(found.size() == 5);
    CHECK(found[0].problem == "");
    CHECK(found[1].problem == "expected letters that the model knows, got '7'");
    CHECK(found[2].problem == "expected a text, got nothing that can be read");
    CHECK(found[3].problem == "");
    CHECK(found[4].problem == "the text: expected UTF-8, got the byte 0xff at 0");
    const std::vector<Written> same = speller.write(std::vector<std::string>{"ab"}, speller.generation());
    CHECK(same[0].best[0].text == found[3].best[0].text);
    const Alignment alignment = speller.align("abba", found[0].best[0], speller.generation());
    CHECK(alignment.source == std::vector<std::string>{"a", "b", "b", "a"});
    CHECK(alignment.target.size() == found[0].best[0].ids.size());
    REQUIRE(alignment.layers.size() == 1);
    for (size_t t = 0; t < alignment.target.size(); ++t) {
        float sum = 0;
        for (size_t s = 0; s < 4; ++s) {
            sum += alignment.layers[0][t * 4 + s];
        }
        CHECK(sum == doctest::Approx(1));
    }
    Speller plain(tests::device(), tests::golden("recurrent/plain"));
    const std::vector<Written> blind = plain.write(std::vector<std::string>{"ab"}, plain.generation());
    CHECK(tests::sentence(ErrorKind::bad_model, [&] { plain.align("ab", blind[0].best[0], plain.generation()); }) ==
          "seq2seq: expected a model that attends, got one that reads the encoder's last state alone");
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("seq2seq");

TEST_CASE("seq2seq: config files that contradict themselves are sentences") {
    const Model model("gnmt");
    const auto refused = [&](const std::string& encoder, const std::string& rest) {
        const std::string json = R"({"model_type": "heed_seq2seq", "source_vocab_size": 9, "target_vocab_size": 9, "source_embedding": 5,
            "target_embedding": 6, "encoder": )" +
                                 encoder + R"(, "decoder": {"cell": "gru", "layers": 1, "hidden": 8}, )" + rest + "}";
        return tests::sentence(ErrorKind::bad_model, [&] { read_seq2seq_config(Config::parse(json, "config.json"), *model.weights); });
    };
    const std::string gru = R"({"cell": "gru", "layers": 1, "hidden": 4, "bidirectional": true})";
    const std::string initial = R"("initial_state": "zero", "context": "initial")";
    CHECK(refused(R"({"cell": "lstn", "layers": 1, "hidden": 4})", initial) ==
          "config.json: expected encoder.cell to be one of lstm, gru, rnn, got \"lstn\"");
    CHECK(refused(R"({"cell": "gru", "layers": 1, "hidden": 4, "bidirectional": "last"})", initial) ==
          "config.json: expected encoder.bidirectional to be true, false or \"first\", got \"last\"");
    CHECK(refused(R"({"cell": "gru", "layers": 2, "hidden": 4, "residual_from": 0})", initial) ==
          "config.json: expected encoder.residual_from to be a layer that says as many numbers as it reads, not 4 of 5, got 0");
    CHECK(refused(R"({"cell": "gru", "layers": 1, "hidden": 4})", R"("initial_state": "last", "context": "initial")") ==
          "config.json: expected initial_state to be zero or bridge where encoder and decoder differ in cells, layers or width, got "
          "\"last\"");
    CHECK(
        refused(
            gru,
            R"("initial_state": "zero", "context": "attention", "attention": {"score": "dot", "order": "bahdanau", "input_feeding": true})") ==
        "config.json: expected attention.input_feeding to be false with the order bahdanau, which feeds contexts, got true");
}

TEST_CASE("symbols: letters, words, accents, and what is none of them") {
    const auto symbols = [](const std::string& json) { return Symbols(Config::parse(json, "symbols.json")); };
    const Symbols letters =
        symbols(R"({"unit": "letter", "lower": true, "symbols": ["<pad>", "</s>", " ", "a", "b", "ß", "é", "e", "s"]})");
    CHECK(letters.encode("Ab") == std::vector<int32_t>{3, 4});
    CHECK(letters.encode("éèẞ\t") == std::vector<int32_t>{6, 7, 5, 2});  // an accent that is known, one that is not
    CHECK(letters.decode(std::vector<int32_t>{3, 2, 4, 1}) == "a b");
    CHECK(tests::sentence(ErrorKind::bad_input, [&] { (void)letters.encode("a日"); }) == "expected letters that the model knows, got '日'");
    CHECK(tests::sentence(ErrorKind::bad_input, [&] { (void)letters.encode("<pad>"); }) ==
          "expected letters that the model knows, got '<'");
    const Symbols words = symbols(R"({"unit": "word", "symbols": ["</s>", "AH", "B"]})");
    CHECK(words.encode(" AH  B ") == std::vector<int32_t>{1, 2});
    CHECK(words.decode(std::vector<int32_t>{1, 2, 0}) == "AH B");
    CHECK(tests::sentence(ErrorKind::bad_input, [&] { (void)words.encode("</s>"); }) == "expected words that the model knows, got '</s>'");
    CHECK(tests::sentence(ErrorKind::bad_model, [&] { symbols(R"({"unit": "letter", "symbols": ["a", "a"]})"); }) ==
          "symbols.json: expected symbols to be a list without repetitions, not with 'a' twice, got [\"a\",\"a\"]");
}

TEST_SUITE_END();
