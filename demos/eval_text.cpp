#include "demos/eval_text.h"

#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "io/gzip.h"
#include "models/recurrent/text_classifier.h"

namespace heed {
namespace {

constexpr size_t kLongestFile = size_t{1} << 28;
constexpr size_t kTextsAtOnce = 1024;  // that are sorted by length
constexpr uint64_t kFolds = 5;         // one of which is for the test

struct LabelledText {
    std::string text;
    size_t label = 0;
};

std::vector<LabelledText> read_labelled(const EvalText& arguments, const std::vector<std::string>& labels) {
    if (arguments.part == Part::development) {
        fail(ErrorKind::bad_input, "--part: expected test or train for texts with labels, got development");
    }
    std::istringstream lines(io::read_text(arguments.data, kLongestFile));
    std::vector<LabelledText> out;
    size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        const size_t tab = line.find('\t');
        const auto label = std::ranges::find(labels, line.substr(0, tab));
        if (tab == std::string::npos || label == labels.end()) {
            if (number == 1 && tab != std::string::npos) {
                continue;  // what the columns are called
            }
            fail(ErrorKind::bad_file, arguments.data, ", line ", number, ": expected ", labels.front(), " or another label of the model's ",
                 labels.size(), ", a tab and a text, got '", line.substr(0, 60), "'");
        }
        const std::string text = line.substr(tab + 1);
        const bool test = split_hash(text) % kFolds == 0;
        if (!arguments.part || test == (*arguments.part == Part::test)) {
            out.push_back({text, static_cast<size_t>(label - labels.begin())});
        }
        if (arguments.most != 0 && out.size() == arguments.most) {
            break;
        }
    }
    if (out.empty()) {
        fail(ErrorKind::bad_input, arguments.data, ": expected texts of that part, got none");
    }
    return out;
}

// Who is taken for whom: [label][said].
using Table = std::vector<std::vector<size_t>>;

struct LabelScore {
    double precision = 0, recall = 0, f1 = 0;
};

LabelScore score_of(const Table& table, size_t label) {
    size_t said = 0, there = 0;
    for (size_t other = 0; other < table.size(); ++other) {
        said += table[other][label];
        there += table[label][other];
    }
    const auto share = [&](size_t of) { return of == 0 ? 0.0 : static_cast<double>(table[label][label]) / static_cast<double>(of); };
    return {share(said), share(there), share(said + there) * 2};
}

void report(const Table& table, const std::vector<std::string>& labels, size_t texts, double seconds, bool json) {
    size_t right = 0;
    nlohmann::json out{{"texts", texts}, {"seconds", seconds}};
    for (size_t i = 0; i < labels.size(); ++i) {
        right += table[i][i];
        const LabelScore score = score_of(table, i);
        out["labels"][labels[i]] = {{"precision", score.precision}, {"recall", score.recall}, {"f1", score.f1}};
    }
    out["accuracy"] = static_cast<double>(right) / static_cast<double>(texts);
    if (json) {
        std::cout << out.dump(2) << "\n";
        return;
    }
    std::cout << std::left << std::setw(12) << "label" << std::right << std::setw(11) << "precision" << std::setw(9) << "recall"
              << std::setw(9) << "F1\n"
              << std::fixed << std::setprecision(4);
    for (size_t i = 0; i < labels.size(); ++i) {
        const LabelScore score = score_of(table, i);
        std::cout << std::left << std::setw(12) << labels[i] << std::right << std::setw(11) << score.precision << std::setw(9)
                  << score.recall << std::setw(8) << score.f1 << "\n";
    }
    std::cout << std::setprecision(2) << 100 * out["accuracy"].get<double>() << " % of " << texts << " texts right, "
              << std::setprecision(1) << static_cast<double>(texts) / seconds << " a second\n";
}

}  // namespace

int evaluate_text(const CommonOptions& common, const EvalText& arguments) {
    Device device = open(common);
    TextClassifier classifier(device, arguments.model, {.precision = arguments.precision, .batch = arguments.batch});
    const std::vector<std::string>& labels = classifier.config().labels;
    const std::vector<LabelledText> texts = read_labelled(arguments, labels);
    const auto start = std::chrono::steady_clock::now();
    Table table(labels.size(), std::vector<size_t>(labels.size(), 0));
    size_t refused = 0;
    for (size_t begin = 0; begin < texts.size(); begin += kTextsAtOnce) {
        std::vector<std::string> some;
        for (size_t i = begin; i < std::min(begin + kTextsAtOnce, texts.size()); ++i) {
            some.push_back(texts[i].text);
        }
        progress_line("texts", begin, texts.size());
        const std::vector<ClassifiedText> found = classifier.classify(some);
        for (size_t i = 0; i < found.size(); ++i) {
            if (!found[i].problem.empty()) {
                end_progress();
                std::cerr << "heed: text " << begin + i + 1 << ": " << found[i].problem << "\n";
                ++refused;
                continue;
            }
            const auto said = static_cast<size_t>(std::ranges::max_element(found[i].probabilities) - found[i].probabilities.begin());
            ++table[texts[begin + i].label][said];
        }
    }
    end_progress();
    report(table, labels, texts.size() - refused, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
           arguments.json);
    return refused == 0 ? 0 : 1;
}

}  // namespace heed
