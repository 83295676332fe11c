// The pre-tokenizers of a tokenizer.json.
#include <memory>

#include "models/text/pattern.h"
#include "models/text/pre_tokenizer.h"
#include "models/text/tokenizer_json.h"
#include "unicode/characters.h"

namespace heed::tokens {
namespace {

Delimiters read_behavior(const Section& section) {
    const std::string name = section.text();
    return name == "Removed"              ? Delimiters::removed
           : name == "Isolated"           ? Delimiters::isolated
           : name == "MergedWithPrevious" ? Delimiters::with_previous
           : name == "MergedWithNext"     ? Delimiters::with_next
           : name == "Contiguous"
               ? Delimiters::contiguous
               : (section.unsupported("Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous"), Delimiters::isolated);
}

void run_all(const std::vector<PreTokenizer>& steps, Words& words) {
    for (const PreTokenizer& step : steps) {
        step(words);
    }
}

PreTokenizer sequence(const Section& section) {
    return [steps = read_each(section.at("pretokenizers"), read_pre_tokenizer)](Words& words) { run_all(steps, words); };
}

PreTokenizer bert(const Section&) {
    return bert_words;
}

PreTokenizer byte_level(const Section& section) {
    return byte_level_words({.prefix_space = section.flag("add_prefix_space", true), .use_regex = section.flag("use_regex", true)});
}

PreTokenizer metaspace(const Section& section) {
    const Metaspace how = read_metaspace(section);
    return [how](Words& words) { mark_spaces(words, how); };
}

std::vector<Run> pattern_runs(const Pattern& pattern, bool inverted, const AlignedText& word) {
    std::vector<Run> runs = pattern.runs(codes_of(word));
    for (Run& run : runs) {
        run.delimiter ^= inverted;
    }
    return runs;
}

PreTokenizer pattern_words(Pattern pattern, Delimiters what, bool inverted) {
    const auto shared = std::make_shared<const Pattern>(std::move(pattern));
    const auto runs_of = [shared, inverted](const AlignedText& word) { return pattern_runs(*shared, inverted, word); };
    return [runs_of, what](Words& words) { split_words(words, runs_of, what); };
}

PreTokenizer whitespace(const Section&) {
    return pattern_words(Pattern(R"(\w+|[^\w\s]+)"), Delimiters::removed, true);
}

PreTokenizer whitespace_split(const Section&) {
    return [](Words& words) { split_at(words, unicode::is_space, Delimiters::removed); };
}

PreTokenizer punctuation(const Section& section) {
    const Delimiters what = section.has("behavior") ? read_behavior(section.at("behavior")) : Delimiters::isolated;
    return [what](Words& words) { split_at(words, is_punctuation_or_ascii_symbol, what); };
}

PreTokenizer digits(const Section& section) {
    const Delimiters what = section.flag("individual_digits", false) ? Delimiters::isolated : Delimiters::contiguous;
    return [what](Words& words) { split_at(words, unicode::is_number, what); };
}

PreTokenizer split(const Section& section) {
    return pattern_words(read_pattern(section.at("pattern")), read_behavior(section.at("behavior")), section.flag("invert", false));
}

PreTokenizer char_delimiter(const Section& section) {
    const char32_t delimiter = section.at("delimiter").character();
    return [delimiter](Words& words) {
        split_at(
            words, [&](char32_t code) { return code == delimiter; }, Delimiters::removed);
    };
}

constexpr Reader<PreTokenizer> kReaders[] = {
    {"Sequence", sequence},
    {"BertPreTokenizer", bert},
    {"ByteLevel", byte_level},
    {"Metaspace", metaspace},
    {"Whitespace", whitespace},
    {"WhitespaceSplit", whitespace_split},
    {"Punctuation", punctuation},
    {"Digits", digits},
    {"Split", split},
    {"CharDelimiterSplit", char_delimiter},
};

}  // namespace

PreTokenizer read_pre_tokenizer(const Section& section) {
    return read_by_type(section, kReaders);
}

// Files of before 0.15 say add_prefix_space alone.
Metaspace read_metaspace(const Section& section) {
    Metaspace out{.replacement = section.at("replacement").character(), .split = section.flag("split", true)};
    const std::string scheme = section.text("prepend_scheme", section.flag("add_prefix_space", true) ? "always" : "never");
    if (scheme != "always" && scheme != "first" && scheme != "never") {
        section.at("prepend_scheme").unsupported("always, first or never");
    }
    out.prepend = scheme == "always" ? PrependScheme::always : scheme == "first" ? PrependScheme::first : PrependScheme::never;
    return out;
}

}  // namespace heed::tokens
