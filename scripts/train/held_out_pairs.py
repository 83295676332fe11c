#!/usr/bin/env python3
"""Writes the pairs that no run of series.py has seen, and the sample of heed forecast.

    scripts/train/held_out_pairs.py [--test models/shipped/series/test.safetensors] [--sample demos/samples/prices.csv]

The first is 256 pairs of 128 rows: "source" and "target" [256,128], and of each pair [256] how many rows of the target are known ("known";
the next 16 are to be told), how many rows late A follows B ("lag"), over how many rows it spreads ("spread"), and its gain ("gain"). The
second is one pair with days beside it, its last 16 prices of A left blank.
"""
import argparse
import datetime
import pathlib
import sys

import numpy as np
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "lib"))
import prices
import tensors

PAIRS, ROWS, HORIZON, LEAST = 256, 128, 16, 48
SAMPLE_ROWS, SAMPLE_LAG = 120, 5


def write_test(path):
    pairs = prices.Pairs(PAIRS, ROWS, np.random.default_rng(11))
    known = np.random.default_rng(12).integers(LEAST, ROWS - HORIZON + 1, PAIRS)
    found = {"source": pairs.b, "target": pairs.a, "known": known, "lag": pairs.lag, "spread": (pairs.shares > 0.02).sum(1),
             "gain": pairs.gain}
    tensors.write(path, {name: torch.from_numpy(np.asarray(values, np.float32)) for name, values in found.items()}, torch.float32)


def write_sample(path):
    pairs = prices.Pairs(512, SAMPLE_ROWS, np.random.default_rng(5))
    quiet = np.abs(np.diff(pairs.a, axis=1)).max(1) < 0.05 * pairs.a.mean(1)
    chosen = np.flatnonzero((pairs.lag == SAMPLE_LAG) & (pairs.gain > 0.6) & (pairs.gain < 1.5) & (pairs.shares[:, 0] == 1) & quiet)[0]
    day, lines = datetime.date(2024, 1, 1), ["date,copper,cable"]
    for row in range(SAMPLE_ROWS):
        a = f"{pairs.a[chosen, row]:.2f}" if row < SAMPLE_ROWS - HORIZON else ""
        lines.append(f"{day},{pairs.b[chosen, row]:.2f},{a}")
        day += datetime.timedelta(days=3 if day.weekday() == 4 else 1)
    path.write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--test", type=pathlib.Path, default=ROOT / "models" / "shipped" / "series" / "test.safetensors")
    parser.add_argument("--sample", type=pathlib.Path, default=ROOT / "demos" / "samples" / "prices.csv")
    options = parser.parse_args()
    write_test(options.test)
    write_sample(options.sample)


if __name__ == "__main__":
    main()
