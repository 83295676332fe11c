"""The teacher: a small convolutional network, trained for some minutes, that tells the transformer what it sees in each changed picture."""
import torch
import torch.nn.functional as F

WIDTHS = (64, 128, 192)


def made(pictures, dice):
    """Weights. The first layer whitens 2x2 patches (eigenvectors of their covariance, both signs) and is not trained."""
    patches = pictures.unfold(2, 2, 1).unfold(3, 2, 1).permute(0, 2, 3, 1, 4, 5).reshape(-1, 12)
    values, vectors = torch.linalg.eigh(patches.t().mm(patches) / len(patches))
    whiten = (vectors / (values + 5e-4).sqrt()).t().view(12, 3, 2, 2)
    weights = {"whiten": torch.cat([whiten, -whiten])}
    wide = 24
    for i, width in enumerate(WIDTHS):
        for j, inputs in enumerate((wide, width)):
            filters = torch.randn(width, inputs, 3, 3, generator=dice) / (inputs * 9) ** 0.5
            for k in range(min(width, inputs)):
                filters[k, k] = 0
                filters[k, k, 1, 1] = 1
            weights[f"filter{i}{j}"] = filters
            weights[f"gain{i}{j}"] = torch.ones(width)
            weights[f"bias{i}{j}"] = torch.zeros(width)
        wide = width
    weights["head"] = torch.randn(10, wide, generator=dice) / wide ** 0.5
    return weights


def packed(weights):
    """As the network computes: bf16 but for the norms."""
    def pack(name, w):
        if w.dim() == 1:
            return w.clone()
        w = w.bfloat16()
        return w.contiguous(memory_format=torch.channels_last) if w.dim() == 4 else w
    return {name: pack(name, w) for name, w in weights.items()}


def forward(weights, x, stats=None, note=None, maps=None):
    """x [N,3,32,32] -> logits [N,10]. Norms use the batch unless `stats` has their means and variances; `note` collects them, and `maps`
    what each pair of layers found: [N,64,15,15], [N,128,7,7], [N,192,3,3], and the last one's maxima [N,192,1,1]."""
    def norm(name, x):
        if note is not None:
            variance, mean = torch.var_mean(x.float(), (0, 2, 3))
            note.setdefault(name, []).append((mean, variance))
        mean, variance = stats[name] if stats else (None, None)
        return F.relu(F.batch_norm(x, mean, variance, weights["gain" + name], weights["bias" + name], training=not stats))

    x = F.relu(F.conv2d(x.bfloat16().contiguous(memory_format=torch.channels_last), weights["whiten"]))
    for i in range(len(WIDTHS)):
        x = norm(f"{i}0", F.max_pool2d(F.conv2d(x, weights[f"filter{i}0"], padding=1), 2))
        x = norm(f"{i}1", F.conv2d(x, weights[f"filter{i}1"], padding=1))
        if maps is not None:
            maps.append(x)
    x = x.amax((2, 3))
    if maps is not None:
        maps.append(x[:, :, None, None])
    return x.mm(weights["head"].t()).float() / 3


def statistics(weights, batches):
    note = {}
    with torch.no_grad():
        for x in batches:
            forward(weights, x, note=note)
    return {name: tuple(torch.stack(part).mean(0) for part in zip(*pairs)) for name, pairs in note.items()}


def findings(weights, stats, x, side, scale=None):
    """Logits, and for each of `maps` what was found at each place of a grid [N,side*side,C] (the last: [N,1,C]), standardised by `scale`."""
    maps = []
    logits = forward(weights, x, stats, maps=maps)
    found = [m.float() for m in maps]
    found = [F.adaptive_avg_pool2d(found[0], side)] + [F.interpolate(m, size=(side, side), mode="bilinear", align_corners=False) for m in found[1:3]] + found[3:]
    found = [m.flatten(2).transpose(1, 2) for m in found]
    return logits, [(m - mean) / deviation for m, (mean, deviation) in zip(found, scale)] if scale else found
