#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "models/text/json_section.h"
#include "models/text/pipeline.h"

namespace heed::tokens {

// tokenizer.json, as the tokenizers library writes it: every section, in this order. A section of a type that is not known is refused
// with the list of those that are. Truncation and padding are the caller's business and not read.
std::unique_ptr<Tokenizer> read_tokenizer_json(const std::filesystem::path& path);

Normalizer read_normalizer(const Section& section);
PreTokenizer read_pre_tokenizer(const Section& section);
std::unique_ptr<SubwordModel> read_model(const Section& section);
PostProcessor read_post_processor(const Section& section);
TokenDecoder read_decoder(const Section& section);

// What reads a section of a type.
template <typename Result>
struct Reader {
    std::string_view type;
    Result (*read)(const Section& section);
};

template <typename Result, size_t count>
Result read_by_type(const Section& section, const Reader<Result> (&readers)[count]) {
    const std::string type = section.type();
    std::string known;
    for (const auto& [name, read] : readers) {
        if (name == type) {
            return read(section);
        }
        known.append(known.empty() ? "" : ", ").append(name);
    }
    section.at("type").unsupported(known);
}

// All of a list of sections.
template <typename Result>
std::vector<Result> read_each(const Section& list, Result (*read)(const Section& section)) {
    std::vector<Result> out;
    for (const Section& section : list.items()) {
        out.push_back(read(section));
    }
    return out;
}

// {"String": ".."} or {"Regex": ".."}; throws unsupported, showing it, for an expression that is not known.
class Pattern;
Pattern read_pattern(const Section& section);

struct Metaspace;
Metaspace read_metaspace(const Section& section);

}  // namespace heed::tokens
