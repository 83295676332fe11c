"""The transformer that reads one series and continues another; its folder, and its numbers in any precision."""
import dataclasses
import json

import torch
import torch.nn.functional as F

import tensors

EPS, LIMIT, LEAST_KNOWN = 1e-5, 10.0, 24
ATTENTION = ("query", "key", "value", "out")


@dataclasses.dataclass
class Shape:
    channels: int = 64
    heads: int = 4
    cross_head: int = 32
    hidden: int = 256
    encoder: int = 1
    decoder: int = 2
    window: int = 32  # steps back that a row brings along
    reach: int = 32   # of the tables of distances
    rows: int = 128

    def inner(self, kind):
        return self.heads * self.cross_head if kind == "cross_attention" else self.channels

    def branches(self):
        """Each attention's and feed-forward's place."""
        for i in range(self.encoder):
            yield f"encoder.layers.{i}.", ("attention",)
        for i in range(self.decoder):
            yield f"decoder.layers.{i}.", ("self_attention", "cross_attention")


def made(shape, dice):
    """Weights to start from. What a row of the target has behind it asks for the same in the source, one row later, in the first block:
    half of the heads for series that go together, half for those that go against each other."""
    c, w = shape.channels, {}
    normal = lambda *sizes: torch.randn(*sizes, generator=dice)

    def even(rows, columns):
        q = torch.linalg.qr(normal(max(rows, columns), min(rows, columns)))[0]
        return q if rows >= columns else q.t()

    def linear(name, rows, columns, gain=1.0):
        w[name + ".weight"], w[name + ".bias"] = even(rows, columns).contiguous() * gain, torch.zeros(rows)

    def norm(name):
        w[name + ".weight"], w[name + ".bias"] = torch.ones(c), torch.zeros(c)

    for at, kinds in shape.branches():
        for kind in kinds:
            inner = shape.inner(kind)
            for part in ATTENTION:
                linear(at + kind + "." + part, *((c, inner) if part == "out" else (inner, c)), 0.3 if part == "out" else 1)
            norm(at + kind + "_norm")
        linear(at + "feed_forward.up", shape.hidden, c)
        linear(at + "feed_forward.down", c, shape.hidden, 0.3)
        norm(at + "feed_forward_norm")
    for name in ("source", "target"):
        linear(name, c, shape.window + 1)
    w["source.weight"][:, 2:] = w["target.weight"][:, 1:-1]
    first = "decoder.layers.0.cross_attention."
    sign = torch.tensor([(-1.0) ** head for head in range(shape.heads)]).repeat_interleave(shape.cross_head)[:, None]
    w[first + "key.weight"] = w[first + "query.weight"] * sign
    for name in ("encoder", "decoder"):
        norm(name + ".norm")
    near = torch.arange(-shape.reach, shape.reach + 1)
    for name in ("encoder.relative_bias", "decoder.relative_bias", "decoder.cross_relative_bias"):
        w[name] = torch.zeros(shape.heads, 2 * shape.reach + 1)
    w["decoder.cross_relative_bias"] -= 2.0 * ((near > 1) | (near < -20)).float()
    linear("output", 2, c, 0.1)
    return w


class Scale:
    """What a series' features are multiples of: mean, deviation and usual step of the rows before `known` [n]. Each [n,1]."""

    def __init__(self, values, known):
        counted = (torch.arange(values.shape[1]) < known[:, None]).to(values.dtype)
        steps = F.pad(values[:, 1:] - values[:, :-1], (1, 0))
        self.mean = (values * counted).sum(1, keepdim=True) / known[:, None]
        self.deviation = (((values - self.mean) ** 2 * counted).sum(1, keepdim=True) / known[:, None]).sqrt()
        self.unit = ((steps ** 2 * counted).sum(1, keepdim=True) / (known[:, None] - 1)).sqrt()


def features(values, scale, window):
    """A row's level, its step, and those of the rows before it [n,T,1+window]; and the steps [n,T]."""
    levels = ((values - scale.mean) / scale.deviation).clamp(-LIMIT, LIMIT)
    steps = (F.pad(values[:, 1:] - values[:, :-1], (1, 0)) / scale.unit).clamp(-LIMIT, LIMIT)
    back = F.pad(steps, (window - 1, 0)).unfold(1, window, 1).flip(-1)
    return torch.cat([levels[..., None], back], -1), steps


def prepared(values, known, window):
    """Features, steps, and the unit of a step [n,1]."""
    scale = Scale(values, known)
    return *features(values, scale, window), scale.unit


class Model:
    def __init__(self, weights, shape):
        self.w, self.shape = weights, shape

    def linear(self, x, name):
        return F.linear(x, self.w[name + ".weight"], self.w[name + ".bias"])

    def norm(self, x, name):
        return F.layer_norm(x, x.shape[-1:], self.w[name + ".weight"], self.w[name + ".bias"], EPS)

    def attend(self, x, memory, name, bias):
        """x [n,T,C], memory [n,S,C], bias [H,T,S] -> [n,T,C], weights [n,H,T,S]."""
        n, heads = len(x), self.shape.heads
        q, k, v = (self.linear(y, f"{name}.{part}").view(n, y.shape[1], heads, -1).transpose(1, 2)
                   for part, y in zip(ATTENTION, (x, memory, memory)))
        weights = (torch.matmul(q, k.transpose(2, 3)) * q.shape[-1] ** -0.5 + bias).softmax(-1)
        return self.linear(torch.matmul(weights, v).transpose(1, 2).flatten(2), name + ".out"), weights

    def feed(self, x, at):
        y = F.gelu(self.linear(self.norm(x, at + "feed_forward_norm"), at + "feed_forward.up"))
        return x + self.linear(y, at + "feed_forward.down")

    def bias(self, name, rows, columns):
        reach = self.shape.reach
        far = (torch.arange(columns)[None] - torch.arange(rows)[:, None]).clamp(-reach, reach) + reach
        return self.w[name][:, far]

    def encode(self, source):
        """source [n,S,1+window] -> [n,S,C]"""
        x = self.linear(source, "source")
        bias = self.bias("encoder.relative_bias", x.shape[1], x.shape[1])
        for i in range(self.shape.encoder):
            at = f"encoder.layers.{i}."
            y = self.norm(x, at + "attention_norm")
            x = self.feed(x + self.attend(y, y, at + "attention", bias)[0], at)
        return self.norm(x, "encoder.norm")

    def decode(self, target, encoded):
        """target [n,T,1+window] -> mean and log spread of the next step [n,T] each, and cross-attention [n,H,T,S] by block."""
        x = self.linear(target, "target")
        rows = x.shape[1]
        late = torch.full((rows, rows), float("-inf"), dtype=x.dtype).triu(1)
        own = self.bias("decoder.relative_bias", rows, rows) + late
        cross = self.bias("decoder.cross_relative_bias", rows, encoded.shape[1])
        maps = []
        for i in range(self.shape.decoder):
            at = f"decoder.layers.{i}."
            y = self.norm(x, at + "self_attention_norm")
            x = x + self.attend(y, y, at + "self_attention", own)[0]
            y, seen = self.attend(self.norm(x, at + "cross_attention_norm"), encoded, at + "cross_attention", cross)
            maps.append(seen)
            x = self.feed(x + y, at)
        out = self.linear(self.norm(x, "decoder.norm"), "output")
        return out[..., 0], out[..., 1], maps


    def told(self, source, target, known, horizon):
        """Means fed back: of rows known .. known + horizon [n,horizon]. What `target` has there is not looked at."""
        window, index = self.shape.window, torch.arange(len(target))
        scale, rows = Scale(target, known), target.clone()
        encoded = self.encode(prepared(source, known, window)[0])
        for ahead in range(horizon):
            mean, _, _ = self.decode(features(rows, scale, window)[0], encoded)
            at = known + ahead
            rows[index, at] = rows[index, at - 1] + mean[index, at - 1] * scale.unit[:, 0]
        return torch.stack([rows[index, known + ahead] for ahead in range(horizon)], 1)


def write(folder, shape, weights, kind=torch.float16):
    config = {"model_type": "heed_series", "hidden_size": shape.channels, "num_heads": shape.heads, "cross_head_size": shape.cross_head,
              "intermediate_size": shape.hidden, "encoder_layers": shape.encoder, "decoder_layers": shape.decoder, "hidden_act": "gelu",
              "layer_norm_eps": EPS, "steps_back": shape.window, "reach": shape.reach, "rows": shape.rows, "least_known": LEAST_KNOWN,
              "limit": LIMIT}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    tensors.write(folder / "model.safetensors", weights, kind)


def read(folder):
    c = json.loads((folder / "config.json").read_text())
    shape = Shape(c["hidden_size"], c["num_heads"], c["cross_head_size"], c["intermediate_size"], c["encoder_layers"], c["decoder_layers"],
                  c["steps_back"], c["reach"], c["rows"])
    return shape, {name: tensor.float() for name, tensor in tensors.read(folder / "model.safetensors").items()}
