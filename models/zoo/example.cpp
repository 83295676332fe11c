#include "models/zoo/example.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace heed::zoo {
namespace {

constexpr float kWordCode = 2, kKindCode = 1.4f;  // how much of a state says which word it is, and of which kind
constexpr float kFire = 4.5f;                     // what a detector of equal words is worth
constexpr float kNear = 0.5f;                     // of location: how fast the score falls with the distance
constexpr float kVague = 0.35f;                   // of the local scores' matrix: so that the window decides, not the words alone
constexpr float kPlaceGain = 4;                   // of local_p's energy: most of a sigmoid's reach

size_t numbered(size_t word, Numbering numbering) {
    return numbering == Numbering::shared ? word : (7 * word + 3) % kExampleWords;  // any other order
}

struct Matrix {
    std::vector<float> values;
    int64_t columns = 0;

    explicit Matrix(const Shape& shape) : values(static_cast<size_t>(shape.elements())), columns(shape.last()) {}
    float& at(int64_t row, int64_t column) { return values[static_cast<size_t>(row * columns + column)]; }
    int64_t rows() const { return static_cast<int64_t>(values.size()) / columns; }
};

// Unit i is about word i: a tanh that is up where both sides say so, and down where one does or none. A half of it from each side.
void wire_detectors(Matrix& m, int64_t column, Numbering numbering) {
    for (int64_t unit = 0; unit < m.rows(); ++unit) {
        m.at(unit, column + kWord + static_cast<int64_t>(numbered(static_cast<size_t>(unit), numbering))) = 1;
        m.at(unit, column + kOne) = -1.5f;
    }
}

// The decoder's words in the encoder's numbering, and their kinds.
void wire_dictionary(Matrix& m, float words, float kinds) {
    for (int64_t word = 0; word < kExampleWords; ++word) {
        m.at(kWord + word, kWord + static_cast<int64_t>(numbered(static_cast<size_t>(word), Numbering::own))) = words;
    }
    for (int64_t kind = 0; kind < ExampleWord::kinds; ++kind) {
        m.at(kKind + kind, kKind + kind) = kinds;
    }
}

// One number a place, whatever is asked: animals and what they do.
void wire_liking(Matrix& m) {
    m.at(0, kExampleChannels + kKind + ExampleWord::animal) = 1.2f;
    m.at(0, kExampleChannels + kKind + ExampleWord::verb) = 0.9f;
    m.at(0, kStep) = 3;  // what the decoder adds is the same for every place
}

void wire_diagonal(Matrix& m) {
    for (int64_t place = 0; place < m.rows(); ++place) {
        for (int64_t step = 0; step < kExampleWords; ++step) {
            m.at(place, kStep + step) = -kNear * static_cast<float>((place - step) * (place - step));
        }
    }
}

class ExampleWeights : public WeightSource {
public:
    explicit ExampleWeights(nn::ScoreKind kind) : kind_(kind) {}

    std::optional<WeightData> find(const WeightRequest& request) override {
        const auto make = [&] {
            Matrix matrix(request.shape);
            wire(request.name, matrix);
            const auto bytes = std::as_bytes(std::span(matrix.values));
            return std::vector<std::byte>(bytes.begin(), bytes.end());
        };
        return WeightData{.bytes = keep(request.name, make), .shape = request.shape, .dtype = DType::f32};
    }

    std::string description() const override { return "the example's weights"; }

private:
    void wire(std::string_view name, Matrix& m) const {
        const bool local = kind_ == nn::ScoreKind::local_m || kind_ == nn::ScoreKind::local_p;
        if (name == "query.weight") {
            wire_detectors(m, 0, Numbering::own);
        } else if (name == "key.weight") {
            wire_detectors(m, 0, Numbering::shared);
        } else if (name == "concat.weight") {
            wire_detectors(m, 0, Numbering::own);
            wire_detectors(m, kExampleChannels, Numbering::shared);
        } else if (name == "energy.weight" && kind_ == nn::ScoreKind::linear_concat) {
            wire_liking(m);
        } else if (name == "energy.weight") {
            std::ranges::fill(m.values, kFire);
        } else if (name == "general.weight") {
            wire_dictionary(m, local ? kVague : 1.2f, local ? kVague : 0.6f);
        } else if (name == "location.weight") {
            wire_diagonal(m);
        } else if (name == "position.weight") {
            m.at(0, kPlace) = 1;
        } else if (name == "position_energy.weight") {
            m.at(0, 0) = kPlaceGain;
        }
    }

    nn::ScoreKind kind_;
};

}  // namespace

const std::vector<ExampleWord>& example_words() {
    static const std::vector<ExampleWord> words{{"today", 0, ExampleWord::adverb},  {"the", 1, ExampleWord::article},
                                                {"black", 3, ExampleWord::colour},  {"cat", 2, ExampleWord::animal},
                                                {"slowly", 5, ExampleWord::adverb}, {"eats", 4, ExampleWord::verb},
                                                {"a", 6, ExampleWord::article},     {"small", 7, ExampleWord::size},
                                                {"green", 9, ExampleWord::colour},  {"fish", 8, ExampleWord::animal}};
    return words;
}

std::vector<std::string> example_source() {
    std::vector<std::string> words;
    for (const ExampleWord& word : example_words()) {
        words.push_back(word.english);
    }
    return words;
}

std::vector<std::string> example_target() {
    return {"hoy", "el", "gato", "negro", "come", "despacio", "un", "peque\u00f1o", "pez", "verde"};
}

size_t example_match(size_t step) {
    const auto& words = example_words();
    return static_cast<size_t>(std::ranges::find(words, step, &ExampleWord::place) - words.begin());
}

double example_place(size_t step) {
    return static_cast<double>(example_match(step)) + 0.3;
}

std::vector<float> example_states() {
    std::vector<float> states;
    for (size_t place = 0; place < example_words().size(); ++place) {
        std::vector<float> state(kExampleChannels, 0);
        state[kWord + place] = kWordCode;
        state[kKind + static_cast<size_t>(example_words()[place].kind)] = kKindCode;
        state[kOne] = 1;
        states.insert(states.end(), state.begin(), state.end());
    }
    return states;
}

std::vector<float> example_queries(Numbering numbering) {
    std::vector<float> queries;
    for (size_t step = 0; step < example_words().size(); ++step) {
        const size_t word = example_match(step);
        std::vector<float> state(kExampleChannels, 0);
        state[kWord + numbered(word, numbering)] = kWordCode;
        state[kKind + static_cast<size_t>(example_words()[word].kind)] = kKindCode;
        state[kOne] = 1;
        state[kStep + step] = 1;
        // local_p's place is S sigmoid(gain tanh(x)): x such that it comes out there
        const double share = example_place(step) / static_cast<double>(kExampleWords);
        state[kPlace] = static_cast<float>(std::atanh(std::log(share / (1 - share)) / static_cast<double>(kPlaceGain)));
        queries.insert(queries.end(), state.begin(), state.end());
    }
    return queries;
}

std::unique_ptr<WeightSource> example_weights(nn::ScoreKind kind) {
    return std::make_unique<ExampleWeights>(kind);
}

}  // namespace heed::zoo
