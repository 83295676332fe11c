#!/usr/bin/env python3
"""Writes tests/golden/series: a small series-to-series transformer with random weights, and what it answers in double precision.

    scripts/goldens/series.py [FOLDER]

Beside the checkpoint, golden.safetensors: "source" [S] and "target" [S] (of which the first "known" [1] rows count), the "features" of
the target [S,F], and for the source and the target as they are "next" [S,2] and the weights of the cross-attention "cross.0" [H,S,S] ...;
"told" [S - known] is what comes of feeding means back.
"""
import pathlib
import sys

import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts" / "lib"), str(ROOT / "scripts" / "train")]
import series_model
import tensors

SHAPE = series_model.Shape(channels=12, heads=3, cross_head=8, hidden=20, encoder=2, decoder=2, window=5, reach=4, rows=41)
ROWS, KNOWN = 37, 29


def random_weights(dice):
    normal = lambda size: torch.randn(*size, generator=dice)
    out = {}
    for name, tensor in series_model.made(SHAPE, dice).items():
        if tensor.dim() == 2 and not name.endswith("relative_bias"):
            out[name] = normal(tensor.shape) * 1.2 / tensor.shape[1] ** 0.5
        else:
            out[name] = (name.endswith("norm.weight")) + normal(tensor.shape) * (0.8 if name.endswith("relative_bias") else 0.1)
    return {name: tensor.float().double() for name, tensor in out.items()}


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "tests" / "golden" / "series"
    folder.mkdir(parents=True, exist_ok=True)
    dice = torch.Generator().manual_seed(3)
    weights = random_weights(dice)
    series_model.write(folder, SHAPE, weights, torch.float32)
    source, target = (torch.randn(1, ROWS, generator=dice).cumsum(1).float().double() + 50 for _ in range(2))
    target[0, 7] += 40  # further out than the limit
    known = torch.tensor([KNOWN])
    model = series_model.Model(weights, SHAPE)
    own, _, _ = series_model.prepared(target, known, SHAPE.window)
    mean, spread, maps = model.decode(own, model.encode(series_model.prepared(source, known, SHAPE.window)[0]))
    golden = {"source": source[0], "target": target[0], "known": known, "features": own[0], "next": torch.stack([mean[0], spread[0]], -1),
              "told": model.told(source, target, known, ROWS - KNOWN)[0], **{f"cross.{i}": seen[0] for i, seen in enumerate(maps)}}
    tensors.write(folder / "golden.safetensors", golden, torch.float32)


if __name__ == "__main__":
    main()
