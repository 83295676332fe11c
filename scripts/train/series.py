#!/usr/bin/env python3
"""Trains the series-to-series transformer in models/shipped/series.

    scripts/train/series.py --out FOLDER [--minutes N] [--state FOLDER]

Needs nothing but PyTorch and numpy: the pairs of prices are simulated (prices.py), fresh ones for every step. The network (series_model.py)
reads all of B, and A up to some row; for every row it gives mean and spread of A's next step, in units of A's usual step. Besides the
Gaussian likelihood of the steps that came, the weights of the cross-attention are told where B's part in the next step lies, which the
simulation knows (--guide). A run is kept every three minutes and taken up again.
"""
import argparse
import pathlib
import sys
import time

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import prices
import run
import series_model

HORIZON = 16


def batch(n, rows, seed):
    """n pairs: B and A [n,rows], how many rows scale them [n], and what part of A's next step comes from which row of B [n,rows,rows]."""
    dice = np.random.default_rng(seed)
    pairs = prices.Pairs(n, rows, dice)
    known = torch.from_numpy(dice.integers(series_model.LEAST_KNOWN, rows - 7, n))
    source, target = torch.from_numpy(pairs.b), torch.from_numpy(pairs.a)
    guide = np.zeros((n, rows, rows), np.float32)
    late = np.arange(rows)[:, None] + 1 - np.arange(rows)[None]  # how many rows before the next one
    for k in range(prices.LONGEST_MEAN):
        guide += (late[None] - pairs.lag[:, None, None] == k) * pairs.shares[:, k, None, None].astype(np.float32)
    guide[pairs.gain == 0] = 0
    return source, target, known, torch.from_numpy(guide)


def loss_of(weights, shape, some, guided):
    """Of a batch: the loss, its part that is the likelihood, and the mean square of what the means are off by."""
    source, target, known, guide = some
    with torch.no_grad():
        seen, _, _ = series_model.prepared(source, known, shape.window)
        own, steps, _ = series_model.prepared(target, known, shape.window)
    model = series_model.Model(weights, shape)
    mean, spread, maps = model.decode(own, model.encode(seen))
    spread = spread.clamp(-6, 4)
    wanted = steps[:, series_model.LEAST_KNOWN + 1:]
    mean, spread = mean[:, series_model.LEAST_KNOWN:-1], spread[:, series_model.LEAST_KNOWN:-1]
    likelihood = (spread + 0.5 * ((wanted - mean) / spread.exp()) ** 2).mean()
    told = torch.zeros(())
    if guided > 0:
        for weight in maps:
            found = (weight.mean(1) * guide.sign())[:, series_model.LEAST_KNOWN:-1].sum(-1)
            there = guide[:, series_model.LEAST_KNOWN:-1].sum(-1) > 0.99
            told = told - torch.log(found[there] + 1e-4).mean() / len(maps)
    return likelihood + guided * told, likelihood.detach(), ((wanted - mean) ** 2).mean().detach()


def pointed(maps, lag, shares, rows):
    """The share of rows whose strongest weight lies in what A came from."""
    at = maps.mean(1)[:, series_model.LEAST_KNOWN:-1].argmax(-1)
    late = torch.arange(series_model.LEAST_KNOWN, rows - 1)[None] + 1 - at - lag[:, None]
    return ((late >= 0) & (late < (shares > 0).sum(1)[:, None])).float().mean(1)


def lagged(source, target, known, horizon, lags=13):
    """What linear regression of A's step on B's steps of this row and those before gives. [n,horizon]"""
    out = np.zeros((len(source), horizon))
    for i in range(len(source)):
        k = int(known[i])
        db, da = np.diff(source[i]), np.diff(target[i])  # step t is row t + 1
        rows = lambda begin, end: np.array([[1, *db[t - lags + 1:t + 1][::-1]] for t in range(begin, end)])
        x, y = rows(lags - 1, k - 1), da[lags - 1:k - 1]
        beta = np.linalg.lstsq(x, y, rcond=None)[0]
        out[i] = target[i][k - 1] + np.cumsum(rows(k - 1, k - 1 + horizon) @ beta)
    return out


class Trainer:
    def __init__(self, shape, options, log):
        self.shape, self.options, self.log = shape, options, log
        self.run = run.Run(series_model.made(shape, torch.Generator().manual_seed(1)), options)
        kept = options.state and options.state / "run.pt"
        if kept and kept.exists():
            self.run.take_up(kept, options.done)
        self.test = prices.Pairs(64, shape.rows, np.random.default_rng(7))
        self.known = torch.from_numpy(np.random.default_rng(8).integers(48, shape.rows - HORIZON + 1, 64))
        log(f"{self.run.count():,} numbers")

    def lap(self):
        return [self.run.passes * 1000 + 1000 + i for i in range(200)]

    def held_out(self):
        """Errors of forecasts over the usual step: ours, the last value's, linear regression's."""
        t, known = self.test, self.known
        source, target = torch.from_numpy(t.b), torch.from_numpy(t.a)
        with torch.no_grad():
            model = series_model.Model(self.run.weights, self.shape)
            found = model.told(source, target, known, HORIZON)
            seen, _, _ = series_model.prepared(source, known, self.shape.window)
            own, _, unit = series_model.prepared(target, known, self.shape.window)
            maps = model.decode(own, model.encode(seen))[2]
        truth = torch.stack([target[i, k:k + HORIZON] for i, k in enumerate(known)])
        last = torch.stack([target[i, k - 1] for i, k in enumerate(known)])[:, None]
        linear = torch.from_numpy(lagged(t.b, t.a, known, HORIZON)).float()
        error = lambda guess: float((((guess - truth) / unit).abs()).mean())
        there = torch.from_numpy(t.gain != 0)
        points = " ".join(f"{float(pointed(m, torch.from_numpy(t.lag), torch.from_numpy(t.shares), self.shape.rows)[there].mean()):.0%}"
                          for m in maps)
        return f"error {error(found):.3f}, last value {error(last):.3f}, linear {error(linear):.3f}; points to the lag {points}"

    def train(self):
        o, losses, logged = self.options, [], time.time()

        def after(passes):
            nonlocal logged
            if time.time() - logged > o.often:
                mean = torch.tensor(losses).mean(0)
                self.log(f"step {self.run.step}, {self.run.minutes:.1f} min, {self.run.done:.0%}: likelihood {mean[0]:.3f}, "
                         f"squares {mean[1]:.3f}; {self.held_out()}")
                losses.clear()
                logged = time.time()

        for some, scale in self.run.laps(o.minutes, o, self.lap, after):
            squares = []

            def one(leaves, seed, _):
                loss, plain, square = loss_of(leaves, self.shape, batch(o.part, o.rows, seed), o.guide)
                squares.append(float(square))
                return loss / len(some), plain / len(some)

            packed = {name: w.clone() for name, w in self.run.weights.items()}
            grads, plain = self.run.gradients(packed, one, some)
            size = sum(float((g ** 2).sum()) for g in grads.values()) ** 0.5
            if size > 2:
                grads = {name: g * (2 / size) for name, g in grads.items()}
            self.run.move(grads, scale)
            losses.append((plain, sum(squares) / len(squares)))
        self.log(f"{self.run.step} steps, {self.run.minutes:.1f} min; {self.held_out()}")


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--state", type=pathlib.Path, help="folder where the run is kept every three minutes, and taken up again")
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--done", type=float, help="taken up, the run counts as so far done, 0 to 1: the rate begins there")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--part", type=int, default=32, help="pairs that a thread takes at once")
    parser.add_argument("--parts", type=int, default=2, help="of them in a step")
    parser.add_argument("--rows", type=int, default=96, help="of a training pair")
    parser.add_argument("--rate", type=float, default=0.02)
    parser.add_argument("--adam", type=float, default=3e-3)
    parser.add_argument("--decay", type=float, default=0.02)
    parser.add_argument("--warm", type=int, default=50, help="steps until the full rate")
    parser.add_argument("--guide", type=float, default=0.1, help="how much it counts where the cross-attention looks")
    parser.add_argument("--steps", type=int, default=10 ** 9, help="stop after so many, for trials")
    parser.add_argument("--often", type=float, default=150, help="seconds between lines of the log")
    return parser.parse_args()


def main():
    o = options()
    torch.set_num_threads(1)
    log = run.opened(o)
    trainer = Trainer(series_model.Shape(), o, log)
    trainer.train()
    series_model.write(o.out, trainer.shape, trainer.run.weights)


if __name__ == "__main__":
    main()
