"""Pairs of price series as nobody's market made them: B wanders, A follows it in its own way."""
import numpy as np

LAGS, LONGEST_MEAN = 13, 8
BURN = LAGS + LONGEST_MEAN + 4  # rows before the first that is given away


class Pairs:
    """n pairs of `rows` prices. A's logarithm follows the smoothed logarithm of B, `lag` rows late, times `gain`; `shares` [n,LONGEST_MEAN]
    is how much of it came how many rows later still."""

    def __init__(self, n, rows, dice):
        self.rows, self.n = rows, n
        log_b = self.walk(dice)
        steps = np.diff(log_b, axis=1)
        self.lag = dice.integers(0, LAGS, n)
        self.gain = np.exp(dice.uniform(np.log(0.3), np.log(2.0), n)) * np.where(dice.random(n) < 0.3, -1, 1)
        self.gain[dice.random(n) < 0.04] = 0
        self.shares = self.smoothing(dice)
        followed = sum(self.shares[:, k, None] * self.late(log_b, k) for k in range(LONGEST_MEAN))
        size = np.abs(np.where(self.gain == 0, 1, self.gain)) * steps.std(1)
        log_a = self.gain[:, None] * (followed - followed[:, :1]) + size[:, None] * self.noise(dice)
        self.b = self.price(log_b[:, BURN:], dice)
        self.a = self.price(log_a, dice)

    def price(self, logs, dice):
        return np.exp(logs - logs[:, :1] + dice.uniform(np.log(5), np.log(500), (self.n, 1))).astype(np.float32)

    def walk(self, dice):
        """Steps whose size changes between calm and wild, on a trend that turns, sometimes with a cycle. [n,BURN+rows]"""
        n, rows = self.n, BURN + self.rows
        wild = np.cumsum(dice.random((n, rows)) < dice.uniform(0, 0.06, (n, 1)), axis=1) % 2
        size = np.exp(dice.uniform(np.log(0.003), np.log(0.025), (n, 1))) * np.where(wild, dice.uniform(1, 3, (n, 1)), 1)
        heavy = dice.standard_t(4, (n, rows)) / 2 ** 0.5
        shocks = np.where(dice.random((n, 1)) < 0.3, heavy, dice.standard_normal((n, rows)))
        turns = np.cumsum(dice.random((n, rows)) < 0.04, axis=1)
        trend = np.take_along_axis(dice.standard_normal((n, rows)), turns, axis=1) * dice.choice([0, 0.15, 0.4], (n, 1))
        at = 2 * np.pi * np.arange(rows) / dice.uniform(8, 50, (n, 1)) + dice.uniform(0, 7, (n, 1))
        cycle = np.cos(at) * dice.choice([0, 0, 0.4, 0.9], (n, 1))
        return np.cumsum(size * (shocks + trend + cycle), axis=1)

    def smoothing(self, dice):
        """Weights that sum to 1: none, a moving mean, or ones that die away."""
        k = np.arange(LONGEST_MEAN)
        flat = (k < dice.integers(2, LONGEST_MEAN + 1, (self.n, 1))).astype(float)
        dying = dice.uniform(0.2, 0.8, (self.n, 1)) ** k
        kind = dice.choice(3, (self.n, 1), p=[0.4, 0.25, 0.35])
        shares = np.where(kind == 0, (k == 0).astype(float), np.where(kind == 1, flat, dying))
        return shares / shares.sum(1, keepdims=True)

    def late(self, log_b, more):
        at = BURN + np.arange(self.rows)[None] - self.lag[:, None] - more
        return np.take_along_axis(log_b, at, axis=1)

    def noise(self, dice):
        """What A does by itself: a walk of its own, and a distance that it comes back from; B's step is the unit. [n,rows]"""
        walk = np.cumsum(dice.standard_normal((self.n, self.rows)), axis=1) * np.exp(dice.uniform(np.log(0.03), np.log(0.7), (self.n, 1)))
        back, away = dice.uniform(0, 0.9, (self.n, 1)), dice.standard_normal((self.n, self.rows))
        for t in range(1, self.rows):
            away[:, t] += back[:, 0] * away[:, t - 1]
        return walk + away * np.exp(dice.uniform(np.log(0.03), np.log(0.5), (self.n, 1)))
