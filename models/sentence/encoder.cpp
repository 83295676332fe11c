#include "models/sentence/encoder.h"

#include <algorithm>
#include <cmath>

#include "models/nn/positions.h"
#include "unicode/utf8.h"

namespace heed {
namespace {

constexpr int kShortestGroup = 2, kLongestGroup = 4;

// The word as it is compared: in small letters, without the punctuation around it, with its ends marked.
std::u32string comparable(std::string_view word) {
    std::u32string codes;
    for (char32_t c : decode_utf8(word)) {
        const bool letter = c >= 0x80 || (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
        if (letter) {
            codes.push_back(c >= U'A' && c <= U'Z' ? c + 32 : c);
        }
    }
    return U"<" + (codes.empty() ? decode_utf8(word) : codes) + U">";
}

size_t hashed(std::u32string_view letters, int64_t buckets) {
    uint64_t hash = 0xcbf29ce484222325ull;  // FNV-1a
    for (const char32_t letter : letters) {
        hash = (hash ^ letter) * 0x100000001b3ull;
    }
    return static_cast<size_t>((hash >> 16) % static_cast<uint64_t>(buckets));
}

nn::EncoderShape encoder_shape(const SentenceEncoderShape& shape) {
    constexpr int64_t channels = kSentenceChannels;
    return {.layers = shape.layers,
            .attention = {.channels = channels, .heads = kSentenceHeads},
            .feed_forward = {.channels = channels, .hidden = 2 * channels, .activation = Activation::gelu},
            .norm = {.channels = channels},
            .norms = nn::NormPlace::before};
}

// [T,C]: sinusoids in the channels that are the position's, zeros in the others.
Tensor positions(Graph& graph, int64_t words) {
    const std::vector<float> waves = nn::sinusoidal_positions(words, kSentenceHeadSize);
    std::vector<float> table(static_cast<size_t>(words * kSentenceChannels), 0.0f);
    for (int64_t t = 0; t < words; ++t) {
        std::copy_n(waves.begin() + t * kSentenceHeadSize, kSentenceHeadSize,
                    table.begin() + t * kSentenceChannels + kPositionPart * kSentenceHeadSize);
    }
    return graph.constant(text("positions.", words), {words, kSentenceChannels}, table);
}

// softmax(V V' / sqrt(d)) V: no weights at all.
nn::Attended bare_self_attention(Tensor x) {
    const AttentionOptions options{.keep_stats = true};
    const AttentionResult mixed = attention(x, x, x, options);
    return {.out = mixed.out, .query = x, .key = x, .stats = mixed.stats, .options = options};
}

}  // namespace

std::vector<std::string> split_words(std::string_view sentence) {
    std::vector<std::string> words;
    for (size_t at = 0; at < sentence.size();) {
        const size_t end = std::min(sentence.find_first_of(" \t\r\n", at), sentence.size());
        if (end > at) {
            words.emplace_back(sentence.substr(at, end - at));
        }
        at = end + 1;
    }
    if (words.empty() || words.size() > kMostWords) {
        fail(ErrorKind::bad_input, "sentence: expected 1 to ", kMostWords, " words, got ", words.size());
    }
    return words;
}

std::vector<float> letter_group_counts(const std::vector<std::string>& words, const SentenceEncoderShape& shape) {
    std::vector<float> counts(words.size() * static_cast<size_t>(shape.letter_groups), 0.0f);
    for (size_t w = 0; w < words.size(); ++w) {
        const std::u32string letters = comparable(words[w]);
        float* row = counts.data() + w * static_cast<size_t>(shape.letter_groups);
        for (size_t length = kShortestGroup; length <= kLongestGroup; ++length) {
            for (size_t at = 0; at + length <= letters.size(); ++at) {
                row[hashed(std::u32string_view(letters).substr(at, length), shape.letter_groups)] += 1;
            }
        }
        double squares = 0;
        for (int64_t i = 0; i < shape.letter_groups; ++i) {
            squares += static_cast<double>(row[i]) * static_cast<double>(row[i]);
        }
        for (int64_t i = 0; i < shape.letter_groups; ++i) {
            row[i] /= static_cast<float>(std::sqrt(squares));
        }
    }
    return counts;
}

Graph build_sentence_encoder(const SentenceEncoderShape& shape, int64_t words, WeightSource& source) {
    Graph graph;
    const Weights weights(graph, source);
    const nn::Encoder encoder = nn::load_encoder(weights / "encoder", encoder_shape(shape));
    const Tensor table = weights.tensor("letter_groups.weight", {shape.letter_groups, kSentenceChannels}, {Init::Kind::normal, 1});

    const Tensor groups = graph.input("letter_groups", {1, words, shape.letter_groups});
    const Tensor word = nn::norm(matmul(groups, table), nn::load_norm(weights / "word_norm", {.channels = kSentenceChannels}));  // [1,T,C]
    const nn::Attended bare = bare_self_attention(word);
    const nn::Encoded encoded = nn::encode(add(word, positions(graph, words)), encoder, {.keep_stats = true});

    graph.output("encoded", encoded.out);
    graph.output("bare", nn::attention_map(bare));
    for (size_t layer = 0; layer < encoded.layers.size(); ++layer) {
        graph.output(text("layer.", layer), nn::attention_map(encoded.layers[layer]));
    }
    return graph;
}

}  // namespace heed
