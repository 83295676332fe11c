"""Rows of numbers, and batches of them."""
import torch


def filled(rows, pad):
    """[N][any] -> [N,longest] filled up with `pad`, and the lengths."""
    lengths = torch.tensor([len(row) for row in rows])
    out = torch.full((len(rows), int(lengths.max())), pad)
    for i, row in enumerate(rows):
        out[i, :len(row)] = torch.tensor(row)
    return out, lengths


def batches(source, target, tokens, dice, even=False):
    """Rows of numbers in batches of like lengths, at most `tokens` on either side, in a random order; `even`: of one source length each."""
    order = sorted(range(len(source)), key=lambda i: (len(source[i]), len(target[i]), dice.random()))
    found, longest = [[]], [0, 0]
    for i in order:
        longest = [max(longest[0], len(source[i])), max(longest[1], len(target[i]))]
        other = even and found[-1] and len(source[found[-1][0]]) != len(source[i])
        if found[-1] and (other or max(longest) * (len(found[-1]) + 1) > tokens):
            found.append([])
            longest = [len(source[i]), len(target[i])]
        found[-1].append(i)
    dice.shuffle(found)
    return found
