#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "heed.h"
#include "models/text/tokenizer.h"
#include "support/folder.h"
#include "support/sentence.h"
#include "support/sources.h"

namespace heed {
namespace {

using nlohmann::json;
using tests::contains;
using tests::Folder;
using tests::sentence;

std::filesystem::path golden(const std::string& name) {
    return tests::repository() / "tests/golden/tokenizers" / name;
}

json golden_json(const std::string& name) {
    return json::parse(tests::contents(golden(name)));
}

std::string model_bytes(const std::string& name) {
    return tests::contents(golden("sentence_piece_" + name + ".model"));
}

std::string shown(const std::vector<std::string>& tokens) {
    return json(tokens).dump();
}

}  // namespace

TEST_SUITE("tokenizers") {
    TEST_CASE("SentencePiece: what its own program makes of the same models") {
        const auto texts = golden_json("texts.json").get<std::vector<std::string>>();
        for (const std::string name : {"unigram", "fallback", "pairs", "spaces"}) {
            CAPTURE(name);
            const std::unique_ptr<Tokenizer> tokenizer = open_tokenizer(golden("sentence_piece_" + name + ".model"));
            const json cases = golden_json("sentence_piece_" + name + ".json")["cases"];
            REQUIRE(cases.size() == texts.size());
            for (size_t i = 0; i < texts.size(); ++i) {
                CAPTURE(texts[i]);
                const Encoding encoding = tokenizer->encode(texts[i]);
                CHECK(shown(encoding.tokens) == cases[i]["pieces"].dump());
                CHECK(json(encoding.ids).dump() == cases[i]["ids"].dump());
                CHECK(tokenizer->decode(encoding.ids) == cases[i]["decoded"].get<std::string>());
            }
        }
    }

    TEST_CASE("SentencePiece: control pieces are text in a text, user symbols are pieces, offsets are the text's own") {
        const std::unique_ptr<Tokenizer> tokenizer = open_tokenizer(golden("sentence_piece_unigram.model"));
        CHECK(tokenizer->special().end == tokenizer->id_of("</s>"));
        const Encoding symbol = tokenizer->encode("a  <mask></s>");
        CHECK(std::ranges::count(symbol.ids, tokenizer->id_of("<mask>").value()) == 1);
        CHECK(std::ranges::count(symbol.ids, tokenizer->id_of("</s>").value()) == 0);
        const std::string text = "  De\u0301ja\u0300  vu. ";
        const Encoding encoding = tokenizer->encode(text);
        std::string covered;
        for (const TextSpan& span : encoding.offsets) {
            covered += text.substr(span.begin, span.end - span.begin);
        }
        CHECK(tokenizer->encode(covered).ids == encoding.ids);
        CHECK(tokenizer->decode({{tokenizer->id_of("<s>").value(), encoding.ids[0]}}, false).starts_with("<s>"));
        CHECK(tokenizer->encode("").size() == 0);
        CHECK(tokenizer->encode(" \t ").size() == 0);
    }

    TEST_CASE("SentencePiece: T5 ends a text and has its extra ids; Llama begins one; other classes are refused") {
        const Folder folder;
        folder.write("spiece.model", model_bytes("unigram"));
        const std::vector<int32_t> bare = open_tokenizer(folder.path)->encode("Hello").ids;
        const auto size = static_cast<int32_t>(open_tokenizer(folder.path)->vocabulary_size());
        std::vector<int32_t> expected = bare;
        folder.write("tokenizer_config.json", R"({"tokenizer_class": "T5Tokenizer"})");
        const std::unique_ptr<Tokenizer> t5 = open_tokenizer(folder.path);
        expected.push_back(2);
        CHECK(t5->encode("Hello").ids == expected);
        CHECK(t5->encode("Hello", false).ids == bare);
        CHECK(t5->encode("Hello<extra_id_0> <extra_id_99>", false).ids.back() == size);
        CHECK(t5->id_of("<extra_id_0>") == size + 99);
        CHECK(t5->vocabulary_size() == static_cast<size_t>(size) + 100);
        CHECK(t5->decode(expected) == "Hello");

        folder.write("tokenizer_config.json", R"({"tokenizer_class": "LlamaTokenizer"})");
        expected = bare;
        expected.insert(expected.begin(), 1);
        CHECK(open_tokenizer(folder.path)->encode("Hello").ids == expected);
        folder.write("tokenizer_config.json", R"({"tokenizer_class": "XLMRobertaTokenizer"})");
        CHECK(contains(sentence(ErrorKind::unsupported, [&] { open_tokenizer(folder.path); }), "got XLMRobertaTokenizer"));
    }

    TEST_CASE("SentencePiece: Marian numbers the source's pieces by vocab.json and puts the target's together") {
        const Folder folder;
        folder.write("source.spm", model_bytes("unigram"));
        const std::unique_ptr<Tokenizer> pieces = open_tokenizer(folder.path / "source.spm");
        const Encoding source = pieces->encode("Hello, world!");
        json vocabulary{{"</s>", 0}, {"<unk>", 1}, {"<pad>", 900}, {">>fra<<", 901}};
        for (size_t i = 1; i < source.size(); ++i) {
            vocabulary[source.tokens[i]] = 2 + i;
        }
        folder.write("vocab.json", vocabulary.dump());
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { open_tokenizer(folder.path); }), "got no target.spm"));
        folder.write("target.spm", model_bytes("fallback"));
        const std::unique_ptr<Tokenizer> tokenizer = open_tokenizer(folder.path);
        const Encoding encoding = tokenizer->encode(">>fra<< Hello, world!");
        REQUIRE(encoding.size() == source.size() + 2);
        CHECK(encoding.ids.front() == 901);
        CHECK(encoding.ids.back() == 0);
        CHECK(encoding.ids[1] == vocabulary.value(source.tokens[0], 1));
        for (size_t i = 1; i < source.size(); ++i) {
            CHECK(encoding.ids[i + 1] == vocabulary[source.tokens[i]].get<int32_t>());
        }
        CHECK(tokenizer->vocabulary_size() == 902);
        CHECK(tokenizer->special().pad == 900);
        const std::vector<int32_t> words{encoding.ids.begin() + 2, encoding.ids.end()};
        CHECK(contains("Hello, world!", tokenizer->decode(words)));
        CHECK(tokenizer->decode(encoding.ids, false).ends_with("</s>"));
        folder.write("vocab.json", R"({"<unk>": 1})");
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { open_tokenizer(folder.path); }), "the eos_token </s>"));
    }

    TEST_CASE("SentencePiece: a file that is damaged is an error, wherever it is cut") {
        const Folder folder;
        const std::string whole = model_bytes("pairs");
        const auto complaint = [&](ErrorKind kind, const std::string& bytes) {
            folder.write("m.model", bytes);
            return sentence(kind, [&] { open_tokenizer(folder.path); });
        };
        for (size_t length = 0; length < whole.size(); length += 97) {
            folder.write("m.model", whole.substr(0, length));
            try {
                open_tokenizer(folder.path)->encode("Hello");
            } catch (const Error& error) {
                CHECK(contains(error.what(), "m.model: expected"));
            }
        }
        CHECK(contains(complaint(ErrorKind::bad_model, ""), "1 to 16777216 pieces, got 0"));
        CHECK(contains(complaint(ErrorKind::bad_model, "\x0A\x7F"), "longer than the rest at byte 2 of 2"));
        CHECK(contains(complaint(ErrorKind::bad_model, "\x0B"), "a field of an unknown kind"));
        CHECK(contains(complaint(ErrorKind::bad_model, std::string("\x0A\x03\x0A\x01\x61")), "one piece for what is unknown, got 0"));
        CHECK(contains(complaint(ErrorKind::bad_model, std::string("\x0A\x02\x18\x09")), "to be 1 to 6, got 9"));
        CHECK(contains(complaint(ErrorKind::unsupported, whole + std::string("\x12\x02\x18\x03")), "got 3"));
        folder.write("n.model", whole);
        CHECK(contains(complaint(ErrorKind::bad_file, whole), "several models"));
    }

    TEST_CASE("tokenizers: vocab.json and merges.txt are what a tokenizer.json of the same pieces is") {
        const json parts = golden_json("byte_pair.json");
        const auto texts = golden_json("texts.json").get<std::vector<std::string>>();
        const Folder folder;
        std::string merges = "#version: 0.2\n";
        for (const json& merge : parts["merges"]) {
            merges += merge[0].get<std::string>() + " " + merge[1].get<std::string>() + "\n";
        }
        folder.write("merges.txt", merges);
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { open_tokenizer(folder.path); }), "expected vocab.json beside it"));
        json vocabulary = parts["vocab"];
        folder.write("vocab.json", vocabulary.dump());
        folder.write("tokenizer_config.json", R"({"tokenizer_class": "RobertaTokenizer", "add_prefix_space": true})");
        const std::unique_ptr<Tokenizer> roberta = open_tokenizer(folder.path);
        const json expected = golden_json("json_roberta.json")["cases"];
        for (size_t i = 0; i < texts.size(); ++i) {
            CAPTURE(texts[i]);
            CHECK(json(roberta->encode(texts[i]).ids).dump() == expected[i]["ids"].dump());
        }
        CHECK(std::ranges::count(roberta->encode_pair("a", "b").texts, Encoding::kNoText) == 4);
        folder.write("merges.txt", "a b c\n");
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { open_tokenizer(folder.path); }), "merges.txt, line 1: expected two pieces"));
        folder.write("merges.txt", "a \u00e9\u00e8\n");
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { open_tokenizer(folder.path); }), "to be in the vocabulary"));
    }
}

}  // namespace heed
