#include "models/alignment/alignment.h"

#include <algorithm>

#include "heed.h"

namespace heed {
namespace {

struct Words {
    std::vector<std::string> texts;
    std::vector<size_t> of_token;  // the word that each token is a part of
    std::vector<float> tokens;     // of each word
};

std::string trimmed(std::string text) {
    const size_t begin = text.find_first_not_of(' '), end = text.find_last_not_of(' ');
    return begin == std::string::npos ? std::string() : text.substr(begin, end - begin + 1);
}

Words words_of(const std::vector<std::string>& tokens, const std::vector<int32_t>& numbers, const char* side) {
    if (!numbers.empty() && numbers.size() != tokens.size()) {
        fail(ErrorKind::bad_input, "alignment: expected a word for each of ", tokens.size(), " tokens of the ", side, ", got ",
             numbers.size());
    }
    Words out;
    for (size_t i = 0; i < tokens.size(); ++i) {
        if (i == 0 || numbers.empty() || numbers[i] != numbers[i - 1]) {
            out.texts.emplace_back();
            out.tokens.push_back(0);
        }
        out.texts.back() += tokens[i];
        out.tokens.back() += 1;
        out.of_token.push_back(out.texts.size() - 1);
    }
    std::ranges::transform(out.texts, out.texts.begin(), trimmed);
    return out;
}

void check(const Alignment& alignment) {
    if (alignment.layers.empty() || alignment.heads < 1 || alignment.source.empty() || alignment.target.empty()) {
        fail(ErrorKind::bad_input, "alignment: expected tokens on both sides and weights between them, got ", alignment.source.size(),
             " and ", alignment.target.size(), " tokens, ", alignment.layers.size(), " layers and ", alignment.heads, " heads");
    }
    const size_t each = static_cast<size_t>(alignment.heads) * alignment.target.size() * alignment.source.size();
    for (const std::vector<float>& layer : alignment.layers) {
        if (layer.size() != each) {
            fail(ErrorKind::bad_input, "alignment: expected ", alignment.heads, " x ", alignment.target.size(), " x ",
                 alignment.source.size(), " weights a layer, got ", layer.size());
        }
    }
}

}  // namespace

Alignment by_words(const Alignment& alignment) {
    check(alignment);
    const Words source = words_of(alignment.source, alignment.source_words, "source"),
                target = words_of(alignment.target, alignment.target_words, "target");
    Alignment out{
        .source = source.texts, .target = target.texts, .source_words = {}, .target_words = {}, .heads = alignment.heads, .layers = {}};
    for (const std::vector<float>& layer : alignment.layers) {
        std::vector<float>& words = out.layers.emplace_back(static_cast<size_t>(alignment.heads) * out.target.size() * out.source.size());
        const float* weight = layer.data();
        for (size_t head = 0; head < static_cast<size_t>(alignment.heads); ++head) {
            for (const size_t row : target.of_token) {
                float* const to = &words[(head * out.target.size() + row) * out.source.size()];
                for (const size_t column : source.of_token) {
                    to[column] += *weight++ / target.tokens[row];
                }
            }
        }
    }
    return out;
}

std::vector<float> mean_weights(const Alignment& alignment, const AlignmentChoice& choice) {
    check(alignment);
    const size_t layers = alignment.layers.size(), heads = static_cast<size_t>(alignment.heads);
    if (choice.layer.value_or(0) >= layers || choice.head.value_or(0) >= heads) {
        fail(ErrorKind::bad_input, "alignment: expected a layer below ", layers, " and a head below ", heads, ", got ",
             choice.layer.value_or(0), " and ", choice.head.value_or(0));
    }
    const size_t cells = alignment.target.size() * alignment.source.size();
    std::vector<double> sum(cells, 0);
    size_t count = 0;
    for (size_t layer = 0; layer < layers; ++layer) {
        for (size_t head = 0; head < heads; ++head) {
            if (layer == choice.layer.value_or(layer) && head == choice.head.value_or(head)) {
                const std::span<const float> map = std::span(alignment.layers[layer]).subspan(head * cells, cells);
                std::ranges::transform(sum, map, sum.begin(), std::plus());
                ++count;
            }
        }
    }
    std::vector<float> out;
    std::ranges::transform(sum, std::back_inserter(out),
                           [&](double each) { return static_cast<float>(each / static_cast<double>(count)); });
    return out;
}

}  // namespace heed
