// What a model.bin's tensors and settings say it computes, and what of that is refused.
#include <doctest/doctest.h>

#include <cmath>

#include "models/ctranslate2/config.h"
#include "support/folder.h"
#include "support/sentence.h"
#include "support/tiny_translator.h"

namespace heed {
namespace {

using ctranslate2::ModelCheckpoint;
using ctranslate2::ModelFile;
using ctranslate2::Settings;
using io::Element;
using tests::add_settings;
using tests::contains;
using tests::Folder;
using tests::ModelBin;
using tests::sentence;
using tests::TinyTranslator;

struct Opened {
    Folder folder;
    ModelCheckpoint model;

    explicit Opened(const ModelBin& file) : model(ModelFile::open(folder.write("model.bin", file.bytes()))) {}
    TransformerConfig config() { return ctranslate2::read_config(model, ctranslate2::read_settings(model)); }
};

TransformerConfig config_of(const ModelBin& file) {
    return Opened(file).config();
}

std::string refusal(const ModelBin& file, ErrorKind kind = ErrorKind::unsupported) {
    Opened opened(file);
    return sentence(kind, [&] { opened.config(); });
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("ctranslate2: a plain model of the newest kind") {
        ModelBin file = TinyTranslator().file();
        add_settings(file, "encoder", 4, true, 2);
        add_settings(file, "decoder", 2, true, 0);
        Opened opened(file);
        const TransformerConfig config = opened.config();
        CHECK(config.family == "CTranslate2 TransformerSpec");
        CHECK(config.source.table == "encoder.embeddings_0.weight");
        CHECK(config.source.words == 6);
        CHECK(config.target.words == 7);
        CHECK(config.source.scale == doctest::Approx(std::sqrt(8)));
        CHECK(config.source.positions.kind == TokenPositions::Kind::sinusoidal);
        CHECK(config.source.positions.sinusoids.halves);
        CHECK(config.source.positions.sinusoids.reaches_base);
        CHECK(config.source.positions.sinusoids.first == 1);
        CHECK(!config.source.positions.count);
        CHECK(config.source.norm.empty());
        CHECK(config.encoder.layers == 2);
        CHECK(config.encoder.attention.heads == 4);
        CHECK(config.encoder.feed_forward.hidden == 12);
        CHECK(config.encoder.feed_forward.activation == Activation::silu);
        CHECK(config.encoder.norms == nn::NormPlace::before);
        CHECK(config.encoder.norm.epsilon == 1e-5);
        CHECK(config.decoder.layers == 1);
        CHECK(config.decoder.self.heads == 2);
        CHECK(config.decoder.feed_forward.activation == Activation::relu);
        CHECK(config.output.weight == "decoder.projection.weight");
        CHECK(config.output.bias == "decoder.projection.bias");
        CHECK(config.output.bias_shape == Shape{7});

        Graph graph;
        const Weights weights(graph, opened.model);
        nn::load_encoder(weights / config.encoder_scope, config.encoder, config.in_encoder);
        nn::load_decoder(weights / config.decoder_scope, config.decoder, config.in_decoder);
        CHECK(opened.model.unused() == std::vector<std::string>{"decoder.embeddings.weight", "decoder.projection.bias",
                                                                "decoder.projection.weight", "encoder.embeddings_0.weight"});
    }

    TEST_CASE("ctranslate2: norms behind, gates, no biases, tables of positions, tied tables") {
        TinyTranslator shape{.last_norm = false, .gated = true, .biased = false, .rms = true};
        shape.source_words = shape.target_words;
        ModelBin file = shape.file();
        add_settings(file, "encoder", 8, false, 1);
        add_settings(file, "decoder", 8, false, 3);
        file.add("encoder/position_encodings/encodings", {5, 8}, std::vector<float>(40, 0.5));
        file.add("encoder/scale_embeddings", {}, {1});
        file.add("decoder/scale_embeddings", Element::i8, {}, std::vector<int8_t>{0});
        file.add("encoder/layernorm_embedding/gamma", {8}, std::vector<float>(8, 1));
        std::erase_if(file.variables,
                      [](const auto& v) { return v.name == "encoder/embeddings_0/weight" || v.name == "decoder/projection/weight"; });
        file.aliases = {{"encoder/embeddings_0/weight", "decoder/embeddings/weight"},
                        {"decoder/projection/weight", "decoder/embeddings/weight"},
                        {"decoder/position_encodings/encodings", "encoder/position_encodings/encodings"}};
        Opened opened(file);
        const TransformerConfig config = opened.config();
        for (const std::string& table : {config.source.table, config.target.table, config.output.weight}) {
            CHECK(table == "decoder.embeddings.weight");
        }
        for (const TokenEmbedding& side : {config.source, config.target}) {
            CHECK(side.scale == 1);
            CHECK(side.positions.kind == TokenPositions::Kind::learned);
            CHECK(side.positions.table == "encoder.position_encodings.encodings");
            CHECK(side.positions.count == 5);
        }
        CHECK(config.source.norm == "encoder.layernorm_embedding");
        CHECK(config.encoder.norms == nn::NormPlace::after);
        CHECK(config.encoder.norm.rms);
        CHECK(config.encoder.norm.epsilon == 1e-6);
        CHECK(config.encoder.feed_forward.gated);
        CHECK(config.encoder.feed_forward.activation == Activation::gelu_tanh);
        CHECK(config.decoder.feed_forward.activation == Activation::gelu);
        CHECK(!config.decoder.cross.bias);
        CHECK(!config.decoder.cross.out_bias);
        CHECK(config.output.bias.empty());
        CHECK(config.in_encoder.in_feed_forward.gate == "linear_0");
        Graph graph;
        nn::load_encoder(Weights(graph, opened.model) / "encoder", config.encoder, config.in_encoder);
        nn::load_decoder(Weights(graph, opened.model) / "decoder", config.decoder, config.in_decoder);
    }

    TEST_CASE("ctranslate2: older revisions keep their settings elsewhere or leave them out") {
        TinyTranslator shape{.channels = 16, .source_table = "encoder/embeddings/weight"};
        ModelBin file = shape.file();
        file.version = 2;
        file.revision = 2;
        file.spec = "TransformerBase";
        CHECK(config_of(file).encoder.attention.heads == 8);
        CHECK(config_of(file).encoder.norms == nn::NormPlace::before);
        file.spec = "TransformerBig";
        CHECK(config_of(file).decoder.cross.heads == 16);
        file.spec = "TransformerSpec";
        file.version = 5;
        file.revision = 4;
        file.add("num_heads", Element::i8, {}, std::vector<int8_t>{4});
        file.add("activation", Element::i8, {}, std::vector<int8_t>{5});
        file.add("decoder/embeddings/multiply_by_sqrt_depth", Element::i8, {}, std::vector<int8_t>{0});
        CHECK(config_of(file).encoder.attention.heads == 4);
        CHECK(config_of(file).decoder.self.heads == 4);
        CHECK(config_of(file).decoder.feed_forward.activation == Activation::tanh);
        CHECK(config_of(file).source.scale == 4);
        CHECK(config_of(file).target.scale == 1);
        file.revision = 5;
        CHECK(config_of(file).encoder.attention.heads == 8);
        CHECK(config_of(file).encoder.feed_forward.activation == Activation::relu);
    }

    TEST_CASE("ctranslate2: what would be computed otherwise is refused") {
        const ModelBin plain = TinyTranslator().file();
        CHECK(config_of(plain).encoder.attention.heads == 8);
        ModelBin file = plain;
        file.spec = "WhisperSpec";
        CHECK(contains(refusal(file), "expected a model of the kind TransformerSpec, TransformerBase or TransformerBig, got WhisperSpec"));
        file = plain;
        for (const uint32_t revision : {1u, 8u}) {
            file.revision = revision;
            CHECK(contains(refusal(file), text("expected revision 2 to 7 of TransformerSpec, got ", revision)));
        }
        for (const char* part : {"relative_position_keys", "relative_attention_bias", "rotary_dim", "num_heads_kv", "linear_0.weight_zero",
                                 "linear_3.weight"}) {
            file = plain;
            file.add(text("decoder/layer_0/self_attention/", part), {}, {1});
            CHECK(contains(refusal(file), text("got 'decoder.layer.0.self_attention.", part, "'")));
        }
        for (const char* part :
             {"encoder/embeddings_1/weight", "decoder/scale_outputs", "decoder/layer_0/input_layer_norm/gamma", "conv1/weight"}) {
            file = plain;
            file.add(part, {}, {1});
            CHECK(contains(refusal(file),
                           "expected the parts of a Transformer with absolute positions and one attention of all heads, got '"));
        }
        file = plain;
        file.add("decoder/alibi", Element::i8, {}, std::vector<int8_t>{1});
        CHECK(contains(refusal(file), "expected 'decoder.alibi' to be off, got 1"));
        file = plain;
        add_settings(file, "encoder", 8, false, 0);
        CHECK(contains(refusal(file), "expected no last norm where norms come behind the branches, got 'encoder.layer_norm.gamma'"));
        file = plain;
        add_settings(file, "encoder", 8, true, 4);
        CHECK(contains(refusal(file), "expected the encoder's activation to be 0, 1, 2, 3, 5 or 6, got 4"));
        file = plain;
        add_settings(file, "decoder", 3, true, 0);
        CHECK(contains(refusal(file, ErrorKind::bad_model), "expected the decoder's num_heads to be a divisor of the 8 channels, got 3"));
        file = plain;
        std::erase_if(file.variables, [](const auto& v) { return v.name == "decoder/layer_0/ffn/linear_0/weight"; });
        CHECK(contains(refusal(file, ErrorKind::bad_model),
                       "expected 'decoder.layer.0.ffn.linear_0.weight' with 2 axes, got none of that name"));
        file = plain;
        file.variables[0].shape = {6 * 8};
        CHECK(contains(refusal(file, ErrorKind::bad_model), "expected 'encoder.embeddings_0.weight' with 2 axes, got [48]"));
    }

    TEST_CASE("ctranslate2: config.json counts since version 6, settings in the file before") {
        const Folder folder;
        ModelBin file = TinyTranslator().file();
        file.add("unk_token", Element::i8, {3}, std::vector<char>{'U', 'N', 'K'});
        file.add("with_source_eos", Element::i8, {}, std::vector<int8_t>{1});
        file.add("with_target_bos", Element::i8, {}, std::vector<int8_t>{0});
        const auto settings = [&] {
            ModelCheckpoint model(ModelFile::open(folder.write("model.bin", file.bytes())));
            return ctranslate2::read_settings(model);
        };
        file.version = 5;
        CHECK(settings().unknown == "UNK");
        CHECK(settings().source_end);
        CHECK(!settings().source_begin);
        CHECK(settings().decoder_start == "</s>");
        file.version = 6;
        CHECK(settings().unknown == "<unk>");
        CHECK(!settings().source_end);
        CHECK(settings().decoder_start == "<s>");
        folder.write("config.json", R"({"add_source_bos": true, "bos_token": "<b>", "eos_token": "<e>", "unk_token": "<u>",
                                        "decoder_start_token": null, "layer_norm_epsilon": 1e-3})");
        const Settings read = settings();
        CHECK(read.unknown == "<u>");
        CHECK(read.begin == "<b>");
        CHECK(read.end == "<e>");
        CHECK(read.source_begin);
        CHECK(!read.decoder_start);
        CHECK(read.norm_epsilon == 1e-3);
        ModelCheckpoint model(ModelFile::open(folder.path / "model.bin"));
        CHECK(ctranslate2::read_config(model, read).encoder.norm.epsilon == 1e-3);
        file.version = 5;
        CHECK(settings().end == "</s>");
        CHECK(settings().norm_epsilon == 1e-3);
        file.version = 6;
        folder.write("config.json", R"({"quantization_type": 1})");
        CHECK(contains(sentence(ErrorKind::unsupported, [&] { settings(); }), "config.json: expected quantization_type 0"));
        folder.write("config.json", R"({"eos_token": 3})");
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { settings(); }), "expected eos_token to be text"));
    }
}

}  // namespace heed
