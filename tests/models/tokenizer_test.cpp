#include "models/text/tokenizer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "heed.h"
#include "models/text/token_texts.h"
#include "support/data.h"
#include "support/folder.h"
#include "support/sentence.h"
#include "support/sources.h"
#include "unicode/utf8.h"

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

// As text, so that a failed check shows it.
template <typename T>
std::string listed(const std::vector<T>& values) {
    std::string out;
    for (const T& value : values) {
        out += text(value) + " ";
    }
    return out;
}

template <typename T>
std::string listed(const json& values) {
    return listed(values.get<std::vector<T>>());
}

std::vector<uint32_t> flat(const std::vector<TextSpan>& spans) {
    std::vector<uint32_t> out;
    for (const TextSpan& span : spans) {
        out.insert(out.end(), {span.begin, span.end});
    }
    return out;
}

// Puts a vocabulary, and the table of characters with it, where a tokenizer.json has them.
void share(json& tokenizer, const json& parts) {
    for (const auto& [key, value] : parts.items()) {
        if (key != "charsmap") {
            tokenizer["model"][key] = value;
        }
    }
    const auto fill = [&](json& normalizer) {
        if (normalizer.is_object() && normalizer["type"] == "Precompiled") {
            normalizer["precompiled_charsmap"] = parts["charsmap"];
        }
    };
    fill(tokenizer["normalizer"]);
    if (tokenizer["normalizer"].contains("normalizers")) {
        std::ranges::for_each(tokenizer["normalizer"]["normalizers"], fill);
    }
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
    for (const auto& [name, golden_contents] : file["files"].items()) {
        json contents = golden_contents;
        if (file.contains("shared")) {
            share(contents, golden(file["shared"]));
        }
        folder.write(name, contents.is_string() ? contents.get<std::string>() : contents.dump());
    }
    return open_tokenizer(folder.path);
}

void check_case(const Tokenizer& tokenizer, const json& expected, const std::string& first, const std::string& second) {
    const Encoding one = tokenizer.encode(first);
    CHECK(listed(one.ids) == listed<int32_t>(expected["ids"]));
    CHECK(tokenizer.decode(one.ids) == expected.value("decoded", first));
    if (expected.contains("offsets")) {
        CHECK(listed(flat(one.offsets)) == listed<uint32_t>(expected["offsets"]));
    }
    if (!expected.contains("pair")) {
        return;
    }
    const TokenTexts parts = token_texts(tokenizer, one.ids);
    CHECK(std::accumulate(parts.texts.begin(), parts.texts.end(), std::string()) == tokenizer.decode(one.ids, false));
    const Encoding pair = tokenizer.encode_pair(first, second);
    std::vector<int> special;
    for (size_t i = 0; i < pair.size(); ++i) {
        special.push_back(pair.is_added(i) ? 1 : 0);
    }
    CHECK(listed(pair.ids) == listed<int32_t>(expected["pair"]));
    CHECK(pair.type_ids == expected["types"].get<std::vector<int32_t>>());
    CHECK(special == expected["special"].get<std::vector<int>>());
    CHECK(listed(flat(pair.offsets)) == listed<uint32_t>(expected["pair_offsets"]));
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
        for (const char* name : {"bert_uncased.json", "bert_cased.json", "bert_accents.json", "bert_real.json", "json_gpt2.json",
                                 "json_roberta.json", "json_llama3.json", "json_o200k.json", "json_llama.json", "json_mistral.json",
                                 "json_clip.json", "json_xlm_r.json", "json_t5.json", "json_albert.json", "json_words.json"}) {
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
        CHECK(encoding.words == std::vector<int32_t>{0, 0, 0});
        CHECK(tokenizer->decode(encoding.ids) == "unaffable");
        const std::vector<int32_t> words{Encoding::kNoWord, 0, 1, 1, 1, 2, 3, Encoding::kNoWord, 0, Encoding::kNoWord};
        CHECK(tokenizer->encode_pair("un unaffable-[MASK]", "un").words == words);
        const Encoding empty = tokenizer->encode("");
        CHECK(empty.tokens == std::vector<std::string>{"[CLS]", "[SEP]"});
        CHECK(tokenizer->decode(empty.ids).empty());
        CHECK(tokenizer->decode(empty.ids, false) == "[CLS] [SEP]");
    }

    TEST_CASE("tokenizers: what each token adds to the text, and the word it is a part of") {
        const std::unique_ptr<Tokenizer> pieces = tokenizer_of(golden("bert_uncased.json"));
        const TokenTexts bert = token_texts(*pieces, pieces->encode("Unaffable, un.").ids);
        CHECK(bert.texts == std::vector<std::string>{"[CLS]", " un", "aff", "able", ",", " un", ".", " [SEP]"});
        CHECK(bert.words == std::vector<int32_t>{0, 1, 1, 1, 2, 3, 4, 5});
        const std::unique_ptr<Tokenizer> bytes = tokenizer_of(golden("json_gpt2.json"));
        const std::string line = "don't \U0001f600 \u732b\u732b";
        const TokenTexts gpt = token_texts(*bytes, bytes->encode(line).ids);
        CHECK(std::accumulate(gpt.texts.begin(), gpt.texts.end(), std::string()) == line);
        const auto word_of = [&](size_t byte) {
            size_t token = 0;
            for (size_t end = gpt.texts[0].size(); end <= byte; end += gpt.texts[token].size()) {
                ++token;
            }
            return gpt.words[token];
        };
        CHECK(word_of(0) == word_of(line.find("'t") + 1));
        CHECK(word_of(0) != word_of(line.find("\U0001f600")));
        CHECK(word_of(line.find("\u732b")) != word_of(line.rfind("\u732b")));
        for (const std::string& each : gpt.texts) {
            CHECK(repair_utf8(each) == each);  // the bytes of a character that two tokens share go to the last
        }
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
        folder.write("added_tokens.json", "{\"<new>\": 9}");
        CHECK(open_tokenizer(folder.path)->encode("A<new>a").ids == std::vector<int32_t>{2, 0, 9, 3, 1});
        CHECK(open_tokenizer(folder.path)->vocabulary_size() == 10);
        folder.write("tokenizer_config.json", "[]");
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { open_tokenizer(folder.path); }), "expected a JSON object"));
    }

    TEST_CASE("tokenizers: a tokenizer.json with something unknown names file, section, what came and what is known") {
        const auto complaint = [](ErrorKind kind, const std::string& sections) {
            const Folder folder;
            folder.write("tokenizer.json", R"({"model": {"type": "WordLevel", "vocab": {"<unk>": 0, "a": 1}}, )" + sections + "}");
            const std::string said = sentence(kind, [&] { open_tokenizer(folder.path); });
            CHECK(contains(said, (folder.path / "tokenizer.json").string() + ": "));
            return said;
        };
        const auto unsupported = [&](const std::string& sections) { return complaint(ErrorKind::unsupported, sections); };
        const auto wrong = [&](const std::string& sections) { return complaint(ErrorKind::bad_model, sections); };
        CHECK(contains(unsupported(R"("normalizer": {"type": "Shout"})"), R"(normalizer.type to be Sequence, BertNormalizer, NFC)"));
        CHECK(contains(unsupported(R"("normalizer": {"type": "Sequence", "normalizers": [{"type": "Shout"}]})"), R"(normalizers[0].type)"));
        CHECK(contains(unsupported(R"("pre_tokenizer": {"type": "UnicodeScripts"})"), R"(got "UnicodeScripts")"));
        CHECK(contains(unsupported(R"("post_processor": {"type": "Shout"})"), "TemplateProcessing"));
        CHECK(contains(unsupported(R"("decoder": {"type": "CTC"})"), R"(WordPiece, ByteLevel, Metaspace)"));
        CHECK(contains(unsupported(R"("pre_tokenizer": {"type": "Digits"}, "model": {"type": "Guess"})"), "WordPiece, BPE, Unigram"));
        CHECK(contains(wrong(R"("normalizer": {"type": "Prepend"})"), "normalizer.prepend, got none"));
        CHECK(contains(wrong(R"("normalizer": {"type": "Prepend", "prepend": 7})"), "normalizer.prepend to be text, got 7"));
        CHECK(contains(wrong(R"("added_tokens": [{"content": "x", "id": -1}])"), "added_tokens[0].id to be a whole number"));
        CHECK(contains(wrong(R"("model": {"type": "WordLevel", "vocab": {"a": 0}})"), "unknown token <unk>"));
        CHECK(contains(wrong(R"("model": {"type": "WordLevel", "vocab": {"a": 99999999}})"), "the id of a"));
        CHECK(contains(wrong(R"("model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]})"), "expected b to be in the vocabulary"));
        CHECK(contains(wrong(R"("model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a b c"]})"), "model.merges[0] to be two pieces"));
        CHECK(contains(wrong(R"("model": {"type": "Unigram", "vocab": [["a", 0], ["b"]]})"), "model.vocab[1] to be a piece and its score"));
        CHECK(contains(wrong(R"("model": {"type": "Unigram", "vocab": [["a", 0]], "unk_id": 1})"), "below 1, got 1"));
        const std::string charsmap = R"("normalizer": {"type": "Precompiled", "precompiled_charsmap": )";
        CHECK(contains(complaint(ErrorKind::bad_model, charsmap + R"("AAAA"})"), "expected a table of characters"));
        CHECK(contains(complaint(ErrorKind::bad_model, charsmap + R"("/////w=="})"), "got one of 4294967295"));
        CHECK(contains(complaint(ErrorKind::bad_model, charsmap + R"("%"})"), "expected base64"));
    }

    TEST_CASE("tokenizers: an expression that is not known is shown") {
        const auto complaint = [](const std::string& regex) {
            const Folder folder;
            const json split{{"type", "Split"}, {"pattern", {{"Regex", regex}}}, {"behavior", "Removed"}, {"invert", false}};
            const json model{{"type", "WordLevel"}, {"vocab", {{"<unk>", 0}}}};
            folder.write("tokenizer.json", json{{"model", model}, {"pre_tokenizer", split}}.dump());
            const std::string said = sentence(ErrorKind::unsupported, [&] { open_tokenizer(folder.path); });
            CHECK(contains(said, "pre_tokenizer.pattern: pattern " + regex + ": expected"));
            return said;
        };
        CHECK(contains(complaint("(?<=a)b"), "an unknown kind of group at 1"));
        CHECK(contains(complaint("a+?"), "a quantifier that is lazy"));
        CHECK(contains(complaint("\\p{Han}+"), "the class \\p{Han}"));
        CHECK(contains(complaint("(a"), "a group that is not closed"));
        CHECK(contains(complaint("a)"), "a closing parenthesis"));
        CHECK(contains(complaint("[a"), "its end"));
        CHECK(contains(complaint("[[:space:]]"), "a set inside a set"));
        CHECK(contains(complaint("[z-a]"), "a range that ends before it begins"));
        CHECK(contains(complaint("*"), "nothing to repeat"));
        CHECK(contains(complaint("(a*)*"), "a quantifier of what can be empty"));
        CHECK(contains(complaint("\\bword"), "an unknown escape"));
        CHECK(contains(complaint("a{3,2}"), "bounds that are none"));
    }

    TEST_CASE("tokenizers: quantifiers, groups, lookahead and cases of expressions") {
        const auto words = [](const std::string& regex, const std::string& text) {
            const Folder folder;
            const json split{{"type", "Split"}, {"pattern", {{"Regex", regex}}}, {"behavior", "Removed"}, {"invert", true}};
            const json model{{"type", "WordLevel"}, {"vocab", {{"<unk>", 0}}}};
            folder.write("tokenizer.json", json{{"model", model}, {"pre_tokenizer", split}}.dump());
            std::string out;
            for (const TextSpan& span : open_tokenizer(folder.path)->encode(text).offsets) {
                out += (out.empty() ? "" : "|") + text.substr(span.begin, span.end - span.begin);
            }
            return out;
        };
        CHECK(words("a{2}|b{1,2}|c{2,}", "aaabbbcccc c") == "aa|bb|b|cccc");
        CHECK(words("(?:ab|c)+", "ababcx cab") == "ababc|cab");
        CHECK(words("x(?:ab){0,2}", "xababab xab x") == "xabab|xab|x");
        CHECK(words("a+(?=b)", "aab aac") == "aa");
        CHECK(words("a*+a|b", "aab") == "b");
        CHECK(words("^a|a$", "aaa") == "a|a");
        CHECK(words("(?i:straSSe|\u00c9)", "STRASSE stra\u017f\u017fe \u00e9") == "STRASSE|stra\u017f\u017fe|\u00e9");
        CHECK(words("[^\\W\\d_]+", "ab12_\u00e9\u0301") == "ab|\u00e9\u0301");
        CHECK(words("[\\x{4e00}-\\x{9fff}]+|\\u3042|[a\\-z]", "\u65e5\u672c\u3042b-") == "\u65e5\u672c|\u3042|-");
        CHECK(words(".+", "one\ntwo") == "one|two");
        const std::string pairs(20'000, 'c');
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { words("(?:ab|c)+", pairs); }), "at most 4000 times in a row"));
    }

    TEST_CASE("tokenizers: time grows with the length of a text and not with its square, whatever is in it") {
        std::string words;
        while (words.size() < 1 << 17) {
            words += "\u65e5\u672c De\u0301ja\u0300 unaffable, ";
        }
        const std::string texts[] = {words, std::string(1 << 17, 'a'), std::string(1 << 17, ' '), std::string(1 << 17, '.')};
        std::string marks;
        while (marks.size() < 1 << 17) {
            marks += "\u0301\u0323";
        }
        for (const char* name : {"bert_uncased.json", "json_gpt2.json", "json_llama3.json", "json_llama.json", "json_clip.json",
                                 "json_xlm_r.json", "json_albert.json"}) {
            CAPTURE(std::string(name));
            const std::unique_ptr<Tokenizer> tokenizer = tokenizer_of(golden(name));
            for (const std::string& each : texts) {
                const Encoding encoding = tokenizer->encode(each);
                CHECK(encoding.size() <= 3 * each.size() + 4);
                CHECK(tokenizer->decode(encoding.ids).size() <= 3 * each.size() + 4);
            }
            CHECK(tokenizer->encode(marks).size() <= 2 * marks.size() + 4);
        }
        const std::unique_ptr<Tokenizer> tokenizer = tokenizer_of(golden("bert_uncased.json"));
        CHECK(tokenizer->encode(texts[1], false).size() == 1);
        CHECK(tokenizer->encode(marks, false).size() == 0);
    }
}

}  // namespace heed
