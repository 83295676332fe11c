#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/decode/sentence_search.h"

namespace heed {
namespace {

constexpr double kLeastSeen = 1e-6;  // of a source token that nobody looked at, whose logarithm would end everything

struct Beam {
    std::vector<int32_t> tokens;
    double score = 0;
    size_t parent = 0;
    std::vector<float> seen;  // [S], what its tokens' attention sums to; empty unless there is a coverage penalty
};

struct Candidate {
    size_t beam = 0;
    int32_t token = 0;
    double score = 0;
};

class BeamSearch : public SentenceSearch {
public:
    BeamSearch(const GenerationOptions& options, const GenerationLengths& lengths)
        : options_(&options), lengths_(lengths), slots_(finished_slots(options)), beams_{{.tokens = prompt_of(options)}} {}

    std::vector<OpenRow> rows() const override {
        std::vector<OpenRow> out;
        if (!done_) {
            std::transform(beams_.begin(), beams_.end(), std::back_inserter(out),
                           [](const Beam& beam) { return OpenRow{.tokens = beam.tokens, .parent = beam.parent}; });
        }
        return out;
    }

    void take(std::span<const RowOutcome> outcomes) override {
        look(outcomes);
        const std::vector<Candidate> candidates = best_candidates(outcomes);
        if (candidates.empty()) {
            finish_running(SequenceEnd::nothing);
            return;
        }
        const size_t beams = static_cast<size_t>(options_->num_beams);
        const bool full_length = generated() + 1 + lengths_.prompt >= lengths_.most;
        std::vector<Beam> next;
        for (size_t rank = 0; rank < candidates.size() && next.size() < beams; ++rank) {
            const Candidate& candidate = candidates[rank];
            const bool ends = is_end(candidate.token);
            if (!ends && !full_length) {
                next.push_back(extended(candidate));
            } else if (rank < beams) {
                finish(extended(candidate), ends ? SequenceEnd::token : SequenceEnd::length);
            }
        }
        beams_ = std::move(next);
        keep_best();
        done_ = beams_.empty() || cannot_improve();
    }

    bool report(size_t sentence, const OnProgress& on_progress) override {
        const std::vector<int32_t>& longest = done_ ? finished_.front().tokens : beams_.front().tokens;
        const size_t skipped = done_ ? 0 : static_cast<size_t>(lengths_.prompt);
        const std::span<const int32_t> tokens = std::span(longest).subspan(skipped, done_ ? longest.size() : certain());
        if (reported_end_) {
            return true;
        }
        reported_end_ = done_;
        return on_progress({.sentence = sentence, .sequence = 0, .tokens = tokens, .ended = done_});
    }

    std::vector<GeneratedSequence> results() const override {
        if (!done_) {
            BeamSearch cut_short = *this;
            cut_short.finish_running(SequenceEnd::cancelled);
            return cut_short.results();
        }
        std::vector<GeneratedSequence> out = finished_;
        out.resize(std::min(out.size(), static_cast<size_t>(options_->num_return_sequences)));
        return out;
    }

private:
    int64_t generated() const { return static_cast<int64_t>(beams_.front().tokens.size()) - lengths_.prompt; }

    bool is_end(int32_t token) const {
        return std::find(options_->eos_token_ids.begin(), options_->eos_token_ids.end(), token) != options_->eos_token_ids.end();
    }

    // The first step has one row, whatever the number of beams.
    void look(std::span<const RowOutcome> outcomes) {
        for (size_t i = 0; i < beams_.size() && !outcomes[i].attention.empty(); ++i) {
            std::vector<float>& seen = beams_[i].seen;
            seen.resize(outcomes[i].attention.size());
            std::transform(seen.begin(), seen.end(), outcomes[i].attention.begin(), seen.begin(), std::plus<>());
        }
    }

    // Over all beams together, from the best; ties to the earlier beam, then to the lower token. There are enough that a step in
    // which every beam may end leaves as many to go on with.
    std::vector<Candidate> best_candidates(std::span<const RowOutcome> outcomes) const {
        std::vector<Candidate> out;
        for (size_t i = 0; i < beams_.size(); ++i) {
            for (const Choice& choice : outcomes[i].choices) {
                out.push_back({.beam = i, .token = choice.token, .score = beams_[i].score + choice.value});
            }
        }
        std::sort(out.begin(), out.end(), [](const Candidate& a, const Candidate& b) {
            return a.score != b.score ? a.score > b.score : a.beam != b.beam ? a.beam < b.beam : a.token < b.token;
        });
        out.resize(std::min(out.size(), (options_->eos_token_ids.size() + 1) * static_cast<size_t>(options_->num_beams)));
        return out;
    }

    Beam extended(const Candidate& candidate) const {
        Beam out = beams_[candidate.beam];
        out.tokens.push_back(candidate.token);
        out.score = candidate.score;
        out.parent = candidate.beam;
        return out;
    }

    double divided(double score, int64_t length) const { return score / std::pow(static_cast<double>(length), options_->length_penalty); }

    void finish(const Beam& beam, SequenceEnd end) {
        const auto begin = beam.tokens.begin() + static_cast<std::ptrdiff_t>(lengths_.prompt);
        GeneratedSequence out{.tokens = {begin, beam.tokens.end()}, .log_probability = beam.score, .end = end};
        const double coverage = std::accumulate(beam.seen.begin(), beam.seen.end(), 0.0, [](double sum, float seen) {
            return sum + std::log(std::clamp(static_cast<double>(seen), kLeastSeen, 1.0));
        });
        out.score = out.tokens.empty() ? 0 : divided(beam.score, static_cast<int64_t>(out.tokens.size()));
        out.score += options_->coverage_penalty * coverage;
        finished_.push_back(std::move(out));
    }

    void finish_running(SequenceEnd end) {
        std::for_each(beams_.begin(), beams_.end(), [&](const Beam& beam) { finish(beam, end); });
        keep_best();
        done_ = true;
    }

    // Of two that are as good the one that was there first stays.
    void keep_best() {
        std::stable_sort(finished_.begin(), finished_.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
        finished_.resize(std::min(finished_.size(), slots_));
    }

    bool cannot_improve() const {
        if (finished_.size() < slots_) {
            return false;
        }
        if (options_->early_stopping == EarlyStopping::when_full) {
            return true;
        }
        const bool longest = options_->early_stopping == EarlyStopping::never && options_->length_penalty > 0;
        const double reachable = divided(beams_.front().score, longest ? lengths_.most - lengths_.prompt : generated());
        return reachable <= finished_.back().score;
    }

    // How many generated tokens all beams share with each other and with the best that is finished.
    size_t certain() const {
        const std::span<const int32_t> first = std::span(beams_.front().tokens).subspan(static_cast<size_t>(lengths_.prompt));
        size_t out = first.size();
        const auto share = [&](std::span<const int32_t> tokens) {
            out = static_cast<size_t>(
                std::mismatch(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(out), tokens.begin(), tokens.end()).first -
                first.begin());
        };
        for (const Beam& beam : beams_) {
            share(std::span(beam.tokens).subspan(static_cast<size_t>(lengths_.prompt)));
        }
        if (!finished_.empty()) {
            share(finished_.front().tokens);
        }
        return out;
    }

    const GenerationOptions* options_;
    GenerationLengths lengths_;
    size_t slots_;
    std::vector<Beam> beams_;                  // running, from the best
    std::vector<GeneratedSequence> finished_;  // from the best
    bool done_ = false, reported_end_ = false;
};

}  // namespace

std::unique_ptr<SentenceSearch> beam_search(const GenerationOptions& options, const GenerationLengths& lengths) {
    return std::make_unique<BeamSearch>(options, lengths);
}

}  // namespace heed
