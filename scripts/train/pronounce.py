#!/usr/bin/env python3
"""Trains the English speller in models/shipped/pronounce: letters in, phonemes out.

    scripts/train/pronounce.py --data cmudict.dict --out FOLDER [--minutes N] [--state FOLDER]
    scripts/train/pronounce.py --data cmudict.dict --measure models/shipped/pronounce [--beam N] [--split test]

Of the dictionary the words of a-z and ' are taken, with all their pronunciations; the digits of the stress are left out. Words are split
by their letters (splits.py), all the pronunciations of a word on one side. --state keeps the run every three minutes, and takes it up again
with whatever time is given then (--minutes 0: only writes the folder).

Measured: of each held-out word, how far what is said is from the nearest of its pronunciations, in phonemes put in, left out or replaced;
the phoneme error rate is the sum of those over the sum of the lengths of those nearest; a word is wrong that is not one of them.
"""
import argparse
import pathlib
import random
import re

import recurrent
import run
import spelling
import splits

LETTERS = "'abcdefghijklmnopqrstuvwxyz"
PHONEMES = ("AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH").split()


def pronunciations(path):
    """{'train': {word: [pronunciation]}, 'dev': ..., 'test': ...} in the dictionary's order, without stress."""
    found = {"train": {}, "dev": {}, "test": {}}
    for line in path.read_text(encoding="utf-8").splitlines():
        word, *said = line.split("#")[0].split()
        word = re.sub(r"\(\d+\)$", "", word)
        if re.fullmatch("[a-z']+", word):
            said = re.sub(r"\d", "", " ".join(said))
            those = found[splits.split_of(word)].setdefault(word, [])
            if said not in those:
                those.append(said)
    return found


def distance(said, wanted):
    """Words put in, left out or replaced."""
    row = list(range(len(wanted) + 1))
    for i, one in enumerate(said):
        before, row = row, [i + 1]
        for j, other in enumerate(wanted):
            row.append(min(before[j] + (one != other), before[j + 1] + 1, row[j] + 1))
    return row[-1]


def errors(said, words):
    """Phoneme error rate and share of wrong words. words: {word: [pronunciation]}, in the order of `said`."""
    off, length, wrong = 0, 0, 0
    for one, wanted in zip(said, words.values()):
        far, long = min((distance(one.split(), other.split()), len(other.split())) for other in wanted)
        off, length, wrong = off + far, length + long, wrong + (far > 0)
    return off / length, wrong / len(words)


def consonants(said):
    return [one for one in said.split() if one[0] not in "AEIOU"]


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    spelling.add_options(parser, part=2048, parts=2, drop=0.15, minutes=45, rate=3e-3)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--beams", type=int, default=4)
    parser.add_argument("--longest", type=int, default=48)
    parser.add_argument("--letters", type=int, default=48, help="width of the letters")
    parser.add_argument("--phonemes", type=int, default=48, help="and of the phonemes")
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--reader", type=int, default=160, help="hidden units of the reader, each way")
    parser.add_argument("--writer", type=int, default=256, help="of the writer")
    return parser.parse_args()


def main():
    o = options()
    spelling.ready(o)
    words = pronunciations(o.data)
    if o.measure:
        speller = recurrent.Speller(o.measure)
        said = speller.spelled(list(words[o.split]), o.beam)
        off, wrong = errors(said, words[o.split])
        alike = sum(one not in those and consonants(one) in map(consonants, those) for one, those in zip(said, words[o.split].values()))
        print(f"beam {o.beam or speller.beams}, {len(words[o.split]):,} words of {o.split}: phoneme error rate {off:.2%}, "
              f"words wrong {wrong:.2%}, {alike / len(said):.2%} only in their vowels")
        return
    log = run.opened(o)
    source = recurrent.Symbols("letter", [*recurrent.SPECIAL[:2], *LETTERS], lower=True)
    target = recurrent.Symbols("word", [*recurrent.SPECIAL, *PHONEMES])
    config = recurrent.config_of(len(source.symbols), len(target.symbols), (o.letters, o.phonemes), (o.layers, o.reader), o.writer, "luong")
    pairs = [(word, said) for word, those in words["train"].items() for said in those]
    dev = dict(random.Random(0).sample(list(words["dev"].items()), min(600, len(words["dev"]))))
    score = lambda said: "{:.2%} of phonemes and {:.2%} of words wrong".format(*errors(said, dev))
    log(", ".join(f"{len(those):,} {part}" for part, those in words.items()) + f" words, {len(pairs):,} pairs")
    trainer = spelling.Trainer(config, source, target, lambda passes: pairs, list(dev), score, o, log)
    trainer.train()
    for beams in (1, o.beams):
        off, wrong = errors(trainer.spelled(list(words["dev"]), beams), words["dev"])
        log(f"beam {beams}, dev: {off:.2%} of phonemes and {wrong:.2%} of words wrong")


if __name__ == "__main__":
    main()
