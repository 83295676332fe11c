"""Optimisers: matrices move by the orthogonalised mean of their gradients (Muon, Jordan 2024), the rest by Adam."""
import torch


def orthogonalised(g, steps=5):
    """The nearest matrix with singular values near 1, by Newton and Schulz's iteration."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.bfloat16()
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.t().contiguous()
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        s = x.mm(x.t())
        x = a * x + (b * s + c * s.mm(s)).mm(x)
    return (x.t() if tall else x).float()


class Muon:
    def __init__(self, matrices, lr, momentum=0.95, decay=0.0, keep_norm=False):
        self.matrices, self.lr, self.momentum, self.decay, self.keep_norm = matrices, lr, momentum, decay, keep_norm
        self.means = {name: torch.zeros_like(p) for name, p in matrices.items()}

    def step(self, grads, scale, pool):
        list(pool.map(lambda name: self.move(name, grads[name], scale), self.matrices))

    def move(self, name, grad, scale):
        p, mean = self.matrices[name], self.means[name]
        mean.mul_(self.momentum).add_(grad)
        update = orthogonalised((grad + self.momentum * mean).flatten(1)).view_as(p)
        rows, columns = p.flatten(1).shape
        if self.keep_norm:
            p.mul_(rows ** 0.5 / p.norm())
            p.sub_(update, alpha=self.lr * scale)
        else:
            p.mul_(1 - self.lr * scale * self.decay)
            p.sub_(update, alpha=self.lr * scale * max(1, rows / columns) ** 0.5)


class Adam:
    def __init__(self, vectors, lr, betas=(0.9, 0.98)):
        self.vectors, self.lr, self.betas, self.count = vectors, lr, betas, 0
        self.first = {name: torch.zeros_like(p) for name, p in vectors.items()}
        self.second = {name: torch.zeros_like(p) for name, p in vectors.items()}

    def step(self, grads, scale, pool):
        self.count += 1
        one, two = (1 - beta ** self.count for beta in self.betas)
        for name, p in self.vectors.items():
            self.first[name].lerp_(grads[name], 1 - self.betas[0])
            self.second[name].lerp_(grads[name] ** 2, 1 - self.betas[1])
            p.sub_((self.first[name] / one) / ((self.second[name] / two).sqrt() + 1e-8), alpha=self.lr * scale)
