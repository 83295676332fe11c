#include "models/bert/bert.h"

#include <doctest/doctest.h>

#include "models/model_check.h"
#include "run/session.h"
#include "support/device.h"
#include "support/golden.h"
#include "support/sentence.h"

namespace {

using namespace heed;
namespace fs = std::filesystem;

struct Model {
    std::unique_ptr<Checkpoint> checkpoint;
    BertConfig config;
};

Model load(const fs::path& folder) {
    std::unique_ptr<Checkpoint> checkpoint = open_checkpoint(folder);
    BertConfig config = read_bert_config(Config::read(folder / "config.json"), *checkpoint);
    return {std::move(checkpoint), std::move(config)};
}

fs::path golden(const std::string& name) {
    return tests::golden("bert/" + name);
}

void check_golden(const std::string& name, DType stored, float tolerance) {
    INFO(name << " as " << to_string(stored));
    const Model model = load(golden(name));
    const tests::GoldenTensors expected(golden(name) / "golden.safetensors");
    const std::vector<int32_t> lengths = expected.integers("lengths");
    const auto batch = static_cast<int64_t>(lengths.size());
    const size_t tokens = expected.integers("ids").size() / lengths.size();
    const Graph graph =
        build_bert(model.config, *model.checkpoint,
                   {.batch = batch, .tokens = static_cast<int64_t>(tokens), .stored = stored, .hidden = true, .attention = true});
    Session session(tests::device(), graph);
    session.write("ids", expected.integers("ids"));
    if (model.config.types > 0) {
        session.write("types", expected.integers("types"));
    }
    session.write("lengths", lengths);
    session.run();
    const tests::Ragged rows{.lengths = lengths, .tokens = tokens};
    tests::check_close(session.read("hidden"), expected.floats("hidden"), rows, tolerance);
    const bool one = model.config.head.first_token;
    tests::check_close(session.read("logits"), expected.floats("logits"), one ? tests::Ragged{{1, 1}, 1} : rows, tolerance);
    const std::vector<float> attentions = expected.floats("attentions");
    const nn::EncoderShape& encoder = model.config.encoder;
    const size_t map = attentions.size() / static_cast<size_t>(encoder.layers);
    const tests::Ragged by_head{.lengths = lengths, .tokens = tokens, .heads = static_cast<size_t>(encoder.attention.heads)};
    for (size_t i = 0; i * map < attentions.size(); ++i) {
        tests::check_close(session.read(text("attention.", i)), std::span(attentions).subspan(i * map, map), by_head, tolerance);
    }
    CHECK_MESSAGE(tests::validation_messages() == 0, tests::validation_report());
}

const char* const kGoldens[] = {"bert-MaskedLM",
                                "bert-SequenceClassification",
                                "bert-TokenClassification",
                                "bert-QuestionAnswering",
                                "roberta-MaskedLM",
                                "roberta-SequenceClassification",
                                "distilbert-MaskedLM",
                                "distilbert-SequenceClassification",
                                "distilbert-QuestionAnswering"};

}  // namespace

TEST_SUITE_BEGIN("device bert");

TEST_CASE("every family and head gives what PyTorch gives, for sentences of different lengths") {
    for (const char* name : kGoldens) {
        check_golden(name, DType::f32, 2e-5f);
    }
    check_golden("bert-MaskedLM", DType::f16, 4e-2f);
}

TEST_CASE("the numbers are the same with every optional pass left out") {
    const Model model = load(golden("bert-MaskedLM"));
    const Graph graph = build_bert(model.config, *model.checkpoint, {.batch = 2, .tokens = 7, .attention = true});
    const std::map<std::string, std::vector<double>> values{
        {"ids", {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7}}, {"types", {0, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1}}, {"lengths", {7, 5}}};
    tests::check_on_device(graph, tests::feed_for(graph, values), {5e-5, 5e-5});
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("models");

TEST_CASE("bert: what a head is for is read from the checkpoint") {
    CHECK(load(golden("bert-MaskedLM")).config.task == BertTask::masked_words);
    CHECK(load(golden("bert-MaskedLM")).config.head.weight == "bert.embeddings.word_embeddings.weight");
    CHECK(load(golden("roberta-SequenceClassification")).config.task == BertTask::classify);
    CHECK(load(golden("bert-TokenClassification")).config.task == BertTask::classify_tokens);
    CHECK(load(golden("distilbert-QuestionAnswering")).config.task == BertTask::answer);
    CHECK(load(golden("bert-SequenceClassification")).config.labels.size() == 5);
    CHECK(load(golden("roberta-MaskedLM")).config.longest() == 14);
}

TEST_CASE("bert: too many tokens, another family and other positions are a sentence each") {
    const Model model = load(golden("roberta-MaskedLM"));
    CHECK(tests::sentence(ErrorKind::bad_input, [&] { build_bert(model.config, *model.checkpoint, {.tokens = 15}); }) ==
          "RoBERTa: expected 1 to 14 tokens, got 15");
    const Config other = Config::parse(R"({"model_type": "electra"})", "config.json");
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_model, [&] { read_bert_config(other, *model.checkpoint); }),
                          "expected model_type to be bert, roberta or distilbert"));
    const Config relative = Config::parse(R"({"model_type": "bert", "position_embedding_type": "relative_key"})", "config.json");
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_model, [&] { read_bert_config(relative, *model.checkpoint); }), "absolute"));
}

TEST_SUITE_END();
