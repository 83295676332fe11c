#!/usr/bin/env python3
"""Trains the English to Spanish translator in models/shipped/en-es.

    scripts/train/translation.py --data pairs.tsv.gz --out FOLDER [--minutes N] [--state FOLDER]

pairs.tsv.gz holds lines of English TAB Spanish. Needs PyTorch 1.13 or later, and SentencePiece for Python (Debian: python3-sentencepiece);
a processor with AVX512_BF16 helps.

The lines are split by English sentence (sentences.py); subwords for both languages are learnt from the training lines, then the network
(marian.py) with Muon for its matrices and Adam for the rest. The rate follows the time that is left, so a run that is paused or shares its
machine still ends in time; --state keeps it every three minutes, and takes it up again with whatever time is given then (--minutes 0: only
writes the folder). scripts/train/translate.py measures what came out.
"""
import argparse
import pathlib
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import torch

import marian
import sentences
import translate
from clock import Clock
from muon import Adam, Muon


class Run:
    """The weights, their optimisers, and how far they have come."""

    def __init__(self, shape, options):
        self.dice = torch.Generator().manual_seed(1)
        self.shape, self.weights = shape, marian.made(shape, self.dice)
        matrices = {n: w for n, w in self.weights.items() if w.dim() == 2 and ".layers." in n}
        self.muon = Muon(matrices, lr=options.rate, decay=options.decay)
        self.adam = Adam({n: w for n, w in self.weights.items() if n not in matrices}, lr=options.adam)
        self.step, self.passes, self.at, self.done, self.minutes = 0, 0, 0, 0.0, 0.0

    def begin(self, target):
        """Before anything is learnt a subword is as likely as it is frequent."""
        count = torch.bincount(torch.tensor([number for row in target for number in row]), minlength=self.shape.words)
        self.weights["final_logits_bias"].copy_(((count + 0.1) / (count + 0.1).sum()).log())

    def tensors(self):
        return {"weights": self.weights, "means": self.muon.means, "first": self.adam.first, "second": self.adam.second}

    def keep(self, path):
        numbers = {"count": self.adam.count, "step": self.step, "passes": self.passes, "at": self.at, "done": self.done, "minutes": self.minutes}
        torch.save({**self.tensors(), **numbers}, path.with_suffix(".new"))
        path.with_suffix(".new").rename(path)

    def take_up(self, path, done=None):
        kept = torch.load(path)
        for group, found in self.tensors().items():
            for name, tensor in kept[group].items():
                found[name].copy_(tensor)
        self.adam.count, self.step, self.passes, self.at, self.minutes = (kept[n] for n in ("count", "step", "passes", "at", "minutes"))
        self.done = kept["done"] if done is None else done


class Trainer:
    def __init__(self, run, subwords, splits, options, log):
        self.run, self.subwords, self.options, self.log = run, subwords, options, log
        self.pool = ThreadPoolExecutor(options.threads)
        self.splits, self.lines = splits, splits["train"]
        self.drop = marian.Dropout(options.drop, run.dice)
        self.dev = self.batched(*zip(*splits["dev"]), random.Random(0))

    def batched(self, english, spanish, dice):
        """Batches of (source, lengths, target, lengths)."""
        source, target = self.subwords.encoded(list(english)), self.subwords.encoded(list(spanish))
        fill = lambda rows: sentences.filled(rows, self.subwords.pad)
        return [(*fill([source[i] for i in some]), *fill([target[i] for i in some]))
                for some in sentences.batches(source, target, self.options.part, dice)]

    def lap(self):
        """The batches of one pass over the training lines."""
        said = sentences.epoch(self.lines, self.run.passes)
        return self.batched(*zip(*said), random.Random(self.run.passes))

    def gradients(self, some):
        """Gradients of the mean surprise per word over the batches `some`, and that mean."""
        run = self.run
        leaves = {name: p.requires_grad_() for name, p in marian.packed(run.weights, run.shape).items()}
        names, words = list(leaves), sum(int(batch[3].sum()) for batch in some)

        def one(k):
            model = marian.Model(leaves, run.shape, self.drop, torch.Generator().manual_seed(run.step * 100 + k))
            loss, plain = marian.surprise(model, *some[k], self.options.smooth)
            return float(plain), torch.autograd.grad(loss / words, [leaves[n] for n in names])

        total, sums = 0.0, None
        for plain, grads in self.pool.map(one, range(len(some))):
            total += plain / words
            sums = [g.float() for g in grads] if sums is None else [s.add_(g) for s, g in zip(sums, grads)]
        return marian.unpacked(dict(zip(names, sums)), run.shape), total

    def held_out(self):
        """Mean surprise per subword on the development lines."""
        leaves = marian.packed(self.run.weights, self.run.shape)

        def one(batch):
            with torch.no_grad():
                return float(marian.surprise(marian.Model(leaves, self.run.shape), *batch, 0.0)[1]), int(batch[3].sum())

        found = list(self.pool.map(one, self.dev))
        return sum(loss for loss, _ in found) / sum(words for _, words in found)

    def measured(self, beam, most=None):
        return translate.measured(translate.Translator(self.run.weights, self.run.shape, self.subwords), self.splits["dev"], beam, most)

    def train(self, minutes, state):
        run, o = self.run, self.options
        clock, saved, logged, losses, seconds = Clock(minutes, run.done), time.time(), time.time(), [], run.minutes * 60
        scored, batches = time.time(), self.lap()
        while clock.tick() and run.step < o.steps:
            run.done, run.minutes = clock.done, (seconds + clock.spent) / 60
            if run.at >= len(batches):
                run.passes, run.at = run.passes + 1, 0
                batches = self.lap()
            scale = min(1.0, (run.step + 1) / o.warm) * min(1.0, (1 - clock.done) / 0.8)
            grads, loss = self.gradients(batches[run.at:run.at + o.parts])
            run.muon.step(grads, scale, self.pool)
            run.adam.step(grads, scale, self.pool)
            losses.append(loss)
            run.step, run.at = run.step + 1, run.at + o.parts
            if time.time() - logged > o.often:
                self.log(f"pass {run.passes + run.at / len(batches):.2f}, step {run.step}, {run.minutes:.1f} min, {clock.done:.0%}: "
                         f"loss {sum(losses) / len(losses):.3f}, held out {self.held_out():.3f}")
                losses, logged = [], time.time()
            if time.time() - scored > o.score:
                self.log(f"greedy, {o.most} development sentences: {self.measured(1, o.most)}")
                scored = time.time()
            if state and time.time() - saved > 180:
                run.keep(state / "run.pt")
                saved = time.time()
        if state and minutes:
            run.keep(state / "run.pt")
        self.log(f"{run.passes + run.at / len(batches):.2f} passes, {run.step} steps, {run.minutes:.1f} min, held out {self.held_out():.3f}")


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--minutes", type=float, default=100)
    parser.add_argument("--state", type=pathlib.Path, help="folder where the run is kept every three minutes, and taken up again")
    parser.add_argument("--done", type=float, help="taken up, the run counts as so far done, 0 to 1: the rate begins there")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--words", type=int, default=6016, help="subwords")
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--mlp", type=int, default=1024)
    parser.add_argument("--encoder", type=int, default=4)
    parser.add_argument("--decoder", type=int, default=2)
    parser.add_argument("--part", type=int, default=1536, help="subwords that a thread takes at once")
    parser.add_argument("--parts", type=int, default=4, help="of them in a step")
    parser.add_argument("--rate", type=float, default=0.02)
    parser.add_argument("--adam", type=float, default=2e-3)
    parser.add_argument("--decay", type=float, default=0.05)
    parser.add_argument("--warm", type=int, default=50, help="steps until the full rate")
    parser.add_argument("--drop", type=float, default=0.1)
    parser.add_argument("--smooth", type=float, default=0.1)
    parser.add_argument("--steps", type=int, default=10 ** 9, help="stop after so many, for trials")
    parser.add_argument("--often", type=float, default=120, help="seconds between lines of the log")
    parser.add_argument("--score", type=float, default=900, help="seconds between two times that BLEU is measured")
    parser.add_argument("--most", type=int, default=300, help="development sentences it is then measured on")
    return parser.parse_args()


def main():
    o = options()
    torch.set_num_threads(1)
    sys.setswitchinterval(0.0005)
    for folder in filter(None, (o.out, o.state)):
        folder.mkdir(parents=True, exist_ok=True)
    lines = open((o.state or o.out) / "log.txt", "a")

    def log(line):
        print(line, flush=True)
        print(time.strftime("%H:%M:%S", time.gmtime()), line, file=lines, flush=True)

    splits = sentences.pairs(o.data)
    model = (o.state or o.out) / "subwords.spm"
    if not model.exists():
        learnt = sentences.Subwords.learnt((line for pair in splits["train"] for line in pair), o.words)
        model.write_bytes(learnt.raw)
    subwords = sentences.Subwords(model.read_bytes())
    shape = marian.Shape(len(subwords.vocabulary), o.hidden, o.heads, o.mlp, o.encoder, o.decoder)
    run = Run(shape, o)
    if o.state and (o.state / "run.pt").exists():
        run.take_up(o.state / "run.pt", o.done)
    else:
        run.begin(subwords.encoded([spanish for _, spanish in splits["train"]]))
    log(f"{sum(w.numel() for w in run.weights.values()):,} numbers, {', '.join(f'{len(v):,} {k}' for k, v in splits.items())} lines")
    Trainer(run, subwords, splits, o, log).train(o.minutes, o.state)
    marian.write(o.out, shape, run.weights)
    subwords.write(o.out, "en", "es")


if __name__ == "__main__":
    main()
