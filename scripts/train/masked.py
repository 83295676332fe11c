#!/usr/bin/env python3
"""Trains the masked language model in models/shipped/mlm-en.

    scripts/train/masked.py --data pairs.tsv.gz --out FOLDER [--minutes N] [--state FOLDER]

Reads the English side of the translator's pairs, in the translator's splits (sentences.py). Needs what translation.py needs. Word pieces are
learnt from the training lines (wordpiece.py), then the network (bert.py): a fifth of the pieces are asked for, of those eight in ten hidden,
one in ten another piece, one as it was. A run is kept and taken up as the translator's is. At the end it is asked for the hidden pieces of
the test split, and fills the gaps of a few sentences.
"""
import argparse
import random
import sys
import time

import torch

import bert
import lineup
import marian
import run
import sentences
import wordpiece

SHARE = 0.2
GAPS = ("Paris is the [MASK] of France.", "I want to [MASK] to the cinema.", "She is drinking a cup of [MASK].", "What [MASK] is it?",
        "My brother [MASK] in Boston.", "The dog is [MASK] than the cat.", "I have two [MASK] and one sister.",
        "It has been raining [MASK] yesterday.")


def hidden(rows, words, dice):
    """A batch: (numbers [n,s], lengths, places in n*s, the numbers that stood there)."""
    numbers, lengths = lineup.filled(rows, wordpiece.PAD)
    places, wanted = [], []
    for i, row in enumerate(rows):
        for at in dice.sample(range(1, len(row) - 1), max(1, round((len(row) - 2) * SHARE))):
            places.append(i * numbers.shape[1] + at)
            wanted.append(row[at])
            coin = dice.random()
            if coin < 0.9:
                numbers[i, at] = wordpiece.MASK if coin < 0.8 else dice.randrange(len(wordpiece.SPECIAL), words)
    return numbers, lengths, torch.tensor(places), torch.tensor(wanted)


def joined(lines, dice):
    """In a new order, and some two or more in a row."""
    out = []
    for line in dice.sample(lines, len(lines)):
        while dice.random() < 0.1:
            line += " " + lines[dice.randrange(len(lines))]
        out.append(line)
    return out


class Trainer:
    def __init__(self, shape, pieces, splits, options, log):
        dice = torch.Generator().manual_seed(1)
        self.shape, self.pieces, self.splits, self.options, self.log = shape, pieces, splits, options, log
        self.run = run.Run(bert.made(shape, dice), options)
        self.drop = marian.Dropout(options.drop, dice)
        kept = options.state and options.state / "run.pt"
        if kept and kept.exists():
            self.run.take_up(kept, options.done)
        else:
            said = [pieces.encoded(line)[1:-1] for line in splits["train"]]
            self.run.weights["final_logits_bias"].copy_(marian.frequencies(said, shape.words))
        self.dev = self.batched(splits["dev"], random.Random(0))
        log(f"{self.run.count():,} numbers, {', '.join(f'{len(v):,} {k}' for k, v in splits.items())} sentences")

    def batched(self, lines, dice):
        rows = [self.pieces.encoded(line)[:bert.POSITIONS] for line in lines]
        alike = lineup.batches(rows, rows, self.options.part, dice)
        return [hidden([rows[i] for i in some], self.shape.words, dice) for some in alike]

    def lap(self):
        dice = random.Random(self.run.passes)
        return self.batched(joined(self.splits["train"], dice), dice)

    def gradients(self, some):
        """Gradients of the mean surprise per place asked for, and that mean."""
        places = sum(len(batch[2]) for batch in some)

        def loss_of(leaves, batch, dice):
            loss, plain = bert.surprise(bert.Model(leaves, self.shape, self.drop, dice), *batch)
            return loss / places, plain / places

        grads, loss = self.run.gradients(bert.packed(self.run.weights, self.shape), loss_of, some)
        return bert.unpacked(grads, self.shape), loss

    def held_out(self):
        model = bert.Model(bert.packed(self.run.weights, self.shape), self.shape)
        return self.run.mean(lambda batch: (float(bert.surprise(model, *batch)[1]), len(batch[2])), self.dev)

    def train(self):
        o, losses, logged = self.options, [], time.time()

        def after(passes):
            nonlocal logged
            if time.time() - logged > o.often:
                self.log(f"pass {passes:.2f}, step {self.run.step}, {self.run.minutes:.1f} min, {self.run.done:.0%}: "
                         f"loss {sum(losses) / len(losses):.3f}, held out {self.held_out():.3f}")
                losses.clear()
                logged = time.time()

        for some, scale in self.run.laps(o.minutes, o, self.lap, after):
            grads, loss = self.gradients(some)
            self.run.move(grads, scale)
            losses.append(loss)
        self.log(f"pass {self.run.passes}, {self.run.step} steps, {self.run.minutes:.1f} min, held out {self.held_out():.3f}")


def tested(folder, lines, log):
    """What the published folder knows, in f32."""
    shape, weights, pieces = bert.read(folder)
    model = bert.Model(bert.packed(weights, shape, torch.float32), shape)
    rows, dice, right, five, count = [pieces.encoded(line) for line in lines], random.Random(0), 0, 0, 0
    with torch.no_grad():
        for some in lineup.batches(rows, rows, 1536, dice):
            numbers, lengths, places, wanted = hidden([rows[i] for i in some], shape.words, dice)
            numbers.view(-1)[places] = wordpiece.MASK
            best = model.logits(model.encode(numbers, lengths)[0][places]).topk(5)[1] == wanted[:, None]
            right, five, count = right + int(best[:, 0].sum()), five + int(best.sum()), count + len(wanted)
        log(f"{count:,} hidden pieces of {len(lines):,} test sentences: "
            f"{right / count:.1%} right, {five / count:.1%} among the five likeliest")
        for line in GAPS:
            before, after = (pieces.encoded(half)[1:-1] for half in line.split("[MASK]"))
            row = torch.tensor([[wordpiece.FIRST, *before, wordpiece.MASK, *after, wordpiece.LAST]])
            p, best = model.logits(model.encode(row, torch.tensor([row.shape[1]]))[0][1 + len(before)][None]).softmax(1).topk(5)
            log(f"{line} {', '.join(f'{pieces.pieces[i]} {share:.0%}' for share, i in zip(p[0].tolist(), best[0].tolist()))}")


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    run.add_options(parser, part=2048, parts=2, drop=0.1)
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--words", type=int, default=6000, help="word pieces")
    parser.add_argument("--hidden", type=int, default=192)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--mlp", type=int, default=768)
    parser.add_argument("--layers", type=int, default=4)
    return parser.parse_args()


def main():
    o = options()
    torch.set_num_threads(1)
    sys.setswitchinterval(0.0005)
    log = run.opened(o)
    splits = {name: list(dict.fromkeys(english for english, _ in lines)) for name, lines in sentences.pairs(o.data).items()}
    pieces = wordpiece.WordPiece(wordpiece.learnt(splits["train"], o.words))
    shape = bert.Shape(len(pieces.pieces), o.hidden, o.heads, o.mlp, o.layers)
    trainer = Trainer(shape, pieces, splits, o, log)
    trainer.train()
    bert.write(o.out, shape, trainer.run.weights, pieces.pieces)
    tested(o.out, splits["test"], log)


if __name__ == "__main__":
    main()
