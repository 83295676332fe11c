#include "models/seq2seq/speller.h"

#include <algorithm>

#include "models/seq2seq/searchable.h"
#include "models/seq2seq/symbols.h"
#include "models/text/batches.h"

namespace heed {

struct Speller::State {
    std::unique_ptr<Checkpoint> weights;
    Seq2SeqConfig config;
    std::unique_ptr<Symbols> source, target;
    GenerationOptions generation;
    size_t together = 1;
    profile::Recorder* recorder = nullptr;
    std::unique_ptr<SearchableSeq2Seq> searchable;

    void check(const std::filesystem::path& folder) const;
};

// Tables of another size than the lists of symbols would be read wrong, or beyond their end.
void Speller::State::check(const std::filesystem::path& folder) const {
    const auto agree = [&](const char* side, const Symbols& symbols, int64_t words) {
        if (static_cast<int64_t>(symbols.size()) != words) {
            fail(ErrorKind::bad_model, (folder / "symbols.json").string(), ": expected the model's ", words, " ", side, " symbols, got ",
                 symbols.size());
        }
    };
    agree("source", *source, config.source_words);
    agree("target", *target, config.target_words);
}

Speller::Speller(Device& device, const std::filesystem::path& folder, const SpellerOptions& options) : state_(std::make_unique<State>()) {
    State& state = *state_;
    state.weights = open_checkpoint(folder);
    state.config = read_seq2seq_config(Config::read(folder / "config.json"), *state.weights);
    const Config symbols = Config::read(folder / "symbols.json");
    state.source = std::make_unique<Symbols>(symbols.object("source"));
    state.target = std::make_unique<Symbols>(symbols.object("target"));
    state.check(folder);
    state.generation = read_generation_options(folder);
    state.recorder = options.session.recorder;
    state.together = options.batch;
    const SearchableSeq2SeqOptions searching{.stored = storage(options.precision, device.caps()), .session = options.session};
    state.searchable = std::make_unique<SearchableSeq2Seq>(device, state.config, *state.weights, searching);
}

Speller::Speller(Speller&&) noexcept = default;
Speller::~Speller() = default;

std::vector<Written> Speller::write(std::span<const std::string> texts, const GenerationOptions& options) {
    State& state = *state_;
    check_options(options, state.searchable->vocabulary(), state.searchable->positions());
    std::vector<Written> out(texts.size());
    std::vector<std::vector<int32_t>> sources;
    std::vector<size_t> good, lengths;
    for (size_t i = 0; i < texts.size(); ++i) {
        try {
            sources.push_back(state.source->encode(texts[i]));
            const auto longest = static_cast<size_t>(state.config.longest_source());
            if (sources.back().size() > longest) {
                fail(ErrorKind::bad_input, "expected at most ", longest, " letters, got ", sources.back().size());
            }
            good.push_back(i);
            lengths.push_back(sources.back().size());
        } catch (const Error& error) {
            sources.resize(good.size());
            out[i].problem = error.what();
        }
    }
    for (const std::vector<size_t>& batch : batches_by_length(lengths, state.together)) {
        std::vector<std::vector<int32_t>> some;
        SearchBatch numbers{.sentences = batch.size()};
        for (const size_t i : batch) {
            some.push_back(sources[i]);
            numbers.numbers.push_back(good[i]);
        }
        state.searchable->begin(some, rows_of(options, batch.size()));
        const profile::Scope scope(state.recorder, "search");
        const auto found = search(*state.searchable, numbers, options);
        const auto decode = [&](const std::vector<int32_t>& ids) { return state.target->decode(ids); };
        for (size_t i = 0; i < batch.size(); ++i) {
            for (const GeneratedSequence& sequence : found[i]) {
                out[good[batch[i]]].best.push_back(read_sequence(sequence, decode));
            }
        }
    }
    return out;
}

Alignment Speller::align(const std::string& text, const Hypothesis& written, const GenerationOptions& options) {
    State& state = *state_;
    if (!state.config.attends()) {
        fail(ErrorKind::bad_model, "seq2seq: expected a model that attends, got one that reads the encoder's last state alone");
    }
    const std::vector<std::vector<int32_t>> sources{state.source->encode(text)};
    std::vector<int32_t> read = prompt_of(options);
    const size_t skipped = read.size() - 1;
    read.insert(read.end(), written.ids.begin(), written.ids.end());
    read.pop_back();  // the last one is written and never read
    Alignment out{.source = state.source->texts(sources[0]), .target = state.target->texts(written.ids), .heads = 1};
    state.searchable->begin(sources, 1);
    std::vector<float> weights;
    for (size_t t = 0; t < read.size(); ++t) {
        const StepRow row{.token = read[t], .parent = t == 0 ? -1 : 0};
        const StepScores scores = state.searchable->step({&row, 1}, {.best = 1, .asked_ends = {0}, .attention = true});
        if (t >= skipped) {
            weights.insert(weights.end(), scores.attention[0].begin(), scores.attention[0].end());
        }
    }
    for (std::string& symbol : out.target) {
        symbol = symbol.empty() ? "end" : symbol;
    }
    out.layers.push_back(std::move(weights));
    return out;
}

const Seq2SeqConfig& Speller::config() const {
    return state_->config;
}

std::string Speller::description() const {
    constexpr std::string_view kCells[] = {"RNN", "RNN", "LSTM", "GRU"};
    const Seq2SeqConfig& config = state_->config;
    const std::string cells(kCells[static_cast<size_t>(config.decoder.cell)]);
    return config.attends() ? text(cells, ", ", config.score_name, " attention") : cells;
}

const GenerationOptions& Speller::generation() const {
    return state_->generation;
}

}  // namespace heed
