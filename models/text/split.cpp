#include "models/text/split.h"

#include <algorithm>

namespace heed::tokens {
namespace {

void merge_with_next(std::vector<Run>& runs) {
    std::vector<Run> out;
    bool last = false;
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        if (run->delimiter && !last && !out.empty()) {
            out.back().begin = run->begin;
        } else {
            out.push_back(*run);
        }
        last = run->delimiter;
    }
    std::ranges::reverse(out);
    runs = std::move(out);
}

// Joins a run with the one before it where `joins(delimiter, delimiter before)` says so.
template <typename Joins>
void join(std::vector<Run>& runs, const Joins& joins) {
    std::vector<Run> out;
    bool last = false;
    for (const Run& run : runs) {
        if (!out.empty() && joins(run.delimiter, last)) {
            out.back().end = run.end;
        } else {
            out.push_back(run);
        }
        last = run.delimiter;
    }
    runs = std::move(out);
}

void apply(std::vector<Run>& runs, Delimiters what) {
    switch (what) {
        case Delimiters::isolated: return;
        case Delimiters::removed: std::erase_if(runs, [](const Run& run) { return run.delimiter; }); return;
        case Delimiters::contiguous: join(runs, [](bool now, bool before) { return now == before; }); return;
        case Delimiters::with_previous: join(runs, [](bool now, bool before) { return now && !before; }); return;
        case Delimiters::with_next: merge_with_next(runs); return;
    }
}

}  // namespace

void split_words(Words& words, const std::function<std::vector<Run>(const AlignedText&)>& runs_of, Delimiters what) {
    Words out;
    for (const AlignedText& word : words) {
        std::vector<Run> runs = runs_of(word);
        apply(runs, what);
        for (const Run& run : runs) {
            if (run.begin < run.end) {
                out.push_back(slice(word, run.begin, run.end));
            }
        }
    }
    words = std::move(out);
}

void split_at(Words& words, const std::function<bool(char32_t)>& is_delimiter, Delimiters what) {
    const auto runs_of = [&](const AlignedText& word) {
        std::vector<Run> out;
        size_t begin = 0;
        for (size_t i = 0; i < word.chars.size(); ++i) {
            if (is_delimiter(word.chars[i].code)) {
                if (begin < i) {
                    out.push_back({begin, i, false});
                }
                out.push_back({i, i + 1, true});
                begin = i + 1;
            }
        }
        if (begin < word.chars.size()) {
            out.push_back({begin, word.chars.size(), false});
        }
        return out;
    };
    split_words(words, runs_of, what);
}

}  // namespace heed::tokens
