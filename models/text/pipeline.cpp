#include "models/text/pipeline.h"

#include <algorithm>
#include <numeric>

#include "heed.h"
#include "unicode/utf8.h"

namespace heed {

Encoding Encoding::without(size_t begin, size_t end) const {
    Encoding out = *this;
    const auto cut = [&](auto& list) {
        list.erase(list.begin() + static_cast<std::ptrdiff_t>(begin), list.begin() + static_cast<std::ptrdiff_t>(end));
    };
    cut(out.ids), cut(out.type_ids), cut(out.tokens), cut(out.offsets), cut(out.texts), cut(out.words);
    return out;
}

Encoding Tokenizer::encode_pair(std::string_view first, std::string_view second, bool special) const {
    const std::string_view texts[] = {first, second};
    return encode_texts(texts, special);
}

}  // namespace heed

namespace heed::tokens {
namespace {

void append(const Subword& part, const TextSpan& span, int32_t word, Encoding& out) {
    out.ids.push_back(part.id);
    out.tokens.push_back(part.token);
    out.offsets.push_back(span);
    out.words.push_back(word);
}

class Pipeline : public Tokenizer {
public:
    explicit Pipeline(Stages stages) : stages_(std::move(stages)) {
        size_ = stages_.model->vocabulary().size();
        for (const AddedToken& token : stages_.added.all()) {
            size_ = std::max(size_, static_cast<size_t>(token.id) + 1);
        }
    }

    std::string decode(std::span<const int32_t> ids, bool skip_special) const override {
        std::vector<std::string> tokens;
        for (const int32_t id : ids) {
            std::string token = token_of(id);
            const AddedToken* added = stages_.added.by_content(token);
            if (!skip_special || added == nullptr || !added->special) {
                tokens.push_back(std::move(token));
            }
        }
        if (tokens.empty()) {
            return {};
        }
        if (stages_.decoder) {
            stages_.decoder(tokens);
        } else {
            for (size_t i = 1; i < tokens.size(); ++i) {
                tokens[i].insert(0, " ");
            }
        }
        std::string out = std::accumulate(tokens.begin(), tokens.end(), std::string());
        return stages_.tidy ? tidied(std::move(out), false) : out;
    }

    size_t vocabulary_size() const override { return size_; }

    std::optional<int32_t> id_of(std::string_view token) const override {
        const AddedToken* added = stages_.added.by_content(token);
        return added != nullptr ? std::optional(added->id) : stages_.model->vocabulary().id_of(token);
    }

    std::string token_of(int32_t id) const override {
        if (const AddedToken* added = stages_.added.by_id(id)) {
            return added->content;
        }
        const std::string* token = stages_.model->vocabulary().token_of(id);
        if (token == nullptr) {
            fail(ErrorKind::bad_input, stages_.description, ": expected the id of a token, below ", size_, ", got ", id);
        }
        return *token;
    }

    const SpecialTokens& special() const override { return stages_.special; }
    std::string description() const override { return stages_.description; }

private:
    Encoding encode_texts(std::span<const std::string_view> texts, bool special) const override {
        std::vector<Encoding> parts;
        for (const std::string_view text : texts) {
            Encoding part = encode_one(text);
            const auto number = static_cast<int8_t>(parts.size());
            part.type_ids.assign(part.size(), number);
            part.texts.assign(part.size(), number);
            parts.push_back(std::move(part));
        }
        if (stages_.post_processor) {
            stages_.post_processor(parts, texts, special);
        }
        return joined(parts);
    }

    Encoding encode_one(std::string_view text) const {
        Encoding out;
        int32_t number = 0;  // of the word
        for (TextPart& part : stages_.added.split(align(text), stages_.normalizer)) {
            if (part.token != nullptr) {
                const std::vector<AlignedChar>& chars = part.text.chars;
                append({part.token->id, 0, 0, to_utf8(part.text)}, {chars.front().begin, chars.back().end}, number++, out);
                continue;
            }
            Words words;
            words.push_back(std::move(part.text));
            if (stages_.pre_tokenizer) {
                stages_.pre_tokenizer(words);
            }
            for (const AlignedText& word : words) {
                cut(word, number++, out);
            }
        }
        return out;
    }

    void cut(const AlignedText& word, int32_t number, Encoding& out) const {
        std::string utf8;
        std::vector<TextSpan> spans;  // of each byte
        for (const AlignedChar& each : word.chars) {
            append_utf8(each.code, utf8);
            spans.resize(utf8.size(), {each.begin, each.end});
        }
        std::vector<Subword> parts;
        if (!utf8.empty()) {
            stages_.model->cut(utf8, parts);
        }
        for (const Subword& part : parts) {
            append(part, part.begin < part.end ? TextSpan{spans[part.begin].begin, spans[part.end - 1].end} : TextSpan{}, number, out);
        }
    }

    Stages stages_;
    size_t size_ = 0;
};

}  // namespace

std::unique_ptr<Tokenizer> make_tokenizer(Stages stages) {
    return std::make_unique<Pipeline>(std::move(stages));
}

}  // namespace heed::tokens
