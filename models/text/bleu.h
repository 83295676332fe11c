#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heed {

// The words that BLEU counts: mteval's tokenisation 13a, which cuts off ASCII's punctuation, but no marks within numbers.
std::vector<std::string> bleu_words(std::string_view text);

// BLEU as sacrebleu defines it: of a whole corpus, up to four words in a row, exponential smoothing, case kept.
class Bleu {
public:
    static constexpr size_t kOrders = 4;

    // One sentence and what it might have been. The reference nearest in length counts, of two as near the shorter. Throws bad_input
    // where there is none.
    void add(std::string_view written, std::span<const std::string> references);

    double score() const;                            // 0 to 100
    std::array<double, kOrders> precisions() const;  // percent, of one word to four; 0 where nothing at all matched
    double brevity_penalty() const;
    int64_t words() const { return words_; }
    int64_t reference_words() const { return reference_words_; }
    std::string signature() const;  // sacrebleu's, but for its version: "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp"

private:
    std::array<int64_t, kOrders> matches_{}, totals_{};
    int64_t words_ = 0, reference_words_ = 0;
    size_t least_references_ = 0, most_references_ = 0;
};

}  // namespace heed
