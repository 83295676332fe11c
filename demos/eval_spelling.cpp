#include "demos/eval_spelling.h"

#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <unordered_map>

#include "io/gzip.h"
#include "models/seq2seq/speller.h"
#include "models/text/edit_distance.h"

namespace heed {
namespace {

constexpr size_t kLongestFile = size_t{1} << 28;
constexpr size_t kTextsAtOnce = 1024;  // that are sorted by length

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream in(line);
    return {std::istream_iterator<std::string>(in), {}};
}

std::vector<std::string> letters_of(const std::string& text) {
    std::vector<std::string> out;
    for (const char c : text) {
        out.emplace_back(1, c);
    }
    return out;
}

// CMUdict's lines: a word, "(2)" where it is another way to say it, its phonemes with the stress of vowels as a digit, and after # a
// remark. The words of a to z and ' alone, without stress.
std::vector<Translated> read_pronunciations(const std::string& path, std::optional<Part> part) {
    std::istringstream lines(io::read_text(path, kLongestFile));
    std::vector<Translated> out;
    std::unordered_map<std::string, size_t> known;
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> words = words_of(line.substr(0, line.find('#')));
        if (words.size() < 2) {
            continue;
        }
        const std::string word = words[0].substr(0, words[0].find('('));
        const bool plain = std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || c == '\''; });
        if (!plain || (part && part_of(word) != *part)) {
            continue;
        }
        std::string said;
        for (size_t i = 1; i < words.size(); ++i) {
            std::erase_if(words[i], [](char c) { return c >= '0' && c <= '9'; });
            said += (i == 1 ? "" : " ") + words[i];
        }
        const auto [at, is_new] = known.try_emplace(word, out.size());
        if (is_new) {
            out.push_back({.source = word, .references = {}});
        }
        out[at->second].references.push_back(said);
    }
    return out;
}

struct Score {
    size_t texts = 0, right = 0, units = 0, errors = 0;
    bool words = false;  // units are words, or else letters

    void add(const std::string& said, const std::vector<std::string>& references) {
        const auto units_of = [&](const std::string& text) { return words ? words_of(text) : letters_of(text); };
        const std::vector<std::string> own = units_of(said);
        size_t nearest = static_cast<size_t>(-1), length = 0;
        for (const std::string& reference : references) {
            const std::vector<std::string> wanted = units_of(reference);
            const size_t distance = edit_distance(own, wanted);
            if (std::pair(distance, wanted.size()) < std::pair(nearest, length)) {
                nearest = distance, length = wanted.size();
            }
        }
        ++texts;
        right += nearest == 0;
        units += length;
        errors += nearest;
    }
    double exact() const { return static_cast<double>(right) / static_cast<double>(texts); }
    double rate() const { return static_cast<double>(errors) / static_cast<double>(units); }
};

}  // namespace

int evaluate_spelling(const CommonOptions& common, const EvalSpelling& arguments) {
    const bool dictionary = arguments.data.ends_with(".dict");
    std::vector<Translated> pairs =
        dictionary ? read_pronunciations(arguments.data, arguments.part) : read_pairs(arguments.data, arguments.part);
    if (arguments.most != 0 && pairs.size() > arguments.most) {
        pairs.resize(arguments.most);
    }
    if (pairs.empty()) {
        fail(ErrorKind::bad_input, arguments.data, ": expected texts of that part, got none");
    }
    Device device = open(common);
    Speller speller(device, arguments.model, {.precision = arguments.precision, .batch = arguments.batch});
    const GenerationOptions generation = arguments.generation.over(speller.generation());
    const auto start = std::chrono::steady_clock::now();
    Score score{.words = dictionary};
    size_t refused = 0;
    for (size_t begin = 0; begin < pairs.size(); begin += kTextsAtOnce) {
        std::vector<std::string> sources;
        for (size_t i = begin; i < std::min(begin + kTextsAtOnce, pairs.size()); ++i) {
            sources.push_back(pairs[i].source);
        }
        progress_line("texts", begin, pairs.size());
        const std::vector<Written> found = speller.write(sources, generation);
        for (size_t i = 0; i < found.size(); ++i) {
            if (!found[i].problem.empty()) {
                end_progress();
                std::cerr << "heed: text " << begin + i + 1 << ": " << found[i].problem << "\n";
                ++refused;
            }
            score.add(found[i].best.empty() ? "" : found[i].best.front().text, pairs[begin + i].references);
        }
    }
    end_progress();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const std::string_view unit = dictionary ? "phoneme" : "letter";
    if (arguments.json) {
        const nlohmann::json out{{"texts", score.texts},
                                 {"exact", score.exact()},
                                 {text(unit, "_error_rate"), score.rate()},
                                 {"beams", generation.num_beams},
                                 {"seconds", seconds}};
        std::cout << out.dump(2) << "\n";
    } else {
        std::cout << std::fixed << std::setprecision(2) << 100 * score.exact() << " % of " << score.texts << " exactly right, " << unit
                  << " error rate " << 100 * score.rate() << " %\n"
                  << generation.num_beams << (generation.num_beams == 1 ? " beam, " : " beams, ") << std::setprecision(1)
                  << static_cast<double>(score.texts) / seconds << " a second\n";
    }
    return refused == 0 ? 0 : 1;
}

}  // namespace heed
