#!/usr/bin/env python3
"""Trains the vision transformer in models/shipped/vit-cifar10.

    scripts/train/vit_cifar10.py --data FOLDER --out FOLDER [--minutes N] [--state FOLDER]

FOLDER holds train/CLASS/*.jpg and test/CLASS/*.jpg: CIFAR-10 (Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009),
or train.tar.gz and test.tar.gz with those in them. Needs PyTorch 1.13 or later, numpy, Pillow; a processor with AVX512_BF16 helps.

A small convolutional teacher is trained first (muon.py, teacher.py); then the transformer (vit.py), on the labels, on the teacher's answers
to each changed picture, and on guessing from each of its patches what the teacher found there: the last is what makes a transformer learn
from few pictures. Most of the time it looks at windows of 6x6 of the 8x8 patches. 2,000 of the training pictures are held out, and every
choice was made on them; the test pictures are looked at once, at the end.

The rate follows the time that is left, so a run that is paused or shares its machine still ends in time.
"""
import argparse
import pathlib
import sys
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor

import torch

import checkpoint
import pictures
import teacher
import vit
from clock import Clock
from muon import Adam, Muon

HELD_OUT = 25  # every 25th training picture


class Trainer:
    """Gradients of a batch as a sum over small parts, which threads take as they come free."""

    def __init__(self, threads, part):
        self.pool, self.part = ThreadPoolExecutor(threads), part

    def gradients(self, leaves, loss_of, count, seed):
        """Sum over `count` parts of the gradients of loss_of(dice) in `leaves`, and the mean loss."""
        names = list(leaves)

        def one(k):
            loss = loss_of(torch.Generator().manual_seed(seed * 1000 + k), self.part)
            return float(loss.detach()), torch.autograd.grad(loss, [leaves[n] for n in names])

        total, sums = 0.0, None
        for loss, grads in self.pool.map(one, range(count)):
            total += loss / count
            sums = [g.float() / count for g in grads] if sums is None else [s.add_(g, alpha=1 / count) for s, g in zip(sums, grads)]
        return dict(zip(names, sums)), total

    def answers(self, model, x, part=100):
        with torch.no_grad():
            return torch.cat(list(self.pool.map(model, x.split(part))))


def leaves_of(packed, frozen=()):
    return {name: p.requires_grad_() for name, p in packed.items() if name not in frozen}


def right(logits, labels):
    return (logits.argmax(1) == labels).float().mean().item()


def train_teacher(trainer, pixels, labels, held, minutes, log):
    dice = torch.Generator().manual_seed(1)
    weights = teacher.made(pictures.normalised(pixels[:4000]), dice)
    filters = {n: w for n, w in weights.items() if n.startswith("filter")}
    muon = Muon(filters, lr=0.12, momentum=0.7, keep_norm=True)
    adam = Adam({n: w for n, w in weights.items() if n not in filters and n != "whiten"}, lr=0.01, betas=(0.9, 0.95))
    clock, step, seen, began = Clock(minutes), 0, 0, time.time()
    trainer.part = 128
    x_held = pictures.normalised(held[0])

    def measured():
        w = teacher.packed(weights)
        batches = [pictures.batch(pixels[torch.randint(len(pixels), (500,), generator=dice)], torch.zeros(500, dtype=torch.long), dice, bold=0.5)[0] for _ in range(6)]
        stats = teacher.statistics(w, batches)
        return w, stats, right(trainer.answers(lambda x: teacher.forward(w, x, stats), x_held), held[1])

    while clock.tick():
        scale = min(1.0, (step + 1) / 20) * (1 - clock.done)
        packed = teacher.packed(weights)
        leaves = leaves_of(packed, ("whiten",))

        def loss_of(own, part):
            take = torch.randint(len(pixels), (part,), generator=own)
            x, target = pictures.batch(pixels[take], labels[take], own, bold=0.5 if clock.done < 0.75 else 0.25, smooth=0.1)
            return -(target * teacher.forward(packed, x).log_softmax(1)).sum(1).mean()

        grads, loss = trainer.gradients(leaves, loss_of, 4, seed=step)
        muon.step(grads, scale, trainer.pool)
        adam.step(grads, scale, trainer.pool)
        step, before, seen = step + 1, seen, seen + 512
        if seen // len(pixels) > before // len(pixels):
            log(f"teacher epoch {seen / len(pixels):.1f}, {(time.time() - began) / 60:.1f} min, {clock.done:.0%}: loss {loss:.3f}, held out {measured()[2]:.2%}")
            clock.skip()
    w, stats, accuracy = measured()
    log(f"teacher: {seen / len(pixels):.1f} epochs, {(time.time() - began) / 60:.1f} min, held out {accuracy:.2%}")
    return w, stats


def train_vit(trainer, shape, guide, pixels, labels, held, minutes, log, state, options):
    dice = torch.Generator().manual_seed(2)
    patches = pictures.normalised(pixels[:4000]).unfold(2, 4, 4).unfold(3, 4, 4).permute(0, 2, 3, 1, 4, 5).reshape(-1, 48)
    weights = vit.made(shape, patches, dice, local=options.local)
    scale = None
    if guide:
        weights.update(hints(shape, dice))
        with torch.no_grad():
            found = teacher.findings(*guide, pictures.batch(pixels[:500], labels[:500], dice)[0], shape.side)[1]
        scale = [(m.mean((0, 1)), m.std((0, 1)) + 0.05) for m in found]
    matrices = {n: w for n, w in weights.items() if w.dim() == 2 and n.startswith("vit.encoder")}
    muon = Muon(matrices, lr=options.rate, decay=options.decay)
    adam = Adam({n: w for n, w in weights.items() if n not in matrices}, lr=options.adam)
    clock, step, seen, began, losses = Clock(minutes), 0, 0, time.time(), []
    if state and (state / "vit.pt").exists():
        kept = torch.load(state / "vit.pt")
        for name, w in kept["weights"].items():
            weights[name].copy_(w)
        for optimiser, means in zip((muon.means, adam.first, adam.second), kept["means"]):
            for name, w in means.items():
                optimiser[name].copy_(w)
        adam.count, step, seen, clock.done = kept["count"], kept["step"], kept["seen"], kept["done"]
    trainer.part = 32
    parts = options.batch // trainer.part
    x_held, saved = pictures.normalised(held[0]), time.time()

    def held_out():
        p = vit.packed(weights, shape)
        return right(trainer.answers(lambda x: vit.forward(p, shape, x), x_held), held[1])

    while clock.tick() and step < options.steps:
        rate = min(1.0, (step + 1) / 100) * min(1.0, (1 - clock.done) / 0.8)
        packed = vit.packed(weights, shape)
        leaves = leaves_of({**packed, **{n: w.clone() for n, w in weights.items() if n.startswith("hint")}})
        last = clock.done > 0.9
        few = options.few if clock.done < options.whole else 0  # patches along a side

        def loss_of(own, part):
            take = torch.randint(len(pixels), (part,), generator=own)
            x, target = pictures.batch(pixels[take], labels[take], own, bold=options.bold / (2 if last else 1), paste=0 if last else options.paste)
            keep = kept_patches(shape.side, few, part, own, options.scattered) if few else None
            if not guide:
                return wrong(vit.forward(leaves, shape, x, keep), target)
            with torch.no_grad():
                said, found = teacher.findings(*guide, x, shape.side, scale)
            tapped = []
            logits = vit.forward(leaves, shape, x, keep, [layer - 1 for layer in taps(shape)], tapped)
            target = (1 - options.trust) * target + options.trust * (said / options.soft).softmax(1)
            return wrong(logits, target) + options.hint * (1 - clock.done) * apart(leaves, tapped, found, keep)

        grads, loss = trainer.gradients(leaves, loss_of, parts, seed=step)
        grads = {**vit.unpacked(grads, shape, weights), **{n: g for n, g in grads.items() if n.startswith("hint")}}
        muon.step(grads, rate, trainer.pool)
        adam.step(grads, rate, trainer.pool)
        losses.append(loss)
        step, before, seen = step + 1, seen, seen + options.batch
        if seen * options.often // len(pixels) > before * options.often // len(pixels):
            log(f"vit epoch {seen / len(pixels):.1f}, {(time.time() - began) / 60:.1f} min, {clock.done:.0%}: loss {sum(losses) / len(losses):.3f}, held out {held_out():.2%}")
            losses = []
            clock.skip()
        if state and time.time() - saved > 180:
            saved = time.time()
            kept = {"weights": weights, "means": (muon.means, adam.first, adam.second), "count": adam.count, "step": step, "seen": seen, "done": clock.done}
            torch.save(kept, state / "vit.new")
            (state / "vit.new").rename(state / "vit.pt")
    log(f"vit: {seen / len(pixels):.1f} epochs, {step} steps, {(time.time() - began) / 60:.1f} min, held out {held_out():.2%}")
    return weights


def wrong(logits, target):
    return -(target * logits.log_softmax(1)).sum(1).mean()


def taps(shape):
    """After how many layers the patches should know what the teacher's three pairs of layers found there."""
    return [round(shape.layers * part) for part in (1 / 3, 2 / 3, 5 / 6)]


def hints(shape, dice):
    """Matrices that guess the teacher's findings from patches; they are left out of what is published."""
    wide = [*teacher.WIDTHS, teacher.WIDTHS[-1]]
    return {f"hint{k}": torch.randn(shape.hidden, width, generator=dice) * 0.02 for k, width in enumerate(wide)}


def apart(leaves, tapped, found, keep):
    """Mean squared distance of the guesses from the findings."""
    total = 0
    for k, (x, target) in enumerate(zip(tapped, found)):
        if keep is not None and x.shape[1] > 1:
            target = target.gather(1, keep[:, :, None].expand(-1, -1, target.shape[2]))
        guess = x.flatten(0, 1).bfloat16().mm(leaves[f"hint{k}"].bfloat16()).float().view_as(target)
        total = total + ((guess - target) ** 2).mean()
    return total


def kept_patches(side, few, count, dice, scattered):
    """Which patches are looked at [count, few*few]: a window at a place of its own for each picture, or scattered ones."""
    if scattered:
        return torch.rand(count, side ** 2, generator=dice).argsort(1)[:, :few * few]
    corner = torch.randint(0, side - few + 1, (2, count, 1), generator=dice)
    rows, columns = corner + torch.arange(few)
    return (rows[:, :, None] * side + columns[:, None, :]).flatten(1)


def unpacked_folder(data):
    for name in ("train", "test"):
        if not (data / name).is_dir():
            with tarfile.open(data / (name + ".tar.gz")) as archive:
                archive.extractall(data)


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--minutes", type=float, default=110)
    parser.add_argument("--state", type=pathlib.Path, help="folder where the run is kept every three minutes, and taken up again")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--teacher-minutes", type=float)
    parser.add_argument("--teacher-kept", type=pathlib.Path, help="file that holds the teacher, or will")
    parser.add_argument("--hidden", type=int, default=192)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--heads", type=int, default=6)
    parser.add_argument("--mlp", type=int, default=384)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=0.03)
    parser.add_argument("--adam", type=float, default=3e-3)
    parser.add_argument("--decay", type=float, default=0.05)
    parser.add_argument("--few", type=int, default=6, help="side of the window of patches looked at in the first part of the run; 0: all")
    parser.add_argument("--scattered", action="store_true", help="as many patches anywhere instead")
    parser.add_argument("--steps", type=int, default=10 ** 9, help="stop after so many, for trials")
    parser.add_argument("--whole", type=float, default=0.75, help="from here on all patches are looked at")
    parser.add_argument("--paste", type=float, default=0.0)
    parser.add_argument("--bold", type=float, default=0.3, help="share of the pictures that are stretched, turned and coloured")
    parser.add_argument("--hint", type=float, default=0.5, help="weight of guessing what the teacher found in each patch; goes to zero")
    parser.add_argument("--trust", type=float, default=0.8, help="weight of the teacher's answers against the labels; 0: no teacher")
    parser.add_argument("--soft", type=float, default=1.0)
    parser.add_argument("--often", type=int, default=1, help="lines in the log an epoch")
    parser.add_argument("--plain", dest="local", action="store_false", help="no local attention at the start")
    parser.add_argument("--no-test", dest="test", action="store_false")
    return parser.parse_args()


def main():
    o = options()
    torch.set_num_threads(1)
    sys.setswitchinterval(0.0005)
    o.out.mkdir(parents=True, exist_ok=True)
    if o.state:
        o.state.mkdir(parents=True, exist_ok=True)
    lines = open((o.state or o.out) / "log.txt", "a")

    def log(line):
        print(line, flush=True)
        print(time.strftime("%H:%M:%S", time.gmtime()), line, file=lines, flush=True)

    unpacked_folder(o.data)
    pixels, labels = pictures.load(o.data / "train")
    held = torch.arange(len(pixels)) % HELD_OUT == 0
    out, pixels, labels = (pixels[held], labels[held]), pixels[~held], labels[~held]
    trainer, guide, began = Trainer(o.threads, 32), None, time.time()
    if o.trust > 0:
        if o.teacher_kept and o.teacher_kept.exists():
            guide = torch.load(o.teacher_kept)
        else:
            guide = train_teacher(trainer, pixels, labels, out, o.teacher_minutes or o.minutes / 7, log)
            if o.teacher_kept:
                torch.save(guide, o.teacher_kept)
    shape = vit.Shape(hidden=o.hidden, layers=o.layers, heads=o.heads, mlp=o.mlp)
    weights = train_vit(trainer, shape, guide, pixels, labels, out, o.minutes - (time.time() - began) / 60, log, o.state, o)
    weights = {name: w for name, w in weights.items() if not name.startswith("hint")}
    checkpoint.write(o.out, shape, weights)
    if o.test:
        x, y = pictures.load(o.data / "test")
        for name, w in (("as trained", weights), ("rounded to f16", {n: w.half().float() for n, w in weights.items()})):
            logits = trainer.answers(lambda x: checkpoint.exact(w, shape, x), pictures.normalised(x))
            log(f"{name}: {right(logits, y):.2%} of {len(y)} test pictures, five likeliest {(logits.topk(5)[1] == y[:, None]).any(1).float().mean():.2%}")


if __name__ == "__main__":
    main()
