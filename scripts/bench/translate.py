#!/usr/bin/env python3
"""heed beside PyTorch on a Transformer-base, 32 source tokens and 32 greedy steps, in turns, in one run. Random weights do not change the time.

    scripts/bench/translate.py [--heed build/release/demos/heed] [--rounds 3] [--device NAME] [--json]

PyTorch runs on the processor with all its threads, once reading all tokens anew in every step and once with the keys and values of the
tokens before kept; heed on whatever `heed devices` chooses or --device names.
"""
import json
import os
import statistics
import time

import torch
import torch.nn.functional as F

import heed

LAYERS, CHANNELS, HEADS, HIDDEN, WORDS, SOURCE, STEPS = 6, 512, 8, 2048, 32000, 32, 32


def matrix(out, inputs):
    return torch.randn(out, inputs) / inputs ** 0.5, torch.zeros(out)


def norm(x):
    return F.layer_norm(x, x.shape[-1:], torch.ones(CHANNELS), torch.zeros(CHANNELS))


def split(x):
    return x.unflatten(-1, (HEADS, -1)).transpose(1, 2)


def attend(query, key, value, causal=False):
    scores = query @ key.transpose(2, 3) * (CHANNELS // HEADS) ** -0.5
    if causal:
        scores = scores + torch.full(scores.shape[-2:], -float("inf")).triu(1)
    return (scores.softmax(-1) @ value).transpose(1, 2).flatten(2)


class Model:
    def __init__(self):
        block = lambda cross: {"qkv": matrix(3 * CHANNELS, CHANNELS), "out": matrix(CHANNELS, CHANNELS), "up": matrix(HIDDEN, CHANNELS),
                               "down": matrix(CHANNELS, HIDDEN), **({"q": matrix(CHANNELS, CHANNELS), "kv": matrix(2 * CHANNELS, CHANNELS),
                                                                     "cross": matrix(CHANNELS, CHANNELS)} if cross else {})}
        self.encoder, self.decoder = [block(False) for _ in range(LAYERS)], [block(True) for _ in range(LAYERS)]
        self.words, self.positions = torch.randn(WORDS, CHANNELS) / CHANNELS ** 0.5, torch.randn(SOURCE + STEPS, CHANNELS)

    def feed(self, w, x):
        return norm(x + F.linear(F.relu(F.linear(x, *w["up"])), *w["down"]))

    def encode(self, ids):
        x = self.words[ids] + self.positions[:ids.shape[1]]
        for w in self.encoder:
            x = norm(x + F.linear(attend(*map(split, F.linear(x, *w["qkv"]).chunk(3, -1))), *w["out"]))
            x = self.feed(w, x)
        return [list(map(split, F.linear(x, *w["kv"]).chunk(2, -1))) for w in self.decoder]

    def decode(self, ids, start, memories, caches):
        """The last token's logits; `caches` are given what they lack, or None: ids are all there is."""
        x = self.words[ids] + self.positions[start:start + ids.shape[1]]
        for i, (w, memory) in enumerate(zip(self.decoder, memories)):
            query, key, value = map(split, F.linear(x, *w["qkv"]).chunk(3, -1))
            if caches is not None:
                if i in caches:
                    key, value = torch.cat([caches[i][0], key], 2), torch.cat([caches[i][1], value], 2)
                caches[i] = key, value
            x = norm(x + F.linear(attend(query, key, value, causal=caches is None), *w["out"]))
            x = norm(x + F.linear(attend(split(F.linear(x, *w["q"])), *memory), *w["cross"]))
            x = self.feed(w, x)
        return F.linear(x[:, -1], self.words)

    def translate(self, source, cached):
        memories, caches, ids = self.encode(source), {} if cached else None, torch.zeros(1, 1, dtype=torch.long)
        for step in range(STEPS):
            logits = self.decode(ids[:, -1:] if cached else ids, step if cached else 0, memories, caches)
            ids = torch.cat([ids, logits.argmax(-1, keepdim=True)], 1)


def torch_times(model, source, cached, runs=3):
    times = []
    with torch.no_grad():
        model.translate(source, cached)
        for _ in range(runs):
            start = time.perf_counter()
            model.translate(source, cached)
            times.append(time.perf_counter() - start)
    return times


def main():
    given = heed.options(__doc__)
    torch.set_num_threads(os.cpu_count())
    model, source = Model(), torch.randint(0, WORDS, (1, SOURCE))
    ours, whole, cached = [], [], []
    for _ in range(given.rounds):
        ours.append(heed.bench(given, "translate", "--alone"))
        whole += torch_times(model, source, False)
        cached += torch_times(model, source, True)
    row = {"heed_s": statistics.median(o["tasks"][0]["seconds"] for o in ours), "heed_best_s": min(o["tasks"][0]["best_seconds"] for o in ours),
           "torch_whole_s": statistics.median(whole), "torch_whole_best_s": min(whole), "torch_cached_s": statistics.median(cached),
           "torch_cached_best_s": min(cached), "device": ours[0]["device"], "driver": ours[0]["driver"], "torch": torch.__version__,
           "torch_threads": torch.get_num_threads()}
    if given.json:
        print(json.dumps(row, indent=2))
        return
    print(f"{row['device']}, {row['driver']}; PyTorch {row['torch']}, {row['torch_threads']} threads; seconds, median and best")
    for name, key in (("heed", "heed"), ("PyTorch, all anew", "torch_whole"), ("PyTorch, cached", "torch_cached")):
        print(f"{name:18} {row[key + '_s']:7.3f} {row[key + '_best_s']:7.3f}   heed takes {row['heed_s'] / row[key + '_s']:.2f} times as long")


if __name__ == "__main__":
    main()
