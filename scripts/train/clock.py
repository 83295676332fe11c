"""The time a run has."""
import time


class Clock:
    """How far a run is, 0 to 1: each step advances it by its share of the time that is left."""

    def __init__(self, minutes, done=0.0):
        self.end, self.done, self.last, self.spent = time.time() + minutes * 60, done, time.time(), 0.0

    def tick(self):
        now = time.time()
        step = min(now - self.last, 5.0)
        self.spent += step
        left = self.end - now + step
        self.done = 1.0 if left <= step else self.done + (1 - self.done) * step / left
        self.last = now
        return self.done < 1

    def skip(self):
        self.last = time.time()
