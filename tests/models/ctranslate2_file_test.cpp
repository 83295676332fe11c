// The container: model.bin of every version, what is stored small made floats again, and files that lie.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "base/half.h"
#include "models/ctranslate2/checkpoint.h"
#include "models/floats.h"
#include "support/data.h"
#include "support/folder.h"
#include "support/model_bin.h"
#include "support/sentence.h"

namespace heed {
namespace {

namespace fs = std::filesystem;
using ctranslate2::ModelCheckpoint;
using ctranslate2::ModelFile;
using io::Element;
using tests::contains;
using tests::Folder;
using tests::ModelBin;
using tests::sentence;

ModelBin small(uint32_t version) {
    ModelBin out{.version = version, .spec = "TransformerBase", .revision = 2, .variables = {}, .aliases = {}};
    out.add("encoder/layer_0/linear_0/weight", {2, 3}, {1, 2, 3, 4, 5, 6});
    out.add("encoder/bytes/weight", Element::i8, {2, 3}, std::vector<int8_t>{127, -127, 0, 50, -1, 127});
    out.add("encoder/bytes/weight_scale", {2}, {127, 2});
    out.add("encoder/shorts/weight", Element::i16, {2, 2}, std::vector<int16_t>{1000, -500, 32767, -32768});
    out.add("encoder/shorts/weight_scale", {}, {500});
    out.add("encoder/old/weight", Element::i16, {2}, std::vector<int16_t>{1500, -250});
    out.add("num_heads", Element::i16, {}, std::vector<int16_t>{300});
    out.add("pre_norm", Element::i8, {}, std::vector<int8_t>{1});
    out.add("scale_embeddings", {}, {2.5});
    out.add("unk_token", Element::i8, {3}, std::vector<char>{'u', 'n', 'k'});
    if (version >= 3) {
        out.aliases = {{"decoder/bytes/weight", "encoder/bytes/weight"}, {"decoder/layer_12/layer_x/other", "decoder/bytes/weight"}};
    }
    if (version >= 4) {
        out.add("half", Element::f16, {2}, std::vector<uint16_t>{to_half(1.5f), to_half(-2)});
        out.add("brain", Element::bf16, {2}, std::vector<uint16_t>{0x3F80, 0xC0A0});
        out.add("most", Element::i32, {}, std::vector<int32_t>{-70000});
    }
    return out;
}

ModelCheckpoint open(const Folder& folder, const std::string& bytes) {
    return ModelCheckpoint(ModelFile::open(folder.write("model.bin", bytes)));
}

std::vector<float> values(ModelCheckpoint& model, const std::string& name) {
    return floats_of(model.find({.name = name, .shape = {}, .init = {}}).value());
}

std::string refusal(const ModelBin& file, ErrorKind kind = ErrorKind::bad_file) {
    const Folder folder;
    return sentence(kind, [&] { open(folder, file.bytes()); });
}

// How far numbers are from what they were made of, in steps of what they are stored as: a thousandth, or a 127th of a row's largest.
double worst_in_steps(std::span<const float> got, std::span<const float> expected, size_t rows, const std::string& format) {
    const size_t row = expected.size() / rows;
    double worst = 0;
    for (size_t begin = 0; begin < expected.size(); begin += row) {
        double largest = 0, error = 0;
        for (size_t i = begin; i < begin + row; ++i) {
            largest = std::max(largest, std::abs(double{expected[i]}));
            error = std::max(error, std::abs(double{got[i]} - double{expected[i]}));
        }
        worst = std::max(worst, format == "i8" && largest > 0 ? error / (largest / 127) : error * 1000);
    }
    return worst;
}

std::span<const std::byte> bytes_of(const std::string& s) {
    return std::as_bytes(std::span(s.data(), s.size()));
}

// Everything that a file has, asked for in every way; whatever is thrown on the way but an Error ends the test.
void read_all(const fs::path& path) {
    ModelCheckpoint model(ModelFile::open(path));
    for (const io::TensorEntry* entry : model.entries()) {
        for (int way = 0; way < 3; ++way) {
            try {
                way == 0   ? void(values(model, entry->name))
                : way == 1 ? void(model.number(entry->name))
                           : void(model.text_setting(entry->name));
            } catch (const Error& error) {
                CHECK(contains(error.what(), ": expected "));
            }
        }
    }
}

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("ctranslate2: every binary version, every number format") {
        for (uint32_t version = 2; version <= 6; ++version) {
            CAPTURE(version);
            const Folder folder;
            ModelCheckpoint model = open(folder, small(version).bytes());
            CHECK(model.contents().version == version);
            CHECK(model.contents().spec == "TransformerBase");
            CHECK(model.contents().revision == 2);
            CHECK(values(model, "encoder.layer.0.linear_0.weight") == std::vector<float>{1, 2, 3, 4, 5, 6});
            CHECK(model.find({.name = "encoder.layer.0.linear_0.weight", .shape = {}, .init = {}})->shape == Shape{2, 3});
            CHECK(values(model, "encoder.bytes.weight") == std::vector<float>{1, -1, 0, 25, -0.5f, 63.5f});
            CHECK(values(model, "encoder.shorts.weight") == std::vector<float>{2, -1, 65.534f, -65.536f});
            CHECK(values(model, "encoder.old.weight") == std::vector<float>{1.5f, -0.25f});
            CHECK(model.number("num_heads") == 300);
            CHECK(model.flag("pre_norm", false));
            CHECK(model.flag("post_norm", true));
            CHECK(model.number("scale_embeddings") == 2.5);
            CHECK(model.text_setting("unk_token") == "unk");
            CHECK(!model.number("alignment_layer"));
            CHECK(!model.text_setting("bos_token"));
            if (version >= 3) {
                CHECK(model.has("decoder.bytes.weight"));
                CHECK(model.stored_name("decoder.layer.12.layer_x.other") == "encoder.bytes.weight");
                const auto twice = model.find({.name = "decoder.layer.12.layer_x.other", .shape = {}, .init = {}});
                CHECK(twice->bytes.data() == model.find({.name = "encoder.bytes.weight", .shape = {}, .init = {}})->bytes.data());
            }
            if (version >= 4) {
                CHECK(values(model, "half") == std::vector<float>{1.5f, -2});
                CHECK(values(model, "brain") == std::vector<float>{1, -5});
                CHECK(model.number("most") == -70000);
            }
            CHECK(model.unused().empty());
        }
    }

    TEST_CASE("ctranslate2: a checkpoint like any other") {
        const Folder folder;
        const fs::path file = folder.write("model.bin", small(6).bytes());
        for (const fs::path& path : {folder.path, file}) {
            CHECK(ctranslate2::is_ctranslate2(path));
            const auto checkpoint = open_checkpoint(path);
            CHECK(checkpoint->description() == file.string());
            CHECK(checkpoint->entry("encoder.bytes.weight")->element == Element::i8);
            CHECK(checkpoint->entries().size() == 13);
            CHECK(checkpoint->is_weight(*checkpoint->entry("encoder.bytes.weight")));
            CHECK(checkpoint->is_weight(*checkpoint->entry("half")));
            CHECK(!checkpoint->is_weight(*checkpoint->entry("num_heads")));
            CHECK(!checkpoint->is_weight(*checkpoint->entry("unk_token")));
            Graph graph;
            const Weights weights(graph, *checkpoint);
            CHECK((weights / "encoder" / "bytes").tensor("weight", {2, 3}).dtype() == DType::f32);
            CHECK(contains(sentence(ErrorKind::bad_model, [&] { weights.tensor("most", {}); }), "expected 'most' to be F32"));
            CHECK(std::ranges::count(checkpoint->unused(), "encoder.bytes.weight_scale") == 0);
        }
        CHECK(!ctranslate2::is_ctranslate2(folder.path / "none"));
        CHECK(!ctranslate2::is_ctranslate2(folder.write("model.other", small(6).bytes())));
        CHECK(!ctranslate2::is_ctranslate2(folder.write("pytorch_model.bin", "PK\x03\x04")));
        CHECK(!ctranslate2::is_ctranslate2(folder.write("short.bin", "\x06")));
    }

    TEST_CASE("ctranslate2: settings and scales of another form") {
        const Folder folder;
        ModelBin file;
        file.add("plain", Element::i8, {2, 2}, std::vector<int8_t>{1, 2, 3, 4});
        file.add("three", Element::i8, {2, 2}, std::vector<int8_t>{1, 2, 3, 4}).add("three_scale", {3}, {1, 1, 1});
        file.add("zero", Element::i16, {2}, std::vector<int16_t>{1, 2}).add("zero_scale", {}, {0});
        ModelCheckpoint model = open(folder, file.bytes());
        const auto says = [&](const std::string& name) { return sentence(ErrorKind::bad_model, [&] { values(model, name); }); };
        CHECK(contains(says("plain"), "model.bin: expected 'plain' I8[2,2] to have scales, 'plain_scale', got no tensor of that name"));
        CHECK(contains(says("three"), "expected one scale for 'three' I8[2,2] or one a row, got 3"));
        CHECK(contains(says("zero"), "expected the scales of 'zero' I16[2] to be above 0, got 0"));
        CHECK(!model.is_weight(*model.entry("plain")));
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { model.number("plain"); }),
                       "expected the setting 'plain' I8[2,2] to be one number, got [2,2]"));
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { model.text_setting("zero_scale"); }),
                       "expected the setting 'zero_scale' F32[] to be a text, I8 with one axis, got F32[]"));
    }

    TEST_CASE("ctranslate2: a file that lies is named with what disagrees") {
        ModelBin file;
        file.version = 1;
        CHECK(contains(refusal(file, ErrorKind::unsupported), "expected a CTranslate2 model of binary version 2 to 6, got 1"));
        file.version = 7;
        CHECK(contains(refusal(file, ErrorKind::unsupported), "got 7"));
        file.version = 0x04034B50;
        CHECK(contains(refusal(file), "expected a CTranslate2 model of binary version 2 to 6, got 67324752"));
        file = {};
        file.add("a", {2, 3}, {1, 2, 3, 4, 5});
        CHECK(contains(refusal(file), "expected 'a' F32[2,3] to be 24 bytes, got 20"));
        file.variables[0].shape.assign(3, 0xFFFFFFFF);
        CHECK(contains(refusal(file), "expected 'a' F32[4294967295,4294967295,4294967295] to be bytes that 63 bits can count, got 20"));
        file.variables[0] = {.name = "a", .shape = {1}, .element = Element::f64, .data = "12345678"};
        CHECK(contains(refusal(file), "expected 'a' to have a type from 0 to 5, got 255"));
        file.version = 3;
        CHECK(contains(refusal(file), "expected 'a' to have elements of 1, 2 or 4 bytes, got 8"));
        file = {};
        file.add("a/b", {1}, {1}).add("a.b", {1}, {1});
        CHECK(contains(refusal(file), "expected one tensor 'a.b', got two"));
        file.variables.pop_back();
        file.aliases = {{"c", "d"}};
        CHECK(contains(refusal(file), "expected the alias 'c' to stand for a tensor, got 'd'"));
        file.aliases = {{"a/b", "a/b"}};
        CHECK(contains(refusal(file), "expected one tensor 'a.b', got two"));
        file.aliases = {};
        file.variables[0].name = std::string("a\0b", 3);
        CHECK(contains(refusal(file), "expected a tensor's name of 4 bytes at byte 32 with a NUL at its end"));

        const Folder folder;
        const auto says = [&](const std::string& bytes) { return sentence(ErrorKind::bad_file, [&] { open(folder, bytes); }); };
        const std::string begin = ModelBin::number(6u) + ModelBin::name("S") + ModelBin::number(7u);
        CHECK(contains(says(begin + ModelBin::number(0xFFFFFFFFu)), "expected 2 bytes for a tensor's name at byte 16, got a file of 16"));
        CHECK(contains(says(begin + ModelBin::number(1u) + ModelBin::name("a") + std::string("\x01", 1)), "expected 4 bytes for 'a'"));
        CHECK(contains(says(begin + ModelBin::number(0u) + ModelBin::number(0u) + "more"),
                       "expected the file to end behind the last alias, got 4 bytes more"));
        CHECK(contains(says(ModelBin::number(6u) + ModelBin::number(uint16_t{0})), "expected the kind of model of 0 bytes at byte 6"));
        CHECK(contains(says(""), "expected 4 bytes for the binary version at byte 0, got a file of 0"));
    }

    TEST_CASE("ctranslate2: files cut short anywhere, and files with any bit turned") {
        const Folder folder;
        size_t opened = 0, refused = 0;
        for (uint32_t version : {2u, 3u, 6u}) {
            const std::string whole = small(version).bytes();
            const auto read = [](const std::string& file) { ctranslate2::read_contents(bytes_of(file), "model.bin"); };
            for (size_t length = 0; length < whole.size(); ++length) {
                const std::string cut = whole.substr(0, length);
                CHECK_MESSAGE(contains(sentence(ErrorKind::bad_file, [&] { read(cut); }), "model.bin: expected "), length);
            }
            for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
                std::string turned = whole;
                turned[bit / 8] = static_cast<char>(turned[bit / 8] ^ 1 << bit % 8);
                try {
                    read(turned);
                } catch (const Error& error) {
                    CHECK(contains(error.what(), "model.bin: expected "));
                    ++refused;
                    continue;
                }
                if (++opened % 16 == 0) {
                    read_all(folder.write("model.bin", turned));
                }
            }
        }
        CHECK(opened > 1000);
        CHECK(refused > 1000);
    }

    TEST_CASE("ctranslate2: a published model in its three number formats") {
        const auto path = tests::test_data("transliteration-ar-en/ct2-v2");
        if (!path) {
            return;
        }
        ModelCheckpoint whole(ModelFile::open(*path / "model-f32.bin"));
        for (const std::string format : {"f32", "i16", "i8"}) {
            CAPTURE(format);
            ModelCheckpoint model(ModelFile::open(*path / text("model-", format, ".bin")));
            CHECK(model.contents().spec == "TransformerBase");
            CHECK(model.contents().revision == 2);
            CHECK(model.entries().size() == (format == "f32" ? 200 : 269));
            int64_t parameters = 0;
            double worst = 0;
            for (const io::TensorEntry* entry : whole.entries()) {
                const std::vector<float> expected = values(whole, entry->name), got = values(model, entry->name);
                REQUIRE(got.size() == expected.size());
                parameters += static_cast<int64_t>(got.size());
                worst = std::max(worst, worst_in_steps(got, expected, static_cast<size_t>(entry->shape[0]), format));
            }
            CHECK(parameters == 182'731);
            CHECK(model.unused().empty());
            CHECK(worst <= (format == "f32" ? 0 : 1.0001));  // what wrote version 2 cut numbers off, where later ones round
        }
    }
}

}  // namespace heed
