#include "models/transformer/transformer.h"

#include <doctest/doctest.h>

#include <cmath>

#include "models/model_check.h"
#include "models/search_json.h"
#include "models/whole_model.h"
#include "run/session.h"
#include "support/device.h"
#include "support/golden.h"
#include "support/sentence.h"

namespace {

using namespace heed;
namespace fs = std::filesystem;

struct Model {
    std::unique_ptr<Checkpoint> checkpoint;
    TransformerConfig config;
};

fs::path golden(const std::string& name) {
    return tests::golden("transformer/" + name);
}

Model load(const std::string& name) {
    std::unique_ptr<Checkpoint> checkpoint = open_checkpoint(golden(name));
    TransformerConfig config = read_transformer_config(Config::read(golden(name) / "config.json"), *checkpoint);
    return {std::move(checkpoint), std::move(config)};
}

// The config of that folder with some keys changed: what they are now, as in the file.
TransformerConfig changed(const std::string& name, const std::string& keys) {
    std::string json = "{" + keys;
    const Config old = Config::read(golden(name) / "config.json");
    for (const char* key : {"model_type", "feed_forward_proj"}) {
        json += old.has(key) ? text(", \"", key, "\": \"", old.string(key), "\"") : "";
    }
    return read_transformer_config(Config::parse(json + "}", "config.json"), *open_checkpoint(golden(name)));
}

std::string refused(const std::string& name, const std::string& keys) {
    return tests::sentence(ErrorKind::bad_model, [&] { changed(name, keys); });
}

// The maps of one stack, by block.
void check_maps(Session& session, const tests::GoldenTensors& expected, const std::string& name, tests::Ragged rows, float tolerance) {
    const std::vector<float> all = expected.floats(name);
    const std::vector<int64_t> sizes = expected.sizes(name);  // [layers,B,H,rows,S]
    rows.heads = static_cast<size_t>(sizes[2]);
    const size_t map = all.size() / static_cast<size_t>(sizes[0]);
    for (size_t i = 0; i * map < all.size(); ++i) {
        INFO(name << "." << i);
        tests::check_close(session.read(text(name, ".", i)), std::span(all).subspan(i * map, map), rows, tolerance);
    }
}

void check_golden(const std::string& name, DType stored, float tolerance) {
    INFO(name << " as " << to_string(stored));
    const Model model = load(name);
    const tests::GoldenTensors expected(golden(name) / "golden.safetensors");
    const std::vector<int64_t> source = expected.sizes("source_ids"), target = expected.sizes("target_ids");
    const TransformerOptions options{
        .batch = source[0], .source_tokens = source[1], .target_tokens = target[1], .stored = stored, .encoded = true, .maps = kAllMaps};
    const Graph graph = build_transformer(model.config, *model.checkpoint, options);
    Session session(tests::device(), graph);
    for (const char* input : {"source_ids", "source_lengths", "target_ids"}) {
        session.write(input, expected.integers(input));
    }
    session.run();
    const tests::Ragged read{.lengths = expected.integers("source_lengths"), .tokens = static_cast<size_t>(source[1])};
    const tests::Ragged written{.lengths = {static_cast<int32_t>(target[1]), static_cast<int32_t>(target[1])},
                                .tokens = static_cast<size_t>(target[1])};
    tests::check_close(session.read("encoded"), expected.floats("encoded"), read, tolerance);
    tests::check_close(session.read("logits"), expected.floats("logits"), written, tolerance);
    check_maps(session, expected, "encoder", read, tolerance);
    check_maps(session, expected, "self", written, tolerance);
    check_maps(session, expected, "cross", written, tolerance);
    CHECK_MESSAGE(tests::validation_messages() == 0, tests::validation_report());
}

const char* const kGoldens[] = {"marian", "marian-apart", "bart", "mbart", "t5", "t5-gated"};

}  // namespace

TEST_SUITE_BEGIN("device transformer");

TEST_CASE("every family gives what PyTorch gives, for sentences of different lengths") {
    for (const char* name : kGoldens) {
        check_golden(name, DType::f32, 3e-5f);
        check_golden(name, DType::f16, 8e-2f);
    }
}

TEST_CASE("the numbers are the same with every optional pass left out") {
    for (const char* name : {"marian", "t5-gated"}) {
        const Model model = load(name);
        const Graph graph = build_transformer(model.config, *model.checkpoint,
                                              {.batch = 2, .source_tokens = 5, .target_tokens = 3, .encoded = true, .maps = kAllMaps});
        const std::map<std::string, std::vector<double>> values{
            {"source_ids", {3, 1, 4, 1, 5, 9, 2, 6, 5, 3}}, {"target_ids", {2, 7, 1, 8, 2, 8}}, {"source_lengths", {5, 2}}};
        tests::check_on_device(graph, tests::feed_for(graph, values), {5e-5, 5e-5});
    }
}

TEST_CASE("a search finds what a plain search in Python finds, for sentences of different lengths together") {
    for (const char* name : kGoldens) {
        INFO(name);
        const Model model = load(name);
        const tests::GoldenTensors inputs(golden(name) / "golden.safetensors");
        tests::WholeModel whole(tests::device(), model.config, *model.checkpoint, inputs.integers("source_ids"),
                                inputs.integers("source_lengths"), {.rows = 8, .tokens = 11});
        for (const tests::SearchCase& golden : tests::read_search_cases(golden(name))) {
            const auto found = search(whole, {.sentences = golden.found.size()}, golden.options);
            for (size_t i = 0; i < found.size(); ++i) {
                INFO("sentence " << i << " with " << golden.options.num_beams << " beams");
                tests::check_found(found[i], golden.found[i], 1e-4);
            }
        }
    }
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("models");

TEST_CASE("transformer: whatever a checkpoint holds is read, and nothing else") {
    for (const char* name : kGoldens) {
        INFO(name);
        const Model model = load(name);
        build_transformer(model.config, *model.checkpoint, {});
        CHECK(model.checkpoint->unused().empty());
    }
}

TEST_CASE("transformer: what the config files leave out") {
    const TransformerConfig t5 = changed("t5", R"("d_model": 12)");
    CHECK(t5.source.words == 32128);
    CHECK(t5.encoder.attention.head_size == 64);
    CHECK(t5.decoder.layers == 6);
    CHECK(t5.decoder.norm.epsilon == 1e-6);
    CHECK(t5.output.scale == doctest::Approx(1 / std::sqrt(12.0)));
    CHECK(t5.longest_source() == kUnlimited);
    CHECK(t5.tokens.end == 1);
    const TransformerConfig bart = changed("bart", R"("force_bos_token_to_be_generated": true)");
    CHECK(bart.encoder.layers == 12);
    CHECK(bart.encoder.feed_forward.activation == Activation::gelu);
    CHECK(bart.longest_target() == 1024);
    CHECK(bart.tokens.start == 2);
    CHECK(bart.tokens.forced_first == 0);
    CHECK(bart.tokens.forced_last == 2);
    CHECK(!changed("mbart", R"("d_model": 16)").tokens.start);
    const TransformerConfig marian = changed("marian", R"("scale_embedding": true, "pad_token_id": 7)");
    CHECK(marian.source.scale == 32);
    CHECK(marian.target.words == 58101);
    CHECK(marian.tokens.padding == 7);
    CHECK(marian.tokens.start == 58100);
}

TEST_CASE("transformer: which matrix comes last") {
    CHECK(load("marian").config.output.weight == "model.shared.weight");
    CHECK(load("marian-apart").config.output.weight == "lm_head.weight");
    CHECK(load("marian-apart").config.target.table == "model.decoder.embed_tokens.weight");
    CHECK(load("bart").config.output.bias.empty());
    CHECK(load("t5").config.output.weight == "shared.weight");
    CHECK(load("t5-gated").config.output.weight == "lm_head.weight");
    CHECK(load("t5-gated").config.output.scale == 1);
    // as transformers 5 saves it
    const TransformerConfig saved = changed("t5-gated", R"("tie_word_embeddings": true, "scale_decoder_outputs": false)");
    CHECK(saved.output.weight == "lm_head.weight");
    CHECK(saved.output.scale == 1);
}

TEST_CASE("transformer: configs that are not of their family are a sentence each") {
    const Model model = load("t5");
    const Config other = Config::parse(R"({"model_type": "pegasus"})", "config.json");
    CHECK(tests::sentence(ErrorKind::bad_model, [&] { read_transformer_config(other, *model.checkpoint); }) ==
          "config.json: expected model_type to be one of marian, bart, mbart, t5, got \"pegasus\"");
    CHECK(refused("bart", R"("normalize_before": true)") == "config.json: expected normalize_before to be false, got true");
    CHECK(refused("mbart", R"("normalize_before": false)") == "config.json: expected normalize_before to be true, got false");
    CHECK(refused("marian", R"("static_position_embeddings": false)") ==
          "config.json: expected static_position_embeddings to be true, got false");
    CHECK(refused("bart", R"("extra_pos_embeddings": 1)") == "config.json: expected extra_pos_embeddings to be 2, got 1");
    CHECK(refused("bart", R"("d_model": 16, "decoder_attention_heads": 3)") ==
          "config.json: expected decoder_attention_heads to be a divisor of the 16 channels, got 3");
    CHECK(refused("bart", R"("activation_function": "mish")").starts_with("config.json: expected activation_function to be one of gelu, "));
    CHECK(refused("t5", R"("relative_attention_max_distance": 16)") ==
          "config.json: expected relative_attention_max_distance to be more than half of the 32 buckets, got 16");
    const Config gated = Config::parse(R"({"model_type": "t5", "feed_forward_proj": "gated-mish"})", "config.json");
    CHECK(tests::sentence(ErrorKind::bad_model, [&] { read_transformer_config(gated, *model.checkpoint); }) ==
          "config.json: expected feed_forward_proj to be an activation, or gated- and an activation, got \"gated-mish\"");
}

TEST_CASE("transformer: too many tokens and a checkpoint of another family are a sentence each") {
    const Model marian = load("marian"), t5 = load("t5");
    CHECK(tests::sentence(ErrorKind::bad_input, [&] { build_transformer(marian.config, *marian.checkpoint, {.source_tokens = 25}); }) ==
          "Marian: expected 1 to 24 source tokens, got 25");
    CHECK(tests::sentence(ErrorKind::bad_input, [&] { build_transformer(marian.config, *marian.checkpoint, {.target_tokens = 0}); }) ==
          "Marian: expected 1 to 24 target tokens, got 0");
    const Config config = Config::read(golden("marian") / "config.json");
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_model, [&] { read_transformer_config(config, *t5.checkpoint); }),
                          "expected the tensors of the 'model'"));
    CHECK(tests::contains(tests::sentence(ErrorKind::bad_model, [&] { build_transformer(t5.config, *marian.checkpoint, {}); }),
                          "expected a tensor 'shared.weight' [30,12], got none of that name"));
}

TEST_SUITE_END();
