#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/text/added_tokens.h"
#include "models/text/tokenizer.h"

namespace heed::tokens {

// What tokenizer_config.json and special_tokens_map.json in a folder say; all of it may be missing.
struct TokenizerConfig {
    std::string tokenizer_class;
    std::map<std::string, AddedToken, std::less<>> special;  // by role, "cls_token"; without ids
    std::vector<AddedToken> additional;                      // without ids
    std::vector<AddedToken> added;                           // added_tokens_decoder, else added_tokens.json, with ids
    std::map<std::string, bool, std::less<>> switches;       // every true and false
    std::string file;                                        // what sentences name

    bool on(std::string_view key, bool otherwise) const;
    std::optional<bool> optional_switch(std::string_view key) const;
    std::string token(std::string_view role, std::string_view otherwise) const;
};
TokenizerConfig read_tokenizer_config(const std::filesystem::path& folder);

// The ids of the special tokens: as the config names them, else as they are commonly called.
SpecialTokens find_special(const TokenizerConfig& config, const std::function<std::optional<int32_t>(std::string_view)>& id_of);

}  // namespace heed::tokens
