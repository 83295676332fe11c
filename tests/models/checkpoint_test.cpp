#include "models/checkpoint.h"

#include <doctest/doctest.h>

#include <cmath>
#include <deque>
#include <limits>

#include "models/floats.h"
#include "support/data.h"
#include "support/folder.h"
#include "support/sentence.h"

namespace heed {
namespace {

namespace fs = std::filesystem;
using io::Element;
using tests::contains;
using tests::Folder;
using tests::sentence;

// Tensors that own their bytes, to be written.
struct Tensors {
    std::deque<std::vector<std::byte>> bytes;
    std::vector<io::TensorEntry> entries;

    template <typename T>
    Tensors& add(const std::string& name, Element element, const std::vector<int64_t>& shape, const std::vector<T>& values) {
        const auto raw = std::as_bytes(std::span(values));
        bytes.emplace_back(raw.begin(), raw.end());
        entries.push_back({name, element, shape, bytes.back()});
        return *this;
    }
    void write(const fs::path& path) const { io::write_safetensors(path, entries); }
};

std::string refusal(const fs::path& path) {
    return sentence(ErrorKind::bad_file, [&] { open_checkpoint(path); });
}

const std::vector<float> kMatrix{1, 2, 3, 4, 5, 6};

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("checkpoint: f32 and f16 as they lie there, bf16 and f64 as f32, each made once") {
        const Folder folder;
        const double big = 1e300;
        Tensors()
            .add("f32", Element::f32, {2, 3}, kMatrix)
            .add("f16", Element::f16, {2}, std::vector<uint16_t>{0x3C00, 0xC000})
            .add("bf16", Element::bf16, {4}, std::vector<uint16_t>{0x3F80, 0xC0A0, 0x7F80, 0x7FC0})
            .add("f64", Element::f64, {3}, std::vector<double>{0.1, -2, big})
            .add("scalar", Element::f32, {}, std::vector<float>{7})
            .write(folder.path / "model.safetensors");
        const auto checkpoint = open_checkpoint(folder.path);
        CHECK(checkpoint->description() == (folder.path / "model.safetensors").string());
        const auto get = [&](const char* name) { return checkpoint->find({.name = name, .shape = {}, .init = {}}).value(); };
        CHECK(floats_of(get("f32")) == kMatrix);
        CHECK(get("f32").bytes.data() == checkpoint->entry("f32")->bytes.data());
        CHECK(get("f32").shape == Shape{2, 3});
        CHECK(get("f16").dtype == DType::f16);
        CHECK(floats_of(get("f16")) == std::vector<float>{1, -2});
        CHECK(get("f16").bytes.data() == checkpoint->entry("f16")->bytes.data());
        const std::vector<float> bf16 = floats_of(get("bf16"));
        CHECK(bf16[0] == 1);
        CHECK(bf16[1] == -5);
        CHECK(bf16[2] == std::numeric_limits<float>::infinity());
        CHECK(std::isnan(bf16[3]));
        CHECK(get("bf16").bytes.data() == get("bf16").bytes.data());
        CHECK(floats_of(get("f64")) == std::vector<float>{0.1f, -2, std::numeric_limits<float>::infinity()});
        CHECK(get("scalar").shape == Shape{});
    }

    TEST_CASE("checkpoint: what nobody asked for is listed, and may be of any type") {
        const Folder folder;
        Tensors()
            .add("weight", Element::f32, {6}, kMatrix)
            .add("position_ids", Element::i64, {1, 2}, std::vector<int64_t>{0, 1})
            .add("empty", Element::f32, {0, 4}, std::vector<float>{})
            .write(folder.path / "model.safetensors");
        const auto checkpoint = open_checkpoint(folder.path);
        CHECK(checkpoint->has("weight"));
        CHECK(!checkpoint->has("vit.weight"));
        CHECK(checkpoint->unused() == std::vector<std::string>{"empty", "position_ids", "weight"});
        Graph graph;
        const Weights weights(graph, *checkpoint);
        weights.tensor("weight", {6});
        CHECK(checkpoint->unused() == std::vector<std::string>{"empty", "position_ids"});
        CHECK(checkpoint->entries().size() == 3);
        const std::string file = checkpoint->description();
        CHECK(sentence(ErrorKind::bad_model, [&] {
                  weights.tensor("position_ids", {1, 2});
              }) == file + ": expected 'position_ids' to be F32, F16, BF16 or F64, got I64");
        CHECK(sentence(ErrorKind::bad_model, [&] {
                  weights.tensor("empty", {2, 4});
              }) == file + ": expected 'empty' to be [2,4], got [0,4]");
        CHECK(sentence(ErrorKind::bad_model, [&] {
                  weights.tensor("weight", {2, 3});
              }) == file + ": expected 'weight' to be [2,3], got [6]");
        CHECK(sentence(ErrorKind::bad_model, [&] {
                  (weights / "layer" / 3).tensor("weight", {2, 3});
              }) == file + ": expected a tensor 'layer.3.weight' [2,3], got none of that name");
    }

    TEST_CASE("checkpoint: weights of any storage are what the model stores them as") {
        const Folder folder;
        Tensors()
            .add("f16", Element::f16, {2, 1}, std::vector<uint16_t>{0x3C00, 0xC000})
            .add("also", Element::f16, {1, 1}, std::vector<uint16_t>{0x3C00})
            .write(folder.path / "model.safetensors");
        const auto checkpoint = open_checkpoint(folder.path);
        Graph graph, half;
        CHECK(Weights(graph, *checkpoint).tensor("f16", {2, 1}).dtype() == DType::f32);
        CHECK(graph.values().front().constant.dtype == DType::f16);
        const Weights stored = Weights(half, *checkpoint).stored_as(DType::f16);
        CHECK(stored.stacked({{"f16", {2, 1}, {}}, {"also", {1, 1}, {}}}).dtype() == DType::f16);
    }

    TEST_CASE("checkpoint: shards are one checkpoint") {
        const Folder folder;
        Tensors().add("a", Element::f32, {6}, kMatrix).write(folder.path / "model-1.safetensors");
        Tensors()
            .add("b", Element::f32, {3, 2}, kMatrix)
            .add("stray", Element::f32, {6}, kMatrix)
            .write(folder.path / "model-2.safetensors");
        const fs::path index = folder.path / "model.safetensors.index.json";
        const auto write_index = [&](const std::string& map) {
            folder.write(index.filename(), R"({"metadata":{},"weight_map":)" + map + "}");
        };
        write_index(R"({"a":"model-1.safetensors","b":"model-2.safetensors"})");
        for (const fs::path& path : {folder.path, index}) {
            const auto checkpoint = open_checkpoint(path);
            CHECK(checkpoint->description() == index.string());
            CHECK(floats_of(checkpoint->find({.name = "b", .shape = {}, .init = {}}).value()) == kMatrix);
            CHECK(checkpoint->unused() == std::vector<std::string>{"a"});
            CHECK(!checkpoint->has("stray"));
        }
        write_index(R"({"a":"model-1.safetensors","b":"model-3.safetensors"})");
        CHECK(contains(refusal(folder.path), "expected the shard model-3.safetensors beside it, which has 'b', got no such file"));
        write_index(R"({"a":"model-2.safetensors"})");
        CHECK(contains(refusal(folder.path), "expected 'a' in model-2.safetensors, got none there"));
        folder.write("model-1.safetensors", "cut");
        write_index(R"({"a":"model-1.safetensors"})");
        CHECK(contains(refusal(folder.path), "model-1.safetensors: expected 8 bytes"));
        for (const char* outside : {"/model-1.safetensors", "../x/model-1.safetensors", "", "..", "."}) {
            write_index(text(R"({"a":")", outside, "\"}"));
            CHECK(contains(sentence(ErrorKind::bad_model, [&] { open_checkpoint(folder.path); }),
                           "expected weight_map.a to be the name of a file beside it"));
        }
        write_index("[]");
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { open_checkpoint(folder.path); }), "expected weight_map to be an object"));
        folder.write(index.filename(), "{");
        CHECK(contains(refusal(folder.path), "index.json: expected JSON"));
    }

    TEST_CASE("checkpoint: which file of a folder") {
        const Folder folder;
        CHECK(contains(refusal(folder.path), "expected model.safetensors, got none"));
        CHECK(contains(refusal(folder.path / "none"), "cannot be read: No such file"));
        Tensors().add("a", Element::f32, {6}, kMatrix).write(folder.path / "tiny.safetensors");
        CHECK(open_checkpoint(folder.path)->has("a"));
        CHECK(open_checkpoint(folder.path / "tiny.safetensors")->has("a"));
        Tensors().add("b", Element::f32, {6}, kMatrix).write(folder.path / "small.safetensors");
        CHECK(contains(refusal(folder.path), "expected model.safetensors, got 2 others, the first small.safetensors; name one of them"));
        Tensors().add("c", Element::f32, {6}, kMatrix).write(folder.path / "model.safetensors");
        CHECK(open_checkpoint(folder.path)->has("c"));
    }

    TEST_CASE("checkpoint: another program's format tells how to convert it") {
        for (const char* name : {"pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "flax_model.msgpack"}) {
            const Folder folder;
            const fs::path file = folder.write(name, "PK");
            for (const fs::path& path : {folder.path, file}) {
                const std::string got = refusal(path);
                CHECK(contains(got, text(folder.path.string(), ": expected model.safetensors, got ", name,
                                         "; this makes one of the other: python3 -c \"")));
                CHECK(contains(got, text("'", folder.path.string())));
                CHECK(!contains(got, "@"));
            }
        }
    }

    TEST_CASE("checkpoint: a published file") {
        const auto path = tests::test_data("vit-tiny-patch16-224-in1k");
        if (!path) {
            return;
        }
        const auto checkpoint = open_checkpoint(*path);
        int64_t parameters = 0;
        for (const io::TensorEntry* entry : checkpoint->entries()) {
            parameters += Shape(entry->shape).elements();
        }
        CHECK(checkpoint->entries().size() == 152);
        CHECK(parameters == 5'717'416);
        Graph graph;
        const Weights weights(graph, *checkpoint);
        CHECK((weights / "blocks" / 11 / "attn" / "qkv").tensor("weight", {576, 192}).shape() == Shape{576, 192});
        CHECK(checkpoint->unused().size() == 151);
    }
}

}  // namespace heed
