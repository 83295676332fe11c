#include "support/tiny_translator.h"

#include <random>

#include "base/text.h"

namespace heed::tests {
namespace {

class Writer {
public:
    Writer(const TinyTranslator& shape, ModelBin& file) : shape_(shape), file_(file) {}

    void matrix(const std::string& scope, uint32_t out, uint32_t in) {
        file_.add(scope + "/weight", {out, in}, drawn(size_t{out} * in, 0.5));
        if (shape_.biased) {
            file_.add(scope + "/bias", {out}, drawn(out, 0.1));
        }
    }

    void norm(const std::string& scope) {
        std::vector<float> gamma = drawn(shape_.channels, 0.1);
        for (float& g : gamma) {
            g += 1;
        }
        file_.add(scope + "/gamma", {shape_.channels}, gamma);
        if (!shape_.rms) {
            file_.add(scope + "/beta", {shape_.channels}, drawn(shape_.channels, 0.1));
        }
    }

    void table(const std::string& name, uint32_t words) {
        file_.add(name, {words, shape_.channels}, drawn(size_t{words} * shape_.channels, 1));
    }

    void self_attention(const std::string& scope) {
        norm(scope + "/layer_norm");
        matrix(scope + "/linear_0", 3 * shape_.channels, shape_.channels);
        matrix(scope + "/linear_1", shape_.channels, shape_.channels);
    }

    void cross_attention(const std::string& scope) {
        norm(scope + "/layer_norm");
        matrix(scope + "/linear_0", shape_.channels, shape_.channels);
        matrix(scope + "/linear_1", 2 * shape_.channels, shape_.channels);
        matrix(scope + "/linear_2", shape_.channels, shape_.channels);
    }

    void feed_forward(const std::string& scope) {
        norm(scope + "/layer_norm");
        matrix(scope + "/linear_0", shape_.hidden, shape_.channels);
        matrix(scope + "/linear_1", shape_.channels, shape_.hidden);
        if (shape_.gated) {
            matrix(scope + "/linear_0_noact", shape_.hidden, shape_.channels);
        }
    }

private:
    std::vector<float> drawn(size_t count, double deviation) {
        std::normal_distribution<double> normal(0, deviation);
        std::vector<float> out(count);
        for (float& x : out) {
            x = static_cast<float>(normal(random_));
        }
        return out;
    }

    const TinyTranslator& shape_;
    ModelBin& file_;
    std::mt19937 random_{7};
};

}  // namespace

ModelBin TinyTranslator::file() const {
    ModelBin out;
    Writer write(*this, out);
    write.table(source_table, source_words);
    write.table("decoder/embeddings/weight", target_words);
    for (uint32_t i = 0; i < encoder_layers; ++i) {
        const std::string layer = text("encoder/layer_", i);
        write.self_attention(layer + "/self_attention");
        write.feed_forward(layer + "/ffn");
    }
    for (uint32_t i = 0; i < decoder_layers; ++i) {
        const std::string layer = text("decoder/layer_", i);
        write.self_attention(layer + "/self_attention");
        write.cross_attention(layer + "/attention");
        write.feed_forward(layer + "/ffn");
    }
    for (const char* stack : {"encoder", "decoder"}) {
        if (last_norm) {
            write.norm(text(stack, "/layer_norm"));
        }
    }
    write.matrix("decoder/projection", target_words, channels);
    return out;
}

void add_settings(ModelBin& file, const std::string& stack, int16_t heads, bool pre_norm, int8_t activation) {
    file.add(stack + "/num_heads", io::Element::i16, {}, std::vector<int16_t>{heads});
    file.add(stack + "/pre_norm", io::Element::i8, {}, std::vector<int8_t>{static_cast<int8_t>(pre_norm)});
    file.add(stack + "/activation", io::Element::i8, {}, std::vector<int8_t>{activation});
}

}  // namespace heed::tests
