#!/usr/bin/env python3
"""What a published translator says, computed by PyTorch in f32.

    scripts/train/translate.py --model FOLDER [--beam 4]                                       lines from stdin
    scripts/train/translate.py --model FOLDER [--beam 4] --data pairs.tsv.gz [--split test]    BLEU, against every Spanish line given

The search is that of Hugging Face's generate (beam.py).
"""
import argparse
import json
import pathlib
import sys

import torch

import lineup
import marian
import sentences
from beam import Beams

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import bleu
import tensors


class Translator:
    def __init__(self, weights, shape, subwords):
        self.shape, self.subwords, self.p = shape, subwords, marian.packed(weights, shape, torch.float32)

    @staticmethod
    def of(folder):
        config = json.loads((folder / "config.json").read_text())
        shape = marian.Shape(config["vocab_size"], config["d_model"], config["encoder_attention_heads"], config["encoder_ffn_dim"],
                             config["encoder_layers"], config["decoder_layers"])
        weights = {name: w.float() for name, w in tensors.read(folder / "model.safetensors").items()}
        return Translator(weights, shape, sentences.Subwords((folder / "source.spm").read_bytes()))

    def translated(self, lines, beam=4, together=64):
        """In their order; they are taken by length."""
        rows = self.subwords.encoded(lines)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        said = [""] * len(rows)
        with torch.no_grad():
            for at in range(0, len(order), together):
                some = order[at:at + together]
                for i, numbers in zip(some, self.searched([rows[i] for i in some], beam)):
                    said[i] = self.subwords.decoded(numbers)
        return said

    def searched(self, rows, beam):
        source, lengths = lineup.filled(rows, self.shape.pad)
        n, longest = len(rows), min(marian.POSITIONS, 2 * source.shape[1] + 20)
        model = marian.Model(self.p, self.shape)
        states, hidden = model.encode(source, lengths)
        states = states[:source.numel()].view(n, -1, self.shape.hidden).repeat_interleave(beam, 0).view(-1, self.shape.hidden)
        hidden = hidden if hidden is None else hidden.repeat_interleave(beam, 0)
        crossed = model.crossed(states, (n * beam, source.shape[1]))
        beams = Beams(n, beam, sentences.END)
        for count in range(1, longest + 1):
            written = torch.cat([torch.full((n * beam, 1), self.shape.pad), beams.written], 1)
            x = model.decode(written, crossed, hidden)[:written.numel()].view(n * beam, count, -1)[:, -1]
            likely = (x.mm(self.p["head"].t()) + self.p["bias"]).log_softmax(1)
            likely[:, self.shape.pad] = -torch.inf
            beams.step(likely)
            if all(beams.done):
                break
        return beams.best()


def measured(translator, lines, beam, most=None):
    """In a line."""
    english, spanish = sentences.with_references(lines)
    found = bleu.corpus(translator.translated(english[:most], beam), spanish[:most])
    parts = "/".join(f"{p:.1f}" for p in found["precisions"])
    return f"BLEU {found['score']:.2f} {parts} (BP {found['brevity_penalty']:.3f}, {found['length']} words against {found['reference_length']})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--beam", type=int, default=4)
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--split", choices=("train", "dev", "test"), default="test")
    parser.add_argument("--most", type=int, help="only so many of the split's English sentences")
    parser.add_argument("--threads", type=int, default=2)
    o = parser.parse_args()
    torch.set_num_threads(o.threads)
    translator = Translator.of(o.model)
    if o.data:
        print(f"beam {o.beam}, {o.split}:", measured(translator, sentences.pairs(o.data)[o.split], o.beam, o.most))
    else:
        lines = [line.strip() for line in sys.stdin if line.strip()]
        print("\n".join(translator.translated(lines, o.beam)))


if __name__ == "__main__":
    main()
