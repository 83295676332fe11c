#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/json_config.h"

namespace heed {

// The letters or words that one side of a small sequence-to-sequence model knows, by number.
class Symbols {
public:
    // An object of symbols.json: "unit" is "letter" or "word" (between spaces), "lower" that capitals count as small letters, "symbols" the
    // list of them.
    explicit Symbols(const Config& side);

    size_t size() const { return symbols_.size(); }

    // Letters that are not known but for what they wear (an accent) count without it. Throws bad_input, naming the first other one, and
    // for what is no UTF-8 or holds nothing.
    std::vector<int32_t> encode(std::string_view text) const;

    std::string decode(std::span<const int32_t> ids) const;              // without "<pad>", "</s>" and their like
    std::vector<std::string> texts(std::span<const int32_t> ids) const;  // each as it is read, "" for those

private:
    bool find(std::string_view symbol, std::vector<int32_t>& ids) const;
    bool find_letter(char32_t letter, std::vector<int32_t>& ids) const;
    bool is_special(int32_t id) const;

    std::string name_;
    bool letters_ = true, lower_ = false;
    std::vector<std::string> symbols_;
    std::map<std::string, int32_t, std::less<>> ids_;
};

}  // namespace heed
