#!/usr/bin/env python3
"""heed beside PyTorch on whole vision transformers: the same sizes, in turns, in one run. Random weights do not change the time.

    scripts/bench/vit.py [--heed build/release/demos/heed] [--rounds 3] [--device NAME] [--json]

PyTorch runs on the processor with all its threads; heed on whatever `heed devices` chooses or --device names.
"""
import json
import os
import statistics
import time

import torch
import torch.nn.functional as F

import heed

SIZES = {"ViT-Tiny/16": (224, 16, 192, 12, 3), "ViT-B/32": (384, 32, 768, 12, 12)}  # picture, patch, channels, blocks, heads


def model(picture, patch, channels, blocks, heads, labels=1000):
    """A function from patches [1,N,3*patch*patch] to logits: what heed bench vit times."""
    tokens = (picture // patch) ** 2 + 1
    matrix = lambda out, inputs: torch.randn(out, inputs) / inputs ** 0.5
    weights = [{name: (matrix(out, inputs), torch.zeros(out)) for name, out, inputs in (
        ("qkv", 3 * channels, channels), ("out", channels, channels), ("up", 4 * channels, channels), ("down", channels, 4 * channels))}
        for _ in range(blocks)]
    embed, head = (matrix(channels, 3 * patch * patch), torch.zeros(channels)), (matrix(labels, channels), torch.zeros(labels))
    token, positions = torch.randn(1, 1, channels), torch.randn(1, tokens, channels)
    norm = lambda x: F.layer_norm(x, x.shape[-1:], torch.ones(channels), torch.zeros(channels), 1e-6)

    def run(patches):
        x = torch.cat([token, F.linear(patches, *embed)], 1) + positions
        for w in weights:
            query, key, value = F.linear(norm(x), *w["qkv"]).view(1, tokens, 3, heads, -1).permute(2, 0, 3, 1, 4)
            attention = (query @ key.transpose(2, 3) * (channels // heads) ** -0.5).softmax(-1)
            x = x + F.linear((attention @ value).transpose(1, 2).flatten(2), *w["out"])
            x = x + F.linear(F.gelu(F.linear(norm(x), *w["up"])), *w["down"])
        return F.linear(norm(x)[:, 0], *head)

    return run, torch.randn(1, tokens - 1, 3 * patch * patch)


def torch_times(name, runs=10):
    run, patches = model(*SIZES[name])
    times = []
    with torch.no_grad():
        run(patches)
        for _ in range(runs):
            start = time.perf_counter()
            run(patches)
            times.append(1000 * (time.perf_counter() - start))
    return times


def main():
    given = heed.options(__doc__)
    torch.set_num_threads(os.cpu_count())
    rows = []
    for name in SIZES:
        ours, theirs = [], []
        for _ in range(given.rounds):
            ours.append(heed.bench(given, "vit", "--only", name)[0])
            theirs += torch_times(name)
        rows.append({"model": name, "heed_ms": statistics.median(row["ms"] for row in ours), "heed_best_ms": min(row["best_ms"] for row in ours),
                     "torch_ms": statistics.median(theirs), "torch_best_ms": min(theirs), "device": ours[0]["device"], "driver": ours[0]["driver"],
                     "torch": torch.__version__, "torch_threads": torch.get_num_threads()})
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    print(f"{rows[0]['device']}, {rows[0]['driver']}; PyTorch {torch.__version__}, {torch.get_num_threads()} threads; ms, median and best")
    for row in rows:
        print(f"{row['model']:12} heed {row['heed_ms']:8.1f} {row['heed_best_ms']:8.1f}   PyTorch {row['torch_ms']:8.1f} {row['torch_best_ms']:8.1f}"
              f"   heed takes {row['heed_best_ms'] / row['torch_best_ms']:.1f} times as long")


if __name__ == "__main__":
    main()
