#include "models/decode/generation_options.h"

#include <algorithm>
#include <cmath>

#include "heed.h"

namespace heed {
namespace {

constexpr int64_t kDefaultNewTokens = 20;

class Checker {
public:
    Checker(int64_t vocabulary) : vocabulary_(vocabulary) {}

    void token(const char* name, int32_t id) const {
        if (id < 0 || id >= vocabulary_) {
            fail(ErrorKind::bad_input, "search: expected ", name, " to be one of the vocabulary's ", vocabulary_, " tokens, got ", id);
        }
    }

    void tokens(const char* name, const std::vector<int32_t>& ids) const {
        std::for_each(ids.begin(), ids.end(), [&](int32_t id) { token(name, id); });
    }

    template <typename Number>
    void expect(bool holds, const char* name, const char* what, Number got) const {
        if (!holds) {
            fail(ErrorKind::bad_input, "search: expected ", name, " to be ", what, ", got ", got);
        }
    }

    void at_most(const char* name, int64_t got, const char* limit_name, int64_t limit) const {
        if (got > limit) {
            fail(ErrorKind::bad_input, "search: expected ", name, " to be at most ", limit_name, ", ", limit, ", got ", got);
        }
    }

private:
    int64_t vocabulary_;
};

void check_tokens(const Checker& check, const GenerationOptions& o) {
    check.tokens("every token to begin with", prompt_of(o));
    check.tokens("eos_token_id", o.eos_token_ids);
    check.tokens("forced_eos_token_id", o.forced_eos_token_ids);
    check.tokens("suppress_tokens", o.suppress_tokens);
    check.tokens("begin_suppress_tokens", o.begin_suppress_tokens);
    if (o.forced_bos_token_id) {
        check.token("forced_bos_token_id", *o.forced_bos_token_id);
    }
    for (const std::vector<int32_t>& word : o.bad_words_ids) {
        check.expect(!word.empty(), "each of bad_words_ids", "one token or more", word.size());
        check.tokens("bad_words_ids", word);
    }
}

void check_numbers(const Checker& check, const GenerationOptions& o) {
    check.expect(o.num_beams >= 1, "num_beams", "1 or more", o.num_beams);
    check.expect(o.num_return_sequences >= 1, "num_return_sequences", "1 or more", o.num_return_sequences);
    check.expect(std::isfinite(o.length_penalty), "length_penalty", "a finite number", o.length_penalty);
    check.expect(std::isfinite(o.patience) && o.patience > 0, "patience", "above 0", o.patience);
    check.expect(std::isfinite(o.coverage_penalty) && o.coverage_penalty >= 0, "coverage_penalty", "0 or more", o.coverage_penalty);
    check.expect(std::isfinite(o.repetition_penalty) && o.repetition_penalty > 0, "repetition_penalty", "above 0", o.repetition_penalty);
    check.expect(o.no_repeat_ngram_size >= 0, "no_repeat_ngram_size", "0 or more", o.no_repeat_ngram_size);
    check.expect(o.min_length >= 0, "min_length", "0 or more", o.min_length);
    check.expect(o.min_new_tokens.value_or(0) >= 0, "min_new_tokens", "0 or more", o.min_new_tokens.value_or(0));
    if (o.do_sample) {
        check.expect(std::isfinite(o.temperature) && o.temperature > 0, "temperature", "above 0", o.temperature);
        check.expect(o.top_k >= 0, "top_k", "0 or more", o.top_k);
        check.expect(o.top_p >= 0 && o.top_p <= 1, "top_p", "from 0 to 1", o.top_p);
    }
}

GenerationLengths lengths_of(const Checker& check, const GenerationOptions& o, int64_t positions) {
    // The last token of a sequence is never read by the model, so it needs no position.
    const int64_t prompt = static_cast<int64_t>(prompt_of(o).size()), room = positions - prompt + 1;
    check.expect(prompt > 0, "the tokens to begin with", "a decoder_start_token_id or a prefix", "none");
    if (room < 1) {
        fail(ErrorKind::bad_input, "search: expected to begin with at most the model's ", positions, " positions, got ", prompt, " tokens");
    }
    GenerationLengths out{.prompt = prompt, .least = o.min_length};
    if (o.max_new_tokens) {
        check.expect(*o.max_new_tokens >= 1, "max_new_tokens", "1 or more", *o.max_new_tokens);
        check.at_most("max_new_tokens", *o.max_new_tokens, "what the model has positions for", room);
        out.most = prompt + *o.max_new_tokens;
    } else if (o.max_length) {
        check.expect(*o.max_length >= 1, "max_length", "1 or more", *o.max_length);
        check.expect(*o.max_length > prompt, "max_length", text("more than the ", prompt, " tokens to begin with").c_str(), *o.max_length);
        check.at_most("max_length", *o.max_length, "what the model has positions for", prompt + room);
        out.most = *o.max_length;
    } else {
        out.most = prompt + std::min(kDefaultNewTokens, room);
    }
    if (o.min_new_tokens) {
        out.least = prompt + *o.min_new_tokens;
    }
    check.at_most(o.min_new_tokens ? "min_new_tokens and what a sequence begins with" : "min_length", out.least, "the maximal length",
                  out.most);
    return out;
}

}  // namespace

size_t finished_slots(const GenerationOptions& options) {
    return static_cast<size_t>(std::clamp(std::round(options.patience * static_cast<double>(options.num_beams)), 1.0, 0x1p20));
}

std::vector<int32_t> prompt_of(const GenerationOptions& options) {
    std::vector<int32_t> out = options.prefix;
    if (options.decoder_start_token_id && (out.empty() || out.front() != *options.decoder_start_token_id)) {
        out.insert(out.begin(), *options.decoder_start_token_id);
    }
    return out;
}

GenerationLengths check_options(const GenerationOptions& options, int64_t vocabulary, int64_t positions) {
    const Checker check(vocabulary);
    check_numbers(check, options);
    check.at_most("num_beams", options.num_beams, "the vocabulary's tokens", vocabulary);
    if (options.do_sample && options.num_beams > 1) {
        fail(ErrorKind::unsupported, "search: expected num_beams of 1 with do_sample, got ", options.num_beams);
    }
    if (!options.do_sample) {
        check.at_most("num_return_sequences", options.num_return_sequences, "num_beams", options.num_beams);
        check.at_most("num_return_sequences", options.num_return_sequences, "patience * num_beams",
                      static_cast<int64_t>(finished_slots(options)));
    }
    check_tokens(check, options);
    return lengths_of(check, options, positions);
}

}  // namespace heed
