// Published families as CTranslate2's converters write them, against the goldens of the families themselves.
#include <doctest/doctest.h>

#include "base/half.h"
#include "models/ctranslate2/config.h"
#include "models/floats.h"
#include "models/nn/positions.h"
#include "models/transformer/transformer.h"
#include "run/session.h"
#include "support/device.h"
#include "support/folder.h"
#include "support/golden.h"
#include "support/tiny_translator.h"

namespace heed {
namespace {

namespace fs = std::filesystem;
using ctranslate2::ModelCheckpoint;
using ctranslate2::ModelFile;
using io::Element;
using tests::Folder;
using tests::ModelBin;

// Writes the tensors of one checkpoint under the names of the other.
class Converter {
public:
    explicit Converter(const std::string& name)
        : folder_(tests::golden("transformer/" + name)),
          checkpoint_(open_checkpoint(folder_)),
          config_(read_transformer_config(Config::read(folder_ / "config.json"), *checkpoint_)) {}

    ModelBin file() {
        const std::string encoder = config_.encoder_scope + ".layers.", decoder = config_.decoder_scope + ".layers.";
        for (int i = 0; i < config_.encoder.layers; ++i) {
            const std::string from = text(encoder, i), to = text("encoder/layer_", i);
            self_attention(from, to);
            feed_forward(from, to);
        }
        for (int i = 0; i < config_.decoder.layers; ++i) {
            const std::string from = text(decoder, i), to = text("decoder/layer_", i);
            self_attention(from, to);
            norm(from + ".encoder_attn_layer_norm", to + "/attention/layer_norm");
            join(from + ".encoder_attn.", {"q_proj"}, to + "/attention/linear_0");
            join(from + ".encoder_attn.", {"k_proj", "v_proj"}, to + "/attention/linear_1");
            join(from + ".encoder_attn.", {"out_proj"}, to + "/attention/linear_2");
            feed_forward(from, to);
        }
        stack("encoder", config_.source, config_.encoder.attention.heads, config_.encoder.feed_forward, config_.in_encoder.last_norm);
        stack("decoder", config_.target, config_.decoder.self.heads, config_.decoder.feed_forward, config_.in_decoder.last_norm);
        words();
        return std::move(out_);
    }

private:
    std::vector<float> floats(const std::string& name) {
        return floats_of(checkpoint_->find({.name = name, .shape = {}, .init = {}}).value());
    }

    // Matrices one below the other, and their biases.
    void join(const std::string& scope, const std::vector<std::string>& parts, const std::string& to) {
        std::vector<float> weight, bias;
        for (const std::string& part : parts) {
            const std::vector<float> w = floats(scope + part + ".weight"), b = floats(scope + part + ".bias");
            weight.insert(weight.end(), w.begin(), w.end());
            bias.insert(bias.end(), b.begin(), b.end());
        }
        const auto rows = static_cast<uint32_t>(bias.size());
        out_.add(to + "/weight", {rows, static_cast<uint32_t>(weight.size()) / rows}, weight).add(to + "/bias", {rows}, bias);
    }

    void norm(const std::string& from, const std::string& to) {
        const auto channels = static_cast<uint32_t>(config_.channels());
        out_.add(to + "/gamma", {channels}, floats(from + ".weight")).add(to + "/beta", {channels}, floats(from + ".bias"));
    }

    void self_attention(const std::string& from, const std::string& to) {
        norm(from + ".self_attn_layer_norm", to + "/self_attention/layer_norm");
        join(from + ".self_attn.", {"q_proj", "k_proj", "v_proj"}, to + "/self_attention/linear_0");
        join(from + ".self_attn.", {"out_proj"}, to + "/self_attention/linear_1");
    }

    void feed_forward(const std::string& from, const std::string& to) {
        norm(from + ".final_layer_norm", to + "/ffn/layer_norm");
        join(from + ".", {"fc1"}, to + "/ffn/linear_0");
        join(from + ".", {"fc2"}, to + "/ffn/linear_1");
    }

    void stack(const std::string& to, const TokenEmbedding& side, int heads, const nn::FeedForwardShape& hidden, const std::string& last) {
        const std::string scope = to == "encoder" ? config_.encoder_scope : config_.decoder_scope;
        const std::map<Activation, int8_t> numbers{{Activation::relu, 0}, {Activation::silu, 2}, {Activation::gelu, 3}};
        tests::add_settings(out_, to, static_cast<int16_t>(heads), config_.encoder.norms == nn::NormPlace::before,
                            numbers.at(hidden.activation));
        const auto channels = static_cast<uint32_t>(config_.channels()), count = static_cast<uint32_t>(side.positions.count.value());
        std::vector<float> positions = nn::sinusoidal_positions(count, channels, side.positions.sinusoids);
        if (side.positions.kind == TokenPositions::Kind::learned) {
            positions = floats(side.positions.table);
            positions.erase(positions.begin(), positions.begin() + side.positions.first_row * channels);
        }
        out_.add(to + "/position_encodings/encodings", {count, channels}, positions);
        out_.add(to + "/scale_embeddings", {}, {static_cast<float>(side.scale)});
        if (!side.norm.empty()) {
            norm(side.norm, to + "/layernorm_embedding");
        }
        if (!last.empty()) {
            norm(scope + "." + last, to + "/layer_norm");
        }
    }

    void words() {
        const auto channels = static_cast<uint32_t>(config_.channels());
        const auto table = [&](const std::string& to, const std::string& from, int64_t rows) {
            out_.add(to, {static_cast<uint32_t>(rows), channels}, floats(from));
        };
        table("decoder/embeddings/weight", config_.target.table, config_.target.words);
        if (config_.source.table == config_.target.table) {
            out_.aliases.emplace_back("encoder/embeddings_0/weight", "decoder/embeddings/weight");
        } else {
            table("encoder/embeddings_0/weight", config_.source.table, config_.source.words);
        }
        if (config_.output.weight == config_.target.table) {
            out_.aliases.emplace_back("decoder/projection/weight", "decoder/embeddings/weight");
        } else {
            table("decoder/projection/weight", config_.output.weight, config_.target.words);
        }
        if (!config_.output.bias.empty()) {
            out_.add("decoder/projection/bias", {static_cast<uint32_t>(config_.target.words)}, floats(config_.output.bias));
        }
    }

    fs::path folder_;
    std::unique_ptr<Checkpoint> checkpoint_;
    TransformerConfig config_;
    ModelBin out_;
};

// As the converters' float16 makes it, but for what has no axes.
ModelBin halved(ModelBin file) {
    for (ModelBin::Variable& variable : file.variables) {
        if (variable.element == Element::f32 && !variable.shape.empty()) {
            std::string shorter;
            for (size_t i = 0; i < variable.data.size(); i += sizeof(float)) {
                float value = 0;
                std::memcpy(&value, variable.data.data() + i, sizeof value);
                shorter += ModelBin::number(to_half(value));
            }
            variable.element = Element::f16;
            variable.data = shorter;
        }
    }
    return file;
}

struct Run {
    std::vector<float> encoded, logits;
};

// The golden's sentences through a model.bin.
Run run(const ModelBin& file, const tests::GoldenTensors& inputs) {
    const Folder folder;
    ModelCheckpoint model(ModelFile::open(folder.write("model.bin", file.bytes())));
    const TransformerConfig config = ctranslate2::read_config(model, ctranslate2::read_settings(model));
    const std::vector<int64_t> source = inputs.sizes("source_ids"), target = inputs.sizes("target_ids");
    const Graph graph =
        build_transformer(config, model, {.batch = source[0], .source_tokens = source[1], .target_tokens = target[1], .encoded = true});
    CHECK(model.unused().empty());
    Session session(tests::device(), graph);
    for (const char* input : {"source_ids", "source_lengths", "target_ids"}) {
        session.write(input, inputs.integers(input));
    }
    session.run();
    return {session.read("encoded"), session.read("logits")};
}

}  // namespace

TEST_SUITE("device transformer") {
    TEST_CASE("ctranslate2: converted, every family gives what it gave before") {
        for (const std::string name : {"bart", "mbart", "marian", "marian-apart"}) {
            CAPTURE(name);
            const tests::GoldenTensors expected(tests::golden("transformer/" + name + "/golden.safetensors"));
            const tests::Ragged rows{.lengths = expected.integers("source_lengths"),
                                     .tokens = static_cast<size_t>(expected.sizes("source_ids")[1])};
            const ModelBin file = Converter(name).file();
            const Run whole = run(file, expected), half = run(halved(file), expected);
            tests::check_close(whole.encoded, expected.floats("encoded"), rows, 3e-5f);
            tests::check_close(whole.logits, expected.floats("logits"), 3e-5f);
            tests::check_close(half.encoded, expected.floats("encoded"), rows, 8e-2f);
            tests::check_close(half.logits, expected.floats("logits"), 8e-2f);
        }
    }

    TEST_CASE("ctranslate2: a decoder that starts with zeros has a start behind the last word") {
        for (const std::string name : {"marian", "marian-apart"}) {
            CAPTURE(name);
            const tests::GoldenTensors inputs(tests::golden("transformer/" + name + "/golden.safetensors"));
            const ModelBin converted = Converter(name).file();
            ModelBin with_row = converted, with_flag = converted;
            const bool apart = name == "marian-apart";
            const auto each = [&](ModelBin& file, const auto& change) {
                for (ModelBin::Variable& variable : file.variables) {
                    const bool source = apart && variable.name == "encoder/embeddings_0/weight";
                    const bool words = variable.name.ends_with("embeddings/weight") || variable.name.starts_with("decoder/projection/");
                    if (words && !source) {
                        change(variable, variable.data.size() - variable.data.size() / variable.shape[0]);
                    }
                }
            };
            each(with_row, [](ModelBin::Variable& variable, size_t last) {
                const bool bias = variable.name.ends_with("bias");
                variable.data.replace(last, std::string::npos,
                                      bias ? ModelBin::number(-3e4f) : std::string(variable.data.size() - last, '\0'));
            });
            each(with_flag, [](ModelBin::Variable& variable, size_t last) {
                variable.data.resize(last);
                --variable.shape[0];
            });
            with_flag.add("decoder/start_from_zero_embedding", Element::i8, {}, std::vector<int8_t>{1});
            const Run expected = run(with_row, inputs), got = run(with_flag, inputs);
            CHECK(got.encoded == expected.encoded);
            CHECK(got.logits == expected.logits);
        }
    }
}

}  // namespace heed
