#!/usr/bin/env python3
"""Trains the speller in models/shipped/dates: dates as people write them in, ISO dates out.

    scripts/train/dates.py --out FOLDER [--minutes N] [--state FOLDER]
    scripts/train/dates.py --measure models/shipped/dates [--beam N] [--data test.tsv]

It makes its own lines (written_dates.py): of each date of the training part, again and again another way of writing it. One date in 20 is
never trained on, in any way of writing; a thousand of those, written in ways that a dice chose, are test.tsv in the folder, and --measure
says how many of its lines come out right to the last digit. --state keeps the run every three minutes, and takes it up again with whatever
time is given then (--minutes 0: only writes the folder).
"""
import argparse
import pathlib
import random

import recurrent
import run
import spelling
import written_dates

LETTERS = " '()*+,-./0123456789:;_abcdefghijklmnopqrstuvwxyz"
LINES = 1000


def lines(days, seed, count):
    """Pairs of what people write and what is meant."""
    dice = random.Random(seed)
    return [(written_dates.written(day, dice), day.isoformat()) for day in dice.sample(days, count)]


def right(said, wanted):
    return sum(one == other for one, other in zip(said, wanted)) / len(wanted)


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    spelling.add_options(parser, part=2048, parts=1, drop=0.1, minutes=40)
    parser.add_argument("--data", type=pathlib.Path, help="lines to measure on; else test.tsv in the folder")
    parser.add_argument("--beams", type=int, default=1)
    parser.add_argument("--longest", type=int, default=12)
    parser.add_argument("--letters", type=int, default=32, help="width of the letters")
    parser.add_argument("--digits", type=int, default=16, help="and of the digits")
    parser.add_argument("--reader", type=int, default=96, help="hidden units of the reader, each way")
    parser.add_argument("--writer", type=int, default=128, help="of the writer")
    parser.add_argument("--size", type=int, default=64, help="of the score")
    return parser.parse_args()


def measured(folder, data, beam):
    speller = recurrent.Speller(folder)
    pairs = [line.split("\t") for line in (data or folder / "test.tsv").read_text(encoding="utf-8").splitlines()]
    said = speller.spelled([written for written, _ in pairs], beam)
    for (written, wanted), one in zip(pairs, said):
        if one != wanted:
            print(f"{written!r} is {wanted}, said {one}")
    print(f"beam {beam or speller.beams}: {right(said, [wanted for _, wanted in pairs]):.2%} of {len(pairs):,} lines right")


def main():
    o = options()
    spelling.ready(o)
    if o.measure:
        measured(o.measure, o.data, o.beam)
        return
    log = run.opened(o)
    days = written_dates.days()
    source = recurrent.Symbols("letter", [*recurrent.SPECIAL[:2], *LETTERS], lower=True)
    target = recurrent.Symbols("letter", [*recurrent.SPECIAL, *"-0123456789"])
    config = recurrent.config_of(len(source.symbols), len(target.symbols), (o.letters, o.digits), (1, o.reader), o.writer, "bahdanau",
                                 o.size)
    dev = lines(days["dev"], 1, LINES)
    test = [f"{written}\t{iso}\n" for written, iso in lines(days["test"], 2, LINES)]
    (o.out / "test.tsv").write_text("".join(test), encoding="utf-8")
    log(", ".join(f"{len(some):,} {part}" for part, some in days.items()) + " dates")
    trainer = spelling.Trainer(config, source, target, lambda passes: lines(days["train"], 3 + passes, len(days["train"])),
                               [written for written, _ in dev], lambda said: f"{right(said, [iso for _, iso in dev]):.2%} right", o, log)
    trainer.train()
    log(f"dev: {right(trainer.spelled([written for written, _ in dev], o.beams), [iso for _, iso in dev]):.2%} right")


if __name__ == "__main__":
    main()
