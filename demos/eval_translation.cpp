#include "demos/eval_translation.h"

#include <chrono>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "models/shipped.h"
#include "models/text/bleu.h"
#include "models/translate/translator.h"

namespace heed {
namespace {

constexpr size_t kBatchesAtOnce = 16;  // sentences of so many batches are sorted by length

void print(const Bleu& bleu, const GenerationOptions& options, size_t sentences, double seconds) {
    const auto precisions = bleu.precisions();
    std::cout << std::fixed << std::setprecision(2) << "BLEU " << bleu.score() << std::setprecision(1) << "  " << precisions[0] << "/"
              << precisions[1] << "/" << precisions[2] << "/" << precisions[3] << std::setprecision(3) << "  (brevity "
              << bleu.brevity_penalty() << ", " << bleu.words() << " words against " << bleu.reference_words() << ")\n"
              << bleu.signature() << "\n"
              << sentences << " sentences with " << options.num_beams << (options.num_beams == 1 ? " beam, " : " beams, ")
              << std::setprecision(1) << static_cast<double>(sentences) / seconds << " a second\n";
}

nlohmann::json as_json(const Bleu& bleu, const GenerationOptions& options, size_t sentences, double seconds) {
    return {{"bleu", bleu.score()},
            {"precisions", bleu.precisions()},
            {"brevity_penalty", bleu.brevity_penalty()},
            {"words", bleu.words()},
            {"reference_words", bleu.reference_words()},
            {"signature", bleu.signature()},
            {"sentences", sentences},
            {"beams", options.num_beams},
            {"seconds", seconds}};
}

}  // namespace

bool is_pairs(const std::string& path) {
    return path.ends_with(".tsv") || path.ends_with(".tsv.gz");
}

int evaluate_translation(const CommonOptions& common, const EvalTranslation& arguments) {
    std::vector<Translated> pairs = read_pairs(arguments.data, arguments.part);
    if (arguments.most != 0 && pairs.size() > arguments.most) {
        pairs.resize(arguments.most);
    }
    if (pairs.empty()) {
        fail(ErrorKind::bad_input, arguments.data, ": expected sentences of that part, got none");
    }
    Device device = open(common);
    TranslatorOptions options{.precision = arguments.precision, .batch = arguments.batch};
    const std::string folder = arguments.model.empty() ? shipped_model("en-es").string() : arguments.model;
    Translator translator(device, open_translation_model(folder), options);
    const GenerationOptions generation = arguments.generation.over(translator.model().generation);

    const auto start = std::chrono::steady_clock::now();
    Bleu bleu;
    size_t refused = 0;
    for (size_t begin = 0; begin < pairs.size(); begin += kBatchesAtOnce * arguments.batch) {
        const size_t count = std::min(kBatchesAtOnce * arguments.batch, pairs.size() - begin);
        std::vector<std::string> sources;
        for (size_t i = begin; i < begin + count; ++i) {
            sources.push_back(pairs[i].source);
        }
        progress_line("sentences", begin, pairs.size());
        const std::vector<Translation> found = translator.translate(sources, generation);
        for (size_t i = 0; i < count; ++i) {
            if (!found[i].problem.empty()) {
                end_progress();
                std::cerr << "heed: sentence " << begin + i + 1 << ": " << found[i].problem << "\n";
                ++refused;
            }
            bleu.add(found[i].best.empty() ? "" : found[i].best.front().text, pairs[begin + i].references);
        }
    }
    end_progress();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (arguments.json) {
        std::cout << as_json(bleu, generation, pairs.size(), seconds).dump(2) << "\n";
    } else {
        print(bleu, generation, pairs.size(), seconds);
    }
    return refused == 0 ? 0 : 1;
}

}  // namespace heed
