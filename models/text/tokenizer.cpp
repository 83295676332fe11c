#include "models/text/tokenizer.h"

#include <algorithm>
#include <array>

#include "heed.h"
#include "models/ctranslate2/translation.h"
#include "models/text/marian.h"
#include "models/text/merges_txt.h"
#include "models/text/sentence_piece.h"
#include "models/text/tokenizer_json.h"
#include "models/text/vocab_txt.h"

namespace heed {
namespace {

namespace fs = std::filesystem;

// What a folder may have, the first that it does have counting.
struct Kind {
    std::string_view file;
    std::unique_ptr<Tokenizer> (*read)(const fs::path& path);
};
constexpr std::array kKinds{
    Kind{"tokenizer.json", tokens::read_tokenizer_json},
    Kind{"source.spm", tokens::read_marian},
    Kind{"merges.txt", tokens::read_merges_txt},
    Kind{"vocab.txt", tokens::read_vocab_txt},
    Kind{"spiece.model", tokens::read_sentence_piece},
    Kind{"sentencepiece.model", tokens::read_sentence_piece},
    Kind{"sentencepiece.bpe.model", tokens::read_sentence_piece},
    Kind{"tokenizer.model", tokens::read_sentence_piece},
};

std::string known_names() {
    std::string out;
    for (const Kind& kind : kKinds) {
        out += std::string(kind.file) + ", ";
    }
    return out + "one other .model or .spm";
}

bool is_sentence_piece(const fs::path& path) {
    return path.extension() == ".model" || path.extension() == ".spm";
}

std::unique_ptr<Tokenizer> open_file(const fs::path& path) {
    for (const auto& [file, read] : kKinds) {
        if (path.filename() == file && (file != "source.spm" || fs::is_regular_file(path.parent_path() / "vocab.json"))) {
            return read(path);
        }
    }
    if (is_sentence_piece(path)) {
        return tokens::read_sentence_piece(path);
    }
    fail(ErrorKind::bad_file, path.string(), ": expected a tokenizer (", known_names(), "), got another file");
}

}  // namespace

std::unique_ptr<Tokenizer> open_tokenizer(const fs::path& path) {
    if (ctranslate2::is_translation(path) && !fs::is_regular_file(path / "tokenizer.json")) {
        return std::move(ctranslate2::open_translation(path).source);
    }
    if (fs::is_regular_file(path)) {
        return open_file(path);
    }
    for (const Kind& kind : kKinds) {
        if (fs::is_regular_file(path / kind.file)) {
            return open_file(path / kind.file);
        }
    }
    std::vector<fs::path> models;
    if (fs::is_directory(path)) {
        std::ranges::copy_if(fs::directory_iterator(path), std::back_inserter(models),
                             [](const auto& entry) { return is_sentence_piece(entry.path()); });
    }
    if (models.size() == 1) {
        return open_file(models[0]);
    }
    fail(ErrorKind::bad_file, path.string(), ": expected a tokenizer (", known_names(), "), got ",
         !fs::is_directory(path) ? "no such file or folder"
         : models.empty()        ? "none of these"
                                 : "several models");
}

}  // namespace heed
