"""The translator: Hugging Face's MarianMTModel, trained with bf16 matrices and an f32 residual stream."""
import json
import pathlib
import sys

import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import tensors

EPS = 1e-5
POSITIONS = 512


class Shape:
    def __init__(self, words, hidden=256, heads=4, mlp=1024, encoder=4, decoder=2):
        self.words, self.hidden, self.heads, self.mlp, self.encoder, self.decoder = words, hidden, heads, mlp, encoder, decoder
        self.head = hidden // heads
        self.pad = words - 1

    def layers(self):
        for side, count in (("encoder", self.encoder), ("decoder", self.decoder)):
            for i in range(count):
                yield side, f"model.{side}.layers.{i}."


def positions(count, hidden):
    """[count,hidden]: sines in the first half, cosines in the second."""
    angle = torch.arange(count)[:, None] / 10000 ** (torch.arange(hidden // 2) * 2 / hidden)
    return torch.cat([angle.sin(), angle.cos()], 1)


def made(shape, dice):
    """Weights under their published names. Every branch starts silent."""
    c = shape.hidden
    normal = lambda *size, std: torch.randn(*size, generator=dice) * std
    orthogonal = lambda rows, columns: torch.linalg.qr(torch.randn(max(rows, columns), min(rows, columns), generator=dice))[0]
    w = {"model.shared.weight": normal(shape.words, c, std=c ** -0.5), "final_logits_bias": torch.zeros(1, shape.words)}
    w["model.shared.weight"][shape.pad] = 0
    for side, at in shape.layers():
        for attention in ("self_attn", "encoder_attn")[:2 if side == "decoder" else 1]:
            for part in ("q_proj", "k_proj"):
                w[f"{at}{attention}.{part}.weight"] = normal(c, c, std=0.7 * c ** -0.5)
            w[f"{at}{attention}.v_proj.weight"], w[f"{at}{attention}.out_proj.weight"] = orthogonal(c, c), torch.zeros(c, c)
            w[f"{at}{attention}_layer_norm.weight"] = torch.ones(c)
        w[at + "fc1.weight"], w[at + "fc2.weight"] = orthogonal(shape.mlp, c), torch.zeros(c, shape.mlp)
        w[at + "final_layer_norm.weight"] = torch.ones(c)
    for name in [name for name in w if name.startswith("model.") and name != "model.shared.weight"]:
        w[name.replace(".weight", ".bias")] = torch.zeros(len(w[name]))
    return w


def frequencies(rows, words):
    """log p of every word [words] as often as it is in rows of numbers: what to guess before anything is learnt."""
    count = torch.bincount(torch.tensor([number for row in rows for number in row]), minlength=words) + 0.1
    return (count / count.sum()).log()


GROUPS = {"self_attn.": (("qkv", ("q_proj", "k_proj", "v_proj")), ("out", ("out_proj",))),
          "encoder_attn.": (("q", ("q_proj",)), ("kv", ("k_proj", "v_proj")), ("out", ("out_proj",)))}


def groups(shape):
    """What is multiplied at once: (name, the published names it is made of)."""
    for side, at in shape.layers():
        for attention in ("self_attn.", "encoder_attn.")[:2 if side == "decoder" else 1]:
            for name, parts in GROUPS[attention]:
                yield at + attention + name, [at + attention + part for part in parts]
        for part in ("fc1", "fc2"):
            yield at + part, [at + part]


def scaled(shape, name):
    return shape.head ** -0.5 if name.endswith("q_proj") else 1.0


def packed(w, shape, kind=torch.bfloat16):
    """As it is computed: matrices transposed in `kind`, queries, keys and values as one, the scale of the logits within."""
    p = {name: w[name].clone() for name in w if "norm" in name}
    p["shared"], p["bias"] = w["model.shared.weight"].clone(), w["final_logits_bias"][0].clone()
    p["head"] = w["model.shared.weight"].to(kind, copy=True)
    for name, parts in groups(shape):
        p[name] = torch.cat([(w[part + ".weight"] * scaled(shape, part)).t() for part in parts], 1).to(kind)
        p[name + "_bias"] = torch.cat([w[part + ".bias"] * scaled(shape, part) for part in parts]).to(kind)
    return p


def unpacked(g, shape):
    """Gradients of what `packed` made, under the published names."""
    out = {name: grad for name, grad in g.items() if "norm" in name}
    out["model.shared.weight"], out["final_logits_bias"] = g["shared"] + g["head"], g["bias"][None]
    out["model.shared.weight"][shape.pad] = 0
    for name, parts in groups(shape):
        for at, part in enumerate(parts):
            columns = slice(at * len(g[name + "_bias"]) // len(parts), (at + 1) * len(g[name + "_bias"]) // len(parts))
            out[part + ".weight"] = g[name][:, columns].t() * scaled(shape, part)
            out[part + ".bias"] = g[name + "_bias"][columns] * scaled(shape, part)
    return out


class Dropout:
    """Zeroes a share of the numbers; the places come out of one long row of coins, read from anywhere."""

    def __init__(self, share, dice, length=1 << 23):
        self.coins = (torch.rand(length, generator=dice) >= share).bfloat16() / (1 - share)

    def __call__(self, x, dice):
        at = int(torch.randint(len(self.coins) - x.numel(), (1,), generator=dice))
        return x * self.coins[at:at + x.numel()].view_as(x)


def still(x, dice):
    return x


def even(x, to=256):
    """Rows of zeros after the others up to a round number: there are then few sizes of matrices, each prepared once."""
    return F.pad(x, (0, 0, 0, -len(x) % to))


class Model:
    """One run through the network. p: what `packed` made; drop and dice: what is left out. States are [n*t,c] and `even` ones."""
    act = staticmethod(F.relu)

    def __init__(self, p, shape, drop=still, dice=None):
        self.p, self.shape, self.drop, self.dice = p, shape, drop, dice
        self.kind = p["head"].dtype
        self.places = positions(POSITIONS, shape.hidden)

    def linear(self, x, name):
        return torch.addmm(self.p[name + "_bias"], x, self.p[name])

    def norm(self, x, name):
        return F.layer_norm(x, (self.shape.hidden,), self.p[name + ".weight"], self.p[name + ".bias"], EPS)

    def added(self, x, y, name):
        return self.norm(x + self.drop(y, self.dice), name)

    def heads(self, x, size, parts):
        """[n*t, parts*c] of size (n, t) -> parts times [n*heads, t, head]"""
        s, (n, t) = self.shape, size
        return x[:n * t].view(n, t, parts, s.heads, s.head).permute(2, 0, 3, 1, 4).reshape(parts, n * s.heads, t, s.head).unbind(0)

    def attended(self, query, key, value, n, mask):
        """-> [n*t, c]; mask [n,1,1 or t,s] is added to the logits"""
        logits = torch.bmm(query, key.transpose(1, 2))
        if mask is not None:
            logits = (logits.view(n, self.shape.heads, *logits.shape[1:]) + mask).view_as(logits)
        y = torch.bmm(logits.softmax(-1), value)
        return even(y.view(n, self.shape.heads, -1, self.shape.head).transpose(1, 2).reshape(-1, self.shape.hidden))

    def embedded(self, numbers):
        x = F.embedding(numbers, self.p["shared"]) * self.shape.hidden ** 0.5 + self.places[:numbers.shape[1]]
        return self.drop(even(x.view(-1, self.shape.hidden)), self.dice)

    def around_itself(self, x, at, size, mask):
        y = self.attended(*self.heads(self.linear(x.to(self.kind), at + "self_attn.qkv"), size, 3), size[0], mask)
        return self.added(x, self.linear(y, at + "self_attn.out"), at + "self_attn_layer_norm")

    def fed(self, x, at):
        y = self.act(self.linear(x.to(self.kind), at + "fc1"))
        return self.added(x, self.linear(y, at + "fc2"), at + "final_layer_norm")

    def encode(self, source, lengths):
        """source [n,s] -> states [n*s,c] and what hides the padding, or None"""
        hidden = None
        if int(lengths.min()) < source.shape[1]:
            hidden = -1e4 * (torch.arange(source.shape[1]) >= lengths[:, None])[:, None, None].to(self.kind)
        x = self.embedded(source)
        for side, at in self.shape.layers():
            if side == "encoder":
                x = self.fed(self.around_itself(x, at, source.shape, hidden), at)
        return x, hidden

    def crossed(self, states, size):
        """Keys and values of every decoder layer."""
        y = states.to(self.kind)
        return [self.heads(self.linear(y, at + "encoder_attn.kv"), size, 2) for side, at in self.shape.layers() if side == "decoder"]

    def decode(self, target, crossed, hidden):
        """target [n,t] -> states [n*t,c]"""
        n, t = target.shape
        causal = torch.full((t, t), -1e4).triu(1).to(self.kind)[None, None]
        x = self.embedded(target)
        for (side, at), (key, value) in zip([layer for layer in self.shape.layers() if layer[0] == "decoder"], crossed):
            x = self.around_itself(x, at, target.shape, causal)
            (query,) = self.heads(self.linear(x.to(self.kind), at + "encoder_attn.q"), (n, t), 1)
            y = self.attended(query, key, value, n, hidden)
            x = self.added(x, self.linear(y, at + "encoder_attn.out"), at + "encoder_attn_layer_norm")
            x = self.fed(x, at)
        return x


class Surprise(torch.autograd.Function):
    """Sum over the rows of -log p of the wanted word, a share `smooth` of it spread over all words; its gradient is made on the way."""

    @staticmethod
    def forward(ctx, x, head, bias, wanted, smooth):
        count, words, x = len(x), len(head), even(x)
        dx, dhead, dbias, total, plain = torch.empty_like(x), torch.zeros_like(head, dtype=torch.float32), torch.zeros_like(bias), 0.0, 0.0
        for at in range(0, len(x), 256):
            rows, take = x[at:at + 256], wanted[at:at + 256, None]
            logits = rows.mm(head.t()).float().add_(bias).log_softmax(1)[:len(take)]
            right = logits.gather(1, take).sum()
            plain -= float(right)
            total -= (1 - smooth) * float(right) + smooth / words * float(logits.sum())
            grad = logits.exp_().sub_(smooth / words)
            grad.scatter_add_(1, take, torch.full_like(take, smooth - 1, dtype=torch.float32))
            dbias += grad.sum(0)
            grad = even(grad.to(head.dtype))
            dx[at:at + 256] = grad.mm(head)
            dhead += grad.t().mm(rows)
        ctx.save_for_backward(dx[:count], dhead, dbias)
        return torch.tensor(total), torch.tensor(plain)

    @staticmethod
    def backward(ctx, by, _):
        dx, dhead, dbias = ctx.saved_tensors
        return dx * by, (dhead * by).to(dx.dtype), dbias * by, None, None


def surprise(model, source, lengths, target, target_lengths, smooth):
    """target [n,t] without the start. Sum over its words: with smoothing, and without."""
    n, t = target.shape
    start = torch.full((n, 1), model.shape.pad)
    states, hidden = model.encode(source, lengths)
    x = model.decode(torch.cat([start, target[:, :-1]], 1), model.crossed(states, source.shape), hidden)
    real = (torch.arange(t) < target_lengths[:, None]).view(-1).nonzero()[:, 0]
    return Surprise.apply(x[real].to(model.kind), model.p["head"], model.p["bias"], target.view(-1)[real], smooth)


def write(folder, shape, weights):
    numbers = {"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": shape.pad, "decoder_start_token_id": shape.pad,
               "forced_eos_token_id": 0}
    config = {
        "architectures": ["MarianMTModel"], "model_type": "marian", "vocab_size": shape.words, "decoder_vocab_size": shape.words,
        "d_model": shape.hidden, "encoder_layers": shape.encoder, "decoder_layers": shape.decoder, "num_hidden_layers": shape.encoder,
        "encoder_attention_heads": shape.heads, "decoder_attention_heads": shape.heads, "encoder_ffn_dim": shape.mlp,
        "decoder_ffn_dim": shape.mlp, "encoder_layerdrop": 0.0, "decoder_layerdrop": 0.0, "activation_function": "relu", "dropout": 0.1,
        "attention_dropout": 0.0, "activation_dropout": 0.0, "init_std": 0.02, "max_position_embeddings": POSITIONS,
        "scale_embedding": True, "static_position_embeddings": True, "share_encoder_decoder_embeddings": True, "tie_word_embeddings": True,
        "normalize_before": False, "normalize_embedding": False, "add_bias_logits": False, "add_final_layer_norm": False,
        "is_encoder_decoder": True, "use_cache": True, "torch_dtype": "float16", **numbers,
    }
    generation = {**numbers, "bad_words_ids": [[shape.pad]], "max_length": POSITIONS, "num_beams": 4}
    for name, said in (("config.json", config), ("generation_config.json", generation)):
        (folder / name).write_text(json.dumps(said, indent=2) + "\n")
    tensors.write(folder / "model.safetensors", weights, torch.float16)
