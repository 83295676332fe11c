#include "models/transformer/searchable.h"

#include <doctest/doctest.h>

#include "models/search_json.h"
#include "models/transformer/transformer.h"
#include "models/whole_model.h"
#include "run/session.h"
#include "support/device.h"
#include "support/golden.h"
#include "support/sentence.h"

namespace {

using namespace heed;

struct Model {
    std::unique_ptr<Checkpoint> checkpoint;
    TransformerConfig config;
    std::vector<std::vector<int32_t>> sources;
};

Model load(const std::string& name) {
    const std::filesystem::path folder = tests::golden("transformer/" + name);
    Model model{.checkpoint = open_checkpoint(folder), .config = {}, .sources = {}};
    model.config = read_transformer_config(Config::read(folder / "config.json"), *model.checkpoint);
    const tests::GoldenTensors inputs(folder / "golden.safetensors");
    const std::vector<int32_t> ids = inputs.integers("source_ids"), lengths = inputs.integers("source_lengths");
    const size_t width = ids.size() / lengths.size();
    for (size_t i = 0; i < lengths.size(); ++i) {
        const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(i * width);
        model.sources.emplace_back(begin, begin + lengths[i]);
    }
    return model;
}

constexpr int64_t kMostRows = 8;

// Of tokens behind the start, as one teacher-forced run has it.
double log_probability_of(const Model& model, const std::vector<int32_t>& source, std::vector<int32_t> tokens) {
    std::vector<int32_t> read = tokens;
    read.insert(read.begin(), *model.config.tokens.start);
    read.pop_back();
    const auto length = static_cast<int64_t>(read.size());
    const Graph graph =
        build_transformer(model.config, *model.checkpoint, {.source_tokens = static_cast<int64_t>(source.size()), .target_tokens = length});
    Session session(tests::device(), graph);
    session.write("source_ids", source);
    session.write("source_lengths", std::vector<int32_t>{static_cast<int32_t>(source.size())});
    session.write("target_ids", read);
    session.run();
    const std::vector<float> logits = session.read("logits");
    double sum = 0;
    for (size_t t = 0; t < tokens.size(); ++t) {
        const size_t width = static_cast<size_t>(model.config.target.words);
        const StepScores scores = pick_scores(std::span(logits).subspan(t * width, width), model.config.target.words,
                                              {.best = 1, .asked = {tokens[t]}, .asked_ends = {1}});
        sum += scores.asked[0] - scores.log_sum[0];
    }
    return sum;
}

}  // namespace

TEST_SUITE_BEGIN("device searchable");

TEST_CASE("with caches a search finds what a plain search in Python finds") {
    for (const char* name : {"marian", "marian-apart", "bart", "mbart", "t5", "t5-gated"}) {
        INFO(name);
        const Model model = load(name);
        SearchableTransformer searchable(tests::device(), model.config, *model.checkpoint);
        for (const tests::SearchCase& golden : tests::read_search_cases(tests::golden(std::string("transformer/") + name))) {
            searchable.begin(model.sources, kMostRows);
            const auto found = search(searchable, {.sentences = model.sources.size()}, golden.options);
            for (size_t i = 0; i < found.size(); ++i) {
                INFO("sentence " << i << " with " << golden.options.num_beams << " beams");
                tests::check_found(found[i], golden.found[i], 1e-4);
            }
        }
    }
    CHECK_MESSAGE(tests::validation_messages() == 0, tests::validation_report());
}

TEST_CASE("with caches every search finds what the whole model computed anew finds") {
    const Model model = load("marian");
    const GenerationOptions start{.decoder_start_token_id = model.config.tokens.start, .eos_token_ids = {0}, .max_length = 9};
    std::vector<std::pair<std::string, GenerationOptions>> all(6, {"", start});
    all[0].first = "prefix", all[0].second.prefix = {4, 2}, all[0].second.num_beams = 2;
    all[1].first = "coverage", all[1].second.num_beams = 3, all[1].second.coverage_penalty = 0.3;
    all[2].first = "repetition", all[2].second.repetition_penalty = 1.7, all[2].second.num_beams = 4;
    all[3].first = "n-grams", all[3].second.no_repeat_ngram_size = 2, all[3].second.min_length = 8;
    all[4].first = "sampled", all[4].second.do_sample = true, all[4].second.top_k = 0, all[4].second.num_return_sequences = 3;
    all[5].first = "sampled of ten", all[5].second.do_sample = true, all[5].second.top_k = 10;
    SearchableTransformer searchable(tests::device(), model.config, *model.checkpoint);
    const tests::GoldenTensors inputs(tests::golden("transformer/marian/golden.safetensors"));
    tests::WholeModel whole(tests::device(), model.config, *model.checkpoint, inputs.integers("source_ids"),
                            inputs.integers("source_lengths"), {.rows = kMostRows, .tokens = 11});
    for (const auto& [name, options] : all) {
        INFO(name);
        searchable.begin(model.sources, kMostRows);
        const auto found = search(searchable, {.sentences = model.sources.size()}, options);
        const auto expected = search(whole, {.sentences = model.sources.size()}, options);
        for (size_t i = 0; i < found.size(); ++i) {
            REQUIRE(found[i].size() == expected[i].size());
            for (size_t n = 0; n < found[i].size(); ++n) {
                CHECK(found[i][n].tokens == expected[i][n].tokens);
                CHECK(found[i][n].score == doctest::Approx(expected[i][n].score).epsilon(1e-4));
            }
        }
    }
}

TEST_CASE("beams that go on for longer than the first caches hold") {
    const Model model = load("t5");  // which has no limit of its own
    SearchableTransformer searchable(tests::device(), model.config, *model.checkpoint);
    const GenerationOptions options{.decoder_start_token_id = 0, .max_length = 150, .num_beams = 3, .num_return_sequences = 2};
    searchable.begin(model.sources, 6);
    const auto found = search(searchable, {.sentences = model.sources.size()}, options);
    for (size_t i = 0; i < found.size(); ++i) {
        for (const GeneratedSequence& sequence : found[i]) {
            REQUIRE(sequence.tokens.size() == 149);
            CHECK(sequence.log_probability == doctest::Approx(log_probability_of(model, model.sources[i], sequence.tokens)).epsilon(1e-4));
        }
    }
}

TEST_CASE("stored in halves a search says of what it finds what singles say of it") {
    const Model model = load("t5-gated");
    SearchableTransformer searchable(tests::device(), model.config, *model.checkpoint, {.stored = DType::f16});
    const GenerationOptions options{.decoder_start_token_id = 0, .max_length = 80, .num_beams = 2};
    searchable.begin(model.sources, 4);
    const auto found = search(searchable, {.sentences = model.sources.size()}, options);
    for (size_t i = 0; i < found.size(); ++i) {
        const double single = log_probability_of(model, model.sources[i], found[i][0].tokens);
        CHECK(found[i][0].log_probability == doctest::Approx(single).epsilon(0.02));
    }
}

TEST_CASE("a sentence finds the same bits whatever is beside it, and the same alone") {
    const Model model = load("marian");
    SearchableTransformer searchable(tests::device(), model.config, *model.checkpoint);
    const GenerationOptions options{
        .decoder_start_token_id = model.config.tokens.start, .eos_token_ids = {0}, .max_length = 9, .num_beams = 4};
    const auto best = [&](const std::vector<std::vector<int32_t>>& sources) {
        searchable.begin(sources, kMostRows);
        std::vector<GeneratedSequence> out;
        for (const auto& found : search(searchable, {.sentences = sources.size()}, options)) {
            out.push_back(found.front());
        }
        return out;
    };
    const std::vector<int32_t>&a = model.sources[0], &b = model.sources[1];
    const std::vector<GeneratedSequence> ab = best({a, b}), ba = best({b, a}), bb = best({b, b}), alone = best({b});
    CHECK(ab[0].score == ba[1].score);
    for (const GeneratedSequence& again : {ba[0], bb[0], bb[1]}) {
        CHECK(again.tokens == ab[1].tokens);
        CHECK(again.score == ab[1].score);
    }
    CHECK(alone[0].tokens == ab[1].tokens);  // by another plan
    CHECK(alone[0].score == doctest::Approx(ab[1].score).epsilon(1e-5));
}

TEST_CASE("a source that is empty or too long is a sentence") {
    const Model model = load("bart");
    SearchableTransformer searchable(tests::device(), model.config, *model.checkpoint);
    const auto refused = [&](size_t tokens) {
        return tests::sentence(ErrorKind::bad_input, [&] { searchable.begin({{std::vector<int32_t>(tokens, 4)}}, 1); });
    };
    CHECK(refused(0) == text("BART: expected 1 to ", model.config.longest_source(), " source tokens, got 0"));
    CHECK(tests::contains(refused(5000), "source tokens, got 5000"));
}

TEST_CASE("maps of a sequence are the whole model's, and bring no weights to the device again") {
    for (const char* name : {"marian", "t5-gated"}) {
        INFO(name);
        const Model model = load(name);
        SearchableTransformer searchable(tests::device(), model.config, *model.checkpoint);
        const std::vector<int32_t>& source = model.sources[0];
        const std::vector<int32_t> read{*model.config.tokens.start, 4, 9, 2, 7};
        searchable.begin(model.sources, kMostRows);
        const StepRow row{.token = read[0], .parent = -1, .sentence = 0};
        searchable.step({&row, 1}, {.best = 1, .asked_ends = {0}});
        const uint64_t before = searchable.device_bytes();
        const SequenceMaps maps = searchable.maps(source, read, kAllMaps);
        CHECK(searchable.device_bytes() - before < before / 10);  // positions of another reach

        const auto tokens = std::ssize(read), source_tokens = std::ssize(source);
        Session session(tests::device(), build_transformer(model.config, *model.checkpoint,
                                                           {.source_tokens = source_tokens, .target_tokens = tokens, .maps = kAllMaps}));
        session.write("source_ids", source);
        session.write("source_lengths", std::vector<int32_t>{static_cast<int32_t>(source_tokens)});
        session.write("target_ids", read);
        session.run();
        for (size_t i = 0; i < maps.encoder.size(); ++i) {
            tests::check_close(maps.encoder[i], session.read(text("encoder.", i)), 2e-5f);
        }
        REQUIRE(maps.cross.size() == static_cast<size_t>(model.config.decoder.layers));
        for (size_t i = 0; i < maps.cross.size(); ++i) {
            tests::check_close(maps.self[i], session.read(text("self.", i)), 2e-5f);
            tests::check_close(maps.cross[i], session.read(text("cross.", i)), 2e-5f);
        }
        CHECK(searchable.maps(source, read, {.cross = true}).encoder.empty());
        CHECK(
            tests::contains(tests::sentence(ErrorKind::bad_input, [&] { searchable.maps(source, {}, kAllMaps); }), " target tokens, got "));
    }
}

TEST_SUITE_END();
