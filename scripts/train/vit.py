"""The transformer: Hugging Face's ViTForImageClassification, computed with bf16 matrices and an f32 residual stream."""
import math

import torch
import torch.nn.functional as F

EPS = 1e-6


class Shape:
    def __init__(self, image=32, patch=4, hidden=192, layers=6, heads=6, mlp=384, labels=10):
        self.image, self.patch, self.hidden, self.layers, self.heads, self.mlp, self.labels = image, patch, hidden, layers, heads, mlp, labels
        self.side = image // patch
        self.head = hidden // heads


def layer_names(i):
    at = f"vit.encoder.layer.{i}."
    return {"query": at + "attention.attention.query", "key": at + "attention.attention.key", "value": at + "attention.attention.value",
            "out": at + "attention.output.dense", "up": at + "intermediate.dense", "down": at + "output.dense",
            "before": at + "layernorm_before", "after": at + "layernorm_after"}


def waves(shape, count):
    """Position features [side*side, 4*count]: cosines and sines of columns, then of rows."""
    rate = math.pi / shape.side * (torch.arange(count) + 0.5) * 1.5
    angle = torch.arange(shape.side)[:, None] * rate
    one = torch.cat([angle.cos(), angle.sin()], 1)
    columns = one[None].expand(shape.side, -1, -1)
    rows = one[:, None].expand(-1, shape.side, -1)
    return torch.cat([columns, rows], 2).reshape(shape.side ** 2, -1), rate


def turned(rate, dx, dy):
    """The matrix that moves `waves` by (dx, dy)."""
    n = len(rate)
    m = torch.zeros(4 * n, 4 * n)
    for at, d in ((0, dx), (2 * n, dy)):
        c, s = torch.diag((rate * d).cos()), torch.diag((rate * d).sin())
        m[at:at + 2 * n, at:at + 2 * n] = torch.cat([torch.cat([c, -s], 1), torch.cat([s, c], 1)])
    return m


def made(shape, patches, dice, local=True):
    """Weights under their published names. Patch embedding: whitened patches [N,48] in both signs. Attention starts `local`: position
    features lie in the first channels, and each head's queries ask for the features some pixels of the grid away."""
    c, heads, d = shape.hidden, shape.heads, shape.head
    normal = lambda *size, std=0.02: torch.randn(*size, generator=dice) * std
    orthogonal = lambda rows, columns: torch.linalg.qr(torch.randn(max(rows, columns), min(rows, columns), generator=dice))[0]
    count = 4
    place = 4 * count if local else 0
    features, rate = waves(shape, count)
    w = {}
    w["vit.embeddings.cls_token"] = normal(1, 1, c)
    positions = normal(shape.side ** 2 + 1, c)
    if local:
        positions[1:, :place] += features * 1.5
    w["vit.embeddings.position_embeddings"] = positions[None]
    values, vectors = torch.linalg.eigh(patches.t().mm(patches) / len(patches))
    whiten = (vectors / (values + 1e-2).sqrt()).t().flip(0)
    projection = torch.zeros(c, patches.shape[1])
    random = torch.randn(c, patches.shape[1], generator=dice)
    projection[place:] = (random[place:] / patches.shape[1] ** 0.5).mm(whiten)
    w["vit.embeddings.patch_embeddings.projection.weight"] = projection.view(c, 3, shape.patch, shape.patch)
    w["vit.embeddings.patch_embeddings.projection.bias"] = torch.zeros(c)
    near = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    for i in range(shape.layers):
        n = layer_names(i)
        query, key = normal(c, c, std=0.5 / c ** 0.5), normal(c, c, std=0.5 / c ** 0.5)
        if local:
            order = torch.randperm(len(near), generator=dice)
            for h in range(heads):
                dx, dy = near[order[h % len(near)]]
                rows = slice(h * d, h * d + place)
                sharp = 1.3
                query[rows, :], key[rows, :] = 0, 0
                query[rows, :place] = turned(rate, dx, dy) * sharp
                key[rows, :place] = torch.eye(place) * sharp
        w[n["query"] + ".weight"], w[n["key"] + ".weight"] = query, key
        w[n["value"] + ".weight"] = orthogonal(c, c)
        w[n["out"] + ".weight"] = torch.zeros(c, c)
        w[n["up"] + ".weight"] = orthogonal(shape.mlp, c) * 1.0
        w[n["down"] + ".weight"] = torch.zeros(c, shape.mlp)
        for part in ("query", "key", "value", "out", "up", "down"):
            w[n[part] + ".bias"] = torch.zeros(len(w[n[part] + ".weight"]))
        for part in ("before", "after"):
            w[n[part] + ".weight"], w[n[part] + ".bias"] = torch.ones(c), torch.zeros(c)
    w["vit.layernorm.weight"], w["vit.layernorm.bias"] = torch.ones(c), torch.zeros(c)
    w["classifier.weight"], w["classifier.bias"] = torch.zeros(shape.labels, c), torch.zeros(shape.labels)
    return w


def packed(w, shape):
    """As it is computed: matrices transposed in bf16, queries, keys and values as one, the scale of the logits within."""
    scale = shape.head ** -0.5
    half = lambda name: w[name].flatten(1).t().bfloat16().contiguous()
    p = {"cls": w["vit.embeddings.cls_token"][0, 0].clone(), "positions": w["vit.embeddings.position_embeddings"][0].clone(),
         "patch": half("vit.embeddings.patch_embeddings.projection.weight"),
         "patch_bias": w["vit.embeddings.patch_embeddings.projection.bias"].clone(),
         "gain": w["vit.layernorm.weight"].clone(), "bias": w["vit.layernorm.bias"].clone(),
         "head": w["classifier.weight"].t().clone(), "head_bias": w["classifier.bias"].clone()}
    for i in range(shape.layers):
        n = layer_names(i)
        p[f"qkv{i}"] = torch.cat([half(n["query"] + ".weight") * scale, half(n["key"] + ".weight"), half(n["value"] + ".weight")], 1)
        p[f"qkv_bias{i}"] = torch.cat([w[n["query"] + ".bias"] * scale, w[n["key"] + ".bias"], w[n["value"] + ".bias"]]).bfloat16()
        for part in ("out", "up", "down"):
            p[f"{part}{i}"], p[f"{part}_bias{i}"] = half(n[part] + ".weight"), w[n[part] + ".bias"].bfloat16()
        for part in ("before", "after"):
            p[f"{part}{i}"], p[f"{part}_bias{i}"] = w[n[part] + ".weight"].clone(), w[n[part] + ".bias"].clone()
    return p


def unpacked(g, shape, like):
    """Gradients of what `packed` made, under the published names."""
    scale, c = shape.head ** -0.5, shape.hidden
    out = {"vit.embeddings.cls_token": g["cls"], "vit.embeddings.position_embeddings": g["positions"],
           "vit.embeddings.patch_embeddings.projection.weight": g["patch"].t(), "vit.embeddings.patch_embeddings.projection.bias": g["patch_bias"],
           "vit.layernorm.weight": g["gain"], "vit.layernorm.bias": g["bias"], "classifier.weight": g["head"].t(), "classifier.bias": g["head_bias"]}
    for i in range(shape.layers):
        n = layer_names(i)
        for at, part in enumerate(("query", "key", "value")):
            by = scale if at == 0 else 1
            out[n[part] + ".weight"] = g[f"qkv{i}"][:, at * c:(at + 1) * c].t() * by
            out[n[part] + ".bias"] = g[f"qkv_bias{i}"][at * c:(at + 1) * c] * by
        for part in ("out", "up", "down"):
            out[n[part] + ".weight"], out[n[part] + ".bias"] = g[f"{part}{i}"].t(), g[f"{part}_bias{i}"]
        for part in ("before", "after"):
            out[n[part] + ".weight"], out[n[part] + ".bias"] = g[f"{part}{i}"], g[f"{part}_bias{i}"]
    return {name: g.reshape(like[name].shape).float() for name, g in out.items()}


def forward(p, shape, x, keep=None, taps=(), tapped=None):
    """x [N,3,S,S] -> logits [N,labels]; `keep` [N,K] names the patches that are looked at, all when absent; `tapped` collects the patches
    after the layers `taps` [N,K,hidden], and at last the class token [N,1,hidden]."""
    n, s, q, c, heads, d = len(x), shape.side, shape.patch, shape.hidden, shape.heads, shape.head
    patches = x.view(n, 3, s, q, s, q).permute(0, 2, 4, 1, 3, 5).reshape(n, s * s, 3 * q * q)
    positions = p["positions"][1:] + p["patch_bias"]
    if keep is not None:
        patches = patches.gather(1, keep[:, :, None].expand(-1, -1, patches.shape[2]))
        positions = positions[keep]
    tokens = patches.reshape(-1, 3 * q * q).bfloat16().mm(p["patch"]).float().view(n, -1, c) + positions
    first = (p["cls"] + p["positions"][0]).expand(n, 1, c)
    x = torch.cat([first, tokens], 1)
    t = x.shape[1]
    x = x.reshape(n * t, c)
    for i in range(shape.layers):
        y = F.layer_norm(x, (c,), p[f"before{i}"], p[f"before_bias{i}"], EPS).bfloat16()
        qkv = torch.addmm(p[f"qkv_bias{i}"], y, p[f"qkv{i}"]).view(n, t, 3, heads, d).permute(2, 0, 3, 1, 4).reshape(3, n * heads, t, d)
        query, key, value = qkv.unbind(0)
        y = torch.bmm(torch.bmm(query, key.transpose(1, 2)).softmax(-1), value)
        y = y.view(n, heads, t, d).transpose(1, 2).reshape(n * t, c)
        x = x + torch.addmm(p[f"out_bias{i}"], y, p[f"out{i}"])
        y = F.layer_norm(x, (c,), p[f"after{i}"], p[f"after_bias{i}"], EPS).bfloat16()
        y = F.gelu(torch.addmm(p[f"up_bias{i}"], y, p[f"up{i}"]))
        x = x + torch.addmm(p[f"down_bias{i}"], y, p[f"down{i}"])
        if i in taps:
            tapped.append(F.layer_norm(x.view(n, t, c)[:, 1:], (c,), eps=EPS))
    x = F.layer_norm(x.view(n, t, c)[:, 0], (c,), p["gain"], p["bias"], EPS)
    if tapped is not None:
        tapped.append(x[:, None])
    return x.mm(p["head"]) + p["head_bias"]
