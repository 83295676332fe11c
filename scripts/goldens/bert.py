#!/usr/bin/env python3
"""Writes tests/golden/bert: small BERT, RoBERTa and DistilBERT models with random weights, and what they answer in double precision.

    scripts/goldens/bert.py [FOLDER]

Each folder is a checkpoint as its family publishes it, and golden.safetensors: "ids", "types" and "lengths" as numbers, "hidden" [B,T,C],
"attentions" [layers,B,H,T,T] and what the head answers: "logits". What stands behind a sentence's length counts for nothing.
"""
import json
import math
import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import tensors

HIDDEN, LAYERS, HEADS, MLP, WORDS, POSITIONS, LABELS = 12, 2, 3, 20, 23, 16, 5
BATCH, TOKENS, LENGTHS = 2, 11, (11, 6)


class Bert:
    model_type, base, types, first_position, eps = "bert", "bert", 2, 0, 1e-12
    layer = "encoder.layer"
    parts = {"query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value", "out": "attention.output.dense",
             "norm1": "attention.output.LayerNorm", "up": "intermediate.dense", "down": "output.dense", "norm2": "output.LayerNorm"}
    config = {"hidden_size": HIDDEN, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": MLP, "hidden_act": "gelu",
              "max_position_embeddings": POSITIONS, "type_vocab_size": 2, "vocab_size": WORDS}
    # dense, its activation, its norm, weight and bias of the last matrix (None: the word embeddings), whether it reads one token
    heads = {"MaskedLM": ("cls.predictions.transform.dense", F.gelu, "cls.predictions.transform.LayerNorm", None, "cls.predictions.bias", False),
             "SequenceClassification": ("bert.pooler.dense", torch.tanh, None, "classifier.weight", "classifier.bias", True),
             "TokenClassification": (None, None, None, "classifier.weight", "classifier.bias", False),
             "QuestionAnswering": (None, None, None, "qa_outputs.weight", "qa_outputs.bias", False)}
    title = "Bert"


class Roberta(Bert):
    model_type, base, types, first_position, eps, title = "roberta", "roberta", 1, 2, 1e-5, "Roberta"
    config = {**Bert.config, "type_vocab_size": 1, "layer_norm_eps": 1e-5, "pad_token_id": 1}
    heads = {"MaskedLM": ("lm_head.dense", F.gelu, "lm_head.layer_norm", None, "lm_head.bias", False),
             "SequenceClassification": ("classifier.dense", torch.tanh, None, "classifier.out_proj.weight", "classifier.out_proj.bias", True)}


class DistilBert(Bert):
    model_type, base, types, title, layer = "distilbert", "distilbert", 0, "DistilBert", "transformer.layer"
    parts = {"query": "attention.q_lin", "key": "attention.k_lin", "value": "attention.v_lin", "out": "attention.out_lin", "norm1": "sa_layer_norm",
             "up": "ffn.lin1", "down": "ffn.lin2", "norm2": "output_layer_norm"}
    config = {"dim": HIDDEN, "n_layers": LAYERS, "n_heads": HEADS, "hidden_dim": MLP, "activation": "gelu", "max_position_embeddings": POSITIONS,
              "vocab_size": WORDS}
    heads = {"MaskedLM": ("vocab_transform", F.gelu, "vocab_layer_norm", None, "vocab_projector.bias", False),
             "SequenceClassification": ("pre_classifier", F.relu, None, "classifier.weight", "classifier.bias", True),
             "QuestionAnswering": (None, None, None, "qa_outputs.weight", "qa_outputs.bias", False)}


def outputs(task):
    return {"MaskedLM": WORDS, "QuestionAnswering": 2}.get(task, LABELS)


def random_weights(family, task, dice):
    w, normal = {}, lambda *size, std=1.0: torch.randn(*size, generator=dice) * std

    def matrix(name, out, inputs):
        w[name + ".weight"], w[name + ".bias"] = normal(out, inputs, std=1.3 / inputs ** 0.5), normal(out, std=0.1)

    def norm(name):
        w[name + ".weight"], w[name + ".bias"] = 1 + normal(HIDDEN, std=0.1), normal(HIDDEN, std=0.1)

    at = family.base + ".embeddings."
    w[at + "word_embeddings.weight"], w[at + "position_embeddings.weight"] = normal(WORDS, HIDDEN), normal(POSITIONS, HIDDEN)
    if family.types:
        w[at + "token_type_embeddings.weight"] = normal(family.types, HIDDEN)
    norm(at + "LayerNorm")
    for i in range(LAYERS):
        for part, name in family.parts.items():
            name = f"{family.base}.{family.layer}.{i}.{name}"
            if part in ("norm1", "norm2"):
                norm(name)
            else:
                matrix(name, MLP if part == "up" else HIDDEN, MLP if part == "down" else HIDDEN)
    dense, _, head_norm, weight, bias, _ = family.heads[task]
    if dense:
        matrix(dense, HIDDEN, HIDDEN)
    if head_norm:
        norm(head_norm)
    if weight:
        w[weight] = normal(outputs(task), HIDDEN, std=HIDDEN ** -0.5)
    w[bias] = normal(outputs(task), std=0.3)
    return w


def forward(family, task, w, ids, types, lengths):
    linear = lambda name, x: F.linear(x, w[name + ".weight"], w[name + ".bias"])
    norm = lambda name, x: F.layer_norm(x, x.shape[-1:], w[name + ".weight"], w[name + ".bias"], family.eps)
    at = family.base + ".embeddings."
    x = w[at + "word_embeddings.weight"][ids] + w[at + "position_embeddings.weight"][family.first_position:family.first_position + TOKENS]
    if family.types:
        x = x + w[at + "token_type_embeddings.weight"][types]
    x, attentions = norm(at + "LayerNorm", x), []
    unseen = torch.arange(TOKENS)[None, None, None, :] >= torch.tensor(lengths)[:, None, None, None]
    for i in range(LAYERS):
        name = lambda part: f"{family.base}.{family.layer}.{i}.{family.parts[part]}"
        query, key, value = (linear(name(part), x).unflatten(-1, (HEADS, -1)).transpose(1, 2) for part in ("query", "key", "value"))
        attention = (query @ key.transpose(2, 3) / math.sqrt(HIDDEN // HEADS)).masked_fill(unseen, -math.inf).softmax(-1)
        attentions.append(attention)
        x = norm(name("norm1"), x + linear(name("out"), (attention @ value).transpose(1, 2).flatten(2)))
        x = norm(name("norm2"), x + linear(name("down"), F.gelu(linear(name("up"), x))))
    dense, activation, head_norm, weight, bias, one = family.heads[task]
    y = x[:, 0] if one else x
    if dense:
        y = activation(linear(dense, y))
    if head_norm:
        y = norm(head_norm, y)
    logits = F.linear(y, w[weight or at + "word_embeddings.weight"], w[bias])
    return {"hidden": x, "attentions": torch.stack(attentions), "logits": logits}


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else root / "tests" / "golden" / "bert"
    dice = torch.Generator().manual_seed(7)
    for family in (Bert, Roberta, DistilBert):
        for task in family.heads:
            at = folder / f"{family.model_type}-{task}"
            at.mkdir(parents=True, exist_ok=True)
            weights = random_weights(family, task, dice)
            tensors.write(at / "model.safetensors", weights, torch.float32)
            config = {"architectures": [f"{family.title}For{task}"], "model_type": family.model_type, **family.config}
            if task.endswith("Classification"):
                config["id2label"] = {str(i): f"LABEL_{i}" for i in range(LABELS)}
            (at / "config.json").write_text(json.dumps(config, indent=2) + "\n")
            ids = torch.randint(2, WORDS, (BATCH, TOKENS), generator=dice)
            types = torch.randint(0, max(family.types, 1), (BATCH, TOKENS), generator=dice)
            answer = forward(family, task, {k: v.double() for k, v in weights.items()}, ids, types, LENGTHS)
            tensors.write(at / "golden.safetensors", {"ids": ids, "types": types, "lengths": torch.tensor(LENGTHS), **answer}, torch.float32)


if __name__ == "__main__":
    main()
