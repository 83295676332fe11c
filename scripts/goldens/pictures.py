#!/usr/bin/env python3
"""Small pictures in every form that is read, and what Pillow reads in them: tests/golden/pictures/NAME.* and NAME.rgb.png."""
import pathlib

import numpy
from PIL import Image, ImageOps

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "tests/golden/pictures"
WIDTH, HEIGHT = 29, 19  # no multiple of a JPEG block


def synthetic():
    """Slopes, edges and a saturated corner."""
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    red = 8 * x + 2 * y
    green = 255 * ((x // 5 + y // 3) % 2)
    blue = 128 + 100 * numpy.sin(x * 0.7) * numpy.cos(y * 0.4)
    return Image.fromarray(numpy.clip(numpy.stack([red, green, blue], -1), 0, 255).astype(numpy.uint8))


def save(name, picture, **options):
    path = FOLDER / name
    picture.save(path, **options)
    ImageOps.exif_transpose(Image.open(path)).convert("RGB").save(path.with_suffix(".rgb.png"), optimize=True)


def turned(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture = synthetic()
    save("jpeg_420.jpg", picture, quality=80)
    save("jpeg_422.jpg", picture, quality=80, subsampling=1)
    save("jpeg_444.jpg", picture, quality=95, subsampling=0)
    save("jpeg_progressive.jpg", picture, quality=80, progressive=True)
    save("jpeg_grey.jpg", picture.convert("L"), quality=80)
    save("jpeg_inks.jpg", picture.convert("CMYK"), quality=80)
    for orientation in range(2, 9):
        save(f"jpeg_turned_{orientation}.jpg", picture, quality=30, exif=turned(orientation))
    save("png_palette.png", picture.quantize(13), optimize=True)
    save("png_grey_alpha.png", picture.convert("LA"), optimize=True)
    alpha = Image.fromarray(numpy.arange(HEIGHT * WIDTH, dtype=numpy.uint32).reshape(HEIGHT, WIDTH).astype(numpy.uint8))
    translucent = picture.copy()
    translucent.putalpha(alpha)
    save("png_alpha.png", translucent, optimize=True)


if __name__ == "__main__":
    main()
