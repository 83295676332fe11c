#include "demos/generation_arguments.h"

namespace heed {
namespace {

constexpr const char* kSearch = "Search";

template <typename T, typename U>
void replace(T& value, const std::optional<U>& wanted) {
    if (wanted) {
        value = static_cast<T>(*wanted);
    }
}

}  // namespace

void GenerationArguments::add_to(CLI::App& command) {
    const auto option = [&](const char* name, auto& value, const char* what) { command.add_option(name, value, what)->group(kSearch); };
    option("--beam", beams, "Beams that are followed; 1: the likeliest token at every step");
    option("--n-best", best, "How many answers to give, best first, or how many samples");
    option("--max-tokens", most_tokens, "The longest answer, in tokens");
    option("--min-tokens", fewest_tokens, "The shortest answer, in tokens");
    option("--length-penalty", length_penalty, "A score is the log-probability divided by the length to this power");
    option("--coverage-penalty", coverage_penalty, "How much it counts when a part of the text was not looked at");
    option("--patience", patience, "The search ends when this times the beams have ended");
    option("--repetition-penalty", repetition_penalty, "Above 1: tokens that were written already become less likely");
    option("--no-repeat", no_repeat, "No so many tokens in a row are written twice");
    command.add_flag("--sample", sample, "Draw tokens at random, as likely as the model finds them")->group(kSearch);
    option("--temperature", temperature, "With --sample: above 1 bolder, below 1 more careful");
    option("--top-k", top_k, "With --sample: among the so many likeliest; 0: among all");
    option("--top-p", top_p, "With --sample: among the likeliest that together have this probability");
    option("--seed", seed, "With --sample: another seed, other samples");
}

GenerationOptions GenerationArguments::over(GenerationOptions model) const {
    GenerationOptions out = std::move(model);
    out.do_sample = sample;
    if (sample) {
        out.num_beams = 1;
    }
    replace(out.num_beams, beams);
    replace(out.num_return_sequences, best);
    replace(out.max_new_tokens, most_tokens);
    replace(out.min_new_tokens, fewest_tokens);
    replace(out.length_penalty, length_penalty);
    replace(out.coverage_penalty, coverage_penalty);
    replace(out.patience, patience);
    replace(out.repetition_penalty, repetition_penalty);
    replace(out.no_repeat_ngram_size, no_repeat);
    replace(out.temperature, temperature);
    replace(out.top_k, top_k);
    replace(out.top_p, top_p);
    replace(out.seed, seed);
    return out;
}

}  // namespace heed
