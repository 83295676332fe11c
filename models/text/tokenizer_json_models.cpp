// The models of a tokenizer.json.
#include <nlohmann/json.hpp>

#include "heed.h"
#include "models/text/byte_pair.h"
#include "models/text/tokenizer_json.h"
#include "models/text/unigram.h"
#include "models/text/word_piece.h"

namespace heed::tokens {
namespace {

using nlohmann::json;

Vocabulary read_vocabulary(const Section& section) {
    Vocabulary out;
    section.at("vocab").each_token([&](const std::string& token, int32_t id) { out.add(token, id); });
    return out;
}

std::unique_ptr<SubwordModel> word_piece_model(const Section& section) {
    WordPieceOptions options{.unknown = section.text("unk_token", "[UNK]"), .continuing = section.text("continuing_subword_prefix", "##")};
    if (section.has("max_input_chars_per_word")) {
        options.most_characters = static_cast<size_t>(section.at("max_input_chars_per_word").whole());
    }
    return word_piece(read_vocabulary(section), options);
}

std::unique_ptr<SubwordModel> word_level_model(const Section& section) {
    return word_level(read_vocabulary(section), section.text("unk_token", "<unk>"));
}

// Each a text with one space in it, or since 0.20 a list of two.
std::vector<std::pair<std::string, std::string>> read_merges(const Section& section) {
    std::vector<std::pair<std::string, std::string>> out;
    const json& list = section.value();
    if (!list.is_array()) {
        section.refuse("a list");
    }
    for (size_t i = 0; i < list.size(); ++i) {
        const json& merge = list[i];
        if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
            out.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
            continue;
        }
        const std::string both = merge.is_string() ? merge.get<std::string>() : "";
        const size_t space = both.find(' ');
        if (space == std::string::npos || both.find(' ', space + 1) != std::string::npos) {
            section.items()[i].refuse("two pieces");
        }
        out.emplace_back(both.substr(0, space), both.substr(space + 1));
    }
    return out;
}

std::unique_ptr<SubwordModel> byte_pair_model(const Section& section) {
    return byte_pair(read_vocabulary(section), read_merges(section.at("merges")),
                     {.unknown = section.text("unk_token", ""),
                      .continuing = section.text("continuing_subword_prefix", ""),
                      .end_of_word = section.text("end_of_word_suffix", ""),
                      .fuse_unknown = section.flag("fuse_unk", false),
                      .byte_fallback = section.flag("byte_fallback", false),
                      .whole_words = section.flag("ignore_merges", false)});
}

std::unique_ptr<SubwordModel> unigram_model(const Section& section) {
    const Section vocab = section.at("vocab");
    const json& list = vocab.value();
    if (!list.is_array()) {
        vocab.refuse("a list of pieces and scores");
    }
    std::vector<ScoredPiece> pieces;
    for (size_t i = 0; i < list.size(); ++i) {
        const json& piece = list[i];
        if (!piece.is_array() || piece.size() != 2 || !piece[0].is_string() || !piece[1].is_number()) {
            vocab.items()[i].refuse("a piece and its score");
        }
        pieces.push_back({.token = piece[0].get<std::string>(), .score = piece[1].get<double>()});
    }
    UnigramOptions options{.unknown = std::nullopt, .byte_fallback = section.flag("byte_fallback", false)};
    if (section.has("unk_id")) {
        options.unknown = section.at("unk_id").whole();
    }
    return unigram(pieces, options);
}

constexpr Reader<std::unique_ptr<SubwordModel>> kReaders[] = {
    {"WordPiece", word_piece_model},
    {"BPE", byte_pair_model},
    {"Unigram", unigram_model},
    {"WordLevel", word_level_model},
};

}  // namespace

// Old files leave the type out.
std::unique_ptr<SubwordModel> read_model(const Section& section) {
    if (section.has("type")) {
        return read_by_type(section, kReaders);
    }
    return section.has("merges")                     ? byte_pair_model(section)
           : section.at("vocab").is_list()           ? unigram_model(section)
           : section.has("max_input_chars_per_word") ? word_piece_model(section)
                                                     : word_level_model(section);
}

}  // namespace heed::tokens
