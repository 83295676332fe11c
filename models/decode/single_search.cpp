#include <algorithm>
#include <cmath>

#include "models/decode/sampler.h"
#include "models/decode/sentence_search.h"

namespace heed {
namespace {

class SingleSearch : public SentenceSearch {
public:
    SingleSearch(const GenerationOptions& options, const GenerationLengths& lengths, uint64_t number)
        : options_(&options), lengths_(lengths), number_(number) {
        sequences_.resize(static_cast<size_t>(options.num_return_sequences), {.tokens = prompt_of(options)});
    }

    std::vector<OpenRow> rows() const override {
        std::vector<OpenRow> out;
        for (const Sequence& sequence : sequences_) {
            if (sequence.running && (begun_ || out.empty())) {
                out.push_back({.tokens = sequence.tokens, .parent = sequence.row});
            }
        }
        return out;
    }

    void take(std::span<const RowOutcome> outcomes) override {
        size_t row = 0;
        for (size_t i = 0; i < sequences_.size(); ++i) {
            Sequence& sequence = sequences_[i];
            if (sequence.running) {
                sequence.row = begun_ ? row++ : 0;
                extend(sequence, i, outcomes[sequence.row]);
            }
        }
        begun_ = true;
    }

    bool report(size_t sentence, const OnProgress& on_progress) override {
        bool go_on = true;
        for (size_t i = 0; i < sequences_.size() && go_on; ++i) {
            Sequence& sequence = sequences_[i];
            if (!sequence.reported_end) {
                sequence.reported_end = !sequence.running;
                const auto tokens = std::span<const int32_t>(sequence.tokens).subspan(static_cast<size_t>(lengths_.prompt));
                go_on = on_progress({.sentence = sentence, .sequence = i, .tokens = tokens, .ended = !sequence.running});
            }
        }
        return go_on;
    }

    std::vector<GeneratedSequence> results() const override {
        std::vector<GeneratedSequence> out;
        for (const Sequence& sequence : sequences_) {
            const auto begin = sequence.tokens.begin() + static_cast<std::ptrdiff_t>(lengths_.prompt);
            out.push_back({.tokens = {begin, sequence.tokens.end()}, .log_probability = sequence.log_probability, .end = sequence.end});
            const double length = static_cast<double>(out.back().tokens.size());
            out.back().score = length > 0 ? sequence.log_probability / std::pow(length, options_->length_penalty) : 0;
        }
        return out;
    }

private:
    struct Sequence {
        std::vector<int32_t> tokens;
        double log_probability = 0;
        size_t row = 0;  // in the step that it was last extended from
        bool running = true, reported_end = false;
        SequenceEnd end = SequenceEnd::cancelled;
    };

    void extend(Sequence& sequence, size_t index, const RowOutcome& outcome) const {
        if (outcome.choices.empty()) {
            sequence.running = false;
            sequence.end = SequenceEnd::nothing;
            return;
        }
        const DrawPlace place{number_, index, sequence.tokens.size()};
        const Choice& next = options_->do_sample ? draw_token(outcome.choices, *options_, place) : outcome.choices.front();
        sequence.tokens.push_back(next.token);
        sequence.log_probability += next.log_probability;
        const std::vector<int32_t>& ends = options_->eos_token_ids;
        const bool ended = std::find(ends.begin(), ends.end(), next.token) != ends.end();
        if (ended || static_cast<int64_t>(sequence.tokens.size()) >= lengths_.most) {
            sequence.running = false;
            sequence.end = ended ? SequenceEnd::token : SequenceEnd::length;
        }
    }

    const GenerationOptions* options_;
    GenerationLengths lengths_;
    uint64_t number_;
    std::vector<Sequence> sequences_;
    bool begun_ = false;  // until then all sequences are the same row
};

}  // namespace

std::unique_ptr<SentenceSearch> single_search(const GenerationOptions& options, const GenerationLengths& lengths, uint64_t number) {
    return std::make_unique<SingleSearch>(options, lengths, number);
}

}  // namespace heed
