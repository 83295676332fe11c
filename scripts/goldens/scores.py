#!/usr/bin/env python3
"""Writes tests/golden/scores: every attention score with random weights, and what it looks at, in double precision.

    scripts/goldens/scores.py [FOLDER]

NAME.safetensors for each: the tensors "attention.*" as a model's folder has them; "states" [B,S,He], "query" [R,T,Hd]; of every row the numbers
"lengths" (places it sees), "owners" (its sentence) and "steps" (of its first query); "context" [R,T,He] and "weights" [R,T,S].
keras.safetensors: "query" [B,T,C], "value" [B,S,Cv], "key" [B,S,C], "scale", "query_mask", "value_mask", and the same two results.
"""
import math
import pathlib
import sys

import torch

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import tensors

SENTENCES, PLACES, QUERIES, SIZE, WINDOW, POSITIONS = 3, 11, 2, 9, 2, 13
LENGTHS, OWNERS, STEPS = (11, 4, 1, 7, 0), (2, 0, 1, 0, 2), (0, 3, 1, 9, 2)
QUERY, KEYS = 10, 14  # channels; the dot product wants both alike
CLOSEST = 1e-3  # how near the end of a window may come to a place, that rounding does not move


def shapes(name, query, keys):
    return {"additive": {"query": (SIZE, query), "key": (SIZE, keys), "energy": (1, SIZE)},
            "dot": {}, "scaled_dot": {},
            "general": {"general": (keys, query)},
            "concat": {"concat": (SIZE, query + keys), "energy": (1, SIZE)},
            "linear_concat": {"energy": (1, query + keys)},
            "location": {"location": (POSITIONS, query)},
            "local_m": {"general": (keys, query)},
            "local_p": {"general": (keys, query), "position": (SIZE, query), "position_energy": (1, SIZE)}}[name]


def scores(name, s, h, w):
    """Of every query s [T,Hd] for every place h [S,He]: [T,S]."""
    pairs = torch.cat([s[:, None].expand(-1, len(h), -1), h[None].expand(len(s), -1, -1)], -1)  # [T,S,Hd+He]
    if name == "additive":
        return torch.tanh((s @ w["query"].T)[:, None] + h @ w["key"].T) @ w["energy"][0]
    if name == "concat":
        return torch.tanh(pairs @ w["concat"].T) @ w["energy"][0]
    if name == "linear_concat":
        return pairs @ w["energy"][0]
    if name == "location":
        return (s @ w["location"].T)[:, :len(h)]
    if name == "dot":
        return s @ h.T
    if name == "scaled_dot":
        return s @ h.T / math.sqrt(s.shape[1])
    return s @ w["general"].T @ h.T


def attend(name, s, h, w, length, step):
    weights = torch.zeros(len(s), len(h), dtype=torch.float64)
    e = scores(name, s, h, w)
    for t in range(len(s)):
        centre = None
        if name == "local_m":
            centre = float(step + t)
        elif name == "local_p":
            centre = length * torch.sigmoid(torch.tanh(s[t] @ w["position"].T) @ w["position_energy"][0]).item()
            for end in (centre - WINDOW, centre + WINDOW):
                assert length == 0 or abs(end - round(end)) > CLOSEST, f"a window ends at {end}: another seed"
        seen = [i for i in range(length) if centre is None or abs(i - centre) <= WINDOW]
        if seen:
            weights[t, seen] = torch.softmax(e[t, seen], 0)
        if name == "local_p":
            weights[t] *= torch.exp(-(torch.arange(len(h)) - centre) ** 2 / (2 * (WINDOW / 2) ** 2))
    return weights @ h, weights


def draw(dice, *shape):
    return torch.randn(*shape, generator=dice)


def numbers(values):
    return torch.tensor(values, dtype=torch.float32)


def golden(name, seed):
    dice = torch.Generator().manual_seed(seed)
    keys = QUERY if "dot" in name else KEYS
    weights = {part: draw(dice, *shape) * 0.5 for part, shape in shapes(name, QUERY, keys).items()}
    states, query = draw(dice, SENTENCES, PLACES, keys), draw(dice, len(LENGTHS), QUERIES, QUERY)
    doubles = {part: tensor.double() for part, tensor in weights.items()}
    looked = [attend(name, query[r].double(), states[OWNERS[r]].double(), doubles, LENGTHS[r], STEPS[r]) for r in range(len(LENGTHS))]
    return {**{f"attention.{part}.weight": tensor for part, tensor in weights.items()},
            "states": states, "query": query, "lengths": numbers(LENGTHS), "owners": numbers(OWNERS), "steps": numbers(STEPS),
            "context": torch.stack([context for context, _ in looked]), "weights": torch.stack([w for _, w in looked])}


def keras(seed):
    dice = torch.Generator().manual_seed(seed)
    query, value, key, scale = draw(dice, 2, 5, 6), draw(dice, 2, 7, 4), draw(dice, 2, 7, 6), draw(dice, 1)
    query_mask, value_mask = (torch.rand(2, size, generator=dice) < 0.6 for size in (5, 7))
    e = query.double() @ key.double().transpose(1, 2) * scale.double()
    weights = torch.softmax(e.masked_fill(~value_mask[:, None], -math.inf), -1)
    context = weights @ value.double() * query_mask[..., None]
    return {"query": query, "value": value, "key": key, "scale": scale, "query_mask": query_mask, "value_mask": value_mask,
            "context": context, "weights": weights}


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "scores"
    folder.mkdir(parents=True, exist_ok=True)
    names = ("additive", "dot", "scaled_dot", "general", "concat", "linear_concat", "location", "local_m", "local_p")
    for seed, name in enumerate(names):
        tensors.write(folder / f"{name}.safetensors", golden(name, seed), torch.float32)
    tensors.write(folder / "keras.safetensors", keras(len(names)), torch.float32)


if __name__ == "__main__":
    main()
