#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/text/tokenizer.h"

namespace heed::tokens {

// Puts special tokens around the texts: takes one encoding a text and leaves the parts of the whole in order.
using PostProcessor = std::function<void(std::vector<Encoding>& parts, std::span<const std::string_view> texts, bool special)>;

struct TemplatePart {
    int8_t text = Encoding::kNoText;  // 0, 1, or a special token
    std::vector<int32_t> ids;         // of the special token
    std::vector<std::string> tokens;
    int32_t type_id = 0;
};
using Template = std::vector<TemplatePart>;

// [CLS] A [SEP], and [CLS] A [SEP] B [SEP]. A pair needs a template that has both texts; an empty one means that pairs are refused.
PostProcessor template_processing(Template single, Template pair);

struct Named {
    std::string token;
    int32_t id = 0;
};
PostProcessor bert_processing(const Named& begin, const Named& end);
PostProcessor roberta_processing(const Named& begin, const Named& end);  // two ends between the texts of a pair, segments all 0

// Takes the spaces that a byte-level token begins or ends with out of its offsets; where a space was put before the text, the first
// token keeps its one.
PostProcessor trim_offsets(bool prefix_space);

PostProcessor in_turn(std::vector<PostProcessor> steps);

Encoding joined(const std::vector<Encoding>& parts);

}  // namespace heed::tokens
