"""Training a speller (recurrent.py) on pairs of texts."""
import pathlib
import random
import sys
import time

import torch

import lineup
import recurrent
import run


class Trainer:
    """lesson(passes): the pairs of a pass; dev: sources held out; score(said): a few words on what is said of those, for the log."""

    def __init__(self, config, source, target, lesson, dev, score, options, log):
        self.config, self.source, self.target, self.lesson = config, source, target, lesson
        self.dev, self.score, self.options, self.log = dev, score, options, log
        self.run = run.Run(recurrent.made(config, torch.Generator().manual_seed(1)), options)
        if options.state and (options.state / "run.pt").exists():
            self.run.take_up(options.state / "run.pt", options.done)
        log(f"{self.run.count():,} numbers")

    def lap(self):
        """The batches of one pass: (source, lengths, target)."""
        said, wanted = zip(*self.lesson(self.run.passes))
        said = [self.source.cut(line) for line in said]
        wanted = [[recurrent.START, *self.target.cut(line), recurrent.END] for line in wanted]
        fill = lambda rows: lineup.filled(rows, recurrent.PAD)
        return [(*fill([said[i] for i in some]), fill([wanted[i] for i in some])[0])
                for some in lineup.batches(said, wanted, self.options.part, random.Random(self.run.passes), even=True)]

    def gradients(self, some):
        """Gradients of the mean surprise per symbol over the batches `some`, and that mean."""
        o, count = self.options, sum(int((batch[2][:, 1:] != recurrent.PAD).sum()) for batch in some)

        def loss_of(leaves, batch, dice):
            loss, plain = recurrent.surprise(recurrent.Model(leaves, self.config, o.drop, dice), *batch, o.smooth)
            return loss / count, plain / count

        grads, loss = self.run.gradients({name: w.detach().clone() for name, w in self.run.weights.items()}, loss_of, some)
        norm = float(sum((g ** 2).sum() for g in grads.values())) ** 0.5
        if norm > o.clip:
            for g in grads.values():
                g.mul_(o.clip / norm)
        return grads, loss

    def spelled(self, lines, beams):
        model = recurrent.Model(self.run.weights, self.config)
        return recurrent.spelled(model, self.source, self.target, lines, beams, self.options.longest)

    def write(self):
        recurrent.write(self.options.out, self.config, self.run.weights, self.source, self.target, self.options.beams, self.options.longest)

    def train(self):
        o, losses, logged = self.options, [], time.time()

        def after(passes):
            nonlocal logged
            if time.time() - logged > o.often:
                self.write()
                said = self.spelled(self.dev, 1)
                self.log(f"pass {passes:.2f}, step {self.run.step}, {self.run.minutes:.1f} min, {self.run.done:.0%}: "
                         f"loss {sum(losses) / len(losses):.4f}, {self.score(said)}")
                losses.clear()
                logged = time.time()

        for some, scale in self.run.laps(o.minutes, o, self.lap, after):
            grads, loss = self.gradients(some)
            self.run.move(grads, scale)
            losses.append(loss)
        self.write()


def add_options(parser, part, parts, drop, minutes, rate=2e-3):
    run.add_options(parser, part=part, parts=parts, drop=drop, folders=False)
    parser.set_defaults(adam=rate)
    does = parser.add_mutually_exclusive_group(required=True)
    does.add_argument("--out", type=pathlib.Path)
    does.add_argument("--measure", type=pathlib.Path, metavar="FOLDER", help="only says how good the published folder is")
    parser.add_argument("--minutes", type=float, default=minutes)
    parser.add_argument("--smooth", type=float, default=0.1)
    parser.add_argument("--clip", type=float, default=1.0, help="the longest step of the gradients, all together")
    parser.add_argument("--beam", type=int, help="for --measure; else the folder's own")


def ready(options):
    """One thread of PyTorch's in each of ours."""
    torch.set_num_threads(options.threads if options.measure else 1)
    sys.setswitchinterval(0.0005)
