// Models that read word after word.
#include "models/zoo/systems.h"

namespace heed::zoo {

namespace {

const System kSystems[] = {
    {.id = "R1",
     .name = "RNN, LSTM and GRU layers",
     .equation = "h_t = cell(x_t, h_{t-1})",
     .command = "heed spam --model DIR TEXT",
     .state = "runs; every cell compared with float64 PyTorch, with layers, both directions and padding",
     .explanation = "A recurrent layer reads one word after another and keeps a state, a row of numbers that is all it remembers. The "
                    "plain RNN mixes "
                    "state and word in one tanh and forgets fast; the LSTM keeps a second state that gates add to and take from, the "
                    "GRU does much the "
                    "same with fewer gates. In the picture follow the blue arrows: that is the state on its way. Grey steps are "
                    "padding, which leaves the "
                    "state as it was. heed multiplies the words of all steps at once and records the steps in between as one plan, so "
                    "that nothing "
                    "goes back to the host until the last word is read.",
     .picture = "docs/systems/R1.svg",
     .code = {"engine/ops/recurrent.cpp", "models/nn/recurrent.h"},
     .goldens = {"tests/golden/recurrent/layers"}},
    {.id = "R2",
     .name = "Bidirectional and stacked layers",
     .equation = "h_t = [forward_t ; backward_t]",
     .command = "heed dates TEXT",
     .state = "runs; compared with float64 PyTorch; it is the encoder of models/shipped/dates",
     .explanation = "A word often means what it does because of a word that only comes later. So a second layer reads the sentence "
                    "from its end, and "
                    "what both say of a word is put side by side; another layer may read that in turn. This is the encoder that "
                    "attention was first "
                    "put on: its states are what a decoder looks at. In the picture on the right see where orange starts in a padded "
                    "sentence: at the last "
                    "real word, not in the padding.",
     .picture = "docs/systems/R2.svg",
     .code = {"models/nn/recurrent.h", "engine/ops/recurrent.cpp"},
     .goldens = {"tests/golden/recurrent/layers", "tests/golden/recurrent_text/tagger"}},
    {.id = "R3",
     .name = "Sequence to sequence without attention",
     .equation = "h_0 = c, or h_t = g(y_{t-1}, h_{t-1}, c), where c = the encoder's last state",
     .command = "heed pronounce --model DIR WORD",
     .state = "runs; both forms compared with float64 PyTorch",
     .explanation =
         "One recurrent model reads a sentence, a second one writes another, and the only thing that passes between them is one state. "
         "That works for short sentences. For long ones it does not: whatever the length, the state has as many numbers, and what "
         "was read first is forgotten first. The second form gives the decoder the same state again in every step. Look for the one "
         "arrow "
         "from left to right: attention was invented to widen it.",
     .picture = "docs/systems/R3.svg",
     .code = {"models/seq2seq"},
     .goldens = {"tests/golden/recurrent/plain", "tests/golden/recurrent/plain-rnn", "tests/golden/recurrent/every-step",
                 "tests/golden/recurrent/every-step-zero"}},
    {.id = "R4",
     .name = "Classifiers, taggers, language models",
     .equation = "softmax(W h_T), softmax(W mean(h)), softmax(W h_t)",
     .command = "heed spam --model DIR TEXT",
     .state = "runs; every head compared with float64 PyTorch; taggers and language models from the library, without a command",
     .explanation = "The same layers do different things under different heads. A label for a whole text comes from the state after "
                    "the last word, or from "
                    "the mean of all states, which does not favour the end; a label for each word (noun, name, place) comes from that "
                    "word's own state; "
                    "and a head that names the next word makes a language model, which can read in one direction only.",
     .picture = "docs/systems/R4.svg",
     .code = {"models/recurrent/recurrent_text.h", "models/recurrent/language_model.h", "models/recurrent/text_classifier.h"},
     .goldens = {"tests/golden/recurrent_text/last", "tests/golden/recurrent_text/mean", "tests/golden/recurrent_text/tagger",
                 "tests/golden/recurrent_text/language-model"}},
    {.id = "R5",
     .name = "LSTM, dot-product attention, mean, dense",
     .equation = "Y = LSTM(x); p = sigmoid(w · mean(softmax(Y Y\u1d40) Y) + b)",
     .command = "heed spam TEXT",
     .state = "trained: models/shipped/sms-spam",
     .explanation =
         "The smallest classifier with attention in it, as the layer Attention([q, v, k]) of Keras makes it: every state looks at "
         "every state "
         "by their bare dot product. It adds one number to learn at most, the scale. `heed spam` marks the words that were looked "
         "at, summed over all rows: prizes, numbers to call, and what is free.",
     .picture = "docs/systems/R5.svg",
     .code = {"models/recurrent/text_classifier.h", "models/nn/scores/keras.cpp"},
     .goldens = {"tests/golden/recurrent_text/attends", "tests/golden/recurrent_text/attends-scaled",
                 "tests/golden/scores/keras.safetensors"}},
    {.id = "R6",
     .name = "Stacked encoder-decoder (GNMT)",
     .equation = "x_{l+1} = x_l + LSTM_l([x_l ; c_t]); c_t from the first decoder layer's state",
     .command = "heed pronounce --model DIR WORD",
     .state = "runs; four layers on each side compared with float64 PyTorch",
     .explanation =
         "How translation at scale looked in the last year before transformers: stacks so deep that they train only with shortcuts "
         "around the layers. One layer of the encoder reads both ways, all others forwards. The decoder's lowest layer asks what to "
         "look at, "
         "so that the answer is there before the layers above start, and every layer reads it.",
     .picture = "docs/systems/R6.svg",
     .code = {"models/seq2seq", "models/nn/recurrent.h"},
     .goldens = {"tests/golden/recurrent/gnmt"}},
};

}  // namespace

std::vector<System> recurrent_systems() {
    return {std::begin(kSystems), std::end(kSystems)};
}

}  // namespace heed::zoo
