#include "models/text/tokenizer.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "heed.h"
#include "models/text/utf8.h"
#include "support/data.h"
#include "support/folder.h"
#include "support/sentence.h"
#include "support/sources.h"

namespace heed {
namespace {

using nlohmann::json;
using tests::contains;
using tests::Folder;
using tests::sentence;

constexpr const char* kFolder = "tests/golden/tokenizers/";

json golden(const std::string& name) {
    return json::parse(tests::read_source(kFolder + name).text);
}

std::vector<uint32_t> flat(const std::vector<TextSpan>& spans) {
    std::vector<uint32_t> out;
    for (const TextSpan& span : spans) {
        out.insert(out.end(), {span.begin, span.end});
    }
    return out;
}

// A golden file's tokenizer, in a folder of its own or as it lies among the data.
std::unique_ptr<Tokenizer> tokenizer_of(const json& file) {
    if (file.contains("data")) {
        const auto path = tests::test_data(file["data"]);
        return path ? open_tokenizer(*path) : nullptr;
    }
    const Folder folder;
    if (file.contains("vocab")) {
        folder.write("vocab.txt", tests::read_source(kFolder + file["vocab"].get<std::string>()).text);
    }
    for (const auto& [name, contents] : file["files"].items()) {
        folder.write(name, contents.is_string() ? contents.get<std::string>() : contents.dump());
    }
    return open_tokenizer(folder.path);
}

void check_case(const Tokenizer& tokenizer, const json& expected, const std::string& text, const std::string& second) {
    const Encoding one = tokenizer.encode(text);
    CHECK(one.ids == expected["ids"].get<std::vector<int32_t>>());
    CHECK(flat(one.offsets) == expected["offsets"].get<std::vector<uint32_t>>());
    CHECK(tokenizer.decode(one.ids) == expected["decoded"].get<std::string>());
    if (!expected.contains("pair")) {
        return;
    }
    const Encoding pair = tokenizer.encode_pair(text, second);
    std::vector<int> special;
    for (size_t i = 0; i < pair.size(); ++i) {
        special.push_back(pair.is_added(i) ? 1 : 0);
    }
    CHECK(pair.ids == expected["pair"].get<std::vector<int32_t>>());
    CHECK(pair.type_ids == expected["types"].get<std::vector<int32_t>>());
    CHECK(special == expected["special"].get<std::vector<int>>());
    CHECK(flat(pair.offsets) == expected["pair_offsets"].get<std::vector<uint32_t>>());
}

void check_golden(const std::string& name) {
    CAPTURE(name);
    const json file = golden(name);
    const std::unique_ptr<Tokenizer> tokenizer = tokenizer_of(file);
    if (tokenizer == nullptr) {
        return;
    }
    const auto texts = golden("texts.json").get<std::vector<std::string>>();
    REQUIRE(file["cases"].size() == texts.size());
    for (size_t i = 0; i < texts.size(); ++i) {
        CAPTURE(texts[i]);
        check_case(*tokenizer, file["cases"][i], texts[i], texts[(i + 5) % texts.size()]);
    }
}

}  // namespace

TEST_SUITE("tokenizers") {
    TEST_CASE("tokenizers: what the published library makes of the same files") {
        for (const char* name : {"bert_uncased.json", "bert_cased.json", "bert_accents.json", "bert_real.json"}) {
            check_golden(name);
        }
    }

    TEST_CASE("tokenizers: vocab.txt, its special tokens and what they are for") {
        const std::unique_ptr<Tokenizer> tokenizer = tokenizer_of(golden("bert_uncased.json"));
        CHECK(tokenizer->special().pad == 0);
        CHECK(tokenizer->special().unknown == tokenizer->id_of("[UNK]"));
        CHECK(tokenizer->special().begin == tokenizer->id_of("[CLS]"));
        CHECK(tokenizer->special().end == tokenizer->id_of("[SEP]"));
        CHECK(tokenizer->token_of(tokenizer->special().mask.value()) == "[MASK]");
        CHECK(tokenizer->id_of("no such piece") == std::nullopt);
        const Encoding encoding = tokenizer->encode("Unaffable", false);
        CHECK(encoding.tokens == std::vector<std::string>{"un", "##aff", "##able"});
        CHECK(encoding.offsets == std::vector<TextSpan>{{0, 2}, {2, 5}, {5, 9}});
        CHECK(tokenizer->decode(encoding.ids) == "unaffable");
        const Encoding empty = tokenizer->encode("");
        CHECK(empty.tokens == std::vector<std::string>{"[CLS]", "[SEP]"});
        CHECK(tokenizer->decode(empty.ids).empty());
        CHECK(tokenizer->decode(empty.ids, false) == "[CLS] [SEP]");
    }

    TEST_CASE("tokenizers: what is no text, no id, no tokenizer") {
        const std::unique_ptr<Tokenizer> tokenizer = tokenizer_of(golden("bert_uncased.json"));
        const auto complaint = [&](std::string_view bytes) { return sentence(ErrorKind::bad_input, [&] { tokenizer->encode(bytes); }); };
        CHECK(complaint("abc\xff") == "text: expected UTF-8, got the byte 0xff at 3");
        CHECK(complaint("\xC3") == "text: expected UTF-8, got the byte 0xc3 at 0");
        CHECK(complaint("\xED\xA0\x80") == "text: expected UTF-8, got the byte 0xed at 0");
        CHECK(repair_utf8("abc\xff\xE4\xBDz\xF0\x9F\x98") == "abc\uFFFD\uFFFDz\uFFFD");
        CHECK(tokenizer->encode(repair_utf8("abc\xff")).ids == tokenizer->encode("abc").ids);
        const int32_t past = static_cast<int32_t>(tokenizer->vocabulary_size());
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { tokenizer->decode({{past}}); }), text("below ", past, ", got ", past)));
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { tokenizer->token_of(-1); }), "got -1"));

        const Folder folder;
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { open_tokenizer(folder.path); }), "vocab.txt"));
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { open_tokenizer(folder.path / "no"); }), "no such file or folder"));
        folder.write("vocab.txt", "[UNK]\n[SEP]\na\n");
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { open_tokenizer(folder.path); }), "expected the cls_token [CLS]"));
        folder.write("vocab.txt", "[UNK]\n[SEP]\n[CLS]\n\xff\n");
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { open_tokenizer(folder.path); }), "line 4: expected UTF-8"));
        folder.write("vocab.txt", "[UNK]\n[SEP]\n[CLS]\na\n");
        folder.write("tokenizer_config.json", "{\"cls_token\": 7, \"do_lower_case\": false}");
        CHECK(open_tokenizer(folder.path)->encode("A a").ids == std::vector<int32_t>{2, 0, 3, 1});
        folder.write("tokenizer_config.json", "[]");
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { open_tokenizer(folder.path); }), "expected a JSON object"));
    }

    TEST_CASE("tokenizers: a megabyte takes a moment, whatever is in it") {
        const std::unique_ptr<Tokenizer> tokenizer = tokenizer_of(golden("bert_uncased.json"));
        std::string words, word(1 << 20, 'a'), marks, spaces(1 << 20, ' ');
        while (words.size() < 1 << 20) {
            words += "\u65e5\u672c De\u0301ja\u0300 unaffable, ";
            marks += "\u0301\u0323";
        }
        CHECK(tokenizer->encode(word, false).size() == 1);
        CHECK(tokenizer->encode(spaces, false).size() == 0);
        CHECK(tokenizer->encode(marks, false).size() == 0);
        CHECK(tokenizer->encode(words, false).size() > 200'000);
    }
}

}  // namespace heed
