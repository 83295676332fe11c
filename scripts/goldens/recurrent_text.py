#!/usr/bin/env python3
"""Writes tests/golden/recurrent_text: classifiers, taggers and a language model of recurrent layers with random weights, and what comes out
of them in double precision.

    scripts/goldens/recurrent_text.py [FOLDER]

NAME/: config.json, model.safetensors, and golden.safetensors: "ids" [B,T] and "lengths" [B]; "logits" [B,L], of a tagger [B,T,L] with zeros
behind each text; of a model that attends "attention" [B,T,T] and "attended" [B,T], the mean of its rows. Each text is computed on its own,
without what fills it up.
"""
import json
import pathlib
import sys

import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "lib"))
import tensors

LENGTHS, LONGEST, WORDS, CHANNELS, HIDDEN = (7, 2, 5), 7, 23, 6, 9
CELLS = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def config(kind="heed_text_classifier", cell="lstm", layers=1, both=False, labels=("ham", "spam"), **more):
    recurrent = {"cell": cell, "layers": layers, "hidden": HIDDEN, "bidirectional": both}
    return {"model_type": kind, "vocab_size": WORDS, "embedding": CHANNELS, "recurrent": recurrent, "labels": list(labels), **more}


MODELS = {
    "attends": config(attention={"scale": False}),
    "attends-scaled": config(cell="gru", both=True, attention={"scale": True}),
    "mean": config(layers=2, labels=("a", "b", "c"), pooling="mean"),
    "last": config(cell="rnn", both=True, labels=("a", "b", "c"), pooling="last"),
    "tagger": config("heed_tagger", layers=2, both=True, labels=("B", "I", "O", "E")),
}


def golden(c, sigmoid, dice):
    r = c["recurrent"]
    module = CELLS[r["cell"]](CHANNELS, HIDDEN, r["layers"], batch_first=True, bidirectional=r["bidirectional"]).double()
    for p in module.parameters():
        p.data = torch.randn(p.shape, generator=dice).double() * 0.5
    normal = lambda *size: torch.randn(*size, generator=dice).double()
    width, labels = HIDDEN * (1 + r["bidirectional"]), len(c["labels"])
    weights = {"embedding.weight": normal(WORDS, CHANNELS), "classifier.weight": normal(1 if sigmoid else labels, width),
               "classifier.bias": normal(1 if sigmoid else labels)}
    weights.update({f"recurrent.{name}": p for name, p in module.state_dict().items()})
    scale = torch.tensor([1.7]).double()
    if c.get("attention", {}).get("scale"):
        weights["attention.scale"] = scale
    ids = torch.randint(0, WORDS, (len(LENGTHS), LONGEST), generator=dice)
    out = {"ids": ids, "lengths": torch.tensor(LENGTHS)}
    logits, maps = [], []
    for text, length in zip(ids, LENGTHS):
        y, last = module(weights["embedding.weight"][text[None, :length]])
        y, last = y[0], last[0] if isinstance(last, tuple) else last
        head = lambda x: F.linear(x, weights["classifier.weight"], weights["classifier.bias"])
        if c["model_type"] == "heed_tagger":
            logits.append(F.pad(head(y), (0, 0, 0, LONGEST - length)))
        elif c.get("pooling") == "last":
            logits.append(head(last[-2:].reshape(-1) if r["bidirectional"] else last[-1, 0]))
        elif "attention" in c:
            a = (y @ y.T * (scale if c["attention"]["scale"] else 1)).softmax(1)
            logits.append(head((a @ y).mean(0)))
            maps.append(F.pad(a, (0, LONGEST - length, 0, LONGEST - length)))
        else:
            logits.append(head(y.mean(0)))
    out["logits"] = torch.stack(logits)
    if maps:
        out["attention"] = torch.stack(maps)
        out["attended"] = torch.stack([m.sum(0) / length for m, length in zip(maps, LENGTHS)])
    return weights, out


def language_model(dice):
    """Two GRU layers that say which of the words comes next, the second one adding what it read."""
    c = {"model_type": "heed_language_model", "vocab_size": WORDS, "embedding": CHANNELS,
         "recurrent": {"cell": "gru", "layers": 2, "hidden": HIDDEN, "residual_from": 1}}
    normal = lambda *size: torch.randn(*size, generator=dice).double()
    weights = {"embedding.weight": normal(WORDS, CHANNELS), "output.weight": normal(WORDS, HIDDEN), "output.bias": normal(WORDS)}
    ids, x = torch.randint(0, WORDS, (2, LONGEST), generator=dice), None
    for layer, inputs in enumerate((CHANNELS, HIDDEN)):
        module = torch.nn.GRU(inputs, HIDDEN, batch_first=True).double()
        for name, p in module.named_parameters():
            p.data = normal(*p.shape) * 0.5
            weights["recurrent." + name.replace("l0", f"l{layer}")] = p.data
        below = weights["embedding.weight"][ids] if layer == 0 else x
        x = module(below)[0] + (below if layer else 0)
    return c, weights, {"ids": ids, "logits": F.linear(x, weights["output.weight"], weights["output.bias"])}


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "tests" / "golden" / "recurrent_text"
    for seed, (name, c) in enumerate(MODELS.items(), 90):
        dice = torch.Generator().manual_seed(seed)
        folder = root / name
        folder.mkdir(parents=True, exist_ok=True)
        weights, out = golden(c, "attention" in c, dice)
        (folder / "config.json").write_text(json.dumps(c) + "\n")
        tensors.write(folder / "model.safetensors", weights, torch.float32)
        tensors.write(folder / "golden.safetensors", out, torch.float32)
    folder = root / "language-model"
    folder.mkdir(parents=True, exist_ok=True)
    c, weights, out = language_model(torch.Generator().manual_seed(99))
    (folder / "config.json").write_text(json.dumps(c) + "\n")
    tensors.write(folder / "model.safetensors", weights, torch.float32)
    tensors.write(folder / "golden.safetensors", out, torch.float32)


if __name__ == "__main__":
    with torch.no_grad():
        main()
