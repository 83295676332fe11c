#!/usr/bin/env python3
"""Writes tests/golden/caption: Show, Attend and Tell with random weights, and what comes out of it in double precision.

    scripts/goldens/caption.py [FOLDER]

soft/ and hard/: a model's folder, and golden.safetensors: "pictures" [N,S,S,3] from -1 to 1, "words" [N,T] as numbers, <s> first; "logits"
[N,T,V] after each, and "shares" [N,T,L] of the places in what was looked at before it was read, by the paper's formulas written out. Where
attention is hard, the place with the highest score is looked at."""
import json
import pathlib
import sys

import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "lib"))
import tensors

SIZE, CHANNELS, EMBEDDING, HIDDEN, ATTENTION = 20, (5, 6, 9), 7, 11, 10
WORDS = ["<pad>", "<unk>", "<s>", "</s>", "a", "red", "blue", "ring", "inside"]
PICTURES, STEPS = 3, 6


def random_weights(seed):
    dice = torch.Generator().manual_seed(seed)
    c, places = CHANNELS[-1], (SIZE >> len(CHANNELS) - 1) ** 2
    shapes = {f"encoder.conv.{i}": (out, into, 3 + 2 * (i == 0), 3 + 2 * (i == 0)) for i, (into, out) in
              enumerate(zip((3,) + CHANNELS, CHANNELS))}
    shapes.update({"initial.hidden": (HIDDEN, c), "initial.cell": (HIDDEN, c), "gate": (1, HIDDEN), "output": (len(WORDS), EMBEDDING)})
    weights = {}
    for name, shape in shapes.items():
        fan = torch.Size(shape[1:]).numel()
        weights[name + ".weight"] = torch.randn(shape, generator=dice) * (1.6 if "conv" in name else 1.0) * fan ** -0.5
        weights[name + ".bias"] = torch.randn(shape[0], generator=dice) * 0.3
    for name, shape in {"encoder.positions": (places, c), "embedding": (len(WORDS), EMBEDDING), "attention.query": (ATTENTION, HIDDEN),
                        "attention.key": (ATTENTION, c), "attention.energy": (1, ATTENTION), "output.hidden": (EMBEDDING, HIDDEN),
                        "output.context": (EMBEDDING, c)}.items():
        weights[name + ".weight"] = torch.randn(shape, generator=dice) * (0.5 if "positions" in name else 1.0)
    lstm = torch.nn.LSTM(EMBEDDING + c, HIDDEN)
    weights.update({"decoder." + name: torch.randn(p.shape, generator=dice) * 0.4 for name, p in lstm.named_parameters()})
    return weights


def golden(w, hard, seed):
    dice = torch.Generator().manual_seed(seed)
    w = {name: tensor.double() for name, tensor in w.items()}
    pictures = torch.rand(PICTURES, SIZE, SIZE, 3, generator=dice) * 2 - 1
    words = torch.randint(4, len(WORDS), (PICTURES, STEPS), generator=dice)
    words[:, 0] = WORDS.index("<s>")
    x = pictures.double().permute(0, 3, 1, 2)
    for i in range(len(CHANNELS)):
        x = F.relu(F.conv2d(x if i < 2 else F.max_pool2d(x, 2), w[f"encoder.conv.{i}.weight"], w[f"encoder.conv.{i}.bias"],
                            stride=2 if i == 0 else 1, padding=2 if i == 0 else 1))
    a = x.flatten(2).transpose(1, 2) + w["encoder.positions.weight"]  # [N,L,C]
    h, c = (torch.tanh(F.linear(a.mean(1), w[f"initial.{part}.weight"], w[f"initial.{part}.bias"])) for part in ("hidden", "cell"))
    logits, looks = [], []
    for t in range(STEPS):
        query = F.linear(h, w["attention.query.weight"])
        energies = torch.tanh(F.linear(a, w["attention.key.weight"]) + query[:, None]) @ w["attention.energy.weight"][0]
        shares = F.one_hot(energies.argmax(1), energies.shape[1]).double() if hard else energies.softmax(1)
        beta = torch.sigmoid(F.linear(h, w["gate.weight"], w["gate.bias"]))
        z = beta * (shares[..., None] * a).sum(1)
        y = w["embedding.weight"][words[:, t]]
        gates = sum(F.linear(v, w[f"decoder.weight_{k}_l0"], w[f"decoder.bias_{k}_l0"]) for v, k in ((torch.cat([y, z], 1), "ih"), (h, "hh")))
        i, f, g, o = gates.chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        d = y + F.linear(h, w["output.hidden.weight"]) + F.linear(z, w["output.context.weight"])
        logits.append(F.linear(d, w["output.weight"], w["output.bias"]))
        looks.append(shares)
    return {"pictures": pictures, "words": words.float(), "logits": torch.stack(logits, 1), "shares": torch.stack(looks, 1)}


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "tests/golden/caption"
    for seed, kind in enumerate(("soft", "hard")):
        folder = root / kind
        folder.mkdir(parents=True, exist_ok=True)
        config = {"model_type": "heed_caption", "image_size": SIZE, "channels": CHANNELS, "embedding": EMBEDDING, "hidden": HIDDEN,
                  "attention_size": ATTENTION, "attention": kind, "vocab_size": len(WORDS)}
        generation = {"decoder_start_token_id": 2, "eos_token_id": 3, "pad_token_id": 0, "max_length": 9}
        for name, value in (("config", config), ("generation_config", generation),
                            ("symbols", {"target": {"unit": "word", "symbols": WORDS}})):
            (folder / f"{name}.json").write_text(json.dumps(value, indent=2) + "\n")
        weights = random_weights(seed)
        tensors.write(folder / "model.safetensors", weights, torch.float32)
        tensors.write(folder / "golden.safetensors", golden(weights, kind == "hard", seed), torch.float32)


if __name__ == "__main__":
    main()
