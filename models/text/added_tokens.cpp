#include "models/text/added_tokens.h"

#include <algorithm>

#include "unicode/characters.h"
#include "unicode/utf8.h"

namespace heed::tokens {

AddedTokens::AddedTokens(std::vector<AddedToken> tokens, const Normalizer& normalizer) : tokens_(std::move(tokens)) {
    std::vector<std::pair<std::string_view, int32_t>> written, cleaned;
    std::vector<std::string> spelled;  // after cleaning
    spelled.reserve(tokens_.size());
    for (size_t i = 0; i < tokens_.size(); ++i) {
        by_id_[tokens_[i].id] = i;
        by_content_[tokens_[i].content] = i;
        if (tokens_[i].content.empty() || !tokens_[i].searched) {
            continue;
        }
        if (!tokens_[i].normalized) {
            written.emplace_back(tokens_[i].content, static_cast<int32_t>(i));
            continue;
        }
        AlignedText content = align(tokens_[i].content);
        if (normalizer) {
            normalizer(content);
        }
        if (!content.empty()) {
            spelled.push_back(to_utf8(content));
            cleaned.emplace_back(spelled.back(), static_cast<int32_t>(i));
        }
    }
    as_written_ = written.empty() ? PieceTrie() : PieceTrie(std::move(written));
    as_cleaned_ = cleaned.empty() ? PieceTrie() : PieceTrie(std::move(cleaned));
}

std::vector<TextPart> AddedTokens::split(AlignedText text, const Normalizer& normalizer) const {
    std::vector<TextPart> parts, out;
    split_one(text, as_written_, parts);
    for (TextPart& part : parts) {
        if (part.token != nullptr) {
            out.push_back(std::move(part));
            continue;
        }
        if (normalizer) {
            normalizer(part.text);
        }
        split_one(part.text, as_cleaned_, out);
    }
    return out;
}

void AddedTokens::split_one(const AlignedText& text, const PieceTrie& trie, std::vector<TextPart>& out) const {
    if (trie.empty()) {
        if (!text.empty()) {
            out.push_back({slice(text, 0, text.chars.size()), nullptr});
        }
        return;
    }
    std::string utf8;
    std::vector<size_t> starts;  // of each code point in it
    for (const AlignedChar& each : text.chars) {
        starts.push_back(utf8.size());
        append_utf8(each.code, utf8);
    }
    starts.push_back(utf8.size());
    const size_t count = text.chars.size();
    const auto space = [&](size_t index) { return unicode::is_space(text.chars[index].code); };
    const auto word = [&](size_t index) { return unicode::is_word(text.chars[index].code); };
    size_t done = 0;  // what is before is in `out`
    for (size_t at = 0; at < count;) {
        const auto [length, number] = trie.longest_prefix(std::string_view(utf8).substr(starts[at]));
        if (length == 0) {
            ++at;
            continue;
        }
        const AddedToken& token = tokens_[static_cast<size_t>(number)];
        size_t begin = at;
        size_t end = static_cast<size_t>(std::ranges::lower_bound(starts, starts[at] + length) - starts.begin());
        at = end;
        if (token.single_word && ((begin > 0 && word(begin - 1)) || (end < count && word(end)))) {
            continue;
        }
        while (token.takes_left && begin > done && space(begin - 1)) {
            --begin;
        }
        while (token.takes_right && end < count && space(end)) {
            ++end;
        }
        if (done < begin) {
            out.push_back({slice(text, done, begin), nullptr});
        }
        out.push_back({slice(text, begin, end), &token});
        at = done = end;
    }
    if (done < count) {
        out.push_back({slice(text, done, count), nullptr});
    }
}

const AddedToken* AddedTokens::by_id(int32_t id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &tokens_[found->second];
}

const AddedToken* AddedTokens::by_content(std::string_view content) const {
    const auto found = by_content_.find(content);
    return found == by_content_.end() ? nullptr : &tokens_[found->second];
}

}  // namespace heed::tokens
