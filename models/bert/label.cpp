#include "models/bert/label.h"

#include <algorithm>
#include <cmath>

#include "models/likeliest.h"

namespace heed {
namespace {

void require(const TextModel& model, BertTask task, const char* what) {
    if (model.config().task != task) {
        fail(ErrorKind::bad_model, model.tokenizer().description(), ": expected a model that classifies ", what,
             ", got one for something else");
    }
}

}  // namespace

std::vector<TextLabel> text_labels(const TextModel& model, const TextAnswer& answer, size_t count) {
    require(model, BertTask::classify, "texts");
    const LabelScores scores = model.config().scores;
    std::vector<TextLabel> out;
    for (const Likely& likely : likeliest(answer.logits, count)) {
        const auto logit = static_cast<double>(answer.logits[likely.index]);
        const double score = scores == LabelScores::softmax   ? likely.probability
                             : scores == LabelScores::sigmoid ? 1 / (1 + std::exp(-logit))
                                                              : logit;
        out.push_back({.label = model.config().labels[likely.index], .score = score});
    }
    return out;
}

std::vector<LabelledWord> word_labels(const TextModel& model, std::string_view text, const Encoding& tokens, const TextAnswer& answer) {
    require(model, BertTask::classify_tokens, "tokens");
    const size_t labels = model.config().labels.size();
    std::vector<LabelledWord> out;
    for (size_t t = 0; t < tokens.size(); ++t) {
        if (tokens.is_added(t)) {
            continue;
        }
        if (t > 0 && !tokens.is_added(t - 1) && tokens.words[t] == tokens.words[t - 1]) {
            out.back().bytes.end = tokens.offsets[t].end;
            continue;
        }
        const Likely best = likeliest(std::span(answer.logits).subspan(t * labels, labels), 1)[0];
        out.push_back(
            {.word = {}, .bytes = tokens.offsets[t], .label = model.config().labels[best.index], .probability = best.probability});
    }
    for (LabelledWord& each : out) {
        each.word = text.substr(each.bytes.begin, each.bytes.end - each.bytes.begin);
    }
    return out;
}

}  // namespace heed
