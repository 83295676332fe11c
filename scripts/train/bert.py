"""The reader: Hugging Face's BertForMaskedLM. Inside, its layers are an encoder of marian.py's; they get their published names last."""
import json

import torch
import torch.nn.functional as F

import marian
import tensors
import wordpiece

POSITIONS = 128


class Shape(marian.Shape):
    def __init__(self, words, hidden=192, heads=4, mlp=768, layers=4):
        super().__init__(words, hidden, heads, mlp, encoder=layers, decoder=0)
        self.pad = wordpiece.PAD


def made(shape, dice):
    c = shape.hidden
    w = marian.made(shape, dice)
    w["positions"], w["types"] = marian.positions(POSITIONS, c) * c ** -0.5, torch.zeros(2, c)
    w["change.weight"], w["change.bias"] = torch.linalg.qr(torch.randn(c, c, generator=dice))[0], torch.zeros(c)
    for name in ("first_norm", "last_norm"):
        w[name + ".weight"], w[name + ".bias"] = torch.ones(c), torch.zeros(c)
    return w


PLAIN = ("positions", "types", "change.weight", "change.bias")


def packed(w, shape, kind=torch.bfloat16):
    return {**marian.packed(w, shape, kind), **{name: w[name].clone() for name in PLAIN}}


def unpacked(g, shape):
    return {**marian.unpacked(g, shape), **{name: g[name] for name in PLAIN}}


class Model(marian.Model):
    act = staticmethod(F.gelu)

    def embedded(self, numbers):
        p = self.p
        x = F.embedding(numbers, p["shared"]) + p["positions"][:numbers.shape[1]] + p["types"][0]
        return self.drop(marian.even(self.norm(x.view(-1, self.shape.hidden), "first_norm")), self.dice)

    def guessed(self, x):
        """States of the places asked for -> what is compared with the words."""
        return self.norm(F.gelu(F.linear(x, self.p["change.weight"], self.p["change.bias"])), "last_norm").to(self.kind)

    def logits(self, x):
        return self.guessed(x).mm(self.p["head"].t()) + self.p["bias"]


def surprise(model, numbers, lengths, places, wanted):
    """numbers [n,s]; places [m] in n*s. Sum over the places, twice."""
    x, _ = model.encode(numbers, lengths)
    return marian.Surprise.apply(model.guessed(x[places]), model.p["head"], model.p["bias"], wanted, 0.0)


PARTS = {"self_attn.q_proj": "attention.self.query", "self_attn.k_proj": "attention.self.key", "self_attn.v_proj": "attention.self.value",
         "self_attn.out_proj": "attention.output.dense", "self_attn_layer_norm": "attention.output.LayerNorm", "fc1": "intermediate.dense",
         "fc2": "output.dense", "final_layer_norm": "output.LayerNorm"}
OTHERS = {"model.shared.weight": "bert.embeddings.word_embeddings.weight", "final_logits_bias": "cls.predictions.bias",
          "positions": "bert.embeddings.position_embeddings.weight", "types": "bert.embeddings.token_type_embeddings.weight",
          "first_norm.weight": "bert.embeddings.LayerNorm.weight", "first_norm.bias": "bert.embeddings.LayerNorm.bias",
          "change.weight": "cls.predictions.transform.dense.weight", "change.bias": "cls.predictions.transform.dense.bias",
          "last_norm.weight": "cls.predictions.transform.LayerNorm.weight", "last_norm.bias": "cls.predictions.transform.LayerNorm.bias"}


def names(shape):
    """Each name inside and the published one."""
    yield from OTHERS.items()
    for i, (_, at) in enumerate(shape.layers()):
        for part, published in PARTS.items():
            for kind in (".weight", ".bias"):
                yield at + part + kind, f"bert.encoder.layer.{i}.{published}{kind}"


def write(folder, shape, weights, pieces):
    config = {
        "architectures": ["BertForMaskedLM"], "model_type": "bert", "vocab_size": shape.words, "hidden_size": shape.hidden,
        "num_hidden_layers": shape.encoder, "num_attention_heads": shape.heads, "intermediate_size": shape.mlp, "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.0, "max_position_embeddings": POSITIONS, "type_vocab_size": 2,
        "initializer_range": 0.02, "layer_norm_eps": marian.EPS, "pad_token_id": wordpiece.PAD, "position_embedding_type": "absolute",
        "tie_word_embeddings": True, "torch_dtype": "float16",
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    wordpiece.write(folder, pieces, POSITIONS)
    published = {there: weights[here] for here, there in names(shape)}
    published["cls.predictions.bias"] = published["cls.predictions.bias"][0]
    tensors.write(folder / "model.safetensors", published, torch.float16)


def read(folder):
    """The shape, the weights in f32 under the names inside, and the word pieces."""
    config = json.loads((folder / "config.json").read_text())
    shape = Shape(config["vocab_size"], config["hidden_size"], config["num_attention_heads"], config["intermediate_size"],
                  config["num_hidden_layers"])
    found = tensors.read(folder / "model.safetensors")
    weights = {here: found[there].float() for here, there in names(shape)}
    weights["final_logits_bias"] = weights["final_logits_bias"][None]
    return shape, weights, wordpiece.WordPiece((folder / "vocab.txt").read_text(encoding="utf-8").split("\n")[:-1])
