// The last part of docs/systems.md: how a folder of a recurrent model is laid out.
#include "heed.h"
#include "models/zoo/systems.h"

namespace heed::zoo {
namespace {

constexpr std::string_view kFolders = R"(## Recurrent models of your own

A folder with a `config.json`, a `model.safetensors` (f32 or f16) and the files that say what its numbers stand for. Layers of PyTorch's
`nn.RNN`, `nn.LSTM` and `nn.GRU` go in as `state_dict()` names and orders them: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`,
with `_reverse` behind those of the way back, and `l1`, `l2` ... for the layers above. In the tables H is the width of a state, E of an
embedding, He of an encoder's state at a place (both directions side by side), Hd of the decoder's, A the `size` of a score, V a vocabulary.

### A stack of layers

An object wherever `encoder`, `decoder` or `recurrent` is asked for.

| key | |
|---|---|
| `cell` | `lstm`, `gru` or `rnn` (with tanh) |
| `layers`, `hidden` | how many, and H of each direction |
| `bidirectional` | `true`, `false`, or `"first"`: the first layer alone; default `false`, and always so in a decoder or a language model |
| `residual_from` | from this layer on (from 0) a layer adds what it read to what it says; both must be as wide; default: none does |

### `heed_seq2seq`

Run by `heed dates --model DIR` and `heed pronounce --model DIR`; examples with every score in tests/golden/recurrent.

| key of config.json | |
|---|---|
| `source_vocab_size`, `target_vocab_size` | V of each side |
| `source_embedding`, `target_embedding` | E of each side |
| `encoder`, `decoder` | stacks, as above |
| `initial_state` | where the decoder's states start: `zero`; `last`: the encoder's last, layer by layer, which must match; `bridge`: tanh of a layer over the last states of the encoder's top layer |
| `context` | what the decoder knows of the source: `initial`: its first state alone; `every_step`: the encoder's last top state beside every word; `attention` |
| `attention.score` | `additive`, `dot`, `scaled_dot`, `general`, `concat`, `linear_concat`, `location`, `local_m`, `local_p` |
| `attention.order` | `bahdanau`: look with the state before, then step; `luong`: step, then look |
| `attention.size` | A, of additive, concat and local_p |
| `attention.window` | D, of local_m and local_p |
| `attention.input_feeding` | luong: h~ of a step is read by the next; default `false` |
| `attention.all_layers` | bahdanau: the first layer asks, and every layer reads the context; default `false` |

| tensor | shape | |
|---|---|---|
| `source_embedding.weight`, `target_embedding.weight` | [V, E] | |
| `encoder.*`, `decoder.*` | | layers as above. The decoder's first layer reads [word ; context] (bahdanau, and every_step), [word ; h~] (input feeding), or the word; with all_layers each reads [below ; context] |
| `bridge.hidden.L.weight`, `.bias` | [Hd, He], [Hd] | for decoder layer L; an LSTM's cells likewise: `bridge.cell.L` |
| `attention.query.weight`, `attention.key.weight` | [A, Hd], [A, He] | additive |
| `attention.concat.weight` | [A, Hd + He] | concat, of [s ; h] |
| `attention.energy.weight` | [1, A] | additive, concat; of linear_concat [1, Hd + He] |
| `attention.general.weight` | [He, Hd] | general, local_m, local_p |
| `attention.location.weight` | [most places, Hd] | location |
| `attention.position.weight`, `attention.position_energy.weight` | [A, Hd], [1, A] | local_p |
| `combine.weight` | [Hd, He + Hd] | luong: h~ = tanh(combine [c ; h]) |
| `output.weight`, `output.bias` | [V, in], [V] | in: Hd of h~ or h; bahdanau: of [h ; c ; word], Hd + He + E |

`symbols.json` says what the ids are: `{"source": {"unit": "letter", "lower": true, "symbols": [...]}, "target": {...}}`, where a unit is `letter`
or `word` and symbols in angle brackets (`<s>`) are never printed. `generation_config.json` has `decoder_start_token_id`, `eos_token_id`,
`max_length` and `num_beams`.

### `heed_text_classifier` and `heed_tagger`

A classifier is run by `heed spam --model DIR`, a tagger by the library (`models/recurrent/recurrent_text.h`); beside it lie a tokenizer's files.

| key of config.json | |
|---|---|
| `vocab_size`, `embedding` | V and E |
| `recurrent` | a stack |
| `attention` | an object: attention of the states to themselves, by dot product, as in Keras; left out: none. `scale`: whether it has a learned factor. Of a classifier that takes the mean alone |
| `pooling` | `mean` of the states, or the `last` one; default `mean`; a tagger does neither |
| `labels` | their names. Two of them over one logit: a sigmoid, of the second |

| tensor | shape |
|---|---|
| `embedding.weight` | [V, E] |
| `recurrent.*` | layers as above |
| `attention.scale` | [1], with `scale` |
| `classifier.weight`, `classifier.bias` | [labels, H of all directions], [labels]; with a sigmoid [1, ...], [1] |

### `heed_language_model`

Run by the library (`models/recurrent/language_model.h`), whole texts at once or a token after the other under any search.

| key of config.json | |
|---|---|
| `vocab_size`, `embedding` | V and E |
| `recurrent` | a stack that reads forwards |

| tensor | shape |
|---|---|
| `embedding.weight` | [V, E] |
| `recurrent.*` | layers as above |
| `output.weight`, `output.bias` | [V, H], [V] |
)";

}  // namespace

std::string config_keys_page() {
    return std::string(kFolders);
}

}  // namespace heed::zoo
