#!/usr/bin/env python3
"""Trains the text classifier in models/shipped/sms-spam.

    scripts/train/spam.py --data SMSSpamCollection --out FOLDER [--dev 1..8]
    scripts/train/spam.py --data SMSSpamCollection --measure models/shipped/sms-spam

The texts are split by the FNV-1a hash of their ASCII letters in lower case and digits (splits.py), so that a text that stands there twice
is on one side: hash % 5 == 0 is the test, which nothing here looks at but --measure. --dev N holds an eighth of the others out, those
whose hash / 5 % 8 is N - 1, and says how the run does on them as it goes: that is how the options were chosen. Without it all the others
are trained on. Word pieces are learnt from the training texts.

A text is seen each time a little different: some pieces are unknown, and the digits of long numbers are others.
"""
import argparse
import pathlib
import random
import re
import time

import torch
import torch.nn.functional as F

import classifier
import lineup
import run
import splits
import wordpiece

LABELS = ["ham", "spam"]


def texts(path):
    """(text, 0 or 1, hash) in the file's order."""
    found = []
    for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n"):
        label, text = line.split("\t", 1)
        if label in LABELS:
            found.append((text, LABELS.index(label), splits.fnv(splits.key(text))))
    return found


def score(likely, wanted):
    """Of the spam."""
    said = [p > 0.5 for p in likely]
    hit = sum(one and other for one, other in zip(said, wanted))
    precision, recall = hit / max(1, sum(said)), hit / sum(wanted)
    return {"F1": 2 * hit / (sum(said) + sum(wanted)), "precision": precision, "recall": recall,
            "right": sum(one == bool(other) for one, other in zip(said, wanted)) / len(wanted)}


def described(likely, wanted):
    return ", ".join(f"{name} {value:.4f}" for name, value in score(likely.tolist(), wanted).items())


def roughened(text, dice):
    """Numbers of four digits and more with others behind the second."""
    other = lambda found: found[0][:2] + "".join(dice.choice("0123456789") for _ in found[0][2:])
    return re.sub(r"\d{4,}", other, text) if dice.random() < 0.7 else text


def lap(lines, pieces, o, dice):
    """The batches of a pass: (numbers, lengths, labels)."""
    rows, labels = [], []
    for text, label, _ in lines:
        row = pieces.encoded(roughened(text, dice))
        rows.append([wordpiece.UNKNOWN if 0 < i < len(row) - 1 and dice.random() < o.unknown else n for i, n in enumerate(row)])
        labels.append(label)
    return [(*lineup.filled([rows[i] for i in some], wordpiece.PAD), torch.tensor([float(labels[i]) for i in some]))
            for some in lineup.batches(rows, rows, o.part, dice)]


def trained(lines, held, pieces, config, o, log):
    coin = torch.Generator().manual_seed(o.seed)
    weights = {name: w.requires_grad_() for name, w in classifier.made(config, coin).items()}
    optimiser = torch.optim.AdamW(weights.values(), lr=o.adam, weight_decay=o.decay, betas=(0.9, 0.98))
    began = time.time()
    for lesson in range(o.passes):
        dice, total, batches = random.Random(o.seed * 1000 + lesson), 0.0, lap(lines, pieces, o, random.Random(o.seed * 1000 + lesson))
        for at, (numbers, lengths, labels) in enumerate(batches):
            done = (lesson + at / len(batches)) / o.passes
            optimiser.param_groups[0]["lr"] = o.adam * min(1.0, (lesson * len(batches) + at + 1) / o.warm, (1 - done) / 0.8)
            x = classifier.Model(weights, o.drop, coin).logits(numbers, lengths)
            loss = F.binary_cross_entropy_with_logits(x, labels * (1 - o.smooth) + o.smooth / 2, pos_weight=torch.tensor(o.spam))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(list(weights.values()), o.clip)
            optimiser.step()
            total += float(loss)
        if held and (lesson % 5 == 4 or lesson == o.passes - 1):
            likely = classifier.probabilities(classifier.Model(weights), [pieces.encoded(text) for text, _, _ in held])
            surprise = F.binary_cross_entropy(likely, torch.tensor([float(label) for _, label, _ in held]))
            log(f"pass {lesson + 1}, {(time.time() - began) / 60:.1f} min: loss {total / len(batches):.4f}; held out "
                f"{surprise:.4f}, {described(likely, [label for _, label, _ in held])}")
    return weights


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    does = parser.add_mutually_exclusive_group(required=True)
    does.add_argument("--out", type=pathlib.Path)
    does.add_argument("--measure", type=pathlib.Path, metavar="FOLDER", help="only says how good the published folder is")
    parser.add_argument("--dev", type=int, choices=range(1, 9))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--passes", type=int, default=12)
    parser.add_argument("--part", type=int, default=1024, help="pieces in a batch")
    parser.add_argument("--words", type=int, default=2000, help="word pieces")
    parser.add_argument("--embedding", type=int, default=64)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--adam", type=float, default=4e-3)
    parser.add_argument("--warm", type=int, default=50)
    parser.add_argument("--decay", type=float, default=0.02)
    parser.add_argument("--drop", type=float, default=0.3)
    parser.add_argument("--unknown", type=float, default=0.1, help="share of pieces made unknown")
    parser.add_argument("--smooth", type=float, default=0.05)
    parser.add_argument("--spam", type=float, default=1.0, help="what a text of spam counts")
    parser.add_argument("--clip", type=float, default=1.0)
    return parser.parse_args()


def main():
    o = options()
    torch.set_num_threads(o.threads)
    found = texts(o.data)
    if o.measure:
        test = [(text, label) for text, label, number in found if number % 5 == 0]
        likely = classifier.Classifier(o.measure).probabilities([text for text, _ in test])
        for p, (text, label) in zip(likely.tolist(), test):
            if (p > 0.5) != label:
                print(f"{LABELS[label]}, said to be spam with {p:.1%}: {text}")
        print(f"{len(test):,} texts, {sum(label for _, label in test)} of them spam: {described(likely, [label for _, label in test])}")
        return
    o.state = None
    log = run.opened(o)
    rest = [line for line in found if line[2] % 5]
    held = [line for line in rest if o.dev and line[2] // 5 % 8 == o.dev - 1]
    lines = [line for line in rest if not o.dev or line[2] // 5 % 8 != o.dev - 1]
    pieces = wordpiece.WordPiece(wordpiece.learnt([text for text, _, _ in lines], o.words))
    config = classifier.config_of(len(pieces.pieces), o.embedding, o.hidden, LABELS)
    log(f"{len(lines):,} texts to train on, {sum(label for _, label, _ in lines)} of them spam, {len(held):,} held out, "
        f"{len(pieces.pieces):,} word pieces")
    weights = trained(lines, held, pieces, config, o, log)
    classifier.write(o.out, config, weights, pieces.pieces)


if __name__ == "__main__":
    main()
