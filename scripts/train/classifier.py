"""A text classifier under the names and in the folder that heed reads: y = LSTM(embedded pieces), a = softmax(y y^T) y, and the mean of a
over the pieces goes through one linear unit; its sigmoid is the probability of the second label."""
import json

import torch
import torch.nn.functional as F

import lineup
import recurrent
import tensors
import wordpiece

PARTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
POSITIONS = 512


def config_of(words, embedding, hidden, labels):
    return {"model_type": "heed_text_classifier", "vocab_size": words, "embedding": embedding,
            "recurrent": {"cell": "lstm", "layers": 1, "hidden": hidden, "bidirectional": False}, "attention": {"scale": False},
            "labels": labels, "torch_dtype": "float16"}


def made(config, dice):
    """Weights to begin with, f32."""
    e, hidden = config["embedding"], config["recurrent"]["hidden"]
    w = {"embedding.weight": torch.randn(config["vocab_size"], e, generator=dice) * 0.3,
         "classifier.weight": torch.zeros(1, hidden), "classifier.bias": torch.zeros(1)}
    recurrent.lstm(w, "recurrent", "l0", e, hidden, dice)
    return w


class Model:
    def __init__(self, weights, drop=0.0, dice=None):
        self.w, self.rate, self.dice = weights, drop, dice

    def drop(self, x, whole=False):
        """`whole`: every place of a row loses the same numbers."""
        if not self.rate:
            return x
        coins = x.new_empty(x.shape[0], 1 if whole else x.shape[1], x.shape[2]).bernoulli_(1 - self.rate, generator=self.dice)
        return x * coins / (1 - self.rate)

    def logits(self, numbers, lengths):
        """numbers [B,S] -> [B]. What stands behind a row's end is seen by no other place: the LSTM runs forward."""
        x = self.drop(F.embedding(numbers, self.w["embedding.weight"]))
        zeros = x.new_zeros(1, len(x), self.w["recurrent.weight_hh_l0"].shape[1])
        weights = [self.w[f"recurrent.{part}_l0"] for part in PARTS]
        y = torch._VF.lstm(x.transpose(0, 1), (zeros, zeros), weights, True, 1, 0.0, False, False, False)[0].transpose(0, 1)
        y = self.drop(y, True)
        there = torch.arange(numbers.shape[1]) < lengths[:, None]
        energies = (y @ y.transpose(1, 2)).masked_fill(~there[:, None], -torch.inf)
        mean = (energies.softmax(2) @ y * there[..., None]).sum(1) / lengths[:, None]
        return F.linear(mean, self.w["classifier.weight"], self.w["classifier.bias"])[:, 0]


def write(folder, config, weights, pieces):
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    wordpiece.write(folder, pieces, POSITIONS)
    tensors.write(folder / "model.safetensors", weights, torch.float16)


class Classifier:
    """A published folder, computed in f32."""

    def __init__(self, folder):
        self.pieces = wordpiece.WordPiece((folder / "vocab.txt").read_text(encoding="utf-8").split("\n")[:-1])
        self.model = Model({name: w.float() for name, w in tensors.read(folder / "model.safetensors").items()})

    def probabilities(self, lines):
        return probabilities(self.model, [self.pieces.encoded(line) for line in lines])


def probabilities(model, rows, together=64):
    """Of the second label, [N]."""
    order, out = sorted(range(len(rows)), key=lambda i: len(rows[i])), torch.zeros(len(rows))
    with torch.no_grad():
        for at in range(0, len(order), together):
            some = order[at:at + together]
            out[some] = torch.sigmoid(model.logits(*lineup.filled([rows[i] for i in some], wordpiece.PAD)))
    return out
