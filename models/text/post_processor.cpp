#include "models/text/post_processor.h"

#include <algorithm>

#include "heed.h"
#include "unicode/characters.h"
#include "unicode/utf8.h"

namespace heed::tokens {
namespace {

constexpr char32_t kByteLevelSpace = 0x120;

Encoding special_part(const TemplatePart& part) {
    const size_t count = part.ids.size();
    return {.ids = part.ids,
            .type_ids = std::vector<int32_t>(count, part.type_id),
            .tokens = part.tokens,
            .offsets = std::vector<TextSpan>(count),
            .texts = std::vector<int8_t>(count, Encoding::kNoText),
            .words = std::vector<int32_t>(count, Encoding::kNoWord)};
}

void apply(const Template& pattern, std::vector<Encoding>& parts, bool special) {
    std::vector<Encoding> out;
    for (const TemplatePart& part : pattern) {
        if (part.text != Encoding::kNoText) {
            Encoding text = parts.at(static_cast<size_t>(part.text));
            std::ranges::fill(text.type_ids, part.type_id);
            out.push_back(std::move(text));
        } else if (special) {
            out.push_back(special_part(part));
        }
    }
    parts = std::move(out);
}

template <typename Append>
void append_all(Encoding& to, const Encoding& from, const Append& append) {
    append(to.ids, from.ids);
    append(to.type_ids, from.type_ids);
    append(to.tokens, from.tokens);
    append(to.offsets, from.offsets);
    append(to.texts, from.texts);
    append(to.words, from.words);
}

// Spaces of the token that are none of the text's were put there, and stand for the character behind them.
void trim(const std::string& token, std::string_view text, bool keeps_one, TextSpan& span) {
    const auto is_space = [](char32_t code) { return code == kByteLevelSpace || unicode::is_space(code); };
    const std::u32string codes = decode_utf8(token);
    auto leading = static_cast<size_t>(std::ranges::find_if_not(codes, is_space) - codes.begin());
    auto trailing = static_cast<size_t>(std::find_if_not(codes.rbegin(), codes.rend(), is_space) - codes.rbegin());
    const bool kept = keeps_one && leading == 1;
    if (leading == codes.size() && (kept || text[span.begin] != ' ')) {
        (kept ? span.end : span.begin) = kept ? span.begin : span.end;
        return;
    }
    for (leading = kept ? 0 : leading; leading > 0 && span.begin < span.end && text[span.begin] == ' '; --leading) {
        ++span.begin;
    }
    for (; trailing > 0 && span.begin < span.end && text[span.end - 1] == ' '; --trailing) {
        --span.end;
    }
}

}  // namespace

PostProcessor template_processing(Template single, Template pair) {
    return [single = std::move(single), pair = std::move(pair)](std::vector<Encoding>& parts, std::span<const std::string_view>,
                                                                bool special) {
        if (parts.size() == 2 && pair.empty()) {
            fail(ErrorKind::bad_input, "tokenizer: expected one text, as its template has no place for a second, got two");
        }
        apply(parts.size() == 2 ? pair : single, parts, special);
    };
}

PostProcessor bert_processing(const Named& begin, const Named& end) {
    const auto token = [](const Named& named, int32_t type) {
        return TemplatePart{.ids = {named.id}, .tokens = {named.token}, .type_id = type};
    };
    const Template single{token(begin, 0), {.text = 0}, token(end, 0)};
    Template pair = single;
    pair.insert(pair.end(), {{.text = 1, .ids = {}, .tokens = {}, .type_id = 1}, token(end, 1)});
    return template_processing(single, pair);
}

PostProcessor roberta_processing(const Named& begin, const Named& end) {
    const auto token = [](const Named& named) { return TemplatePart{.ids = {named.id}, .tokens = {named.token}}; };
    const Template single{token(begin), {.text = 0}, token(end)};
    Template pair = single;
    pair.insert(pair.end(), {token(end), {.text = 1}, token(end)});
    return template_processing(single, pair);
}

PostProcessor trim_offsets(bool prefix_space) {
    return [prefix_space](std::vector<Encoding>& parts, std::span<const std::string_view> texts, bool) {
        for (Encoding& part : parts) {
            for (size_t i = 0; i < part.size(); ++i) {
                if (!part.is_added(i) && part.offsets[i].begin < part.offsets[i].end) {
                    const bool first = i == 0 || part.offsets[i].begin == 0;
                    trim(part.tokens[i], texts[static_cast<size_t>(part.texts[i])], prefix_space && first, part.offsets[i]);
                }
            }
        }
    };
}

PostProcessor in_turn(std::vector<PostProcessor> steps) {
    return [steps = std::move(steps)](std::vector<Encoding>& parts, std::span<const std::string_view> texts, bool special) {
        for (const PostProcessor& step : steps) {
            step(parts, texts, special);
        }
    };
}

Encoding joined(const std::vector<Encoding>& parts) {
    Encoding out;
    for (const Encoding& part : parts) {
        append_all(out, part, [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); });
    }
    return out;
}

}  // namespace heed::tokens
