#!/usr/bin/env python3
"""What Pillow makes of small pictures, which tests/io/resize_test.cpp draws by the same formula: tests/golden/resize.txt, one line a
case: filter, channels, width and height before, width and height after, and the samples in hexadecimal."""
import pathlib

import numpy
from PIL import Image

FILE = pathlib.Path(__file__).resolve().parents[2] / "tests/golden/resize.txt"
FILTERS = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "box": 4, "hamming": 5}
SIZES = [  # smaller, larger, one way only, the same, thin
    (29, 19, 11, 7), (97, 61, 24, 16), (200, 120, 13, 8), (33, 20, 32, 21), (13, 9, 27, 20), (5, 5, 1, 1), (1, 1, 6, 4),
    (16, 11, 16, 11), (300, 7, 9, 7), (7, 300, 7, 9), (1, 40, 5, 9), (40, 1, 7, 3), (251, 3, 250, 4), (12, 31, 17, 10),
]


def drawn(width, height, channels):
    """Noise with patches of black and white, so that filters with negative parts go past both ends."""
    y, x, c = numpy.mgrid[0:height, 0:width, 0:channels]
    noise = (x * 37 + y * 101 + c * 53 + x * y * 11) % 256
    patch = (x // 4 + y // 3 + c) % 3
    return numpy.where(patch == 0, (x + y) % 2 * 255, noise).astype(numpy.uint8)


def main():
    lines = []
    for name, code in FILTERS.items():
        for width, height, new_width, new_height in SIZES:
            for channels in (1, 3):
                pixels = drawn(width, height, channels)
                picture = Image.fromarray(pixels[:, :, 0] if channels == 1 else pixels)
                resized = picture.resize((new_width, new_height), code)
                lines.append(f"{name} {channels} {width} {height} {new_width} {new_height} {resized.tobytes().hex()}\n")
    FILE.write_text("".join(lines))


if __name__ == "__main__":
    main()
