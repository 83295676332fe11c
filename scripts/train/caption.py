#!/usr/bin/python3
"""Trains models/shipped/captions (soft attention) and, from it, captions-hard, on scenes that `heed scenes` renders: no data needed.

    scripts/train/caption.py --out models/shipped/captions --state /tmp/captions --minutes 20
    scripts/train/caption.py --out models/shipped/captions-hard --state /tmp/captions-hard --hard --start models/shipped/captions --minutes 10

A run is kept every two minutes and taken up again where its --state is."""
import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import torch

import captioner
from clock import Clock

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/lib"))
import tensors

FIRST_SIZE, FIRST_HUE, FIRST_FIGURE, INSIDE = 1, 3, 10, 21  # in the words of scenes


def scenes(heed, part, first, count):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "scenes.safetensors"
        subprocess.run([heed, "scenes", "--tensors", path, "--part", part, "--first", str(first), "--count", str(count)], check=True,
                       stdout=subprocess.DEVNULL)
        found = tensors.read(path)
    return {"pictures": found["pictures"].permute(0, 3, 1, 2).contiguous(), "targets": captioner.targets_of(found["words"].long()),
            "things": found["things"].long(), "boxes": found["boxes"]}


def labels_of(found, side, cell):
    """What covers the middle of each place: 0 for the ground, else one more than its colour's, shape's, size's number. [N,side*side,3]"""
    n = len(found["targets"])
    middles = (torch.arange(side) + 0.5) * cell
    labels = torch.zeros(n, side, side, 3, dtype=torch.long)
    words = found["targets"][:, :found["things"].shape[1]] - len(captioner.SPECIAL)
    area = (found["boxes"][..., 2] - found["boxes"][..., 0]) * (found["boxes"][..., 3] - found["boxes"][..., 1])
    for place in area.argsort(1, descending=True).unbind(1):  # what is inside another comes last
        left, top, right, bottom = found["boxes"][torch.arange(n), place].unbind(1)
        inside = lambda low, high: (middles >= low[:, None]) & (middles < high[:, None])
        covered = inside(top, bottom)[:, :, None] & inside(left, right)[:, None]
        hue = (found["things"] == place[:, None]).long().argmax(1)  # of its two words the first
        said = lambda at, first: words.gather(1, at.clamp(min=0)[:, None])[:, 0] - first + 1
        own = torch.stack([said(hue, FIRST_HUE), said(hue + 1, FIRST_FIGURE), said(hue - 1, FIRST_SIZE)], 1)
        labels = torch.where(covered[..., None], own[:, None, None], labels)
    return labels.flatten(1, 2)


def rarer(found, share):
    """All scenes with one thing inside another, which are hardest to tell, and that share of the others."""
    inside = (found["targets"] == len(captioner.SPECIAL) + INSIDE).any(1)
    kept = inside | (torch.rand(len(inside)) < share)
    return {name: value[kept] for name, value in found.items()}


def words(heed):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "one.safetensors"
        subprocess.run([heed, "scenes", "--tensors", path, "--count", "1"], check=True, stdout=subprocess.DEVNULL)
        raw = path.read_bytes()
    return json.loads(raw[8:8 + int.from_bytes(raw[:8], "little")])["__metadata__"]["words"].split()


def score(model, found, hard):
    """Shares of captions that are right to the word, and, in these, of colours and shapes said while looking at their thing: the middle of
    the place looked at most lies in its box."""
    right = pointed = named = 0
    side = int(model.encoder.positions.num_embeddings ** 0.5)
    cell = model.config["image_size"] / side
    model.eval()
    with torch.no_grad():
        for begin in range(0, len(found["pictures"]), 250):
            part = {name: value[begin:begin + 250] for name, value in found.items()}
            said, looks = model.greedy(part["pictures"] / 255, hard, part["targets"].shape[1])
            good = ((said == part["targets"]) | (part["targets"] == captioner.PAD)).all(1)
            best = looks.argmax(-1)[:, :part["things"].shape[1]]
            x, y = (best % side + 0.5) * cell, (best // side + 0.5) * cell
            tells = (part["things"] >= 0) & good[:, None]
            box = part["boxes"].gather(1, part["things"].clamp(min=0)[..., None].expand(-1, -1, 4)).unbind(-1)
            inside = (x >= box[0]) & (x < box[2]) & (y >= box[1]) & (y < box[3])
            right, pointed, named = right + int(good.sum()), pointed + int((inside & tells).sum()), named + int(tells.sum())
    model.train()
    return right / len(found["pictures"]), pointed / max(named, 1)


def write(folder, model, names, hard):
    folder.mkdir(parents=True, exist_ok=True)
    config = {**model.config, "attention": "hard" if hard else "soft"}
    generation = {"decoder_start_token_id": captioner.START, "eos_token_id": captioner.END, "pad_token_id": captioner.PAD,
                  "max_length": 24, "num_beams": 1}
    symbols = {"target": {"unit": "word", "symbols": captioner.SPECIAL + names}}
    for name, value in (("config", config), ("generation_config", generation), ("symbols", symbols)):
        (folder / f"{name}.json").write_text(json.dumps(value, indent=2) + "\n")
    tensors.write(folder / "model.safetensors", model.state_dict(), torch.float16)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--state", type=pathlib.Path, required=True)
    parser.add_argument("--heed", default=str(ROOT / "build/release/demos/heed"))
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--done", type=float, help="taken up, the run counts as so far done, 0 to 1: the rate begins there")
    parser.add_argument("--hard", action="store_true")
    parser.add_argument("--start", type=pathlib.Path, help="folder of a model to begin with")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--places", type=float, default=0.15, help="the share of the time in which the encoder learns alone what lies where")
    parser.add_argument("--place", type=float, default=0.3, help="how much that counts later")
    parser.add_argument("--rare", type=float, default=0.4, help="the share of the scenes without one thing inside another that is used")
    parser.add_argument("--evenly", type=float, default=0.01, help="of the doubly stochastic regulariser, the mean over places")
    parser.add_argument("--reward", type=float, default=0.1, help="of what REINFORCE adds")
    parser.add_argument("--entropy", type=float, default=0.002)
    parser.add_argument("--mixture", type=float, default=0.5, help="the share of scenes that get the mixture of places, with --hard")
    parser.add_argument("--channels", type=int, nargs="+", default=[16, 32, 64, 96])
    parser.add_argument("--embedding", type=int, default=48)
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--size", type=int, default=64, help="of what attention compares")
    return parser.parse_args()


class Scenes:
    """Batches of training scenes, each rendered when it is needed and seen once."""

    def __init__(self, options, step):
        self.options, self.number, self.chunk, self.at = options, 8 * step * options.batch, None, 0

    def next(self):
        batch, count = self.options.batch, 64 * self.options.batch
        if self.chunk is None or self.at + batch > len(self.chunk["targets"]):
            self.chunk = rarer(scenes(self.options.heed, "train", self.number, count), self.options.rare)
            self.chunk["labels"] = labels_of(self.chunk, 8, 8)
            self.number, self.at = self.number + count, 0
        self.at += batch
        return {name: value[self.at - batch:self.at] for name, value in self.chunk.items()}


class Run:
    """The model, its optimiser, and how far they have come."""

    def __init__(self, options, names):
        counts = [FIRST_FIGURE - FIRST_HUE + 1, names.index("left") - FIRST_FIGURE + 1, FIRST_HUE - FIRST_SIZE + 1]
        self.options, self.names = options, names
        self.model = captioner.Captioner(len(captioner.SPECIAL) + len(names), options.channels, 64, options.embedding, options.hidden,
                                         options.size)
        self.teller = captioner.PlaceTeller(options.channels[-1], counts)
        self.all = torch.nn.ModuleList([self.model, self.teller])
        if options.start:
            self.model.load_state_dict({n: w.float() for n, w in tensors.read(options.start / "model.safetensors").items()})
        self.adam = torch.optim.Adam(self.all.parameters(), lr=options.rate, betas=(0.9, 0.99))
        self.step, self.done, self.baseline = 0, 0.0, torch.zeros(32)
        self.pool = concurrent.futures.ThreadPoolExecutor(options.threads)

    def keep(self, path, done):
        torch.save({"all": self.all.state_dict(), "adam": self.adam.state_dict(), "step": self.step, "done": done,
                    "baseline": self.baseline}, path.with_suffix(".new"))
        path.with_suffix(".new").rename(path)

    def take_up(self, path):
        found = torch.load(path)
        self.all.load_state_dict(found["all"])
        self.adam.load_state_dict(found["adam"])
        self.step, self.baseline = found["step"], found["baseline"]
        self.done = found["done"] if self.options.done is None else self.options.done

    def losses(self, batch, places_only):
        """What to make small, and what to write down: of captions -log p a word, before that the places' own loss."""
        begun = self.model.begin(batch["pictures"] / 255)
        placed = self.teller.loss(begun[0] - self.model.encoder.positions.weight, batch["labels"])
        if places_only:
            return placed, placed.detach()
        if self.options.hard:
            loss, plain = captioner.hard_loss(self.model, begun, batch["targets"], self.baseline, self.options)
        else:
            loss, plain = captioner.soft_loss(self.model, begun, batch["targets"], self.options.evenly)
        return loss + self.options.place * placed, plain

    def move(self, batch, rate, places_only):
        parameters = list(self.all.parameters())

        def one(k):
            loss, plain = self.losses({name: value[k::self.options.threads] for name, value in batch.items()}, places_only)
            return torch.autograd.grad(loss, parameters, allow_unused=True), float(plain)

        found = list(self.pool.map(one, range(self.options.threads)))
        for i, parameter in enumerate(parameters):
            grads = [grad[i] for grad, _ in found]
            parameter.grad = None if grads[0] is None else sum(grads) / len(grads)
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for group in self.adam.param_groups:
            group["lr"] = rate
        self.adam.step()
        self.step += 1
        return sum(plain for _, plain in found) / len(found)


def main():
    options = read_options()
    torch.manual_seed(1)
    torch.set_num_threads(1)
    options.state.mkdir(parents=True, exist_ok=True)
    kept, lines = options.state / "run.pt", open(options.state / "log.txt", "a")

    def log(line):
        print(line, flush=True)
        print(time.strftime("%H:%M:%S", time.gmtime()), line, file=lines, flush=True)

    run = Run(options, words(options.heed))
    if kept.exists():
        run.take_up(kept)
    log(f"{sum(p.numel() for p in run.model.parameters())} weights, step {run.step}")
    held, some = scenes(options.heed, "test", 0, 300), Scenes(options, run.step)
    clock, saved, losses = Clock(options.minutes, run.done), time.time(), []
    while clock.tick():
        rate = options.rate * min(1, (run.step + 1) / 100) * min(1.0, (1 - clock.done) / 0.5)
        losses.append(run.move(some.next(), rate, clock.done < options.places))
        if run.step % 50 == 0:
            log(f"step {run.step} done {clock.done:.3f} loss {sum(losses) / len(losses):.4f} in {clock.spent:.0f} s")
            losses = []
        if time.time() - saved > 120:
            run.keep(kept, clock.done)
            write(options.out, run.model, run.names, options.hard)
            log("held out: %.3f right, %.3f pointed" % score(run.model, held, options.hard))
            saved = time.time()
    run.keep(kept, 1.0)
    write(options.out, run.model, run.names, options.hard)
    log("held out, %d scenes: %.4f right, %.4f pointed" % (2000, *score(run.model, scenes(options.heed, "test", 0, 2000), options.hard)))


if __name__ == "__main__":
    main()
