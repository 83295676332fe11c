"""A run that can be kept and taken up: weights, their optimisers, and how far it has come."""
import pathlib
import time
from concurrent.futures import ThreadPoolExecutor

import torch

from clock import Clock
from muon import Adam, Muon


class Run:
    """Matrices of layers move by Muon, the rest by Adam."""

    def __init__(self, weights, options):
        matrices = {n: w for n, w in weights.items() if w.dim() == 2 and ".layers." in n}
        self.weights, self.pool = weights, ThreadPoolExecutor(options.threads)
        self.muon = Muon(matrices, lr=options.rate, decay=options.decay)
        self.adam = Adam({n: w for n, w in weights.items() if n not in matrices}, lr=options.adam)
        self.step, self.passes, self.at, self.done, self.minutes = 0, 0, 0, 0.0, 0.0

    def count(self):
        return sum(w.numel() for w in self.weights.values())

    def tensors(self):
        return {"weights": self.weights, "means": self.muon.means, "first": self.adam.first, "second": self.adam.second}

    def keep(self, path):
        numbers = {"count": self.adam.count, "step": self.step, "passes": self.passes, "at": self.at, "done": self.done,
                   "minutes": self.minutes}
        torch.save({**self.tensors(), **numbers}, path.with_suffix(".new"))
        path.with_suffix(".new").rename(path)

    def take_up(self, path, done=None):
        kept = torch.load(path)
        for group, found in self.tensors().items():
            for name, tensor in kept[group].items():
                found[name].copy_(tensor)
        self.adam.count, self.step, self.passes, self.at, self.minutes = (kept[n] for n in ("count", "step", "passes", "at", "minutes"))
        self.done = kept["done"] if done is None else done

    def gradients(self, packed, loss_of, some):
        """Gradients in `packed` of the sum of loss_of(leaves, batch, dice) over the batches, which threads take as they come free; and the
        sum of the second thing it gives."""
        leaves = {name: p.requires_grad_() for name, p in packed.items()}
        names = list(leaves)

        def one(k):
            loss, plain = loss_of(leaves, some[k], torch.Generator().manual_seed(self.step * 100 + k))
            return float(plain), torch.autograd.grad(loss, [leaves[n] for n in names])

        total, sums = 0.0, None
        for plain, grads in self.pool.map(one, range(len(some))):
            total += plain
            sums = [g.float() for g in grads] if sums is None else [s.add_(g) for s, g in zip(sums, grads)]
        return dict(zip(names, sums)), total

    def mean(self, value_of, batches):
        """value_of(batch) gives a sum and a count; of all batches, the sum over the count."""
        def one(batch):
            with torch.no_grad():
                return value_of(batch)

        found = list(self.pool.map(one, batches))
        return sum(value for value, _ in found) / sum(count for _, count in found)

    def move(self, grads, scale):
        self.muon.step(grads, scale, self.pool)
        self.adam.step(grads, scale, self.pool)
        self.step += 1

    def laps(self, minutes, options, lap, after):
        """Parts of batches until the time is over, each with what its rate is to be multiplied by. lap(): the batches of a pass; after():
        what is to be done after each step besides keeping the run."""
        clock, before, batches, saved = Clock(minutes, self.done), self.minutes, lap(), time.time()
        while clock.tick() and self.step < options.steps:
            self.done, self.minutes = clock.done, before + clock.spent / 60
            if self.at >= len(batches):
                self.passes, self.at = self.passes + 1, 0
                batches = lap()
            yield batches[self.at:self.at + options.parts], min(1.0, (self.step + 1) / options.warm) * min(1.0, (1 - clock.done) / 0.8)
            self.at += options.parts
            after(self.passes + self.at / len(batches))
            if options.state and time.time() - saved > 180:
                self.keep(options.state / "run.pt")
                saved = time.time()
        if options.state and minutes:
            self.keep(options.state / "run.pt")


def add_options(parser, part, parts, drop, folders=True):
    """What every run of this kind can be told; `folders`: also what it reads and writes."""
    if folders:
        parser.add_argument("--data", type=pathlib.Path, required=True)
        parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--state", type=pathlib.Path, help="folder where the run is kept every three minutes, and taken up again")
    parser.add_argument("--done", type=float, help="taken up, the run counts as so far done, 0 to 1: the rate begins there")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--part", type=int, default=part, help="subwords that a thread takes at once")
    parser.add_argument("--parts", type=int, default=parts, help="of them in a step")
    parser.add_argument("--rate", type=float, default=0.02)
    parser.add_argument("--adam", type=float, default=2e-3)
    parser.add_argument("--decay", type=float, default=0.05)
    parser.add_argument("--warm", type=int, default=50, help="steps until the full rate")
    parser.add_argument("--drop", type=float, default=drop)
    parser.add_argument("--steps", type=int, default=10 ** 9, help="stop after so many, for trials")
    parser.add_argument("--often", type=float, default=120, help="seconds between lines of the log")


def opened(options):
    """Makes the folders and gives what writes a line to the run's log."""
    for folder in filter(None, (options.out, options.state)):
        folder.mkdir(parents=True, exist_ok=True)
    lines = open((options.state or options.out) / "log.txt", "a")

    def log(line):
        print(line, flush=True)
        print(time.strftime("%H:%M:%S", time.gmtime()), line, file=lines, flush=True)

    return log
