#!/usr/bin/env python3
"""Writes what the real ImageNet ViT-Tiny/16 answers to the photos beside it, in double precision. Its weights may not be passed on, so
neither are its answers: OUT lies outside the repository.

    scripts/goldens/vit_tiny_in1k.py --data FOLDER --out FILE

FOLDER holds vit-tiny-patch16-224-in1k/ and photos/. FILE gets "logits/NAME" [1000] and "pixels/NAME" [3,224,224] for each photo.
"""
import argparse
import pathlib
import sys

import numpy
import torch
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import tensors
from families import Shape, Timm
from forward import forward

TINY = Shape(image=224, patch=16, hidden=192, layers=12, heads=3, mlp=768, labels=1000, eps=1e-6)


def prepared(path, short=248, side=224):
    """Short side to 248, the long side in proportion, truncated; bicubic with antialias; centre crop; mean and deviation 0.5."""
    image = Image.open(path).convert("RGB")
    width, height = image.size
    size = (short, int(short * height / width)) if width <= height else (int(short * width / height), short)
    image = image.resize(size, Image.BICUBIC)
    left, top = (int(round((extent - side) / 2)) for extent in image.size)
    image = image.crop((left, top, left + side, top + side))
    return (torch.from_numpy(numpy.array(image)).permute(2, 0, 1).double() / 255 - 0.5) / 0.5


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    folder = options.data / "vit-tiny-patch16-224-in1k"
    weights = {name: w.double() for name, w in tensors.read(folder / "vit_tiny_patch16_224.safetensors").items()}
    words = (folder / "synset_words.txt").read_text().splitlines()
    answers = {}
    for path in sorted((options.data / "photos").iterdir()):
        x = prepared(path)
        logits = forward(Timm(TINY), weights, x[None])[0][0]
        likely, at = logits.softmax(0).topk(5)
        print(f"{path.name}: " + ", ".join(f"{words[k].split(' ', 1)[1].split(',')[0]} {p:.4f}" for p, k in zip(likely.tolist(), at.tolist())))
        answers["logits/" + path.name], answers["pixels/" + path.name] = logits, x
    tensors.write(options.out, answers, torch.float32)


if __name__ == "__main__":
    main()
