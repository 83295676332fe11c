#!/usr/bin/env python3
"""Writes tests/golden/recurrent: recurrent layers and small sequence-to-sequence models with random weights, and what comes out of them in
double precision.

    scripts/goldens/recurrent.py [FOLDER]

layers/CELL-LAYERS[-both].safetensors: one nn.RNN, nn.LSTM or nn.GRU with PyTorch's names, both ways where it says "both", on sentences of
several lengths (pack_padded_sequence). "x" [B,T,in], "lengths" [B]; "y" [B,T,dirs*H], "h_n" [layers*dirs,B,H] and (LSTM) "c_n" from zeros;
"h0", "c0", and "from.y", "from.h_n", "from.c_n" from those.

NAME/: a folder with a model, every score and order of computation at least once, and golden.safetensors: "source_ids" [B,S],
"source_lengths" [B] and "target_ids" [B,T] as numbers, <s> first; "logits" [B,T,V] after each of them; "weights" [B,T,S] where the model
attends. What stands behind a sentence's length counts for nothing: each sentence is computed on its own, without what fills it up, by the
formulas written out:

  an encoder with {"bidirectional": "first"} goes both ways in layer 0 only; from layer "residual_from" on a layer adds what it read to what
  it says (its last state stays what the cell holds); a decoder's layer adds what came from below, without the context;
  the decoder starts from zeros; from the encoder's last states, layer by layer ("last"); or from tanh(linear) of those of the top layer
  ("bridge"), hidden and cell each on its own; directions side by side; "every_step" has the last hidden states of the top layer;
  both local scores are those of "general", inside the window |s - p| <= D: p is the number of the step ("local_m": a window behind the
  sentence's end sees nothing, its weights and context are zeros), or S sigmoid(v . tanh(W h)), and the weights are then multiplied by
  exp(-(s - p)^2 / (2 (D/2)^2)) ("local_p").
"""
import json
import math
import pathlib
import sys

import torch
import torch.nn.functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "lib"))
import tensors

LENGTHS, LONGEST = (9, 4, 1), 9
LAYERS = {"rnn-tanh": (torch.nn.RNN, {"nonlinearity": "tanh"}), "rnn-relu": (torch.nn.RNN, {"nonlinearity": "relu"}),
          "lstm": (torch.nn.LSTM, {}), "gru": (torch.nn.GRU, {})}
GATES = {"lstm": 4, "gru": 3, "rnn": 1}
SOURCE, TARGET, STEPS = "abcdefghi", "jklmnopqrst", 6
SPECIAL = ("<pad>", "<unk>", "<s>", "</s>")


def layer(kind, options, layers, both, seed):
    dice = torch.Generator().manual_seed(seed)
    inputs, hidden, dirs = 7, 13, 1 + both
    module = kind(inputs, hidden, layers, batch_first=True, bidirectional=both, **options).double()
    gain = 0.8 if "relu" in options.values() else 1.5
    for p in module.parameters():
        p.data = (torch.randn(p.shape, generator=dice) * (0.6 if p.dim() == 1 else gain * p.shape[1] ** -0.5)).double()
    x = torch.randn(len(LENGTHS), LONGEST, inputs, generator=dice)
    packed = pack_padded_sequence(x.double(), torch.tensor(LENGTHS), batch_first=True)
    first = [torch.randn(layers * dirs, len(LENGTHS), hidden, generator=dice) for _ in range(2 if kind is torch.nn.LSTM else 1)]
    out = {"x": x, "lengths": torch.tensor(LENGTHS), **dict(zip(("h0", "c0"), first)), **module.state_dict()}
    for scope, state in (("", [torch.zeros_like(one) for one in first]), ("from.", first)):
        state = [one.double() for one in state]
        y, last = module(packed, tuple(state) if len(state) == 2 else state[0])
        out[scope + "y"] = pad_packed_sequence(y, batch_first=True)[0]
        out.update(zip((scope + "h_n", scope + "c_n"), last if len(state) == 2 else [last]))
    return out


def config(cell="lstm", encoder=(1, 7), decoder=(1, 12), bidirectional=True, initial="bridge", context="attention", residual=(None, None),
           **attention):
    def side(shape, at):
        return {"cell": cell, "layers": shape[0], "hidden": shape[1], **({"residual_from": residual[at]} if residual[at] else {})}

    out = {"model_type": "heed_seq2seq", "source_vocab_size": 2 + len(SOURCE), "target_vocab_size": 4 + len(TARGET), "source_embedding": 5,
           "target_embedding": 6, "encoder": {**side(encoder, 0), "bidirectional": bidirectional}, "decoder": side(decoder, 1),
           "initial_state": initial, "context": context}
    return {**out, "attention": attention} if attention else out


MODELS = {
    "additive-bahdanau": config(score="additive", order="bahdanau", size=9),
    "additive-luong-rnn": config("rnn", score="additive", order="luong", size=9, input_feeding=False),
    "dot-luong": config(bidirectional=False, encoder=(1, 12), initial="last", score="dot", order="luong", input_feeding=False),
    "dot-bahdanau-rnn": config("rnn", encoder=(1, 6), initial="zero", score="dot", order="bahdanau"),
    "scaled-dot-luong-fed": config("gru", encoder=(2, 6), decoder=(2, 12), initial="last", score="scaled_dot", order="luong",
                                   input_feeding=True),
    "general-luong-fed": config(encoder=(2, 7), decoder=(2, 11), score="general", order="luong", input_feeding=True),
    "general-bahdanau-gru": config("gru", score="general", order="bahdanau"),
    "concat-bahdanau": config(initial="zero", score="concat", order="bahdanau", size=9),
    "concat-luong": config(score="concat", order="luong", size=9, input_feeding=False),
    "linear-concat-luong-gru": config("gru", score="linear_concat", order="luong", input_feeding=True),
    "location-luong-fed": config(score="location", order="luong", input_feeding=True),
    "location-bahdanau": config("gru", score="location", order="bahdanau"),
    "local-m-luong": config(score="local_m", order="luong", input_feeding=False, window=2),
    "local-p-luong-fed": config(score="local_p", order="luong", input_feeding=True, window=2, size=9),
    "local-p-bahdanau": config("gru", score="local_p", order="bahdanau", window=3, size=9),
    "plain": config(encoder=(2, 9), decoder=(2, 9), bidirectional=False, initial="last", context="initial"),
    "plain-rnn": config("rnn", context="initial"),
    "every-step": config("gru", context="every_step"),
    "every-step-zero": config(decoder=(2, 8), initial="zero", context="every_step"),
    "gnmt": config(encoder=(4, 7), decoder=(3, 8), bidirectional="first", residual=(2, 1), score="additive", order="bahdanau", size=9,
                   all_layers=True),
}


def directions(encoder, at):
    return 2 if encoder["bidirectional"] is True or encoder["bidirectional"] == "first" and at == 0 else 1


def random_weights(c, dice):
    w, normal = {}, lambda *size, std=1.0: torch.randn(*size, generator=dice) * std
    encoder, decoder, attention = c["encoder"], c["decoder"], c.get("attention", {})
    top = encoder["hidden"] * directions(encoder, encoder["layers"] - 1)
    hidden, a, score = decoder["hidden"], attention.get("size"), attention.get("score", "")
    attends, luong = c["context"] == "attention", attention.get("order") == "luong"

    def matrix(name, out, inputs, bias=False, gain=1.5):
        w[name + ".weight"] = normal(out, inputs, std=gain * inputs ** -0.5)
        if bias:
            w[name + ".bias"] = normal(out, std=0.3)

    def cell(scope, kind, size, inputs, ending):
        for name, inside in (("weight_ih", inputs), ("weight_hh", size)):
            w[f"{scope}.{name}_{ending}"] = normal(GATES[kind] * size, inside, std=2.2 * inside ** -0.5)
        for name in ("bias_ih", "bias_hh"):
            w[f"{scope}.{name}_{ending}"] = normal(GATES[kind] * size, std=0.3)

    w["source_embedding.weight"] = normal(c["source_vocab_size"], c["source_embedding"])
    w["target_embedding.weight"] = normal(c["target_vocab_size"], c["target_embedding"])
    inputs = c["source_embedding"]
    for i in range(encoder["layers"]):
        for ending in ("", "_reverse")[:directions(encoder, i)]:
            cell("encoder", encoder["cell"], encoder["hidden"], inputs, f"l{i}{ending}")
        inputs = encoder["hidden"] * directions(encoder, i)
    more = hidden if luong and attention["input_feeding"] else top if attends and not luong or c["context"] == "every_step" else 0
    for i in range(decoder["layers"]):
        inputs = hidden + (top if attention.get("all_layers") else 0) if i else c["target_embedding"] + more
        cell("decoder", decoder["cell"], hidden, inputs, f"l{i}")
        for part in ("hidden", "cell")[:1 + (decoder["cell"] == "lstm")] if c["initial_state"] == "bridge" else ():
            matrix(f"bridge.{part}.{i}", hidden, top, bias=True)
    if score == "additive":
        matrix("attention.query", a, hidden, gain=2.5)
        matrix("attention.key", a, top, gain=2.5)
    if score in ("general", "local_m", "local_p"):
        matrix("attention.general", top, hidden, gain=4.0)
    if score == "concat":
        matrix("attention.concat", a, hidden + top, gain=3.0)
    if score in ("additive", "concat"):
        matrix("attention.energy", 1, a, gain=4.0)
    if score == "linear_concat":
        matrix("attention.energy", 1, hidden + top, gain=4.0)
    if score == "location":
        matrix("attention.location", LONGEST + 2, hidden, gain=3.0)
    if score == "local_p":
        matrix("attention.position", a, hidden)
        matrix("attention.position_energy", 1, a, gain=4.0)
    if luong:
        matrix("combine", hidden, top + hidden)
    matrix("output", c["target_vocab_size"], hidden + (top + c["target_embedding"] if attends and not luong else 0), bias=True, gain=3.0)
    return w


class Model:
    """One sentence at a time, no batch."""

    def __init__(self, c, weights):
        self.c, self.w, self.attention = c, {name: value.double() for name, value in weights.items()}, c.get("attention", {})

    def linear(self, name, x):
        return F.linear(x, self.w[name + ".weight"], self.w.get(name + ".bias"))

    def cell(self, scope, kind, ending, x, state):
        """state: (h, c), or (h,)"""
        w = lambda name: self.w[f"{scope}.{name}_{ending}"]
        inside, again, h = w("weight_ih") @ x + w("bias_ih"), w("weight_hh") @ state[0] + w("bias_hh"), state[0]
        if kind == "rnn":
            return (torch.tanh(inside + again),)
        if kind == "gru":
            (r, z, n), (hr, hz, hn) = inside.chunk(3), again.chunk(3)
            r, z = torch.sigmoid(r + hr), torch.sigmoid(z + hz)
            return ((1 - z) * torch.tanh(n + r * hn) + z * h,)
        i, f, g, o = (inside + again).chunk(4)
        c = torch.sigmoid(f) * state[1] + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c

    def zeros(self, side):
        return (torch.zeros(side["hidden"]).double(),) * (2 if side["cell"] == "lstm" else 1)

    def encode(self, ids):
        """states [S,He], and the last state of each layer, directions side by side"""
        e, x, last = self.c["encoder"], list(self.w["source_embedding.weight"][ids]), []
        for layer in range(e["layers"]):
            said, ends = [], []
            for back in range(directions(e, layer)):
                state, ys = self.zeros(e), []
                for one in reversed(x) if back else x:
                    state = self.cell("encoder", e["cell"], f"l{layer}" + "_reverse" * back, one, state)
                    ys.append(state[0])
                said.append(ys[::-1] if back else ys)
                ends.append(state)
            y = [torch.cat(both) for both in zip(*said)]
            x = [a + b for a, b in zip(y, x)] if layer >= e.get("residual_from", e["layers"]) else y
            last.append(tuple(torch.cat(both) for both in zip(*ends)))
        return torch.stack(x), last

    def first(self, last):
        d = self.c["decoder"]
        if self.c["initial_state"] == "last":
            return last
        if self.c["initial_state"] == "zero":
            return [self.zeros(d)] * d["layers"]
        return [tuple(torch.tanh(self.linear(f"bridge.{part}.{i}", one)) for part, one in zip(("hidden", "cell"), last[-1]))
                for i in range(d["layers"])]

    def energies(self, query, states):
        score, both = self.attention["score"], torch.cat([query.expand(len(states), -1), states], 1)
        if score == "additive":
            inside = self.linear("attention.query", query) + self.linear("attention.key", states)
            return self.linear("attention.energy", torch.tanh(inside))[:, 0]
        if score == "concat":
            return self.linear("attention.energy", torch.tanh(self.linear("attention.concat", both)))[:, 0]
        if score == "linear_concat":
            return self.linear("attention.energy", both)[:, 0]
        if score == "location":
            return self.linear("attention.location", query)[:len(states)]
        if score in ("dot", "scaled_dot"):
            return states @ query / (math.sqrt(len(query)) if score == "scaled_dot" else 1)
        return states @ self.linear("attention.general", query)

    def look(self, query, states, t):
        energies, score, places = self.energies(query, states), self.attention["score"], torch.arange(len(states)).double()
        if not score.startswith("local"):
            weights = energies.softmax(0)
        else:
            width, p = self.attention["window"], torch.tensor(float(t)).double()
            if score == "local_p":
                inside = torch.tanh(self.linear("attention.position", query))
                p = len(states) * torch.sigmoid(self.linear("attention.position_energy", inside))
            inside = (places - p).abs() <= width
            weights = energies.masked_fill(~inside, -math.inf).softmax(0) if inside.any() else torch.zeros_like(energies)
            if score == "local_p":
                weights = weights * torch.exp(-((places - p) ** 2) / (2 * (width / 2) ** 2))
        return weights @ states, weights

    def forced(self, source, target):
        """logits [T,V] and weights [T,S]"""
        c, d, luong = self.c, self.c["decoder"], self.attention.get("order") == "luong"
        states, last = self.encode(source)
        state, fed, logits, maps = self.first(last), torch.zeros(d["hidden"]).double(), [], []
        for t, symbol in enumerate(target):
            e = x = self.w["target_embedding.weight"][symbol]
            context = e[:0]
            if self.attention and not luong:
                context, weights = self.look(state[0 if self.attention.get("all_layers") else -1][0], states, t)
            elif c["context"] == "every_step":
                context = last[-1][0]
            elif luong and self.attention["input_feeding"]:
                context = fed
            after = []
            for i in range(d["layers"]):
                beside = context if i == 0 or self.attention.get("all_layers") else e[:0]
                after.append(self.cell("decoder", d["cell"], f"l{i}", torch.cat([x, beside]), state[i]))
                x = after[i][0] + x if i >= d.get("residual_from", d["layers"]) else after[i][0]
            state, seen = after, x
            if luong:
                context, weights = self.look(x, states, t)
                seen = fed = torch.tanh(self.linear("combine", torch.cat([context, x])))
            elif self.attention:
                seen = torch.cat([x, context, e])
            logits.append(self.linear("output", seen))
            if self.attention:
                maps.append(F.pad(weights, (0, LONGEST - len(weights))))
        return torch.stack(logits), torch.stack(maps) if maps else None


def golden(c, weights, dice):
    source = torch.randint(1, c["source_vocab_size"], (len(LENGTHS), LONGEST), generator=dice)
    target = torch.randint(4, c["target_vocab_size"], (len(LENGTHS), STEPS), generator=dice)
    target[:, 0] = SPECIAL.index("<s>")
    model = Model(c, weights)
    logits, maps = zip(*(model.forced(source[b, :length], target[b]) for b, length in enumerate(LENGTHS)))
    for b, length in enumerate(LENGTHS):
        source[b, length:] = 0
    out = {"source_ids": source, "source_lengths": torch.tensor(LENGTHS), "target_ids": target, "logits": torch.stack(logits)}
    return {**out, "weights": torch.stack(maps)} if c["context"] == "attention" else out


def write(folder, c, seed):
    folder.mkdir(parents=True, exist_ok=True)
    dice = torch.Generator().manual_seed(seed)
    weights = random_weights(c, dice)
    symbols = {"source": {"unit": "letter", "lower": True, "symbols": [*SPECIAL[:2], *SOURCE]},
               "target": {"unit": "letter", "symbols": [*SPECIAL, *TARGET]}}
    generation = {"decoder_start_token_id": 2, "eos_token_id": 3, "pad_token_id": 0, "max_length": 20, "num_beams": 2}
    for name, said in (("config.json", c), ("generation_config.json", generation), ("symbols.json", symbols)):
        (folder / name).write_text(json.dumps(said) + "\n")
    tensors.write(folder / "model.safetensors", weights, torch.float32)
    tensors.write(folder / "golden.safetensors", golden(c, weights, dice), torch.float32)


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "tests" / "golden" / "recurrent"
    (folder / "layers").mkdir(parents=True, exist_ok=True)
    seed = 1
    for name, (kind, options) in LAYERS.items():
        for layers in (1, 2):
            for both in (False, True):
                found = layer(kind, options, layers, both, seed)
                tensors.write(folder / "layers" / f"{name}-{layers}{'-both' * both}.safetensors", found, torch.float32)
                seed += 1
    for seed, (name, c) in enumerate(MODELS.items(), 40):  # such that no window of local_p ends near a place
        write(folder / name, c, seed)


if __name__ == "__main__":
    main()
