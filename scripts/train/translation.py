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
import random
import sys
import time

import torch

import lineup
import marian
import run
import sentences
import translate


class Trainer:
    def __init__(self, shape, subwords, splits, options, log):
        dice = torch.Generator().manual_seed(1)
        self.shape, self.subwords, self.splits, self.options, self.log = shape, subwords, splits, options, log
        self.run = run.Run(marian.made(shape, dice), options)
        self.drop = marian.Dropout(options.drop, dice)
        self.dev = self.batched(*zip(*splits["dev"]), random.Random(0))
        kept = options.state and options.state / "run.pt"
        if kept and kept.exists():
            self.run.take_up(kept, options.done)
        else:
            said = subwords.encoded([spanish for _, spanish in splits["train"]])
            self.run.weights["final_logits_bias"].copy_(marian.frequencies(said, shape.words))
        log(f"{self.run.count():,} numbers, {', '.join(f'{len(v):,} {k}' for k, v in splits.items())} lines")

    def batched(self, english, spanish, dice):
        """Batches of (source, lengths, target, lengths)."""
        source, target = self.subwords.encoded(list(english)), self.subwords.encoded(list(spanish))
        fill = lambda rows: lineup.filled(rows, self.subwords.pad)
        return [(*fill([source[i] for i in some]), *fill([target[i] for i in some]))
                for some in lineup.batches(source, target, self.options.part, dice)]

    def lap(self):
        """The batches of one pass over the training lines."""
        said = sentences.epoch(self.splits["train"], self.run.passes)
        return self.batched(*zip(*said), random.Random(self.run.passes))

    def gradients(self, some):
        """Gradients of the mean surprise per word over the batches `some`, and that mean."""
        words = sum(int(batch[3].sum()) for batch in some)

        def loss_of(leaves, batch, dice):
            loss, plain = marian.surprise(marian.Model(leaves, self.shape, self.drop, dice), *batch, self.options.smooth)
            return loss / words, plain / words

        grads, loss = self.run.gradients(marian.packed(self.run.weights, self.shape), loss_of, some)
        return marian.unpacked(grads, self.shape), loss

    def held_out(self):
        """Mean surprise per subword on the development lines."""
        model = marian.Model(marian.packed(self.run.weights, self.shape), self.shape)
        return self.run.mean(lambda batch: (float(marian.surprise(model, *batch, 0.0)[1]), int(batch[3].sum())), self.dev)

    def measured(self, beam, most=None):
        return translate.measured(translate.Translator(self.run.weights, self.shape, self.subwords), self.splits["dev"], beam, most)

    def train(self):
        o, losses, logged, scored = self.options, [], time.time(), time.time()

        def after(passes):
            nonlocal logged, scored
            if time.time() - logged > o.often:
                self.log(f"pass {passes:.2f}, step {self.run.step}, {self.run.minutes:.1f} min, {self.run.done:.0%}: "
                         f"loss {sum(losses) / len(losses):.3f}, held out {self.held_out():.3f}")
                losses.clear()
                logged = time.time()
            if time.time() - scored > o.score:
                self.log(f"greedy, {o.most} development sentences: {self.measured(1, o.most)}")
                scored = time.time()

        for some, scale in self.run.laps(o.minutes, o, self.lap, after):
            grads, loss = self.gradients(some)
            self.run.move(grads, scale)
            losses.append(loss)
        self.log(f"pass {self.run.passes}, {self.run.step} steps, {self.run.minutes:.1f} min, held out {self.held_out():.3f}")


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    run.add_options(parser, part=1536, parts=4, drop=0.1)
    parser.add_argument("--minutes", type=float, default=100)
    parser.add_argument("--words", type=int, default=6016, help="subwords")
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--mlp", type=int, default=1024)
    parser.add_argument("--encoder", type=int, default=4)
    parser.add_argument("--decoder", type=int, default=2)
    parser.add_argument("--smooth", type=float, default=0.1)
    parser.add_argument("--score", type=float, default=900, help="seconds between two times that BLEU is measured")
    parser.add_argument("--most", type=int, default=300, help="development sentences it is then measured on")
    return parser.parse_args()


def main():
    o = options()
    torch.set_num_threads(1)
    sys.setswitchinterval(0.0005)
    log = run.opened(o)
    splits = sentences.pairs(o.data)
    model = (o.state or o.out) / "subwords.spm"
    if not model.exists():
        learnt = sentences.Subwords.learnt((line for pair in splits["train"] for line in pair), o.words)
        model.write_bytes(learnt.raw)
    subwords = sentences.Subwords(model.read_bytes())
    shape = marian.Shape(len(subwords.vocabulary), o.hidden, o.heads, o.mlp, o.encoder, o.decoder)
    trainer = Trainer(shape, subwords, splits, o, log)
    trainer.train()
    marian.write(o.out, shape, trainer.run.weights)
    subwords.write(o.out, "en", "es")


if __name__ == "__main__":
    main()
