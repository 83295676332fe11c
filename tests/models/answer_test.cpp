#include "models/bert/answer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "models/bert/answer_spans.h"
#include "support/device.h"
#include "support/folder.h"
#include "support/sentence.h"
#include "support/sources.h"

namespace heed {
namespace {

namespace fs = std::filesystem;
using tests::contains;
using tests::sentence;

void write_model(const tests::Folder& folder, const std::string& name) {
    const fs::path golden = tests::repository() / "tests" / "golden" / "bert" / name;
    fs::copy(golden / "config.json", folder.path / "config.json");
    fs::copy(golden / "model.safetensors", folder.path / "model.safetensors");
    folder.write("vocab.txt",
                 "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\ncat\nsat\non\na\nmat\ndog\nran\nto\nhouse\n##s\nof\nred\nblue\n.\n,\nand\nis\n");
}

// e to the logits over their sum, of the tokens that are `open`; 0 for the others.
std::vector<double> softmax(const TextAnswer& answer, const Encoding& tokens, size_t which, const std::vector<bool>& open) {
    std::vector<double> out(tokens.size(), 0);
    double sum = 0;
    for (size_t t = 0; t < tokens.size(); ++t) {
        out[t] = open[t] ? std::exp(static_cast<double>(answer.logits[2 * t + which])) : 0;
        sum += out[t];
    }
    std::ranges::for_each(out, [&](double& each) { each /= sum; });
    return out;
}

// What a window, read as a text of its own, says of each answer that is at most `longest` tokens long: the rules again, token by token.
std::map<std::string, double> chances_in(TextModel& model, const std::string& question, const std::string& window, size_t longest,
                                         double& none) {
    const Encoding tokens = model.tokenizer().encode_pair(question, window);
    const TextAnswer answer = model.run(std::span(&tokens, 1))[0];
    std::vector<bool> open;
    for (size_t t = 0; t < tokens.size(); ++t) {
        open.push_back(t == 0 || tokens.texts[t] == 1);
    }
    const std::vector<double> starts = softmax(answer, tokens, 0, open), ends = softmax(answer, tokens, 1, open);
    none = std::min(none, starts[0] * ends[0]);
    std::map<std::string, double> out;
    for (size_t first = 1; first < tokens.size(); ++first) {
        for (size_t last = first; last < std::min(first + longest, tokens.size()); ++last) {
            if (open[first] && open[last]) {
                size_t begin = tokens.offsets[first].begin, end = tokens.offsets[last].end;
                while (begin > 0 && std::isalpha(window[begin]) != 0 && std::isalpha(window[begin - 1]) != 0) {
                    --begin;
                }
                while (end < window.size() && std::isalpha(window[end - 1]) != 0 && std::isalpha(window[end]) != 0) {
                    ++end;
                }
                out[window.substr(begin, end - begin)] += starts[first] * ends[last];
            }
        }
    }
    return out;
}

}  // namespace

TEST_SUITE("answer") {
    TEST_CASE("answer: windows are all tokens, full but for the last, and share what they should") {
        CHECK(overlapping_windows(5, 8, 3) == std::vector<TokenRange>{{0, 5}});
        CHECK(overlapping_windows(8, 8, 3) == std::vector<TokenRange>{{0, 8}});
        CHECK(overlapping_windows(9, 8, 3) == std::vector<TokenRange>{{0, 8}, {5, 9}});
        CHECK(overlapping_windows(4, 2, 1) == std::vector<TokenRange>{{0, 2}, {1, 3}, {2, 4}});
        for (size_t room = 1; room < 9; ++room) {
            for (size_t overlap = 0; overlap < room; ++overlap) {
                for (size_t tokens = 1; tokens < 40; ++tokens) {
                    CAPTURE(text(tokens, " tokens, room ", room, ", overlap ", overlap));
                    const std::vector<TokenRange> windows = overlapping_windows(tokens, room, overlap);
                    REQUIRE(windows.front().begin == 0);
                    REQUIRE(windows.back().end == tokens);
                    for (size_t i = 1; i < windows.size(); ++i) {
                        CHECK(windows[i - 1].end - windows[i - 1].begin == room);
                        CHECK(windows[i - 1].end - windows[i].begin == overlap);
                        CHECK(windows[i].end > windows[i - 1].end);
                    }
                }
            }
        }
        CHECK(contains(sentence(ErrorKind::bad_input, [] { overlapping_windows(9, 3, 3); }), "fewer than the 3 tokens they have, got 3"));
    }

    TEST_CASE("answer: the likeliest spans are those of a search through all of them") {
        std::mt19937 random(5);
        for (const size_t tokens : {1, 2, 7, 23}) {
            for (const size_t longest : {1, 3, 50}) {
                std::vector<double> starts, ends;
                for (size_t i = 0; i < tokens; ++i) {
                    starts.push_back(static_cast<double>(random() % 8) / 8);  // with ties
                    ends.push_back(static_cast<double>(random() % 8) / 8);
                }
                std::vector<AnswerSpan> all;
                for (size_t first = 0; first < tokens; ++first) {
                    for (size_t last = 0; last < tokens; ++last) {
                        if (first <= last && last - first + 1 <= longest) {
                            all.push_back({first, last, starts[first] * ends[last]});
                        }
                    }
                }
                std::ranges::stable_sort(all, std::greater(), &AnswerSpan::probability);
                for (const size_t count : {size_t{0}, size_t{1}, size_t{9}, all.size() + 3}) {
                    const std::vector<AnswerSpan> found = likeliest_spans(starts, ends, count, longest);
                    REQUIRE(found.size() == std::min(count, all.size()));
                    for (size_t i = 0; i < found.size(); ++i) {
                        CHECK(found[i].first == all[i].first);
                        CHECK(found[i].last == all[i].last);
                        CHECK(found[i].probability == all[i].probability);
                    }
                }
            }
        }
    }
}

TEST_SUITE("device answer") {
    TEST_CASE("answers are those of the rules, token by token, in one window and in several") {
        for (const std::string name : {"bert-QuestionAnswering", "distilbert-QuestionAnswering"}) {
            CAPTURE(name);
            const tests::Folder folder;
            write_model(folder, name);
            TextModel model(tests::device(), folder.path);
            const std::string question = "the dog ran";
            const std::string whole = "A cat sat, the dogs ran.";
            // 6 around leave room for 6 of 12 tokens; the windows are cut between words, so that each reads the same alone
            const std::string cut_up = "a cat sat on the red mat and ran to house";
            struct Cut {
                size_t window, overlap;
                std::string text;
                std::vector<std::string> windows;
            };
            const Cut cuts[] = {{384, 128, whole, {whole}},
                                {12, 2, cut_up, {"a cat sat on the red", "the red mat and ran to", "ran to house"}}};
            for (const Cut& cut : cuts) {
                std::map<std::string, double> expected;
                double none = 1;
                for (const std::string& window : cut.windows) {
                    for (const auto& [words, chance] : chances_in(model, question, window, 3, none)) {
                        expected[words] = std::max(expected[words], chance);
                    }
                }
                expected[""] = none;
                const std::vector<FoundAnswer> found =
                    find_answers(model, question, cut.text,
                                 {.count = 100, .longest = 3, .window = cut.window, .overlap = cut.overlap, .may_be_none = true});
                REQUIRE(found.size() == expected.size());
                for (size_t i = 0; i < found.size(); ++i) {
                    CAPTURE(found[i].text);
                    REQUIRE(expected.contains(found[i].text));
                    CHECK(found[i].probability == doctest::Approx(expected[found[i].text]).epsilon(1e-4));
                    CHECK((i == 0 || found[i].probability <= found[i - 1].probability));
                    CHECK(cut.text.substr(found[i].bytes.begin, found[i].bytes.end - found[i].bytes.begin) == found[i].text);
                }
                const std::vector<FoundAnswer> two = find_answers(model, question, cut.text, {.count = 2, .longest = 3});
                CHECK(two.size() == 2);
            }
        }
    }

    TEST_CASE("answers are whole words of the text as it is written, and long texts are read to their end") {
        const tests::Folder folder;
        write_model(folder, "bert-QuestionAnswering");
        TextModel model(tests::device(), folder.path);
        std::string text;
        for (int i = 0; i < 60; ++i) {
            text += "  the D\u00f3gs sat on a m\u00e0t,";
        }
        text += " RED houses";
        bool last = false;
        for (const FoundAnswer& answer : find_answers(model, "is the cat red", text, {.count = 1000, .window = 14, .overlap = 4})) {
            CHECK(text.substr(answer.bytes.begin, answer.bytes.end - answer.bytes.begin) == answer.text);
            const bool begins = text[answer.bytes.begin - 1] == ' ' || answer.text.front() == ',';
            const bool ends = answer.bytes.end == text.size() || text[answer.bytes.end] == ' ' || text[answer.bytes.end] == ',' ||
                              answer.text.back() == ',';
            CHECK(begins);
            CHECK(ends);
            last |= answer.text == "RED houses";
        }
        CHECK(last);
    }

    TEST_CASE("a question or a text that is none, a question that is too long, a model for something else") {
        const tests::Folder folder, other;
        write_model(folder, "bert-QuestionAnswering");
        write_model(other, "bert-MaskedLM");
        TextModel model(tests::device(), folder.path);
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { find_answers(model, " ", "the cat"); }), "expected a question, got ' '"));
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { find_answers(model, "the", " \n"); }), "got one without a token"));
        const std::string long_question = "the cat sat on a mat and the dog ran to the red house";
        CHECK(sentence(ErrorKind::bad_input, [&] { find_answers(model, long_question, "the cat"); }) ==
              "answer: expected a question that leaves room for the text in 16 tokens, got one that takes 17 with what stands around it");
        TextModel masks(tests::device(), other.path);
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { find_answers(masks, "the", "cat"); }), "got one without such a head"));
    }
}

}  // namespace heed
