#include "models/text/tokenizer_config.h"

#include <array>

#include "heed.h"
#include "models/text/json_section.h"

namespace heed::tokens {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 7> kRoles = {"bos_token", "eos_token", "unk_token", "sep_token",
                                                    "pad_token", "cls_token", "mask_token"};

AddedToken special_token(const Section& value) {
    if (value.is_text()) {
        return {.content = value.text(), .special = true};
    }
    AddedToken out = read_added_token(value);
    out.special = true;
    return out;
}

void read_roles(const Section& root, TokenizerConfig& config) {
    for (const std::string_view role : kRoles) {
        if (root.has(role) && (root.at(role).is_text() || root.at(role).is_object())) {
            config.special.insert_or_assign(std::string(role), special_token(root.at(role)));
        }
    }
    if (root.has("additional_special_tokens")) {
        config.additional.clear();
        for (const Section& token : root.at("additional_special_tokens").items()) {
            config.additional.push_back(special_token(token));
        }
    }
}

}  // namespace

AddedToken read_added_token(const Section& value) {
    return {.content = value.at("content").text(),
            .special = value.flag("special", false),
            .single_word = value.flag("single_word", false),
            .takes_left = value.flag("lstrip", false),
            .takes_right = value.flag("rstrip", false),
            .normalized = value.flag("normalized", !value.flag("special", false))};
}

bool TokenizerConfig::on(std::string_view key, bool otherwise) const {
    const auto found = switches.find(key);
    return found == switches.end() ? otherwise : found->second;
}

std::optional<bool> TokenizerConfig::optional_switch(std::string_view key) const {
    const auto found = switches.find(key);
    return found == switches.end() ? std::nullopt : std::optional(found->second);
}

std::string TokenizerConfig::token(std::string_view role, std::string_view otherwise) const {
    const auto found = special.find(role);
    return found == special.end() ? std::string(otherwise) : found->second.content;
}

TokenizerConfig read_tokenizer_config(const fs::path& folder) {
    TokenizerConfig out;
    out.file = (folder / "tokenizer_config.json").string();
    if (fs::is_regular_file(folder / "special_tokens_map.json")) {
        read_roles(JsonFile(folder / "special_tokens_map.json").root(), out);
    }
    if (fs::is_regular_file(folder / "added_tokens.json")) {
        JsonFile(folder / "added_tokens.json").root().each_token([&](const std::string& token, int32_t id) {
            out.added.push_back({.content = token, .id = id});
        });
    }
    if (!fs::is_regular_file(out.file)) {
        return out;
    }
    const JsonFile file(out.file);
    const Section root = file.root();
    read_roles(root, out);
    if (root.has("tokenizer_class")) {
        out.tokenizer_class = root.at("tokenizer_class").text();
    }
    for (const auto& [key, value] : root.members()) {
        if (value.is_flag()) {
            out.switches.emplace(key, value.flag());
        }
    }
    if (root.has("added_tokens_decoder")) {
        out.added.clear();
        for (const auto& [key, value] : root.at("added_tokens_decoder").members()) {
            AddedToken token = read_added_token(value);
            token.id = whole_number(key, value.where());
            out.added.push_back(std::move(token));
        }
    }
    return out;
}

SpecialTokens find_special(const TokenizerConfig& config, const std::function<std::optional<int32_t>(std::string_view)>& id_of) {
    const auto first = [&](std::initializer_list<std::string_view> roles, std::initializer_list<std::string_view> names) {
        for (const std::string_view role : roles) {
            const auto named = config.special.find(role);
            if (const auto id = named == config.special.end() ? std::nullopt : id_of(named->second.content)) {
                return id;
            }
        }
        for (const std::string_view name : names) {
            if (const std::optional<int32_t> id = id_of(name)) {
                return id;
            }
        }
        return std::optional<int32_t>();
    };
    return {.pad = first({"pad_token"}, {"[PAD]", "<pad>"}),
            .unknown = first({"unk_token"}, {"[UNK]", "<unk>"}),
            .begin = first({"cls_token", "bos_token"}, {"[CLS]", "<s>"}),
            .end = first({"sep_token", "eos_token"}, {"[SEP]", "</s>", "<|endoftext|>"}),
            .mask = first({"mask_token"}, {"[MASK]", "<mask>"})};
}

}  // namespace heed::tokens
