// heed demo: a small transformer encoder reads a sentence, and a picture shows where each word looked.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <map>

#include "demos/common.h"
#include "io/png.h"
#include "models/sentence/encoder.h"
#include "models/sentence/picture.h"

namespace heed {
namespace {

constexpr const char* kSentence = "the cat sat on the mat because the cats like soft mats";

struct Arguments {
    std::vector<std::string> words;
    std::string out = "attention.png";
};

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string duration(double seconds) {
    std::ostringstream out;
    out << std::setprecision(3) << (seconds < 1 ? 1000 * seconds : seconds) << (seconds < 1 ? " ms" : " s");
    return out.str();
}

// Compiles, uploads and runs; the fastest of some runs is what the encoder takes.
SentenceAttention look(Device& device, const std::vector<std::string>& words) {
    constexpr int kRuns = 10;
    const SentenceEncoderShape shape;
    const std::unique_ptr<WeightSource> weights = wired_weights(shape.seed);
    const Graph graph = build_sentence_encoder(shape, static_cast<int64_t>(words.size()), *weights);
    const auto start = std::chrono::steady_clock::now();
    SessionOptions options;
    options.on_compile = [](uint64_t done, uint64_t total) { progress_line("compiling kernels", done, total); };
    Session session(device, graph, options);
    session.write("letter_groups", letter_group_counts(words, shape));
    session.run();
    end_progress();
    const double first = seconds_since(start);
    double fastest = first;
    for (int i = 0; i < kRuns; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        session.run();
        fastest = std::min(fastest, seconds_since(begin));
    }
    std::cout << "the encoder: " << shape.layers << " layers, " << kSentenceHeads << " heads, " << kSentenceChannels << " channels; "
              << session.plan().steps.size() << " dispatches, " << duration(fastest)
              << " a run; the first, with everything compiled and uploaded, took " << duration(first) << "\n"
              << "its weights are not trained: each head is wired by hand to do one thing, the rest is random\n";

    SentenceAttention attention{.words = words, .bare = session.read("bare"), .layers = {}};
    for (int layer = 0; layer < shape.layers; ++layer) {
        attention.layers.push_back(session.read(text("layer.", layer)));
    }
    return attention;
}

// The pairs of words of which one looks hardest at the other, each pair once.
void print_strongest(const SentenceAttention& attention) {
    constexpr size_t kShown = 4;
    struct Look {
        float weight = 0;
        std::string from, to;
    };
    const std::vector<std::string>& words = attention.words;
    std::map<std::pair<std::string, std::string>, Look> strongest;  // by the two words in order of the alphabet
    for (size_t from = 0; from < words.size(); ++from) {
        for (size_t to = 0; to < words.size(); ++to) {
            const float weight = attention.bare[from * words.size() + to];
            Look& look = strongest[std::minmax(words[from], words[to])];
            if (words[from] != words[to] && weight > look.weight) {
                look = {weight, words[from], words[to]};
            }
        }
    }
    std::vector<Look> looks;
    for (const auto& [pair, look] : strongest) {
        looks.push_back(look);
    }
    std::ranges::stable_sort(looks, std::ranges::greater(), &Look::weight);
    for (size_t i = 0; i < std::min(kShown, looks.size()) && looks[i].weight > 0; ++i) {
        std::cout << (i == 0 ? "with no weights at all, " : ", ") << looks[i].from << " looks at " << looks[i].to << " ("
                  << std::lround(100 * looks[i].weight) << " %)";
    }
    std::cout << (looks.empty() || looks[0].weight == 0 ? "" : "\n");
}

void run(const CommonOptions& common, const Arguments& arguments) {
    std::string sentence;
    for (const std::string& word : arguments.words) {
        sentence += (sentence.empty() ? "" : " ") + word;
    }
    const std::vector<std::string> words = split_words(arguments.words.empty() ? kSentence : sentence);
    Device device = open(common);
    const SentenceAttention attention = look(device, words);
    print_strongest(attention);
    io::write_png(arguments.out, draw_sentence_attention(attention));
    std::cout << "where each word looked: " << arguments.out << "\n";
}

}  // namespace

void add_demo(CLI::App& app, CommonOptions& common) {
    auto* command = app.add_subcommand("demo", "A small transformer encoder reads a sentence; a picture shows where each word looked");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("SENTENCE", arguments->words, text("The words to read (default: ", kSentence, ")"));
    command->add_option("--out", arguments->out, "Where the picture goes")->type_name("FILE.png")->capture_default_str();
    command->callback([&common, arguments] { run(common, *arguments); });
}

}  // namespace heed
