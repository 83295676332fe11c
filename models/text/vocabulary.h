#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace heed::tokens {

// Tokens and their ids, both ways. Ids may leave gaps, and two tokens may share one.
class Vocabulary {
public:
    static constexpr int64_t kMostIds = 1 << 24;

    // Later tokens of the same spelling win, as they do in the files.
    void add(std::string token, int32_t id);

    std::optional<int32_t> id_of(std::string_view token) const;
    const std::string* token_of(int32_t id) const;  // null where there is none

    size_t size() const { return tokens_.size(); }  // one more than the greatest id

private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    std::unordered_map<std::string, int32_t, Hash, std::equal_to<>> ids_;
    std::vector<std::optional<std::string>> tokens_;
};

}  // namespace heed::tokens
