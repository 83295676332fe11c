// Ways to look: scores, and what is done with them.
#include "models/zoo/systems.h"

namespace heed::zoo {

namespace {

const System kSystems[] = {
    {.id = "A1",
     .name = "Additive attention (Bahdanau)",
     .equation = "e = v · tanh(Wq s_{t-1} + Wk h); a = softmax(e); c = \u03a3 a h",
     .command = "heed dates TEXT --attention where.png",
     .state = "trained: models/shipped/dates; compared with float64 PyTorch",
     .explanation = "Before each word the decoder asks every place of the source how much it matters now. A small network answers: "
                    "query and state are "
                    "each put through a matrix, added, squeezed by a tanh and weighed. The softmax makes shares of the answers, and "
                    "the states mixed by "
                    "these shares are what the step reads. In the picture, follow a row: black cat becomes gato negro, and the two "
                    "dark cells change "
                    "sides. heed does score, softmax and mixing in one kernel.",
     .picture = "docs/systems/A1.svg",
     .code = {"models/nn/scores/additive.cpp", "engine/ops/additive_attention.cpp", "models/seq2seq"},
     .goldens = {"tests/golden/scores/additive.safetensors", "tests/golden/recurrent/additive-bahdanau",
                 "tests/golden/recurrent/additive-luong-rnn"}},
    {.id = "A2",
     .name = "Dot product, bare and scaled",
     .equation = "e = s · h; e = s · h / \u221ad",
     .command = "heed zoo A2 --picture out.svg",
     .state = "runs in any heed_seq2seq folder; compared with float64 PyTorch",
     .explanation = "The cheapest question: how much do the two states point the same way? There is nothing to learn, but both must "
                    "speak the same "
                    "code and have the same size. With more channels the products grow, and softmax turns into a choice of one; "
                    "dividing by the root of "
                    "the size keeps it soft. Compare the two maps: the same states, the same order of who matters, other contrasts.",
     .picture = "docs/systems/A2.svg",
     .code = {"models/nn/scores/dot.cpp"},
     .goldens = {"tests/golden/scores/dot.safetensors", "tests/golden/scores/scaled_dot.safetensors", "tests/golden/recurrent/dot-luong",
                 "tests/golden/recurrent/dot-bahdanau-rnn", "tests/golden/recurrent/scaled-dot-luong-fed"}},
    {.id = "A3",
     .name = "General (Luong)",
     .equation = "e = s\u1d40 W h",
     .command = "heed pronounce WORD --attention where.png",
     .state = "trained: models/shipped/pronounce; compared with float64 PyTorch",
     .explanation = "A dot product with a matrix in between, which learns how the decoder's way of saying things translates into the "
                    "encoder's. The two may "
                    "then differ in size too. It costs one product a step, since W s is made once and compared with all places. The "
                    "picture's W is a "
                    "dictionary between two numberings of the same words.",
     .picture = "docs/systems/A3.svg",
     .code = {"models/nn/scores/general.cpp"},
     .goldens = {"tests/golden/scores/general.safetensors", "tests/golden/recurrent/general-luong-fed",
                 "tests/golden/recurrent/general-bahdanau-gru"}},
    {.id = "A4",
     .name = "Concat, with a tanh and without",
     .equation = "e = v · tanh(W [s ; h]); e = w · [s ; h]",
     .command = "heed zoo A4 --picture out.svg",
     .state = "runs in any heed_seq2seq folder; both forms compared with float64 PyTorch",
     .explanation = "Query and state side by side through one matrix: the same as additive attention, written otherwise. The tanh is "
                    "what lets the two meet. "
                    "Without it the score falls apart into a number for the query and a number for the place; the first is the same "
                    "for all places and "
                    "drops out of the softmax. So the linear form cannot compare anything, and its map has one row again and again.",
     .picture = "docs/systems/A4.svg",
     .code = {"models/nn/scores/additive.cpp", "models/nn/scores/linear_concat.cpp"},
     .goldens = {"tests/golden/scores/concat.safetensors", "tests/golden/scores/linear_concat.safetensors",
                 "tests/golden/recurrent/concat-bahdanau", "tests/golden/recurrent/concat-luong",
                 "tests/golden/recurrent/linear-concat-luong-gru"}},
    {.id = "A5",
     .name = "Location",
     .equation = "a = softmax(W s), a row of W for each place",
     .command = "heed zoo A5 --picture out.svg",
     .state = "runs in any heed_seq2seq folder; compared with float64 PyTorch",
     .explanation =
         "The decoder says where it looks without seeing what stands there: each place has a row of the matrix. That is enough where "
         "order is kept, as in speech, and it knows no place beyond its matrix. In the picture it runs down the diagonal and misses "
         "every "
         "pair of words that changed places.",
     .picture = "docs/systems/A5.svg",
     .code = {"models/nn/scores/location.cpp"},
     .goldens = {"tests/golden/scores/location.safetensors", "tests/golden/recurrent/location-bahdanau",
                 "tests/golden/recurrent/location-luong-fed"}},
    {.id = "A6",
     .name = "Local attention, monotonic and predicted",
     .equation = "|i - p| \u2264 D; p = t, or p = S \u03c3(v · tanh(W s)) and a_i exp(-(i - p)\u00b2 / (2 (D/2)\u00b2))",
     .command = "heed zoo A6 --picture out.svg",
     .state = "runs in any heed_seq2seq folder; both forms compared with float64 PyTorch",
     .explanation =
         "To look at a long text in every step is costly and mostly idle, so only a window counts. Local-m slides it along with the "
         "steps; "
         "local-p lets the decoder foresee its middle and lets weights fade towards its edges. Orange frames in the picture are the "
         "windows: "
         "outside weights are exactly zero. The rows of local-p need not add up to 100 %, since the bell comes after the softmax.",
     .picture = "docs/systems/A6.svg",
     .code = {"models/nn/scores/local.cpp"},
     .goldens = {"tests/golden/scores/local_m.safetensors", "tests/golden/scores/local_p.safetensors",
                 "tests/golden/recurrent/local-m-luong", "tests/golden/recurrent/local-p-luong-fed",
                 "tests/golden/recurrent/local-p-bahdanau"}},
    {.id = "A7",
     .name = "Luong's order, with input feeding",
     .equation = "h_t -> a_t -> c_t -> h~_t = tanh(Wc [c_t ; h_t]); h~_t is read at t + 1",
     .command = "heed pronounce WORD",
     .state = "trained: models/shipped/pronounce; compared with float64 PyTorch",
     .explanation =
         "Here a step comes first and looks afterwards, with its new state; what it saw is joined to the state in one more layer. "
         "Since the "
         "recurrent part would not know where was looked before, the joined state is fed to the next step: follow the red arrows from "
         "one column down to the next. Coverage of a sentence, saying nothing twice and leaving nothing out, comes from this.",
     .picture = "docs/systems/A7.svg",
     .code = {"models/seq2seq/seq2seq.cpp"},
     .goldens = {"tests/golden/recurrent/general-luong-fed", "tests/golden/recurrent/scaled-dot-luong-fed"}},
    {.id = "A8",
     .name = "Nadaraya-Watson regression",
     .equation = "y(x) = \u03a3 softmax(-(x - x_i)\u00b2 w\u00b2 / 2) y_i",
     .command = "heed regress --plot out.svg",
     .state = "runs; the width is learned from the points by leaving each out in turn",
     .explanation = "Attention from 1964: what is y at x? The mean of all known values, those of near points first. The query is x, "
                    "the keys are the points' "
                    "places, the values what was measured there, and the score is the squared distance. In the picture see how the "
                    "curve goes between "
                    "the points, not through them; `--attention` draws which points each place looked at.",
     .picture = "docs/systems/A8.svg",
     .code = {"models/regression"},
     .goldens = {"tests/models/regression_test.cpp"}},
    {.id = "A9",
     .name = "Show, Attend and Tell",
     .equation = "e_i = f(a_i, h_{t-1}); soft: z = \u03b2 \u03a3 softmax(e)_i a_i; hard: z = a_i of one place i",
     .command = "heed caption IMAGE --attention words.png",
     .state = "trained: models/shipped/captions, and captions-hard with hard attention; both compared with float64 PyTorch",
     .explanation = "A picture as the source: convolutions make a state of every place, and before each word an LSTM looks for the "
                    "place that the word is "
                    "about. Soft attention mixes all places by their shares; hard attention takes one, the likeliest or one that is "
                    "drawn by chance. In the "
                    "picture the look jumps from one thing to the other as the words do, and has nowhere to go at a word like \"of\".",
     .picture = "docs/caption.png",
     .code = {"models/caption", "models/scenes"},
     .goldens = {"tests/golden/caption"}},
};

}  // namespace

std::vector<System> mechanism_systems() {
    return {std::begin(kSystems), std::end(kSystems)};
}

}  // namespace heed::zoo
