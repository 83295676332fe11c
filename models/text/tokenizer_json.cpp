#include "models/text/tokenizer_json.h"

#include <nlohmann/json.hpp>

#include "heed.h"
#include "models/text/pattern.h"
#include "models/text/tokenizer_config.h"

namespace heed::tokens {

Pattern read_pattern(const Section& section) {
    if (section.has("String")) {
        return Pattern::literal(section.at("String").text());
    }
    if (section.has("Regex")) {
        try {
            return Pattern(section.at("Regex").text());
        } catch (const Error& error) {
            fail(error.kind, section.file(), ": ", section.where(), ": ", error.what());
        }
    }
    section.unsupported("a String or a Regex");
}

std::unique_ptr<Tokenizer> read_tokenizer_json(const std::filesystem::path& path) {
    const JsonFile file(path);
    const Section root = file.root();
    const TokenizerConfig config = read_tokenizer_config(path.parent_path());
    Stages stages;
    if (root.has("normalizer")) {
        stages.normalizer = read_normalizer(root.at("normalizer"));
    }
    if (root.has("pre_tokenizer")) {
        stages.pre_tokenizer = read_pre_tokenizer(root.at("pre_tokenizer"));
    }
    try {
        stages.model = read_model(root.at("model"));
    } catch (const Error& error) {
        const bool named = std::string_view(error.what()).starts_with(path.string());
        fail(error.kind, named ? "" : path.string() + ": ", error.what());
    }
    if (root.has("post_processor")) {
        stages.post_processor = read_post_processor(root.at("post_processor"));
    }
    if (root.has("decoder")) {
        stages.decoder = read_decoder(root.at("decoder"));
    }
    std::vector<AddedToken> added;
    if (root.has("added_tokens")) {
        for (const Section& section : root.at("added_tokens").items()) {
            AddedToken token = read_added_token(section);
            token.id = section.at("id").whole();
            if (token.id >= Vocabulary::kMostIds) {
                section.at("id").refuse(text("below ", Vocabulary::kMostIds));
            }
            token.id = stages.model->vocabulary().id_of(token.content).value_or(token.id);  // as the library has it
            added.push_back(std::move(token));
        }
    }
    stages.added = AddedTokens(std::move(added), stages.normalizer);
    stages.special = find_special(config, [&](std::string_view token) {
        const AddedToken* known = stages.added.by_content(token);
        return known != nullptr ? std::optional(known->id) : stages.model->vocabulary().id_of(token);
    });
    stages.tidy = config.on("clean_up_tokenization_spaces", false);
    stages.description = text(path.string(), ": ", root.at("model").text("type", "tokenizer"));
    return make_tokenizer(std::move(stages));
}

}  // namespace heed::tokens
