#include "models/decode/hypothesis.h"

namespace heed {

Hypothesis read_sequence(const GeneratedSequence& sequence, const std::function<std::string(const std::vector<int32_t>&)>& decode) {
    return {.text = decode(sequence.tokens),
            .ids = sequence.tokens,
            .score = sequence.score,
            .log_probability = sequence.log_probability,
            .end = sequence.end};
}

int64_t rows_of(const GenerationOptions& options, size_t sentences) {
    const int64_t each = options.do_sample ? options.num_return_sequences : options.num_beams;
    return each * static_cast<int64_t>(sentences);
}

}  // namespace heed
