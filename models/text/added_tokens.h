#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/text/aligned_text.h"
#include "models/text/piece_trie.h"

namespace heed::tokens {

// A token that is looked for in the text before anything is cut up.
struct AddedToken {
    std::string content;
    int32_t id = 0;
    bool special = false;
    bool single_word = false;                      // not inside a word
    bool takes_left = false, takes_right = false;  // the white space there too
    bool normalized = false;                       // looked for in the text as it is after cleaning
    bool searched = true;                          // false: has a name and an id, but in a text it is text
};

using Normalizer = std::function<void(AlignedText&)>;  // empty: leaves the text as it is

// A part of a text: an added token, or what is still to be cut up.
struct TextPart {
    AlignedText text;
    const AddedToken* token = nullptr;
};

class AddedTokens {
public:
    AddedTokens() = default;
    AddedTokens(std::vector<AddedToken> tokens, const Normalizer& normalizer);
    AddedTokens(AddedTokens&&) noexcept = default;
    AddedTokens& operator=(AddedTokens&&) noexcept = default;

    // The parts of a text in order, cleaned but for the tokens that are looked for before that.
    std::vector<TextPart> split(AlignedText text, const Normalizer& normalizer) const;

    const AddedToken* by_id(int32_t id) const;
    const AddedToken* by_content(std::string_view content) const;
    const std::vector<AddedToken>& all() const { return tokens_; }

private:
    void split_one(const AlignedText& text, const PieceTrie& trie, std::vector<TextPart>& out) const;

    std::vector<AddedToken> tokens_;
    std::map<int32_t, size_t> by_id_;
    std::map<std::string, size_t, std::less<>> by_content_;
    PieceTrie as_written_, as_cleaned_;
};

}  // namespace heed::tokens
