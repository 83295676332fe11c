// Models made of attention.
#include "models/zoo/systems.h"

namespace heed::zoo {

namespace {

const System kSystems[] = {
    {.id = "T1",
     .name = "Bare self-attention",
     .equation = "softmax(V V\u1d40 / \u221ad) V",
     .command = "heed demo SENTENCE",
     .state = "runs; needs no weights; the op is compared with a double-precision reference on every device",
     .explanation = "Every word becomes a mix of all words, in shares of how alike they are. There is nothing to learn in it, and yet "
                    "what comes out "
                    "of a word depends on its sentence. The large map on the left of the picture is this: words that are spelt alike "
                    "find each other.",
     .picture = "docs/attention.png",
     .code = {"engine/ops/attention.cpp", "models/sentence/encoder.cpp"},
     .goldens = {"engine/reference/attention.cpp"}},
    {.id = "T2",
     .name = "Queries, keys, values and masks",
     .equation = "softmax(Q K\u1d40 / \u221ad + mask) V",
     .command = "heed demo SENTENCE",
     .state = "runs in one dispatch, masks as arithmetic; compared with a double-precision reference on every device",
     .explanation = "What asks, what is asked and what is handed over may be three different things: a query from one sentence, keys "
                    "and values from "
                    "another. Masks take keys away before the softmax: those that come later while a text is written (causal), those "
                    "that are no words "
                    "(padding), those too far off (a window). The upper right half of the second map is zero, and so are three columns "
                    "of the third.",
     .picture = "docs/systems/T2.svg",
     .code = {"engine/ops/attention.cpp", "engine/ops/attention_weights.cpp"},
     .goldens = {"engine/reference/attention.cpp"}},
    {.id = "T3",
     .name = "Multi-head attention",
     .equation = "[head_1 ; ... ; head_H] Wo; head_i = attention(x Wq_i, x Wk_i, x Wv_i)",
     .command = "heed demo SENTENCE",
     .state = "runs: self, cross, causal, padded, grouped; compared with PyTorch through every family of models below",
     .explanation = "One softmax can look at one thing at a time, so several look side by side, each in channels of its own, and a "
                    "last matrix mixes "
                    "what they bring. The small maps on the right of the picture are heads that were wired by hand to one task each: "
                    "words spelt alike, "
                    "the word before, the word after, and what followed words like this one.",
     .picture = "docs/attention.png",
     .code = {"models/nn/attention.h"},
     .goldens = {"tests/golden/bert", "tests/golden/transformer", "tests/golden/vit"}},
    {.id = "T4",
     .name = "Positions",
     .equation = "p_{t,2i} = sin(t / 10000^(2i/d)), p_{t,2i+1} = cos(t / 10000^(2i/d))",
     .command = "heed plan encoder",
     .state = "runs: waves, learned tables, T5's biases by distance, none; compared with PyTorch in the families that use them",
     .explanation = "Attention sees a set of words: without help, a sentence and its reverse are the same to it. So something about "
                    "the place is added "
                    "to each word, waves or a learned table, or the score gets a number that depends on the distance. The left map "
                    "shows the waves, the "
                    "right one why they work: places near each other are alike, whatever place they are.",
     .picture = "docs/systems/T4.svg",
     .code = {"models/nn/positions.h", "models/vit/positions.h"},
     .goldens = {"tests/golden/transformer/marian", "tests/golden/transformer/t5", "tests/golden/bert"}},
    {.id = "T5",
     .name = "Encoder block and stack",
     .equation = "x + attention(norm(x)), then x + feed_forward(norm(x)); or the norms behind the sums",
     .command = "heed plan encoder",
     .state = "runs: norms before or behind; relu, gelu (both), gated; compared with PyTorch in every family",
     .explanation = "Attention carries things from word to word; two matrices with a bend in between then work on each word alone; "
                    "both only add to "
                    "what is there, and norms keep the numbers in range. A model is a stack of such blocks. In the picture mind the "
                    "grey way around each "
                    "part, and where it begins: before the norm or after it.",
     .picture = "docs/systems/T5.svg",
     .code = {"models/nn/encoder.h", "models/nn/feed_forward.h", "models/nn/norm.h"},
     .goldens = {"tests/golden/bert", "tests/golden/vit", "tests/golden/transformer/t5-gated"}},
    {.id = "T6",
     .name = "Transformer encoder-decoder",
     .equation = "y_t = softmax(W decoder(y_<t, encoder(x)))",
     .command = "heed translate TEXT --attention where.png",
     .state = "trained: models/shipped/en-es; Marian, T5, BART and mBART compared with PyTorch",
     .explanation = "A stack that reads and a stack that writes; the second looks at its own words so far, never ahead, and in every "
                    "block at what "
                    "the first one made of the source. What the encoder says is computed once a sentence, the keys and values of "
                    "written words are kept, "
                    "so that each step costs one word. The picture is that second look, averaged over heads and layers: auto was "
                    "written from car, rojo from red.",
     .picture = "docs/alignment.png",
     .code = {"models/transformer", "models/translate", "models/decode"},
     .goldens = {"tests/golden/transformer", "tests/golden/search"}},
    {.id = "T7",
     .name = "BERT and masked language models",
     .equation = "p(word at a mask) = softmax(W encoder(words with masks))",
     .command = "heed fill-mask TEXT",
     .state = "trained: models/shipped/mlm-en; BERT, DistilBERT and RoBERTa with four heads compared with PyTorch",
     .explanation = "An encoder alone, taught by hiding words of a text and asking for them, so that it uses what stands on both "
                    "sides. With another head "
                    "the same stack labels texts (`heed label`), labels each word, finds where a question is answered (`heed answer`) "
                    "or makes a vector "
                    "of a text (`heed encode`). `heed explain fill-mask` makes the page that the picture shows of a vision model: "
                    "point at a word and see "
                    "where each head looked.",
     .picture = "docs/explain.png",
     .code = {"models/bert", "models/text", "models/explain"},
     .goldens = {"tests/golden/bert", "tests/golden/tokenizers"}},
    {.id = "T8",
     .name = "Series to series",
     .equation = "A_{t+1} = decoder(A_1 ... A_t, encoder(B))",
     .command = "heed forecast demos/samples/prices.csv --plot out.svg",
     .state = "trained: models/shipped/series; compared with PyTorch",
     .explanation =
         "Nothing says that a sequence must be of words. Here a transformer reads one series to its end and continues another that "
         "ends earlier: "
         "the price of cable from the price of copper. Its cross-attention finds out by how many days one follows the other. In the "
         "picture the band is where most of the paths lie that could as well have come.",
     .picture = "docs/systems/T8.svg",
     .code = {"models/series"},
     .goldens = {"tests/golden/series"}},
    {.id = "T9",
     .name = "Vision transformers",
     .equation = "class = head(encoder([class token ; W patch_i] + positions))",
     .command = "heed classify IMAGE --attention looked.png",
     .state = "trained: models/shipped/vit-cifar10; ViT, DeiT, DINOv2 and timm's compared with PyTorch",
     .explanation = "A picture is cut into squares, each square is a word, and one more token collects what the class is read from. It "
                    "is the encoder of the "
                    "rows above and nothing else. In the picture, the heat is where that token looked, followed back through all "
                    "layers (rollout), since "
                    "in deep layers every patch is already a mix of its neighbours.",
     .picture = "docs/looked.png",
     .code = {"models/vit", "models/vision"},
     .goldens = {"tests/golden/vit", "tests/golden/pictures"}},
    {.id = "T10",
     .name = "Published checkpoints",
     .equation = "config.json + model.safetensors + tokenizer files = a model",
     .command = "heed weights FILE",
     .state = "runs: folders load as they are; each family compared with PyTorch on random weights in its own layout",
     .explanation = "Most of what is known about attention lies in weights that others trained. heed reads their folders without a "
                    "conversion: ViT, DeiT, "
                    "DINOv2, BERT, DistilBERT, RoBERTa, Marian, T5, BART, mBART, timm's files and CTranslate2's. `--model FOLDER` of "
                    "any command takes one.",
     .picture = "docs/systems/T10.svg",
     .code = {"models/checkpoint.h", "models/json_config.h", "models/text", "models/ctranslate2"},
     .goldens = {"tests/golden/bert", "tests/golden/transformer", "tests/golden/vit", "tests/golden/tokenizers"}},
};

}  // namespace

std::vector<System> transformer_systems() {
    return {std::begin(kSystems), std::end(kSystems)};
}

}  // namespace heed::zoo
