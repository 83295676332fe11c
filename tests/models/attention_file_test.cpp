#include "models/attention_file.h"

#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "support/folder.h"
#include "support/sentence.h"

namespace heed {
namespace {

using tests::contains;
using tests::Folder;
using tests::sentence;

const std::vector<float> kFirst{0.1f, 0.9f, 1, 0, 1.0f / 3, 2.0f / 3, 1e-20f, 1}, kSecond{0.5f, 0.5f, 0.25f, 0.75f, 1, 0};
const LayerWeights kLayers[] = {{{2, 2, 2}, kFirst}, {{1, 3, 2}, kSecond}};
const io::Metadata kMetadata{{"model", "ViT \"tiny\""}, {"grid", "1x1"}};

}  // namespace

TEST_SUITE("models") {
    TEST_CASE("attention file: what was written is read, as safetensors") {
        const Folder folder;
        write_attention(folder.path / "weights.safetensors", kLayers, kMetadata);
        const io::SafeTensors file = io::SafeTensors::open(folder.path / "weights.safetensors");
        CHECK(file.metadata() == kMetadata);
        REQUIRE(file.tensors().size() == 2);
        const io::TensorEntry* second = file.find("attention.1");
        REQUIRE(second != nullptr);
        CHECK(second->shape == std::vector<int64_t>{1, 3, 2});
        REQUIRE(second->bytes.size() == kSecond.size() * sizeof(float));
        CHECK(std::memcmp(second->bytes.data(), kSecond.data(), second->bytes.size()) == 0);
    }

    TEST_CASE("attention file: what was written is read, as JSON, to the last bit") {
        const Folder folder;
        write_attention(folder.path / "weights.json", kLayers, kMetadata);
        const nlohmann::json file = nlohmann::json::parse(tests::contents(folder.path / "weights.json"));
        CHECK(file.size() == 3);
        CHECK(file["metadata"].get<io::Metadata>() == kMetadata);
        using Maps = std::vector<std::vector<std::vector<float>>>;
        CHECK(file["attention.0"].get<Maps>() == Maps{{{0.1f, 0.9f}, {1, 0}}, {{1.0f / 3, 2.0f / 3}, {1e-20f, 1}}});
        CHECK(file["attention.1"].get<Maps>() == Maps{{{0.5f, 0.5f}, {0.25f, 0.75f}, {1, 0}}});
        CHECK(contains(tests::contents(folder.path / "weights.json"), "[0.1,0.9]"));

        const std::vector<float> strange{std::numeric_limits<float>::quiet_NaN()};
        const LayerWeights layer{{1, 1, 1}, strange};
        write_attention(folder.path / "nan.json", std::span(&layer, 1));
        CHECK(nlohmann::json::parse(tests::contents(folder.path / "nan.json"))["attention.0"][0][0][0].is_null());
    }

    TEST_CASE("attention file: weights that are not what their shape says are a sentence") {
        const Folder folder;
        const LayerWeights wrong[] = {kLayers[0], {{2, 2, 2}, kSecond}};
        for (const char* name : {"weights.json", "weights.safetensors"}) {
            CHECK(sentence(ErrorKind::bad_input, [&] { write_attention(folder.path / name, wrong); }) ==
                  "attention.1: expected weights [2,2,2], got 6");
            const std::filesystem::path nowhere = folder.path / "no folder" / name;
            CHECK(contains(sentence(ErrorKind::bad_file, [&] { write_attention(nowhere, kLayers); }), "no folder"));
        }
        CHECK(folder.entries() == 0);
    }
}

}  // namespace heed
