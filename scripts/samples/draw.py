#!/usr/bin/env python3
"""Draws the sample pictures: solids with sun, shadow and haze, in classes that the shipped model knows.

    scripts/samples/draw.py [FOLDER] [--side N] [NAME...]
"""
import argparse
import pathlib

import numpy
from PIL import Image, ImageFilter

from render import Scene, ball, box, cloudy, disc, joined, limb, mixed, noise, vector


def sky(low, high, clouds=0.0, seed=3, size=3.0):
    """Colours of directions: `low` at the horizon to `high` above, with clouds."""
    def colour(rays):
        up = numpy.clip(rays[:, 1], 0, 1)
        out = mixed(vector(*low), vector(*high), up ** 0.55)
        if clouds:
            flat = size / (up + 0.25)
            c = cloudy(rays[:, 0] * flat + 7, rays[:, 2] * flat + 3, 5, seed)
            out = mixed(out, vector(0.97, 0.97, 0.98), numpy.clip((c - 0.5) * 4, 0, 1) * clouds * numpy.clip(rays[:, 1] * 12 + 0.3, 0, 1))
        return out.astype(numpy.float32)
    return colour


def speckled(one, other, scale, seed=1):
    return lambda p, n: mixed(vector(*one), vector(*other), numpy.clip(cloudy(p[:, 0] * scale, p[:, 2] * scale + p[:, 1] * scale, 4, seed) * 1.6 - 0.25, 0, 1))


def ground(height=0.0):
    return lambda p: p[:, 1] - height


def wheel(x, z, radius=0.42, width=0.16):
    return lambda p: disc(p, (x, radius, z), radius, width, corner=0.06)


def hub(x, z, radius=0.42, width=0.18):
    return lambda p: disc(p, (x, radius, z), radius * 0.55, width, corner=0.03)


def any_of(*solids):
    return lambda p: numpy.stack([solid(p) for solid in solids]).min(0)


def ship():
    def hull(p):
        q = p.copy()
        q[:, 2] = q[:, 2] / (0.35 + 0.65 * numpy.sqrt(numpy.clip(1 - (numpy.abs(p[:, 0]) / 4.3) ** 2.5, 0.01, 1)))
        rise = 0.25 * (p[:, 0] / 4) ** 2
        q[:, 1] -= rise
        q[:, 0] /= 1 + 0.06 * q[:, 1]
        return box(q, (0, 0.35, 0), (4.2, 0.75, 0.95), 0.1) * 0.45

    def paint(p, n):
        line = p[:, 1] - 0.25 * (p[:, 0] / 4) ** 2
        out = numpy.where((line < 0.12)[:, None], vector(0.55, 0.12, 0.1), vector(0.12, 0.17, 0.3))
        return numpy.where((line > 0.93)[:, None], vector(0.85, 0.83, 0.78), out)

    house = any_of(lambda p: box(p, (-1.9, 1.6, 0), (1.0, 0.55, 0.62)), lambda p: box(p, (-1.9, 2.35, 0), (0.75, 0.3, 0.55)),
                   lambda p: box(p, (-1.6, 2.8, 0), (0.4, 0.22, 0.6)), lambda p: box(p, (0.2, 1.25, 0), (1.0, 0.18, 0.6)),
                   lambda p: limb(p, (2.3, 1, 0), (2.3, 3.0, 0), 0.06), lambda p: limb(p, (-1.6, 2.9, 0), (-1.6, 3.9, 0), 0.05))

    def windows(p, n):
        row = (numpy.abs((p[:, 1] - 1.75) % 0.7 - 0.1) < 0.1) & (numpy.abs((p[:, 0] + 10) % 0.4 - 0.2) < 0.13) & (numpy.abs(n[:, 1]) < 0.5)
        return numpy.where(row[:, None], vector(0.15, 0.2, 0.28), vector(0.9, 0.9, 0.88))

    funnel = lambda p: disc(p, (-2.55, 3.0, 0), 0.32, 0.6, axis=1)
    sea = lambda p: p[:, 1] + 0.05 * (numpy.sin(p[:, 0] * 1.3 + p[:, 2] * 0.7) + numpy.sin(p[:, 2] * 2.1 - p[:, 0] * 0.6))

    def water(p, n):
        foam = numpy.exp(-numpy.clip(hull(p), 0, 9) * 5) * cloudy(p[:, 0] * 3, p[:, 2] * 3, 4)
        return mixed(vector(0.05, 0.19, 0.3), vector(0.9, 0.93, 0.95), numpy.clip(foam * 1.5, 0, 1))

    def waves(p, which):
        fade = 1 / (1 + 0.08 * numpy.sqrt(((p - vector(5, 0, 11)) ** 2).sum(1)))
        tilt = lambda s: (cloudy(p[:, 0] * 1.4 + s, p[:, 2] * 2.6, 4, 9) - 0.47) * 1.3 * fade
        return numpy.stack([tilt(0), 0 * fade, tilt(31)], 1) * (which == 3)[:, None]

    return Scene((4.2, 2.6, 9.5), (0.1, 1.15, 0), 1.85, sky((0.82, 0.88, 0.93), (0.25, 0.5, 0.82), 0.5),
                 [(hull, paint), (house, windows), (funnel, (0.8, 0.3, 0.12)), (sea, water)], {3: 0.75, 1: 0.1}, 0.012, waves)


def airplane():
    body = lambda p: joined(0.25, limb(p, (-3.6, 0.25, 0), (-1.5, 0, 0), 0.14, 0.5), limb(p, (-1.5, 0, 0), (2.6, 0, 0), 0.5),
                            ball(p, (2.9, -0.05, 0), (1.0, 0.45, 0.45)))

    def wing(p):
        q = numpy.abs(p[:, 2])
        swept = p.copy()
        swept[:, 0] += q * 0.55
        swept[:, 1] -= q * 0.1
        swept[:, 2] = q
        chord = numpy.clip(0.95 - q * 0.17, 0.2, 1)
        swept[:, 0] = swept[:, 0] / chord
        return box(swept, (0.5, -0.15, 1.9), (0.75, 0.07, 2.0), 0.06) * 0.45

    def tail(p):
        q = p.copy()
        q[:, 2] = numpy.abs(p[:, 2])
        flat = q.copy()
        flat[:, 0] += q[:, 2] * 0.6
        fin = p.copy()
        fin[:, 0] += (p[:, 1] - 0.3) * 0.6
        return numpy.minimum(box(flat, (-3.1, 0.3, 0.7), (0.4, 0.05, 0.75), 0.04), box(fin, (-3.0, 0.95, 0), (0.5, 0.75, 0.06), 0.05)) * 0.7

    engines = any_of(*(lambda p, z=z: disc(p, (0.55, -0.55, z), 0.26, 0.5, axis=0, corner=0.08) for z in (-1.45, 1.45)))

    def livery(p, n):
        panes = (numpy.abs(p[:, 1] - 0.12) < 0.07) & (p[:, 0] > -2) & (p[:, 0] < 2.7) & ((p[:, 0] * 4) % 1 < 0.5)
        cockpit = (p[:, 0] > 3.2) & (p[:, 1] > 0.08)
        out = numpy.where((p[:, 1] < -0.18)[:, None], vector(0.62, 0.66, 0.7), vector(0.95, 0.95, 0.96))
        return numpy.where((panes | cockpit)[:, None], vector(0.12, 0.15, 0.2), out)

    return Scene((6.2, -2.1, 6.8), (-0.45, 0.05, 0.1), 1.95, sky((0.7, 0.82, 0.93), (0.22, 0.47, 0.83), 0.8, 11, 2.0),
                 [(body, livery), (wing, (0.78, 0.8, 0.83)), (tail, (0.15, 0.28, 0.6)), (engines, (0.5, 0.52, 0.55))], {0: 0.3, 1: 0.25}, 0.004)


ROAD = speckled((0.3, 0.3, 0.31), (0.38, 0.38, 0.38), 6)
GRASS = speckled((0.2, 0.34, 0.1), (0.4, 0.5, 0.2), 5)


def roadside(p, n):
    verge = (p[:, 2] < -2.2) + 0.0
    line = (numpy.abs(p[:, 2] + 1.8) < 0.07) + 0.0
    return mixed(mixed(ROAD(p, n), GRASS(p, n), verge), vector(0.85, 0.85, 0.8), line)


def trees(p):
    hills = 3.0 + 2.2 * cloudy(p[:, 0] * 0.45 + 9, p[:, 2] * 0.2, 4, 5)
    return numpy.maximum(p[:, 1] - hills, numpy.abs(p[:, 2] + 13) - 2) * 0.5


LEAVES = speckled((0.08, 0.2, 0.06), (0.25, 0.38, 0.14), 2.5)


def truck():
    cargo = lambda p: box(p, (-1.15, 1.75, 0), (2.1, 1.15, 0.95), 0.06)
    cab = lambda p: joined(0.1, box(p, (1.75, 1.35, 0), (0.6, 0.85, 0.85), 0.15), box(p, (2.2, 0.85, 0), (0.5, 0.4, 0.85), 0.12))
    frame = any_of(lambda p: box(p, (0, 0.52, 0), (2.7, 0.12, 0.7)), lambda p: box(p, (2.7, 0.5, 0), (0.08, 0.16, 0.85)))
    wheels = any_of(*(wheel(x, z, 0.45) for x in (1.9, -1.5, -2.5) for z in (-0.75, 0.75)))
    hubs = any_of(*(hub(x, z, 0.45) for x in (1.9, -1.5, -2.5) for z in (-0.75, 0.75)))

    def cab_paint(p, n):
        front = (n[:, 0] > 0.6) & (p[:, 1] > 1.45) & (p[:, 1] < 2.05) & (numpy.abs(p[:, 2]) < 0.72)
        side = (numpy.abs(n[:, 2]) > 0.7) & (p[:, 1] > 1.45) & (p[:, 1] < 2.0) & (p[:, 0] > 1.45) & (p[:, 0] < 2.1)
        lamp = (n[:, 0] > 0.6) & (numpy.abs(p[:, 1] - 0.78) < 0.12) & (numpy.abs(numpy.abs(p[:, 2]) - 0.58) < 0.15)
        out = numpy.where((front | side)[:, None], vector(0.1, 0.13, 0.17), vector(0.72, 0.1, 0.08))
        return numpy.where(lamp[:, None], vector(0.98, 0.96, 0.85), out)

    def cargo_paint(p, n):
        ribs = 0.93 + 0.07 * (numpy.sin(p[:, 0] * 22) > 0)
        return vector(0.88, 0.88, 0.86) * ribs[:, None]

    return Scene((6.3, 2.4, 6.6), (-0.1, 1.4, 0), 2.55, sky((0.86, 0.9, 0.94), (0.35, 0.56, 0.84), 0.6, 21),
                 [(cargo, cargo_paint), (cab, cab_paint), (frame, (0.15, 0.15, 0.16)), (wheels, (0.06, 0.06, 0.06)), (hubs, (0.6, 0.6, 0.62)),
                  (ground(), roadside), (trees, LEAVES)], {1: 0.35, 4: 0.3, 5: 0.02, 6: 0.0}, 0.008)


def automobile():
    def body(p):
        low = box(p, (0, 0.62, 0), (2.05, 0.3, 0.85), 0.22)
        cabin = p.copy()
        cabin[:, 0] = (p[:, 0] + 0.2) * (1 + 0.5 * numpy.clip(p[:, 1] - 0.9, 0, 1))
        cabin[:, 2] = p[:, 2] * (1 + 0.25 * numpy.clip(p[:, 1] - 0.9, 0, 1))
        return joined(0.12, low, box(cabin, (0, 1.0, 0), (1.2, 0.42, 0.75), 0.2) * 0.8)

    def paint(p, n):
        side = (p[:, 1] > 0.97) & (p[:, 1] < 1.3) & (n[:, 1] < 0.75)
        post = (numpy.abs(n[:, 2]) > 0.5) & ((numpy.abs(p[:, 0] + 0.2) < 0.05) | (numpy.abs(p[:, 0] + 0.2) > 1.0))
        lamp = (p[:, 0] > 1.75) & (numpy.abs(p[:, 1] - 0.68) < 0.09) & (numpy.abs(numpy.abs(p[:, 2]) - 0.6) < 0.17)
        grille = (p[:, 0] > 1.9) & (numpy.abs(p[:, 1] - 0.52) < 0.09) & (numpy.abs(p[:, 2]) < 0.45)
        out = numpy.where((side & ~post)[:, None], vector(0.09, 0.11, 0.14), vector(0.1, 0.25, 0.62))
        out = numpy.where(lamp[:, None], vector(0.97, 0.95, 0.85), out)
        return numpy.where(grille[:, None], vector(0.05, 0.05, 0.05), out)

    arches = [(x, z) for x in (1.25, -1.3) for z in (-0.76, 0.76)]
    hollow = lambda p: numpy.maximum(body(p), -numpy.stack([disc(p, (x, 0.38, z), 0.46, 0.25) for x, z in arches]).min(0))
    return Scene((5.2, 2.1, 5.0), (0, 0.62, 0), 3.0, sky((0.88, 0.91, 0.94), (0.4, 0.6, 0.86), 0.6, 33),
                 [(hollow, paint), (any_of(*(wheel(x, z, 0.38, 0.13) for x, z in arches)), (0.05, 0.05, 0.05)),
                  (any_of(*(hub(x, z, 0.38, 0.15) for x, z in arches)), (0.7, 0.7, 0.72)), (ground(), roadside), (trees, LEAVES)],
                 {0: 0.5, 2: 0.4, 3: 0.02, 4: 0.0}, 0.008)


def frog():
    def body(p):
        q = p.copy()
        q[:, 2] = numpy.abs(p[:, 2])
        return joined(0.22, ball(p, (-0.25, 0.72, 0), (1.15, 0.62, 0.75)), ball(p, (0.85, 1.0, 0), (0.68, 0.42, 0.62)),
                      ball(q, (0.85, 1.32, 0.38), (0.22, 0.22, 0.2)), ball(q, (-0.85, 0.5, 0.72), (0.72, 0.4, 0.3)),
                      limb(q, (-1.2, 0.4, 0.85), (0.1, 0.15, 1.1), 0.17, 0.12), limb(q, (0.1, 0.12, 1.1), (0.45, 0.07, 1.35), 0.1, 0.06),
                      limb(q, (0.6, 0.75, 0.55), (0.75, 0.35, 0.85), 0.16, 0.12), limb(q, (0.75, 0.35, 0.85), (1.05, 0.08, 0.85), 0.12, 0.08),
                      limb(q, (1.05, 0.07, 0.85), (1.3, 0.05, 1.0), 0.07, 0.05), limb(q, (1.05, 0.07, 0.85), (1.35, 0.05, 0.78), 0.07, 0.05))

    def skin(p, n):
        spots = numpy.clip((cloudy(p[:, 0] * 2.6 + 4, p[:, 2] * 2.6 + p[:, 1], 3, 8) - 0.52) * 9, 0, 1)
        out = mixed(vector(0.3, 0.52, 0.12), vector(0.13, 0.26, 0.07), spots)
        belly = numpy.clip((0.75 - p[:, 1]) * 2 - n[:, 1], 0, 1)
        mouth = numpy.exp(-((p[:, 1] - 0.93 + 0.05 * p[:, 2] ** 2) / 0.02) ** 2) * (p[:, 0] > 0.75)
        return mixed(mixed(out, vector(0.8, 0.8, 0.55), belly * 0.75), vector(0.08, 0.1, 0.04), mouth)

    def eye(p):
        q = p.copy()
        q[:, 2] = numpy.abs(p[:, 2])
        return ball(q, (0.93, 1.36, 0.45), 0.165)

    def iris(p, n):
        black = (numpy.abs(p[:, 1] - 1.38) < 0.055) & (numpy.abs(p[:, 0] - 0.97) < 0.13)
        return numpy.where(black[:, None], vector(0.02, 0.02, 0.02), vector(0.75, 0.6, 0.15))

    mud = speckled((0.22, 0.17, 0.1), (0.4, 0.33, 0.2), 2.2)
    soil = lambda p: p[:, 1] - 0.12 * cloudy(p[:, 0] * 1.2, p[:, 2] * 1.2, 3, 2)
    bumps = lambda p, which: numpy.stack([noise(p[:, 0] * 14, p[:, 2] * 14 + p[:, 1] * 9) - 0.5, 0 * p[:, 0], noise(p[:, 0] * 14 + 9, p[:, 2] * 14) - 0.5], 1) * 0.35
    return Scene((4.3, 2.2, 3.9), (0, 0.62, 0.1), 2.4, sky((0.35, 0.42, 0.25), (0.55, 0.62, 0.45)), [(body, skin), (eye, iris), (soil, mud)],
                 {0: 0.22, 1: 0.6, 2: 0.05}, 0.02, bumps)


def horse():
    def body(p):
        q = p.copy()
        q[:, 2] = numpy.abs(p[:, 2])
        legs = [limb(q, (x, 1.65, 0.26), (x + bend, 0.95, 0.27), 0.24, 0.12) for x, bend in ((0.95, 0.05), (-1.05, -0.12))]
        legs += [limb(q, (x, 0.95, 0.27), (x + bend, 0.12, 0.27), 0.11, 0.09) for x, bend in ((1.0, 0.0), (-1.17, 0.1))]
        return joined(0.18, ball(p, (0, 1.85, 0), (1.35, 0.56, 0.5)), ball(p, (-0.95, 1.95, 0), (0.6, 0.55, 0.48)), ball(p, (0.9, 1.9, 0), (0.55, 0.58, 0.44)),
                      limb(p, (1.05, 2.1, 0), (1.75, 3.0, 0), 0.42, 0.24), limb(p, (1.7, 3.05, 0), (2.4, 2.6, 0), 0.25, 0.15),
                      ball(p, (1.75, 3.0, 0), (0.3, 0.27, 0.2)), limb(q, (1.65, 3.15, 0.12), (1.66, 3.42, 0.15), 0.08, 0.03), *legs)

    def coat(p, n):
        shade = cloudy(p[:, 0] * 2, p[:, 2] * 2 + p[:, 1] * 2, 3, 4)
        out = mixed(vector(0.42, 0.22, 0.1), vector(0.55, 0.31, 0.15), shade)
        dark = numpy.clip((0.75 - p[:, 1]) * 3, 0, 1) + numpy.clip((p[:, 0] - 2.25) * 5, 0, 1)
        eye = ((p[:, 0] - 1.88) ** 2 + (p[:, 1] - 3.02) ** 2) < 0.004
        return mixed(out, vector(0.06, 0.04, 0.03), numpy.clip(dark + eye, 0, 1))

    mane = lambda p: joined(0.1, limb(p, (1.5, 3.3, 0), (0.95, 2.75, 0), 0.12, 0.16), limb(p, (0.95, 2.75, 0), (0.55, 2.3, 0), 0.16, 0.08),
                            limb(p, (-1.45, 2.15, 0), (-1.75, 1.6, 0), 0.12, 0.16), limb(p, (-1.75, 1.6, 0), (-1.75, 0.75, 0), 0.16, 0.04))
    field = lambda p: p[:, 1] - 0.05 * cloudy(p[:, 0] * 3, p[:, 2] * 3, 3, 2)
    blades = lambda p, which: (numpy.stack([noise(p[:, 0] * 30, p[:, 2] * 12) - 0.5, 0 * p[:, 0], noise(p[:, 0] * 30 + 9, p[:, 2] * 12) - 0.5], 1)
                               * numpy.where(which == 2, 1.1, 0.1)[:, None])
    return Scene((2.6, 2.6, 9.0), (0.2, 1.72, 0), 3.0, sky((0.85, 0.9, 0.93), (0.4, 0.6, 0.85), 0.5, 17),
                 [(body, coat), (mane, (0.07, 0.05, 0.04)), (field, GRASS), (trees, LEAVES)], {0: 0.12, 2: 0.0, 3: 0.0}, 0.01, blades)


SCENES = {scene.__name__: scene for scene in (ship, airplane, truck, automobile, frog, horse)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2] / "demos" / "samples")
    parser.add_argument("--side", type=int, default=320)
    parser.add_argument("--only", nargs="*", default=list(SCENES))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in options.only:
        fine = SCENES[name]().draw(options.side * 3 // 2, options.side * 3 // 2)
        grain = numpy.random.default_rng(5).normal(0, 0.012, fine.shape)
        image = Image.fromarray((numpy.clip(fine + grain, 0, 1) * 255 + 0.5).astype(numpy.uint8))
        image.resize((options.side, options.side), Image.LANCZOS).save(options.folder / (name + ".jpg"), quality=88)


if __name__ == "__main__":
    main()
