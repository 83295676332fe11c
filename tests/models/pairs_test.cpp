#include "models/text/pairs.h"

#include <doctest/doctest.h>

#include "heed.h"
#include "support/data.h"
#include "support/folder.h"
#include "support/sentence.h"

namespace heed {
namespace {

using tests::Folder;
using tests::sentence;

}  // namespace

TEST_SUITE("pairs") {
    TEST_CASE("pairs: each sentence once, in order, with all that stand beside it") {
        const Folder folder;
        const auto file = folder.write("pairs.tsv", "Go.\tVe.\nRun!\t\u00a1Corre!\r\n\nGo.\tVete.\tCC-BY 2.0\nGo!\t Ve. ");
        const std::vector<Translated> pairs = read_pairs(file);
        REQUIRE(pairs.size() == 3);
        CHECK(pairs[0].source == "Go.");
        CHECK(pairs[0].references == std::vector<std::string>{"Ve.", "Vete."});
        CHECK(pairs[1].references == std::vector<std::string>{"\u00a1Corre!"});
        CHECK(pairs[2].references == std::vector<std::string>{" Ve. "});
        CHECK(read_pairs(folder.write("none.tsv", "")).empty());
    }

    TEST_CASE("pairs: parts depend on letters and digits alone") {
        for (const char* test : {"Wait!", "wait", " W-A \u00e1 I T ", "Tell me.", "Have fun."}) {
            CHECK(part_of(test) == Part::test);
        }
        for (const char* development : {"Go away!", "Hug Tom.", "Who won?"}) {
            CHECK(part_of(development) == Part::development);
        }
        for (const char* train : {"Go.", "Hi.", "Run!", "a1", "", "\u00f1"}) {
            CHECK(part_of(train) == Part::train);
        }
        const Folder folder;
        const auto file = folder.write("pairs.tsv", "Go.\tVe.\nWait!\tEspera.\nGo away!\tVete.\n");
        CHECK(read_pairs(file, Part::test).at(0).source == "Wait!");
        CHECK(read_pairs(file, Part::development).at(0).source == "Go away!");
        CHECK(read_pairs(file, Part::train).size() == 1);
    }

    TEST_CASE("pairs: a line that is no pair is named") {
        const Folder folder;
        const std::string name = (folder.path / "p.tsv").string();
        const auto complaint = [&](const std::string& contents, ErrorKind kind = ErrorKind::bad_file) {
            const auto file = folder.write("p.tsv", contents);
            return sentence(kind, [&] { read_pairs(file); });
        };
        CHECK(complaint("a\tb\nno tab\n") == name + ", line 2: expected a sentence, a tab and another sentence, got 'no tab'");
        CHECK(complaint("a\t\n") == name + ", line 1: expected a sentence, a tab and another sentence, got 'a\t'");
        CHECK(complaint("\tb\tc") == name + ", line 1: expected a sentence, a tab and another sentence, got '\tb\tc'");
        CHECK(complaint("a\tb\n\n\xff\tb\n", ErrorKind::bad_input) == name + ", line 3: expected UTF-8, got the byte 0xff at 0");
    }

    TEST_CASE("pairs: the parts of Tatoeba's English and Spanish sentences") {
        const auto file = tests::test_data("tatoeba-en-es/pairs.tsv.gz");
        if (!file) {
            return;
        }
        const std::vector<Translated> test = read_pairs(*file, Part::test);
        size_t references = 0;
        for (const Translated& each : test) {
            references += each.references.size();
        }
        CHECK(test.size() == 1653);
        CHECK(references == 1897);
        CHECK(read_pairs(*file, Part::development).size() == 1686);
    }
}

}  // namespace heed
