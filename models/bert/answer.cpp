#include "models/bert/answer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "models/bert/answer_spans.h"
#include "unicode/characters.h"
#include "unicode/utf8.h"

namespace heed {
namespace {

constexpr size_t kWindowsAtOnce = 8;
constexpr int8_t kQuestion = 0, kContext = 1;

// A question and a context as one list of tokens, and where the context's lie in it: one behind the other.
struct Reading {
    Encoding tokens;
    size_t begin = 0, end = 0;

    size_t around() const { return tokens.size() - (end - begin); }

    // The same with a part of the context.
    Encoding part(TokenRange range) const { return tokens.without(begin + range.end, end).without(begin, begin + range.begin); }

    // The bytes of the words that the span begins and ends in.
    TextSpan words_of(size_t first, size_t last) const {
        const std::vector<int32_t>& words = tokens.words;
        for (first += begin; first > begin && words[first - 1] == words[first];) {
            --first;
        }
        for (last += begin; last + 1 < end && words[last + 1] == words[last];) {
            ++last;
        }
        return {tokens.offsets[first].begin, tokens.offsets[last].end};
    }
};

Reading read(const TextModel& model, std::string_view question, std::string_view context) {
    if (model.config().task != BertTask::answer) {
        fail(ErrorKind::bad_model, model.tokenizer().description(),
             ": expected a model that answers questions, got one without such a head");
    }
    Reading reading{.tokens = model.tokenizer().encode_pair(question, context)};
    const std::vector<int8_t>& texts = reading.tokens.texts;
    if (std::ranges::find(texts, kQuestion) == texts.end()) {
        fail(ErrorKind::bad_input, "answer: expected a question, got '", question, "', which has no token");
    }
    const auto begin = std::ranges::find(texts, kContext);
    if (begin == texts.end()) {
        fail(ErrorKind::bad_input, "answer: expected a text to look in, got one without a token");
    }
    reading.begin = static_cast<size_t>(begin - texts.begin());
    reading.end = reading.begin + static_cast<size_t>(std::ranges::count(texts, kContext));
    return reading;
}

std::vector<TokenRange> windows_over(const Reading& reading, size_t most, size_t overlap) {
    if (reading.around() >= most) {
        fail(ErrorKind::bad_input, "answer: expected a question that leaves room for the text in ", most, " tokens, got one that takes ",
             reading.around(), " with what stands around it");
    }
    const size_t room = most - reading.around();
    return overlapping_windows(reading.end - reading.begin, room, std::min(overlap, room / 2));
}

// Of the token that stands for "no answer", where there is one, and then of the context's: what adds up to 1.
struct Chances {
    std::vector<double> starts, ends;
};

std::vector<double> softmax_of(const std::vector<double>& logits, std::string_view model) {
    const double most = std::ranges::max(logits);
    double sum = 0;
    std::vector<double> out;
    for (const double logit : logits) {
        if (!std::isfinite(logit)) {
            fail(ErrorKind::bad_model, model, ": expected finite logits of an answer's ends, got ", logit);
        }
        out.push_back(std::exp(logit - most));
        sum += out.back();
    }
    std::ranges::for_each(out, [&](double& each) { each /= sum; });
    return out;
}

Chances chances(const TextModel& model, const Encoding& window, const TextAnswer& answer) {
    std::vector<double> starts, ends;  // logits
    for (size_t t = 0; t < window.size(); ++t) {
        const bool none = starts.empty() && window.ids[t] == model.tokenizer().special().begin;
        if (none || window.texts[t] == kContext) {
            starts.push_back(answer.logits[2 * t]);
            ends.push_back(answer.logits[2 * t + 1]);
        }
    }
    const std::string name = model.tokenizer().description();
    return {softmax_of(starts, name), softmax_of(ends, name)};
}

std::u32string folded(std::string_view utf8) {
    std::u32string out;
    for (const char32_t code : decode_utf8(utf8)) {
        unicode::append_lower(code, out);
    }
    return out;
}

// By their words in small letters: answers that read the same are one.
using Answers = std::map<std::u32string, FoundAnswer>;

// Of one window, whose spans of the same words add up.
Answers answers_of(std::span<const AnswerSpan> spans, const Reading& reading, size_t window, std::string_view context) {
    Answers out;
    for (const AnswerSpan& span : spans) {
        const TextSpan bytes = reading.words_of(window + span.first, window + span.last);
        std::string text(context.substr(bytes.begin, bytes.end - bytes.begin));
        const auto [at, is_new] = out.try_emplace(folded(text), std::move(text), bytes, 0.0);
        at->second.probability += span.probability;
    }
    return out;
}

// Of two windows that saw the same words the surer one counts.
void collect(Answers&& window, Answers& all) {
    for (auto& [words, answer] : window) {
        const auto [at, is_new] = all.try_emplace(words, answer);
        if (!is_new && at->second.probability < answer.probability) {
            at->second = std::move(answer);
        }
    }
}

std::vector<FoundAnswer> best(Answers&& answers, size_t count) {
    std::vector<FoundAnswer> out;
    for (auto& [words, answer] : answers) {
        out.push_back(std::move(answer));
    }
    std::ranges::sort(out, {}, [](const FoundAnswer& each) { return std::tuple(-each.probability, each.bytes.begin, each.bytes.end); });
    out.resize(std::min(count, out.size()));
    return out;
}

}  // namespace

std::vector<FoundAnswer> find_answers(TextModel& model, std::string_view question, std::string_view context, const AnswerOptions& options) {
    const Reading reading = read(model, question, context);
    const std::vector<TokenRange> windows =
        windows_over(reading, std::min(options.window, static_cast<size_t>(model.config().longest())), options.overlap);
    const size_t candidates = 2 * options.count + 10;  // more than are wanted, as some will be the same words
    Answers all;
    double none = 1;
    for (size_t at = 0; at < windows.size(); at += kWindowsAtOnce) {
        std::vector<Encoding> parts;
        for (size_t i = at; i < std::min(at + kWindowsAtOnce, windows.size()); ++i) {
            parts.push_back(reading.part(windows[i]));
        }
        const std::vector<TextAnswer> logits = model.run(parts);
        for (size_t i = 0; i < parts.size(); ++i) {
            const TokenRange& window = windows[at + i];
            const Chances ends = chances(model, parts[i], logits[i]);
            const size_t before = ends.starts.size() - (window.end - window.begin);  // 1: "no answer"
            none = std::min(none, before == 0 ? 0 : ends.starts[0] * ends.ends[0]);
            const std::vector<AnswerSpan> spans =
                likeliest_spans(std::span(ends.starts).subspan(before), std::span(ends.ends).subspan(before), candidates, options.longest);
            collect(answers_of(spans, reading, window.begin, context), all);
        }
    }
    if (options.may_be_none) {
        all[{}] = {.text = "", .bytes = {}, .probability = none};
    }
    return best(std::move(all), options.count);
}

}  // namespace heed
