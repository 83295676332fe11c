#include "models/ctranslate2/tokenizers.h"

#include <algorithm>

#include "heed.h"
#include "io/mapped_file.h"
#include "models/text/json_section.h"
#include "models/text/marian.h"
#include "models/text/pipeline.h"
#include "models/text/renumbered.h"
#include "models/text/sentence_piece.h"
#include "models/text/word_piece.h"
#include "unicode/utf8.h"

namespace heed::ctranslate2 {
namespace {

namespace fs = std::filesystem;
using tokens::Stages;
using tokens::TemplatePart;
using tokens::Vocabulary;

constexpr uint64_t kMostBytes = 256 << 20;

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

// A carriage return is part of a token unless every line has one at its end.
std::vector<std::string> read_lines(const fs::path& path) {
    const io::MappedFile file(path, kMostBytes);
    std::vector<std::string> out;
    for (std::string_view rest = file.text(); !rest.empty();) {
        const size_t length = std::min(rest.find('\n'), rest.size());
        out.emplace_back(rest.substr(0, length));
        rest.remove_prefix(std::min(length + 1, rest.size()));
        require_utf8(out.back(), text(path.string(), ", line ", out.size()));
    }
    if (std::ranges::all_of(out, [](const std::string& line) { return line.ends_with('\r'); })) {
        std::ranges::for_each(out, [](std::string& line) { line.pop_back(); });
    }
    return out;
}

std::vector<std::string> read_list(const fs::path& path) {
    const tokens::JsonFile file(path, tokens::JsonFile::Top::list);
    std::vector<std::string> out;
    for (const tokens::Section& item : file.root().items()) {
        out.push_back(item.text());
    }
    return out;
}

// The file of that name, .json before .txt; nothing where there is neither.
std::optional<fs::path> find_file(const fs::path& folder, const std::string& name) {
    for (const char* ending : {".json", ".txt"}) {
        if (is_there(folder / (name + ending))) {
            return folder / (name + ending);
        }
    }
    return std::nullopt;
}

fs::path need_file(const fs::path& folder, const std::string& name) {
    if (const std::optional<fs::path> found = find_file(folder, name)) {
        return *found;
    }
    const bool features = name == "source_vocabulary" && find_file(folder, "source_1_vocabulary");
    fail(features ? ErrorKind::unsupported : ErrorKind::bad_file, folder.string(), ": expected ", name, ".json or .txt",
         features ? std::string(", one for all of the source, got source_1_vocabulary, with which words have features besides")
                  : std::string(" or shared_vocabulary, got neither"));
}

// The model that cuts texts of both sides: sentencepiece.model, or the only one there is.
std::optional<fs::path> find_pieces(const fs::path& folder) {
    if (is_there(folder / "sentencepiece.model")) {
        return folder / "sentencepiece.model";
    }
    std::vector<fs::path> models;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        if (entry.path().extension() == ".model" || entry.path().extension() == ".spm") {
            models.push_back(entry.path());
        }
    }
    if (models.size() > 1) {
        std::ranges::sort(models);
        fail(ErrorKind::unsupported, folder.string(), ": expected one SentencePiece model, or source.spm and target.spm, got ",
             models.size(), ", the first ", models.front().filename().string());
    }
    return models.empty() ? std::nullopt : std::optional(models.front());
}

int32_t need_token(const Vocabulary& vocabulary, const std::string& token, const fs::path& path) {
    if (const std::optional<int32_t> id = vocabulary.id_of(token)) {
        return *id;
    }
    fail(ErrorKind::bad_model, path.string(), ": expected the token ", token, " to be in it, got none among ", vocabulary.size());
}

// Begin and end have no text, unless somebody writes them.
void set_special(const Settings& settings, const Vocabulary& vocabulary, Stages& stages) {
    const auto id_of = [&](const std::string& token) { return vocabulary.id_of(token); };
    stages.special = {.pad = std::nullopt,
                      .unknown = id_of(settings.unknown),
                      .begin = id_of(settings.begin),
                      .end = id_of(settings.end),
                      .mask = std::nullopt};
    std::vector<tokens::AddedToken> added;
    for (const std::string& token : {settings.begin, settings.end}) {
        if (const std::optional<int32_t> id = id_of(token)) {
            added.push_back({.content = token, .id = *id, .special = true, .searched = false});
        }
    }
    stages.added = tokens::AddedTokens(std::move(added), stages.normalizer);
}

// One side of a model whose tokens SentencePiece cuts, or that has nothing to cut them with.
std::unique_ptr<Tokenizer> read_side(const fs::path& path, Vocabulary vocabulary, const fs::path& pieces, const Settings& settings) {
    const std::optional<fs::path> model = find_pieces(pieces);
    Stages stages = model ? tokens::sentence_piece_stages(*model) : Stages();
    set_special(settings, vocabulary, stages);
    std::vector<TemplatePart> parts;
    const auto add = [&](bool wanted, const std::string& token) {
        if (wanted) {
            parts.push_back({.ids = {need_token(vocabulary, token, path)}, .tokens = {token}});
        }
    };
    add(settings.source_begin, settings.begin);
    parts.push_back({.text = 0});
    add(settings.source_end, settings.end);
    stages.post_processor = tokens::template_processing(std::move(parts), {});
    if (model) {
        const int32_t unknown = need_token(vocabulary, settings.unknown, path);
        stages.model = tokens::renumbered(std::move(stages.model), std::move(vocabulary), unknown);
        stages.description = text(path.string(), ": pieces of ", model->string());
    } else {
        stages.pre_tokenizer = [](tokens::Words& words) {
            split_at(
                words, [](char32_t code) { return code == U' '; }, tokens::Delimiters::removed);
        };
        need_token(vocabulary, settings.unknown, path);
        stages.model = tokens::word_level(std::move(vocabulary), settings.unknown);
        stages.description = text(path.string(), ": tokens with spaces between them");
    }
    return make_tokenizer(std::move(stages));
}

}  // namespace

Vocabulary read_vocabulary(const fs::path& path, int64_t rows, const std::string& unknown) {
    Vocabulary out;
    const auto add = [&](const std::string& token) {
        const std::optional<int32_t> first = out.id_of(token);
        const auto id = static_cast<int32_t>(out.size());
        out.add(token, id);
        if (first) {
            out.add(token, *first);  // the first of a spelling is the one that a text gets
        }
    };
    std::ranges::for_each(path.extension() == ".json" ? read_list(path) : read_lines(path), add);
    if (static_cast<int64_t>(out.size()) < rows && !out.id_of(unknown)) {
        add(unknown);
    }
    if (static_cast<int64_t>(out.size()) != rows) {
        fail(ErrorKind::bad_model, path.string(), ": expected a token for each of the model's ", rows, " embeddings, got ", out.size());
    }
    return out;
}

Tokenizers read_tokenizers(const fs::path& folder, const fs::path& pieces, const Settings& settings, int64_t source_rows,
                           int64_t target_rows) {
    const std::optional<fs::path> shared = find_file(folder, "shared_vocabulary");
    const fs::path source = shared ? *shared : need_file(folder, "source_vocabulary");
    const fs::path target = shared ? *shared : need_file(folder, "target_vocabulary");
    const bool marian = is_there(pieces / "source.spm") && is_there(pieces / "target.spm");
    const auto read = [&](const fs::path& path, int64_t rows) {
        Vocabulary vocabulary = read_vocabulary(path, rows, settings.unknown);
        return marian ? tokens::marian_tokenizer(pieces / "source.spm", std::move(vocabulary), path.string())
                      : read_side(path, std::move(vocabulary), pieces, settings);
    };
    Tokenizers out{.source = read(source, source_rows), .own_target = nullptr};
    if (!shared || source_rows != target_rows) {
        out.own_target = read(target, target_rows);
    }
    return out;
}

}  // namespace heed::ctranslate2
