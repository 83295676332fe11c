"""Draws solids given by distance functions: sun, sky light, soft shadows, haze. Arrays of points are [N,3] in f32; y is up."""
import numpy

SUN = numpy.array([0.55, 0.65, 0.45], numpy.float32)
SUN = SUN / numpy.linalg.norm(SUN)


def vector(*numbers):
    return numpy.array(numbers, numpy.float32)


def length(p):
    return numpy.sqrt((p * p).sum(-1))


def unit(p):
    return p / numpy.maximum(length(p), 1e-9)[..., None]


def ball(p, centre, radii):
    """An ellipsoid, its distance rounded down enough to march with."""
    q = p - vector(*centre)
    r = numpy.broadcast_to(vector(*numpy.atleast_1d(radii)), (3,))
    near, far = length(q / r), length(q / (r * r))
    return near * (near - 1) / numpy.maximum(far, 1e-6)


def box(p, centre, half, corner=0.05):
    q = numpy.abs(p - vector(*centre)) - (vector(*half) - corner)
    return length(numpy.maximum(q, 0)) + numpy.minimum(q.max(-1), 0) - corner


def limb(p, a, b, ra, rb=None):
    """A capsule from a to b whose radius goes from ra to rb."""
    a, b, rb = vector(*a), vector(*b), ra if rb is None else rb
    t = numpy.clip(((p - a) @ (b - a)) / ((b - a) @ (b - a)), 0, 1)
    return (length(p - a - t[:, None] * (b - a)) - (ra + (rb - ra) * t)) * 0.9


def disc(p, centre, radius, half, axis=2, corner=0.02):
    """A cylinder along an axis."""
    q = p - vector(*centre)
    across = numpy.delete(q, axis, 1)
    d = numpy.stack([length(across) - radius + corner, numpy.abs(q[:, axis]) - half + corner], 1)
    return numpy.minimum(d.max(1), 0) + length(numpy.maximum(d, 0)) - corner


def joined(k, *distances):
    """Smooth union."""
    out = distances[0]
    for d in distances[1:]:
        h = numpy.clip(0.5 + 0.5 * (out - d) / k, 0, 1)
        out = out + (d - out) * h - k * h * (1 - h)
    return out


def noise(x, y, seed=0):
    """Value noise of the plane, [0,1]."""
    x0, y0 = numpy.floor(x).astype(numpy.int64), numpy.floor(y).astype(numpy.int64)
    fx, fy = x - x0, y - y0
    fx, fy = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy)

    def corner(i, j):
        h = ((x0 + i) * 374761393 + (y0 + j) * 668265263 + seed * 974711) & 0xFFFFFFFF
        h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
        return ((h ^ (h >> 16)) & 0xFFFF) / 65535.0

    top = corner(0, 0) * (1 - fx) + corner(1, 0) * fx
    bottom = corner(0, 1) * (1 - fx) + corner(1, 1) * fx
    return (top * (1 - fy) + bottom * fy).astype(numpy.float32)


def cloudy(x, y, octaves=5, seed=0):
    return sum(noise(x * 2 ** i, y * 2 ** i, seed + i) * 0.5 ** (i + 1) for i in range(octaves))


def mixed(a, b, t):
    t = numpy.asarray(t)[..., None]
    return a * (1 - t) + b * t


class Scene:
    """Solids are pairs of a distance function and a colour, or a function from points and normals to colours [N,3]; `shine` by solid."""

    def __init__(self, eye, target, lens, sky, solids, shine=None, haze=0.0, shake=None):
        self.eye, self.target, self.lens, self.sky, self.solids = vector(*eye), vector(*target), lens, sky, solids
        self.shine, self.haze, self.shake = shine or {}, haze, shake

    def distance(self, p):
        return numpy.stack([solid(p) for solid, _ in self.solids]).min(0)

    def rays(self, width, height):
        forward = unit(self.target - self.eye)
        right = unit(numpy.cross(forward, vector(0, 1, 0)))
        up = numpy.cross(right, forward)
        x = (numpy.arange(width) + 0.5) / height * 2 - width / height
        y = 1 - (numpy.arange(height) + 0.5) / height * 2
        x, y = numpy.meshgrid(x, y)
        return unit(forward * self.lens + x[..., None] * right + y[..., None] * up).reshape(-1, 3).astype(numpy.float32)

    def march(self, origin, rays, steps=90, far=60.0):
        t = numpy.full(len(rays), 0.02, numpy.float32)
        going = numpy.arange(len(rays))
        for _ in range(steps):
            d = self.distance(origin[going] + rays[going] * t[going, None])
            t[going] += d * 0.9
            going = going[(d > 0.001 * t[going]) & (t[going] < far)]
            if not len(going):
                break
        return t, t < far

    def normal(self, p):
        out = numpy.zeros_like(p)
        for corner in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
            corner = vector(*corner)
            out += corner * self.distance(p + corner * 0.003)[:, None]
        return unit(out)

    def lit(self, p, steps=28):
        """How much of the sun reaches p, with a soft edge."""
        t, light = numpy.full(len(p), 0.06, numpy.float32), numpy.ones(len(p), numpy.float32)
        for _ in range(steps):
            d = self.distance(p + SUN * t[:, None])
            light = numpy.minimum(light, numpy.clip(10 * d / t, 0, 1))
            t += numpy.clip(d, 0.04, 0.6)
        return light

    def draw(self, width, height):
        """-> [height,width,3] in [0,1]"""
        rays = self.rays(width, height)
        origin = numpy.broadcast_to(self.eye, rays.shape)
        t, hit = self.march(origin, rays)
        colour = self.sky(rays)
        p, ray = origin[hit] + rays[hit] * t[hit, None], rays[hit]
        normal, which = self.normal(p), numpy.stack([solid(p) for solid, _ in self.solids]).argmin(0)
        if self.shake:
            normal = unit(normal + self.shake(p, which))
        base, shine = numpy.zeros_like(p), numpy.zeros(len(p), numpy.float32)
        for i, (_, paint) in enumerate(self.solids):
            mine = which == i
            if mine.any():
                base[mine] = paint(p[mine], normal[mine]) if callable(paint) else vector(*paint)
                shine[mine] = self.shine.get(i, 0.05)
        sun = numpy.clip(normal @ SUN, 0, 1) * self.lit(p + normal * 0.02)
        open_sky = 0.5 + 0.5 * normal[:, 1]
        near = numpy.clip(0.35 + self.distance(p + normal * 0.25) / 0.25 * 0.65, 0, 1)
        light = sun[:, None] * vector(1.25, 1.15, 1.0) + (near * (0.25 + 0.35 * open_sky))[:, None] * vector(0.85, 0.95, 1.1)
        mirror = ray - 2 * (ray * normal).sum(1, keepdims=True) * normal
        edge = shine * (0.25 + 0.75 * (1 - numpy.clip(-(ray * normal).sum(1), 0, 1)) ** 3)
        glint = shine * sun * numpy.clip(mirror @ SUN, 0, 1) ** 40
        out = mixed(base * light, self.sky(mirror), edge) + glint[:, None] * 1.5
        colour[hit] = mixed(out, self.sky(unit(ray * vector(1, 0.02, 1))), 1 - numpy.exp(-self.haze * t[hit]))
        return numpy.clip(colour, 0, 1).reshape(height, width, 3) ** (1 / 1.15)
