"""Shapes in the plane as signed fields in mm, negative inside; and a painter of tissue labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
TABLE = 720
"""Samples of a Fourier radius around the circle."""


@dataclass(frozen=True)
class Shape:
    """A signed field and the box (x0, x1, y0, y1) outside of which it is positive."""

    at: Callable[[Array, Array], Array]
    box: tuple[float, float, float, float]

    def grown(self, by: float) -> Shape:
        x0, x1, y0, y1 = self.box
        more = max(by, 0.0) * 1.5
        return Shape(lambda x, y: self.at(x, y) - by, (x0 - more, x1 + more, y0 - more, y1 + more))

    def minus(self, other: Shape, k: float = 0.0) -> Shape:
        return Shape(lambda x, y: -_least(-self.at(x, y), other.at(x, y), k), self.box)

    def within(self, other: Shape) -> Shape:
        return Shape(lambda x, y: np.maximum(self.at(x, y), other.at(x, y)), self.box)

    def edge(self, along: float, sign: int, across: bool = True) -> float:
        """Return where a row (or column, `across` False) leaves the shape, on the side of `sign`."""
        line = np.linspace(*(self.box[:2] if across else self.box[2:]), 800, dtype=np.float32)
        other = np.full_like(line, along)
        inside = line[self.at(*((line, other) if across else (other, line))) < 0]
        return float(inside[-1 if sign > 0 else 0]) if inside.size else float("nan")


def _least(a: Array, b: Array, k: float) -> Array:
    """Smooth minimum: a fillet of about `k` mm where two fields meet."""
    if k <= 0:
        return np.minimum(a, b)
    h = np.clip(0.5 + 0.5 * (b - a) / k, 0.0, 1.0)
    return b + (a - b) * h - k * h * (1.0 - h)


def union(*shapes: Shape, k: float = 0.0) -> Shape:
    """Return shapes melted together with fillets of `k` mm."""

    def at(x: Array, y: Array) -> Array:
        value = shapes[0].at(x, y)
        for shape in shapes[1:]:
            value = _least(value, shape.at(x, y), k)
        return value

    boxes = np.array([shape.box for shape in shapes])
    low, high = boxes.min(axis=0) - k, boxes.max(axis=0) + k
    return Shape(at, (low[0], high[1], low[2], high[3]))


def blob(
    x: float,
    y: float,
    rx: float,
    ry: float = 0.0,
    turn: float = 0.0,
    rough: float = 0.0,
    rng: np.random.Generator | None = None,
    square: float = 2.0,
) -> Shape:
    """Return a closed curve: radius by a random Fourier series of harmonics 2 to 7 on a superellipse."""
    ry = ry or rx
    theta = np.linspace(-np.pi, np.pi, TABLE, endpoint=False)
    radius = (np.abs(np.cos(theta)) ** square + np.abs(np.sin(theta)) ** square) ** (-1.0 / square)
    if rng is not None:
        for n in range(2, 8):
            radius = radius * (1 + rough * rng.normal() / n * np.cos(n * theta + rng.uniform(0, 2 * np.pi)))
    table, c, s = radius.astype(np.float32), np.float32(np.cos(turn)), np.float32(np.sin(turn))
    scale, reach = np.float32(min(rx, ry)), 1.35 * max(rx, ry) * max(1.0, float(radius.max()))

    def at(px: Array, py: Array) -> Array:
        dx, dy = px - np.float32(x), py - np.float32(y)
        u, v = (c * dx + s * dy) / np.float32(rx), (c * dy - s * dx) / np.float32(ry)
        index = ((np.arctan2(v, u) + np.pi) * (TABLE / (2 * np.pi))).astype(np.int32) % TABLE
        return (np.hypot(u, v) - table[index]) * scale

    return Shape(at, (x - reach, x + reach, y - reach, y + reach))


def stroke(a: tuple[float, float], b: tuple[float, float], r0: float, r1: float | None = None) -> Shape:
    """Return a round-ended line from `a` to `b`, its radius going from `r0` to `r1`."""
    r1 = r0 if r1 is None else r1
    d = np.array(b, float) - a
    length2, reach = float(d @ d) or 1e-6, max(r0, r1)

    def at(x: Array, y: Array) -> Array:
        t = np.clip(((x - a[0]) * d[0] + (y - a[1]) * d[1]) / length2, 0.0, 1.0)
        return np.hypot(x - a[0] - t * d[0], y - a[1] - t * d[1]) - (r0 + (r1 - r0) * t)

    xs, ys = sorted((a[0], b[0])), sorted((a[1], b[1]))
    return Shape(at, (xs[0] - reach, xs[1] + reach, ys[0] - reach, ys[1] + reach))


def below(height: Callable[[Array], Array]) -> Shape:
    """Return all that lies under the curve y = height(x) (y points down)."""
    return Shape(lambda x, y: height(x) - y, (-1e3, 1e3, -1e3, 1e3))


def side(x: float, y: float, angle: float) -> Shape:
    """Return the half plane on the side of `angle` of a line through (x, y)."""
    c, s = np.cos(angle), np.sin(angle)
    return Shape(lambda px, py: -(c * (px - x) + s * (py - y)), (-1e3, 1e3, -1e3, 1e3))


@dataclass(frozen=True)
class Warp:
    """A smooth displacement of the plane by a few waves of long wavelength."""

    waves: NDArray[np.float64]

    @classmethod
    def draw(cls, rng: np.random.Generator, amplitude_mm: float, size_mm: float = 1.0) -> Warp:
        count = 6
        length = rng.uniform(70, 220, count) * size_mm
        turn, phase, aim = rng.uniform(0, 2 * np.pi, (3, count))
        amplitude = amplitude_mm * rng.rayleigh(1.0, count) * length / 220
        k = 2 * np.pi / length
        columns = (
            k * np.cos(turn),
            k * np.sin(turn),
            phase,
            amplitude * np.cos(aim),
            amplitude * np.sin(aim),
        )
        return cls(np.stack(columns, axis=1))

    def __call__(self, x: Array, y: Array) -> tuple[Array, Array]:
        dx, dy = np.zeros_like(x), np.zeros_like(y)
        for kx, ky, phase, ax, ay in self.waves.astype(np.float32):
            wave = np.sin(kx * x + ky * y + phase)
            dx += ax * wave
            dy += ay * wave
        return x + dx, y + dy


@dataclass
class Canvas:
    """Tissue labels on a grid of points; later strokes lie on top."""

    x: Array
    y: Array
    names: list[str] = field(default_factory=lambda: ["air"])

    def __post_init__(self) -> None:
        self.labels = np.zeros(self.x.shape, np.uint8)

    def fill(self, name: str, shape: Shape, over: tuple[str, ...] = ()) -> None:
        """Paint a shape, everywhere or only `over` some tissues."""
        if name not in self.names:
            self.names.append(name)
        x0, x1, y0, y1 = shape.box
        near = np.flatnonzero((self.x > x0) & (self.x < x1) & (self.y > y0) & (self.y < y1))
        if over:
            own = [self.names.index(item) for item in over if item in self.names]
            near = near[np.isin(self.labels.flat[near], own)]
        inside = near[shape.at(self.x.flat[near], self.y.flat[near]) < 0]
        self.labels.flat[inside] = self.names.index(name)

    def tree(
        self,
        name: str,
        start: tuple[float, float],
        angle: float,
        length: float,
        radius: float,
        rng: np.random.Generator,
        over: tuple[str, ...] = (),
        depth: int = 3,
    ) -> None:
        """Paint a vessel that branches `depth` times."""
        draws = rng.uniform(-1, 1, 5)
        bent = angle + 0.25 * draws[0]
        end = (start[0] + length * np.cos(bent), start[1] + length * np.sin(bent))
        self.fill(name, stroke(start, end, radius, 0.75 * radius), over)
        if depth > 0:
            for sign, draw in ((-1, draws[1]), (1, draws[2])):
                turn = bent + sign * (0.45 + 0.2 * draw)
                self.tree(
                    name, end, turn, length * (0.75 + 0.1 * draws[3]), 0.68 * radius, rng, over, depth - 1
                )
