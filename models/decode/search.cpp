#include "models/decode/search.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "heed.h"
#include "models/decode/sentence_search.h"
#include "models/decode/token_rules.h"

namespace heed {
namespace {

class Search {
public:
    Search(StepModel& model, const SearchBatch& batch, const GenerationOptions& options)
        : model_(&model),
          options_(&options),
          lengths_(check_options(options, model.vocabulary(), model.positions())),
          rules_(options, lengths_, model.vocabulary()),
          first_rows_(batch.sentences) {
        if (!batch.numbers.empty() && batch.numbers.size() != batch.sentences) {
            fail(ErrorKind::bad_input, "search: expected a number for each of ", batch.sentences, " sentences, got ", batch.numbers.size());
        }
        for (size_t i = 0; i < batch.sentences; ++i) {
            const uint64_t number = batch.numbers.empty() ? i : batch.numbers[i];
            sentences_.push_back(beams() ? beam_search(options, lengths_) : single_search(options, lengths_, number));
        }
        std::iota(first_rows_.begin(), first_rows_.end(), size_t{0});
    }

    std::vector<std::vector<GeneratedSequence>> run(const OnProgress& on_progress) {
        read_prompt();
        bool go_on = true;
        while (go_on && !sentences_.empty()) {
            open_rows();
            if (open_.empty()) {
                break;
            }
            step();
            for (size_t i = 0; i < sentences_.size() && go_on && on_progress; ++i) {
                go_on = sentences_[i]->report(i, on_progress);
            }
        }
        std::vector<std::vector<GeneratedSequence>> out;
        for (const auto& sentence : sentences_) {
            out.push_back(sentence->results());
        }
        return out;
    }

private:
    struct Open {
        OpenRow row;
        size_t sentence = 0;
        NextTokenRules rules;
    };

    bool beams() const { return options_->num_beams > 1; }

    // All but the last token, which the first step of the search itself reads.
    void read_prompt() {
        const std::vector<int32_t> prompt = prompt_of(*options_);
        for (size_t at = 0; at + 1 < prompt.size() && !sentences_.empty(); ++at) {
            std::vector<StepRow> rows(sentences_.size());
            for (size_t i = 0; i < rows.size(); ++i) {
                const int32_t row = static_cast<int32_t>(i);
                rows[i] = {.token = prompt[at], .parent = at == 0 ? -1 : row, .sentence = row};
            }
            model_->step(rows, {.asked_ends = std::vector<size_t>(rows.size(), 0)});
            begun_ = true;
        }
    }

    void open_rows() {
        open_.clear();
        for (size_t i = 0; i < sentences_.size(); ++i) {
            for (const OpenRow& row : sentences_[i]->rows()) {
                open_.push_back({.row = row, .sentence = i, .rules = rules_.rules_for(row.tokens)});
            }
        }
    }

    // As many of a row's best as could all be chosen from that row.
    int64_t wanted() const {
        const int64_t ends = static_cast<int64_t>(options_->eos_token_ids.size());
        const int64_t all = model_->vocabulary();
        if (options_->do_sample) {
            return options_->top_k == 0 ? all : std::min(options_->top_k, all);
        }
        return beams() ? std::min((ends + 1) * options_->num_beams, all) : 1;
    }

    StepRequest request() const {
        StepRequest out{.attention = options_->coverage_penalty > 0 && beams()};
        for (const Open& open : open_) {
            if (!open.rules.forced) {
                out.best = wanted();
                std::transform(open.rules.touched.begin(), open.rules.touched.end(), std::back_inserter(out.asked),
                               [](const NextTokenRules::Touched& touched) { return touched.token; });
            }
            out.asked_ends.push_back(out.asked.size());
        }
        return out;
    }

    void check(const StepScores& scores, const StepRequest& asked) const {
        const size_t rows = asked.best > 0 ? open_.size() : 0;
        if (scores.log_sum.size() != rows || scores.best.size() != rows * static_cast<size_t>(asked.best) ||
            scores.asked.size() != asked.asked.size() || (asked.attention && scores.attention.size() != open_.size())) {
            fail(ErrorKind::bad_model, "search: expected ", asked.best, " best of ", rows, " rows and ", asked.asked.size(),
                 " scores that were asked for, got ", scores.best.size(), " best and ", scores.asked.size());
        }
    }

    void step() {
        std::vector<StepRow> rows;
        for (const Open& open : open_) {
            const size_t parent = first_rows_[open.sentence] + open.row.parent;
            rows.push_back({.token = open.row.tokens.back(),
                            .parent = begun_ ? static_cast<int32_t>(parent) : -1,
                            .sentence = static_cast<int32_t>(open.sentence)});
        }
        begun_ = true;
        const StepRequest asked = request();
        const StepScores scores = model_->step(rows, asked);
        check(scores, asked);
        std::vector<std::vector<RowOutcome>> outcomes(sentences_.size());
        for (size_t row = 0; row < open_.size(); ++row) {
            const size_t asked_begin = row == 0 ? 0 : asked.asked_ends[row - 1];
            const ScoreSpace space = beams() ? ScoreSpace::log_probability : ScoreSpace::logit;
            std::vector<RowOutcome>& own = outcomes[open_[row].sentence];
            if (own.empty()) {
                first_rows_[open_[row].sentence] = row;
            }
            own.push_back({.choices = rules_.choices(open_[row].rules, scores, row, asked_begin, space)});
            if (asked.attention) {
                own.back().attention = scores.attention[row];
            }
        }
        for (size_t i = 0; i < sentences_.size(); ++i) {
            if (!outcomes[i].empty()) {
                sentences_[i]->take(outcomes[i]);
            }
        }
    }

    StepModel* model_;
    const GenerationOptions* options_;
    GenerationLengths lengths_;
    TokenRules rules_;
    std::vector<std::unique_ptr<SentenceSearch>> sentences_;
    std::vector<Open> open_;
    std::vector<size_t> first_rows_;  // of each sentence, in the step before
    bool begun_ = false;              // the model has read something
};

}  // namespace

std::vector<std::vector<GeneratedSequence>> search(StepModel& model, const SearchBatch& batch, const GenerationOptions& options,
                                                   const OnProgress& on_progress) {
    return Search(model, batch, options).run(on_progress);
}

}  // namespace heed
