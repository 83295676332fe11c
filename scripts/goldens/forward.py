"""A vision transformer in plain functions of torch, in the precision of its weights, and every attention map on the way."""
import math

import torch
import torch.nn.functional as F


def positions(names, w, rows, columns):
    """[1, prefix + rows*columns, hidden]: interpolated as the family does it when the grid is not the trained one."""
    table, prefix = w[names.positions], names.prefix
    side = math.isqrt(table.shape[1] - prefix)
    if (rows, columns) == (side, side):
        return table
    grid = table[:, prefix:].view(1, side, side, -1).permute(0, 3, 1, 2)
    grid = F.interpolate(grid, size=(rows, columns), mode="bicubic", align_corners=False, antialias=names.antialias)
    return torch.cat([table[:, :prefix], grid.flatten(2).transpose(1, 2)], 1)


def embedded(names, w, pixels):
    """pixels [B,3,H,W] -> [B,T,hidden]: class and distillation tokens, registers, patches. A rest narrower than a patch is left out."""
    batch = len(pixels)
    patches = F.conv2d(pixels, w[names.patch + ".weight"], w[names.patch + ".bias"], stride=names.shape.patch)
    table = positions(names, w, *patches.shape[2:])
    first = [w[token].expand(batch, -1, -1) for token in names.first]
    if names.prefix:
        first = [token + table[:, i:i + 1] for i, token in enumerate(first)]
    x = torch.cat(first + [patches.flatten(2).transpose(1, 2) + table[:, names.prefix:]], 1)
    if names.registers:
        x = torch.cat([x[:, :1], w[names.registers].expand(batch, -1, -1), x[:, 1:]], 1)
    return x


def linear(w, name, x):
    return F.linear(x, w[name + ".weight"], w.get(name + ".bias"))


def norm(names, w, name, x):
    return F.layer_norm(x, x.shape[-1:], w[name + ".weight"], w[name + ".bias"], names.shape.eps)


def block(names, w, i, x):
    """[B,T,hidden] -> the same, and attention [B,heads,T,T]."""
    shape, at = names.shape, lambda part: names.layer(i, part)
    scale = lambda part, y: y * w[at(part)] if part in names.scales else y
    y = norm(names, w, at("before"), x)
    parts = linear(w, at("qkv"), y).chunk(3, -1) if "qkv" in names.block else [linear(w, at(part), y) for part in ("query", "key", "value")]
    query, key, value = (part.unflatten(-1, (shape.heads, -1)).transpose(1, 2) for part in parts)
    attention = (query @ key.transpose(2, 3) / math.sqrt(query.shape[-1])).softmax(-1)
    x = x + scale("scale1", linear(w, at("out"), (attention @ value).transpose(1, 2).flatten(2)))
    y = linear(w, at("up"), norm(names, w, at("after"), x))
    if shape.swiglu:
        gate, value = y.chunk(2, -1)
        y = F.silu(gate) * value
    else:
        y = F.gelu(y)
    return x + scale("scale2", linear(w, at("down"), y)), attention


def forward(names, w, pixels):
    """Logits [B,labels], the last hidden state after the final norm (before it where the norm comes after pooling) [B,T,hidden],
    attentions [layers,B,heads,T,T]."""
    x, attentions = embedded(names, w, pixels), []
    for i in range(names.shape.layers):
        x, attention = block(names, w, i, x)
        attentions.append(attention)
    if names.norm:
        x = norm(names, w, names.norm, x)
    patches = x[:, len(names.first) + names.shape.registers:]
    if names.pooled_norm:
        logits = linear(w, names.classifiers[0], norm(names, w, names.pooled_norm, patches.mean(1)))
    elif names.shape.pool == "avg":
        logits = linear(w, names.classifiers[0], patches.mean(1))
    elif len(w[names.classifiers[0] + ".weight"][0]) == 2 * names.shape.hidden:
        logits = linear(w, names.classifiers[0], torch.cat([x[:, 0], patches.mean(1)], 1))
    else:
        logits = sum(linear(w, name, x[:, k]) for k, name in enumerate(names.classifiers)) / len(names.classifiers)
    return logits, x, torch.stack(attentions)
