"""CIFAR-10 as one tensor, and the changes a picture goes through before it is learned from: whole batches at a time."""
import pathlib

import numpy
import torch
import torch.nn.functional as F
from PIL import Image

NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
MEAN = [0.4914, 0.4822, 0.4465]
STD = [0.2470, 0.2435, 0.2616]
SIZE = 32


def load(folder):
    """FOLDER/CLASS/*.jpg -> u8 [N,3,32,32], labels [N]; kept in a file beside the folder, since decoding takes a while."""
    folder = pathlib.Path(folder)
    kept = folder.parent / (folder.name + ".pt")
    if kept.exists():
        return torch.load(kept)
    pixels, labels = [], []
    for label, name in enumerate(NAMES):
        for path in sorted((folder / name).iterdir()):
            pixels.append(numpy.asarray(Image.open(path).convert("RGB")))
            labels.append(label)
    loaded = torch.from_numpy(numpy.stack(pixels)).permute(0, 3, 1, 2).contiguous(), torch.tensor(labels)
    torch.save(loaded, kept)
    return loaded


def normalised(pixels):
    """u8 or [0,1] pixels -> what the models see."""
    x = pixels.float() / 255 if pixels.dtype == torch.uint8 else pixels
    return (x - torch.tensor(MEAN)[:, None, None]) / torch.tensor(STD)[:, None, None]


def uniform(count, low, high, dice):
    return low + (high - low) * torch.rand(count, generator=dice)


def moved(x, dice, bold):
    """Mirrored and shifted by whole pixels; `bold` of them scaled, stretched and turned a little instead."""
    n = len(x)
    mirror = torch.where(torch.rand(n, generator=dice) < 0.5, -1.0, 1.0)
    free = (torch.rand(n, generator=dice) < bold).float()
    scale = 1 + free * (uniform(n, 0.7, 1.1, dice) - 1)
    stretch = 1 + free * (uniform(n, 0.85, 1.18, dice) - 1)
    angle = free * uniform(n, -0.2, 0.2, dice)
    shift = torch.randint(-4, 5, (n, 2), generator=dice).float() * 2 / SIZE
    shift = shift + free[:, None] * (torch.rand(n, 2, generator=dice) - 0.5) * 2 / SIZE
    grid_of = torch.zeros(n, 2, 3)
    grid_of[:, 0, 0] = mirror * scale * stretch * angle.cos()
    grid_of[:, 0, 1] = -mirror * scale * stretch * angle.sin()
    grid_of[:, 1, 0] = scale / stretch * angle.sin()
    grid_of[:, 1, 1] = scale / stretch * angle.cos()
    grid_of[:, :, 2] = shift
    grid = F.affine_grid(grid_of, x.shape, align_corners=False)
    return F.grid_sample(x, grid, mode="bilinear", padding_mode="reflection", align_corners=False)


def coloured(x, dice, bold):
    """Brightness, contrast and saturation of `bold` of the pictures [0,1]."""
    n = len(x)
    hit = (torch.rand(n, generator=dice) < bold).float()[:, None, None, None]
    gain = lambda low, high: 1 + hit * (uniform(n, low, high, dice)[:, None, None, None] - 1)
    x = x * gain(0.7, 1.3)
    middle = x.mean((1, 2, 3), keepdim=True)
    x = middle + (x - middle) * gain(0.7, 1.3)
    grey = x.mean(1, keepdim=True)
    return (grey + (x - grey) * gain(0.4, 1.6)).clamp(0, 1)


def pasted(x, target, dice, share):
    """`share` of the pictures get a rectangle of their neighbour in the batch, and of its target in proportion (CutMix)."""
    n = len(x)
    hit = (torch.rand(n, generator=dice) < share).float()
    side = (SIZE * uniform(n, 0.05, 0.5, dice).sqrt())[:, None]
    centre = torch.rand(2, n, 1, generator=dice) * SIZE
    place = torch.arange(SIZE) + 0.5
    rows, columns = (((place - centre[i]).abs() < side / 2).float() for i in (0, 1))
    mask = rows[:, :, None] * columns[:, None, :] * hit[:, None, None]
    share_of_other = mask.mean((1, 2))[:, None]
    mask = mask[:, None]
    return x + mask * (x.roll(1, 0) - x), target + share_of_other * (target.roll(1, 0) - target)


def batch(pixels, labels, dice, bold=0.5, paste=0.0, smooth=0.1):
    """u8 pictures and labels -> changed, normalised pictures and target probabilities."""
    x = coloured(moved(pixels.float() / 255, dice, bold), dice, bold)
    target = F.one_hot(labels, len(NAMES)).float() * (1 - smooth) + smooth / len(NAMES)
    if paste > 0:
        x, target = pasted(x, target, dice, paste)
    return normalised(x), target
