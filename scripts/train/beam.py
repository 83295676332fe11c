"""Beam search as Hugging Face's generate does it: a hypothesis counts as its sum of log p over its length, the end token counted; the
search stops when the best that goes on, over its length so far, is no better than the worst that is kept."""
import torch


class Beams:
    def __init__(self, rows, beam, end):
        self.beam, self.end = beam, end
        self.written = torch.zeros(rows * beam, 0, dtype=torch.long)
        self.scores = torch.full((rows, beam), -1e9)
        self.scores[:, 0] = 0
        self.kept, self.done = [[] for _ in range(rows)], [False] * rows

    def step(self, likely):
        """likely [rows*beam,V]: log p of what is next. Gives which of rows*beam go on; `written` then ends with their next tokens."""
        n, beam, words = len(self.kept), self.beam, likely.shape[1]
        best, at = (likely.view(n, beam, words) + self.scores[:, :, None]).view(n, -1).topk(2 * beam)
        origin, number, take = at // words, at % words, torch.zeros(n, beam, dtype=torch.long)
        for i, numbers in enumerate(number.tolist()):
            going = [k for k, token in enumerate(numbers) if token != self.end][:beam]
            if not self.done[i]:
                self.end_some(i, numbers, best[i].tolist(), origin[i].tolist(), going[0])
            take[i] = torch.tensor(going)
        self.scores = best.gather(1, take)
        rows_of = (torch.arange(n)[:, None] * beam + origin.gather(1, take)).view(-1)
        self.written = torch.cat([self.written[rows_of], number.gather(1, take).view(-1, 1)], 1)
        return rows_of

    def end_some(self, i, numbers, best, origin, going):
        count = self.written.shape[1] + 1
        ended = [(best[k] / count, self.written[i * self.beam + origin[k]].tolist()) for k in range(self.beam) if numbers[k] == self.end]
        self.kept[i] = sorted(self.kept[i] + ended, key=lambda one: -one[0])[:self.beam]
        self.done[i] = len(self.kept[i]) == self.beam and self.kept[i][-1][0] >= best[going] / count

    def best(self):
        """Of each row; what goes on where nothing came to its end."""
        return [kept[0][1] if kept else self.written[i * self.beam].tolist() for i, kept in enumerate(self.kept)]
