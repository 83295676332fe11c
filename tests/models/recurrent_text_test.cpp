#include "models/recurrent/recurrent_text.h"

#include <doctest/doctest.h>

#include "models/model_check.h"
#include "models/recurrent/text_classifier.h"
#include "support/device.h"
#include "support/folder.h"
#include "support/golden.h"
#include "support/sentence.h"

namespace {

using namespace heed;

struct Model {
    std::filesystem::path folder;
    std::unique_ptr<Checkpoint> weights;
    RecurrentTextConfig config;

    explicit Model(const std::string& name) : folder(tests::golden("recurrent_text/" + name)), weights(open_checkpoint(folder)) {
        config = read_recurrent_text_config(Config::read(folder / "config.json"), *weights);
    }
};

void check_golden(const std::string& name, DType stored, float tolerance) {
    INFO(name << " as " << to_string(stored));
    const Model model(name);
    const tests::GoldenTensors golden(model.folder / "golden.safetensors");
    const std::vector<int64_t> sizes = golden.sizes("ids");
    const Graph graph =
        build_recurrent_text(model.config, *model.weights, {.batch = sizes[0], .tokens = sizes[1], .stored = stored, .attention = true});
    Session session(tests::device(), graph);
    session.write("ids", golden.integers("ids"));
    session.write("lengths", golden.integers("lengths"));
    session.run();
    const tests::Ragged rows{.lengths = golden.integers("lengths"), .tokens = static_cast<size_t>(sizes[1])};
    const bool by_token = model.config.task == RecurrentTask::tag;
    const tests::Ragged texts{.lengths = {1, 1, 1}, .tokens = 1};
    tests::check_close(session.read("logits"), golden.floats("logits"), by_token ? rows : texts, tolerance);
    if (model.config.attends) {
        tests::check_close(session.read("attention"), golden.floats("attention"), rows, tolerance);
        tests::check_close(session.read("attended"), golden.floats("attended"), tolerance);
    }
    CHECK_MESSAGE(tests::validation_messages() == 0, tests::validation_report());
}

const char* const kGoldens[] = {"attends", "attends-scaled", "mean", "last", "tagger"};

}  // namespace

TEST_SUITE_BEGIN("device recurrent text");

TEST_CASE("classifiers and taggers give what PyTorch gives, for texts of different lengths together") {
    for (const char* name : kGoldens) {
        check_golden(name, DType::f32, 2e-5f);
        check_golden(name, DType::f16, 6e-2f);
    }
}

TEST_CASE("a text classifier's numbers are the same with every optional pass left out") {
    const Model model("attends-scaled");
    const Graph graph = build_recurrent_text(model.config, *model.weights, {.batch = 2, .tokens = 4, .attention = true});
    tests::check_on_device(graph, tests::feed_for(graph, {{"ids", {3, 1, 4, 1, 5, 9, 2, 6}}, {"lengths", {4, 2}}}));
}

TEST_CASE("a text classifier reads a folder: probabilities, where it looked, and texts without a word") {
    tests::Folder folder;
    std::filesystem::copy(tests::golden("recurrent_text/attends"), folder.path, std::filesystem::copy_options::recursive);
    folder.write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nfree\ncall\n##s\nnow\n!\nme\n");
    folder.write("tokenizer_config.json", R"({"tokenizer_class": "BertTokenizer", "do_lower_case": true})");
    TextClassifier classifier(tests::device(), folder.path, {.attention = true});
    const std::vector<std::string> texts{"Free calls now!", "", "call me", "Free calls now! 日"};
    const std::vector<ClassifiedText> found = classifier.classify(texts);
    CHECK(found[0].tokens.tokens == std::vector<std::string>{"[CLS]", "free", "call", "##s", "now", "!", "[SEP]"});
    REQUIRE(found[0].probabilities.size() == 2);
    CHECK(found[0].probabilities[0] + found[0].probabilities[1] == doctest::Approx(1));
    REQUIRE(found[0].attended.size() == 7);
    float sum = 0;
    for (const float share : found[0].attended) {
        sum += share;
    }
    CHECK(sum == doctest::Approx(1));
    CHECK(found[0].attention.size() == 49);
    CHECK(found[1].problem == "expected a text, got one without a word");
    CHECK(found[3].tokens.tokens.at(6) == "[UNK]");
    const std::vector<ClassifiedText> alone = classifier.classify(std::span(texts).subspan(2, 1));
    CHECK(alone[0].probabilities == found[2].probabilities);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("recurrent text");

TEST_CASE("recurrent text: config files that contradict themselves are sentences") {
    const Model model("tagger");
    const auto refused = [&](const std::string& recurrent, const std::string& rest) {
        const std::string json = R"({"vocab_size": 9, "embedding": 4, "labels": ["a", "b"], "recurrent": )" + recurrent + rest + "}";
        return tests::sentence(ErrorKind::bad_model,
                               [&] { read_recurrent_text_config(Config::parse(json, "config.json"), *model.weights); });
    };
    const std::string lstm = R"({"cell": "lstm", "layers": 1, "hidden": 4})", type = R"(, "model_type": "heed_text_classifier")";
    CHECK(refused(lstm, "") == "config.json: expected model_type, heed_text_classifier or heed_tagger, got none");
    CHECK(refused(R"({"cell": "cnn", "layers": 1, "hidden": 4})", type) ==
          "config.json: expected recurrent.cell to be one of lstm, gru, rnn, got \"cnn\"");
    CHECK(refused(lstm, type + R"(, "pooling": "max")") == "config.json: expected pooling to be mean or last, got \"max\"");
    CHECK(refused(lstm, type + R"(, "pooling": "last", "attention": {})") ==
          "config.json: expected attention to be left out where no mean is taken of what it gives, got {}");
}

TEST_SUITE_END();
