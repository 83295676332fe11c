// Vocabularies, what cuts and joins tokens, Argos packages.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "heed.h"
#include "models/ctranslate2/argos.h"
#include "models/ctranslate2/tokenizers.h"
#include "models/ctranslate2/translation.h"
#include "models/translate/open_translation.h"
#include "support/data.h"
#include "support/folder.h"
#include "support/sentence.h"
#include "support/sources.h"
#include "support/tiny_translator.h"

namespace heed {
namespace {

namespace fs = std::filesystem;
using ctranslate2::open_translation;
using ctranslate2::read_vocabulary;
using ctranslate2::Settings;
using ctranslate2::Tokenizers;
using nlohmann::json;
using tests::contains;
using tests::Folder;
using tests::sentence;
using tests::TinyTranslator;

std::string golden(const std::string& name) {
    return tests::contents(tests::repository() / "tests/golden/tokenizers" / name);
}

std::string lines(std::initializer_list<const char*> tokens) {
    std::string out;
    for (const char* token : tokens) {
        out += text(token, "\n");
    }
    return out;
}

std::vector<int32_t> ids(const tokens::Vocabulary& vocabulary, std::initializer_list<const char*> tokens) {
    std::vector<int32_t> out;
    for (const char* token : tokens) {
        out.push_back(vocabulary.id_of(token).value_or(-1));
    }
    return out;
}

using Ids = std::vector<int32_t>;

}  // namespace

TEST_SUITE("tokenizers") {
    TEST_CASE("ctranslate2: vocabularies of both kinds") {
        const Folder folder;
        const auto vocabulary = [&](const char* name, const std::string& contents, int64_t rows) {
            return read_vocabulary(folder.write(name, contents), rows, "<unk>");
        };
        CHECK(ids(vocabulary("a.txt", "<s>\n</s>\nb\xC3\xA9\na", 5), {"<s>", "</s>", "b\xC3\xA9", "a", "<unk>"}) == Ids{0, 1, 2, 3, 4});
        CHECK(ids(vocabulary("a.txt", "<unk>\n\nx\n", 3), {"<unk>", "", "x"}) == Ids{0, 1, 2});
        CHECK(ids(vocabulary("a.txt", "<unk>\r\nx\r\n", 2), {"<unk>", "x"}) == Ids{0, 1});
        CHECK(ids(vocabulary("a.txt", "<unk>\nx\r\n", 2), {"<unk>", "x", "x\r"}) == Ids{0, -1, 1});
        const tokens::Vocabulary twice = vocabulary("a.txt", "<unk>\nx\ny\nx\n", 4);
        CHECK(ids(twice, {"x", "y"}) == Ids{1, 2});
        CHECK(*twice.token_of(3) == "x");
        CHECK(ids(vocabulary("a.json", R"(["<unk>", "two\nlines", "\u0628"])", 3), {"<unk>", "two\nlines", "\u0628"}) == Ids{0, 1, 2});
        const auto says = [&](const char* name, const std::string& contents, int64_t rows) {
            return sentence(ErrorKind::bad_model, [&] { vocabulary(name, contents, rows); });
        };
        CHECK(contains(says("a.txt", "<unk>\nx\n", 3), "a.txt: expected a token for each of the model's 3 embeddings, got 2"));
        CHECK(contains(says("a.txt", "x\ny\nz\n", 3 - 1), "embeddings, got 3"));
        CHECK(contains(says("a.json", "[1]", 1), "a.json: expected"));
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { vocabulary("a.json", "{}", 1); }), "a.json: expected a JSON list, got {}"));
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { vocabulary("a.txt", "a\n\xFF\n", 2); }), "a.txt, line 2: expected UTF-8"));
    }

    TEST_CASE("ctranslate2: a model with nothing to cut with has spaces between tokens") {
        const Folder folder;
        folder.write("source_vocabulary.txt", lines({"<blank>", "<s>", "</s>", "\u0623", "\u062D"}));
        folder.write("target_vocabulary.txt", lines({"<blank>", "<s>", "</s>", "a", "h"}));
        Settings settings;
        Tokenizers both = ctranslate2::read_tokenizers(folder.path, folder.path, settings, 6, 6);
        CHECK(both.source->encode("\u0623 \u062D").ids == Ids{3, 4});
        CHECK(both.source->encode("  \u0623  x\u062D ").ids == Ids{3, 5});
        CHECK(both.source->encode("  \u0623  x\u062D ").tokens == std::vector<std::string>{"\u0623", "<unk>"});
        CHECK(both.source->encode("\u0623 \u062D").offsets[1] == TextSpan{3, 5});
        CHECK(both.source->encode("").size() == 0);
        CHECK(both.source->encode("</s> \u062D").ids == Ids{2, 4});
        CHECK(both.target().decode(Ids{1, 3, 4, 3, 2}) == "a h a");
        CHECK(both.target().decode(Ids{1, 3, 5}, false) == "<s> a <unk>");
        CHECK(both.target().special().end == 2);
        CHECK(both.target().special().begin == 1);
        CHECK(both.target().special().unknown == 5);
        CHECK(both.target().vocabulary_size() == 6);
        CHECK(contains(sentence(ErrorKind::bad_input, [&] { both.target().decode(Ids{6}); }), "got 6"));
        settings.source_begin = settings.source_end = true;
        both = ctranslate2::read_tokenizers(folder.path, folder.path, settings, 6, 6);
        CHECK(both.source->encode("\u062D").ids == Ids{1, 4, 2});
        CHECK(both.source->encode("\u062D", false).ids == Ids{4});

        folder.write("shared_vocabulary.json", R"(["<unk>", "<s>", "</s>", "a"])");
        both = ctranslate2::read_tokenizers(folder.path, folder.path, settings, 4, 4);
        CHECK(!both.own_target);
        CHECK(both.target().encode("a b").ids == Ids{1, 3, 0, 2});
        settings.end = "<end>";
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { ctranslate2::read_tokenizers(folder.path, folder.path, settings, 4, 4); }),
                       "shared_vocabulary.json: expected the token <end> to be in it, got none among 4"));
    }

    TEST_CASE("ctranslate2: vocabularies that are not there") {
        const Folder folder;
        const auto says = [&](ErrorKind kind) {
            return sentence(kind, [&] { ctranslate2::read_tokenizers(folder.path, folder.path, {}, 4, 4); });
        };
        CHECK(contains(says(ErrorKind::bad_file), "expected source_vocabulary.json or .txt or shared_vocabulary, got neither"));
        folder.write("source_1_vocabulary.txt", "a\n");
        CHECK(contains(says(ErrorKind::unsupported), "got source_1_vocabulary, with which words have features besides"));
        folder.write("source_vocabulary.txt", "a\n");
        CHECK(contains(says(ErrorKind::bad_file), "expected target_vocabulary.json or .txt or shared_vocabulary, got neither"));
    }

    TEST_CASE("ctranslate2: pieces of SentencePiece have the vocabulary's ids, whichever side's") {
        const Folder folder;
        const fs::path model = folder.write("sentencepiece.model", golden("sentence_piece_unigram.model"));
        const Encoding pieces = open_tokenizer(model)->encode("Hello, world!");
        json source{"<s>", "</s>", "<unk>", "spare"}, target{"<unk>", "<s>", "</s>"};
        for (const std::string& piece : pieces.tokens) {
            source.push_back(piece);
            target.push_back(piece);
        }
        target.push_back("spare");
        const fs::path own = folder.path / "model";
        fs::create_directories(own);
        folder.write("model/source_vocabulary.json", source.dump());
        folder.write("model/target_vocabulary.json", target.dump());
        const auto rows = static_cast<int64_t>(source.size());
        const Tokenizers both = ctranslate2::read_tokenizers(own, folder.path, {}, rows, rows);
        const Encoding encoding = both.source->encode("Hello, world! \u0416");
        Ids written{1};
        REQUIRE(encoding.size() > pieces.size());
        for (size_t i = 0; i < pieces.size(); ++i) {
            CHECK(encoding.ids[i] == both.source->id_of(pieces.tokens[i]));
            written.push_back(both.target().id_of(pieces.tokens[i]).value());
            CHECK(written.back() == encoding.ids[i] - 1);
        }
        CHECK(encoding.ids.back() == 2);
        written.push_back(2);
        CHECK(both.target().decode(written) == "Hello, world!");
        CHECK(contains(both.source->description(), "source_vocabulary.json: pieces of "));

        fs::rename(model, folder.path / "joint.spm");
        const Tokenizers joint = ctranslate2::read_tokenizers(own, folder.path, {}, rows, rows);
        CHECK(joint.source->encode("Hello, world!").ids == both.source->encode("Hello, world!").ids);
        folder.write("other.model", golden("sentence_piece_unigram.model"));
        CHECK(contains(sentence(ErrorKind::unsupported, [&] { ctranslate2::read_tokenizers(own, folder.path, {}, rows, rows); }),
                       "expected one SentencePiece model, or source.spm and target.spm, got 2, the first joint.spm"));
        folder.write("source.spm", golden("sentence_piece_unigram.model"));
        folder.write("target.spm", golden("sentence_piece_unigram.model"));
        const Tokenizers marian = ctranslate2::read_tokenizers(own, folder.path, {}, rows, rows);
        CHECK(marian.source->encode("Hello, world!").ids.back() == marian.source->id_of("</s>"));
        CHECK(marian.source->encode("Hello, world!", false).ids == both.source->encode("Hello, world!").ids);
        written.erase(written.begin());
        CHECK(marian.target().decode(written) == "Hello, world!");
    }
}

TEST_SUITE("models") {
    TEST_CASE("ctranslate2: a folder with all that translates") {
        const Folder folder;
        tests::ModelBin file = TinyTranslator().file();
        CHECK(!ctranslate2::is_translation(folder.path));
        const fs::path path = folder.write("model.bin", file.bytes());
        folder.write("source_vocabulary.txt", lines({"<s>", "</s>", "x", "y", "z"}));
        folder.write("target_vocabulary.txt", lines({"<unk>", "</s>", "<s>", "a", "b", "c", "d"}));
        CHECK(ctranslate2::is_translation(folder.path));
        for (const fs::path& given : {folder.path, path}) {
            const TranslationModel translation = open_translation(given);
            CHECK(translation.config.source.words == 6);
            CHECK(translation.source->encode("z y").ids == Ids{4, 3});
            CHECK(translation.generation.decoder_start_token_id == 2);
            CHECK(translation.generation.eos_token_ids == Ids{1});
            CHECK(translation.generation.max_new_tokens == 256);
            CHECK(translation.generation.min_new_tokens == 1);
            CHECK(translation.generation.num_beams == 2);
            CHECK(translation.from.empty());
            CHECK(translation.weights->description() == path.string());
        }
        folder.write("config.json", R"({"decoder_start_token": null})");
        CHECK(!open_translation(folder.path).generation.decoder_start_token_id);
        folder.write("config.json", R"({"decoder_start_token": "<go>"})");
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { open_translation(folder.path); }),
                       "expected what the decoder starts with, <go>, to be in the vocabulary, got none among 7"));
        file.add("decoder/start_from_zero_embedding", io::Element::i8, {}, std::vector<int8_t>{1});
        folder.write("model.bin", file.bytes());
        const TranslationModel zeros = open_translation(folder.path);
        CHECK(zeros.config.target.words == 8);
        CHECK(zeros.config.source.words == 6);
        CHECK(zeros.generation.decoder_start_token_id == 7);
        CHECK(zeros.generation.suppress_tokens == Ids{7});
        CHECK(zeros.target().vocabulary_size() == 7);
        folder.write("target_vocabulary.txt", lines({"<unk>", "</s>", "<s>", "a", "b", "c"}));
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { open_translation(folder.path); }),
                       "target_vocabulary.txt: expected a token for each of the model's 7 embeddings, got 6"));
    }

    TEST_CASE("ctranslate2: an Argos package") {
        const Folder folder;
        fs::create_directories(folder.path / "model");
        folder.write("sentencepiece.model", golden("sentence_piece_unigram.model"));
        const Encoding pieces = open_tokenizer(folder.path / "sentencepiece.model")->encode("Hello");
        json vocabulary{"<unk>", "<s>", "</s>", "__fr__"};
        for (const std::string& piece : pieces.tokens) {
            vocabulary.push_back(piece);
        }
        TinyTranslator shape;
        shape.source_words = shape.target_words = static_cast<uint32_t>(vocabulary.size());
        folder.write("model/model.bin", shape.file().bytes());
        folder.write("model/shared_vocabulary.json", vocabulary.dump());
        CHECK(!ctranslate2::is_argos(folder.path));
        folder.write("metadata.json", R"({"package_version": "1.9", "from_code": "en", "from_name": "English", "to_code": "fr"})");
        CHECK(ctranslate2::is_argos(folder.path));
        CHECK(ctranslate2::is_translation(folder.path));
        const ctranslate2::ArgosPackage package = ctranslate2::read_argos(folder.path);
        CHECK(package.from_name == "English");
        CHECK(package.to_name.empty());
        CHECK(package.version == "1.9");
        const TranslationModel translation = open_translation(folder.path);
        CHECK(translation.from == "en");
        CHECK(translation.to == "fr");
        CHECK(translation.generation.num_beams == 4);
        CHECK(translation.generation.length_penalty == 0.2);
        CHECK(translation.generation.prefix.empty());
        CHECK(translation.source->encode("Hello").ids.front() == 4);
        CHECK(translation.target().decode(translation.source->encode("Hello").ids) == "Hello");
        CHECK(open_tokenizer(folder.path)->encode("Hello").ids == translation.source->encode("Hello").ids);

        folder.write("metadata.json", R"({"from_code": "en", "to_code": "fr", "target_prefix": "__fr__"})");
        CHECK(open_translation(folder.path).generation.prefix == Ids{3});
        folder.write("metadata.json", R"({"from_code": "en", "to_code": "fr", "target_prefix": "__de__"})");
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { open_translation(folder.path); }), "the package's target_prefix, __de__"));
        folder.write("metadata.json", R"({"from_code": "en", "type": "sbd"})");
        CHECK(contains(sentence(ErrorKind::unsupported, [&] { open_translation(folder.path); }), "of the type translate, got sbd"));
        folder.write("metadata.json", R"({"from_code": "en"})");
        CHECK(contains(sentence(ErrorKind::bad_model, [&] { open_translation(folder.path); }),
                       "metadata.json: expected to_code, text, got none"));
        fs::remove(folder.path / "sentencepiece.model");
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { open_translation(folder.path); }), "expected sentencepiece.model, got none"));
        const fs::path packed = folder.write("en_fr.argosmodel", "PK");
        CHECK(contains(sentence(ErrorKind::bad_file, [&] { open_translation_model(packed); }),
                       "en_fr.argosmodel: expected the folder of a package"));
        folder.write("bpe.model", "#version: 0.2\n");
        CHECK(contains(sentence(ErrorKind::unsupported, [&] { open_translation(folder.path); }), "got bpe.model, byte pairs of words"));
    }
}

}  // namespace heed
