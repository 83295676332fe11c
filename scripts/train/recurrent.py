"""The speller: a bidirectional LSTM reads symbols, another LSTM writes others and looks, before or after each step, at what was read.

Two forms, under the names and in the folder that heed reads:

"bahdanau" with the score "additive": h_{t-1} looks, the context goes into the step, and h_t, context and the last symbol into the output.
"luong" with the score "general" and input feeding: h_t looks, tanh(combine [context ; h_t]) goes into the output and into the next step.

The writer has one layer; it starts from tanh of a linear map (the bridge) of the reader's last states, hidden and cell each on its own.
"""
import json
import math
import pathlib
import sys

import torch
import torch.nn.functional as F
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

import lineup
from beam import Beams

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import tensors

PAD, UNKNOWN, START, END = range(4)
SPECIAL = ("<pad>", "<unk>", "<s>", "</s>")


def config_of(source, target, embeddings, encoder, decoder, order, size=None):
    """`source` and `target` symbols; encoder: (layers, hidden); size: of the additive score."""
    additive = order == "bahdanau"
    return {
        "model_type": "heed_seq2seq", "source_vocab_size": source, "target_vocab_size": target, "source_embedding": embeddings[0],
        "target_embedding": embeddings[1],
        "encoder": {"cell": "lstm", "layers": encoder[0], "hidden": encoder[1], "bidirectional": True},
        "decoder": {"cell": "lstm", "layers": 1, "hidden": decoder}, "initial_state": "bridge", "context": "attention",
        "attention": {"score": "additive", "size": size, "order": "bahdanau"} if additive else
                     {"score": "general", "order": "luong", "input_feeding": True},
        "torch_dtype": "float16",
    }


def spread(rows, columns, limit, dice):
    return (torch.rand(rows, columns, generator=dice) * 2 - 1) * limit


def lstm(w, scope, ending, inside, size, dice):
    """Adds what an LSTM begins with: orthogonal steps, and gates that forget little."""
    w[f"{scope}.weight_ih_{ending}"] = spread(4 * size, inside, inside ** -0.5, dice)
    w[f"{scope}.weight_hh_{ending}"] = torch.cat([torch.linalg.qr(torch.randn(size, size, generator=dice))[0] for _ in range(4)])
    w[f"{scope}.bias_ih_{ending}"], w[f"{scope}.bias_hh_{ending}"] = torch.zeros(4 * size), torch.zeros(4 * size)
    w[f"{scope}.bias_ih_{ending}"][size:2 * size] = 1


def made(config, dice):
    """Weights to begin with, f32."""
    e, f, hidden, out = config["source_embedding"], config["target_embedding"], config["encoder"]["hidden"], config["decoder"]["hidden"]
    read, additive = 2 * hidden, config["attention"]["order"] == "bahdanau"
    linear = lambda rows, columns: spread(rows, columns, math.sqrt(3 / columns), dice)
    w = {"source_embedding.weight": torch.randn(config["source_vocab_size"], e, generator=dice) * 0.5,
         "target_embedding.weight": torch.randn(config["target_vocab_size"], f, generator=dice) * 0.5}

    for layer in range(config["encoder"]["layers"]):
        for ending in endings(layer):
            lstm(w, "encoder", ending, read if layer else e, hidden, dice)
    lstm(w, "decoder", "l0", f + (read if additive else out), out, dice)
    for part in ("hidden", "cell"):
        w[f"bridge.{part}.0.weight"], w[f"bridge.{part}.0.bias"] = linear(out, read), torch.zeros(out)
    if additive:
        size = config["attention"]["size"]
        w["attention.query.weight"], w["attention.key.weight"] = linear(size, out), linear(size, read)
        w["attention.energy.weight"] = linear(1, size)
    else:
        w["attention.general.weight"], w["combine.weight"] = spread(read, out, out ** -0.5, dice), linear(out, read + out)
    inside, words = out + read + f if additive else out, config["target_vocab_size"]
    w["output.weight"], w["output.bias"] = spread(words, inside, inside ** -0.5, dice), torch.zeros(words)
    return w


def endings(layer):
    return f"l{layer}", f"l{layer}_reverse"


class Model:
    def __init__(self, weights, config, drop=0.0, dice=None):
        self.w, self.config, self.rate, self.dice = weights, config, drop, dice
        self.additive = config["attention"]["order"] == "bahdanau"
        f = config["target_embedding"]
        self.said = weights["decoder.weight_ih_l0"][:, :f]  # the columns of a step's gates that the last symbol meets, and the others
        self.joined = torch.cat([weights["decoder.weight_ih_l0"][:, f:], weights["decoder.weight_hh_l0"]], 1).t()
        self.bias = weights["decoder.bias_ih_l0"] + weights["decoder.bias_hh_l0"]

    def linear(self, x, name):
        return F.linear(x, self.w[name + ".weight"], self.w.get(name + ".bias"))

    def drop(self, x):
        if not self.rate:
            return x
        return x * torch.empty_like(x).bernoulli_(1 - self.rate, generator=self.dice).div_(1 - self.rate)

    def encode(self, source, lengths):
        """What is read, (states [B,S,2H], keys, -inf behind the end [B,S]), and the writer's first state (h, c, what is fed)."""
        x = self.drop(F.embedding(source, self.w["source_embedding.weight"]))
        states, last = self.read_even(x) if bool((lengths == source.shape[1]).all()) else self.read_packed(x, lengths)
        states = self.drop(states)
        first = [torch.tanh(self.linear(last, f"bridge.{part}.0")) for part, last in zip(("hidden", "cell"), last)]
        keys = self.linear(states, "attention.key") if self.additive else states @ self.w["attention.general.weight"]
        hidden = torch.zeros(source.shape).masked_fill_(torch.arange(source.shape[1]) >= lengths[:, None], -torch.inf)
        return (states, keys, hidden), (*first, torch.zeros_like(first[0]))

    def lstm(self, layer, x, *sizes):
        zeros = x.new_zeros(2, *sizes, self.config["encoder"]["hidden"])
        return (zeros, zeros), [self.w[f"encoder.{part}_{ending}"] for ending in endings(layer)
                                for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]

    def read_even(self, x):
        """x [B,S,E], all of one length: states [B,S,2H], and the last ones, hidden and cell [B,2H]."""
        x = x.transpose(0, 1)
        for layer in range(self.config["encoder"]["layers"]):
            x, h, c = torch._VF.lstm(self.drop(x) if layer else x, *self.lstm(layer, x, x.shape[1]), True, 1, 0.0, False, True, False)
        return x.transpose(0, 1), [torch.cat([last[0], last[1]], 1) for last in (h, c)]

    def read_packed(self, x, lengths):
        """The same with lengths; the backward direction starts at each row's own end."""
        packed, n = pack_padded_sequence(x, lengths, True, False), len(x)
        x = packed.data
        for layer in range(self.config["encoder"]["layers"]):
            x, h, c = torch._VF.lstm(self.drop(x) if layer else x, packed.batch_sizes, *self.lstm(layer, x, n), True, 1, 0.0, False, True)
        states = pad_packed_sequence(PackedSequence(x, *packed[1:]), True)[0]
        return states, [torch.cat([last[0], last[1]], 1)[packed.unsorted_indices] for last in (h, c)]

    def look(self, query, read):
        """query [B,H] -> context [B,2H], weights [B,S]."""
        states, keys, hidden = read
        if self.additive:
            energy = F.linear(torch.tanh(self.linear(query, "attention.query")[:, None] + keys), self.w["attention.energy.weight"])[..., 0]
        else:
            energy = (keys * query[:, None]).sum(2)
        weights = (energy + hidden).softmax(1)
        return (weights[..., None] * states).sum(1), weights

    def symbols(self, numbers):
        """Embedded [..,F], and their part of a step's gates [..,4H]."""
        x = self.drop(F.embedding(numbers, self.w["target_embedding.weight"]))
        return x, F.linear(x, self.said, self.bias)

    def step(self, gates, state, read):
        """gates [B,4H]: the last symbols' part. The next state, what the output sees besides the symbol, and the weights."""
        h, c, fed = state
        if self.additive:
            fed, weights = self.look(h, read)
        i, f, g, o = torch.addmm(gates, torch.cat([fed, h], 1), self.joined).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        if self.additive:
            return (h, c, fed), torch.cat([h, fed], 1), weights
        context, weights = self.look(h, read)
        fed = torch.tanh(self.linear(torch.cat([context, h], 1), "combine"))
        return (h, c, fed), fed, weights

    def logits(self, seen, x):
        return self.linear(self.drop(torch.cat([seen, x], -1) if self.additive else seen), "output")

    def forced(self, source, lengths, target):
        """Logits [B,T,V] after each symbol of target [B,T], and the weights [B,T,S]."""
        read, state = self.encode(source, lengths)
        x, gates = self.symbols(target)
        seen, looked = [], []
        for now in gates.unbind(1):
            state, said, weights = self.step(now, state, read)
            seen.append(said)
            looked.append(weights)
        return self.logits(torch.stack(seen, 1), x), torch.stack(looked, 1)


def surprise(model, source, lengths, target, smooth=0.0):
    """target [B,T]: from <s> to </s>. Sums over its symbols: with label smoothing, and without."""
    logits = model.forced(source, lengths, target[:, :-1])[0].flatten(0, 1).log_softmax(1)
    wanted = target[:, 1:].flatten()
    plain = F.nll_loss(logits, wanted, ignore_index=PAD, reduction="sum")
    return (1 - smooth) * plain - smooth * (logits.mean(1) * (wanted != PAD)).sum(), plain.detach()


def searched(model, rows, beam, longest):
    """The symbols that the model writes for each row."""
    source, lengths = lineup.filled(rows, PAD)
    read, state = ([part.repeat_interleave(beam, 0) for part in parts] for parts in model.encode(source, lengths))
    beams, last = Beams(len(rows), beam, END), torch.full((len(rows) * beam,), START)
    for _ in range(longest):
        x, gates = model.symbols(last)
        state, seen, _ = model.step(gates, state, read)
        rows_of = beams.step(model.logits(seen, x).log_softmax(1))
        if all(beams.done):
            break
        state, last = [part[rows_of] for part in state], beams.written[:, -1]
    return beams.best()


class Symbols:
    """Letters, or words between spaces, and their numbers."""

    def __init__(self, unit, symbols, lower=False):
        self.unit, self.symbols, self.lower = unit, list(symbols), lower
        self.number = {symbol: i for i, symbol in enumerate(self.symbols)}

    def cut(self, text):
        text = text.lower() if self.lower else text
        return [self.number.get(symbol, UNKNOWN) for symbol in (text if self.unit == "letter" else text.split())]

    def joined(self, numbers):
        return ("" if self.unit == "letter" else " ").join(self.symbols[i] for i in numbers if i not in (PAD, START, END))

    def described(self):
        return {"unit": self.unit, **({"lower": True} if self.lower else {}), "symbols": self.symbols}


def write(folder, config, weights, source, target, beams, longest):
    generation = {"decoder_start_token_id": START, "eos_token_id": END, "pad_token_id": PAD, "max_length": longest, "num_beams": beams}
    symbols = {"source": source.described(), "target": target.described()}
    for name, said in (("config.json", config), ("generation_config.json", generation)):
        (folder / name).write_text(json.dumps(said, indent=2) + "\n")
    (folder / "symbols.json").write_text(json.dumps(symbols, ensure_ascii=False) + "\n", encoding="utf-8")
    tensors.write(folder / "model.safetensors", weights, torch.float16)


class Speller:
    """A published folder, computed in f32."""

    def __init__(self, folder):
        generation = json.loads((folder / "generation_config.json").read_text())
        said = json.loads((folder / "symbols.json").read_text(encoding="utf-8"))
        self.source, self.target = (Symbols(side["unit"], side["symbols"], side.get("lower", False))
                                    for side in (said["source"], said["target"]))
        self.beams, self.longest = generation["num_beams"], generation["max_length"]
        weights = {name: w.float() for name, w in tensors.read(folder / "model.safetensors").items()}
        self.model = Model(weights, json.loads((folder / "config.json").read_text()))

    def spelled(self, lines, beams=None):
        return spelled(self.model, self.source, self.target, lines, beams or self.beams, self.longest)


def spelled(model, source, target, lines, beams, longest, together=128):
    """In their order; they are taken by length."""
    rows = [source.cut(line) for line in lines]
    order, said = sorted(range(len(rows)), key=lambda i: len(rows[i])), [""] * len(rows)
    with torch.no_grad():
        for at in range(0, len(order), together):
            some = order[at:at + together]
            for i, numbers in zip(some, searched(model, [rows[i] for i in some], beams, longest)):
                said[i] = target.joined(numbers)
    return said
