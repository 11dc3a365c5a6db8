"""Shapes in millimetres, painted as labels on a fine grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ironquant.phantom.tissues import Tissue

Coordinates = NDArray[np.floating]
Mask = NDArray[np.bool_]
Window = tuple[slice, slice]
_WHOLE: Final = (slice(None), slice(None))


class Canvas:
    """A slice being painted: later paint covers earlier.

    Attributes
    ----------
    x, y : ndarray of float32, shape (row, column)
        Position of each fine pixel in mm from the image centre; y points down.
    label : ndarray of uint8
        `Tissue` values.
    """

    def __init__(self, shape: tuple[int, int], step_mm: float) -> None:
        rows, columns = shape
        y = (np.arange(rows) - (rows - 1) / 2) * step_mm
        x = (np.arange(columns) - (columns - 1) / 2) * step_mm
        self.step_mm = step_mm
        self.y, self.x = np.meshgrid(y.astype(np.float32), x.astype(np.float32), indexing="ij")
        self.label: NDArray[np.uint8] = np.zeros(shape, dtype=np.uint8)

    def paint(self, mask: Mask, tissue: Tissue, within: Mask | None = None) -> None:
        """Paint `mask`, only where `within` holds if it is given."""
        self.label[mask if within is None else mask & within] = tissue

    def has(self, *tissues: Tissue) -> Mask:
        """Return where one of these tissues is painted."""
        found: Mask = np.isin(self.label, [int(tissue) for tissue in tissues])
        return found

    def local(
        self, cx: float, cy: float, angle: float = 0.0, window: Window = _WHOLE
    ) -> tuple[Coordinates, Coordinates]:
        """Return coordinates about (cx, cy), turned by `angle` (radian)."""
        dx, dy = self.x[window] - np.float32(cx), self.y[window] - np.float32(cy)
        cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
        return dx * cosine + dy * sine, dy * cosine - dx * sine

    def ellipse(
        self, cx: float, cy: float, a: float, b: float, angle: float = 0.0, power: float = 2.0
    ) -> Mask:
        """Return a (super)ellipse with half axes `a` and `b`."""
        mask = np.zeros(self.label.shape, dtype=bool)
        window = self._window(cx, cy, float(np.hypot(a, b)))
        mask[window] = self.ellipse_level(cx, cy, a, b, angle, power, window) < 1.0
        return mask

    def ellipse_level(
        self,
        cx: float,
        cy: float,
        a: float,
        b: float,
        angle: float = 0.0,
        power: float = 2.0,
        window: Window = _WHOLE,
    ) -> Coordinates:
        """Return 0 in the centre of a (super)ellipse, 1 on its edge."""
        u, v = self.local(cx, cy, angle, window)
        if power == 2.0:
            return (u / a) ** 2 + (v / b) ** 2
        level: Coordinates = np.abs(u / a) ** power + np.abs(v / b) ** power
        return level

    def _window(self, x: float, y: float, reach_mm: float) -> Window:
        """Return the rows and columns around a point in mm; none where it lies far outside."""
        reach = int(np.ceil(reach_mm / self.step_mm)) + 1
        rows, columns = self.label.shape
        row, column = round(y / self.step_mm + (rows - 1) / 2), round(x / self.step_mm + (columns - 1) / 2)
        return (
            slice(max(row - reach, 0), max(row + reach + 1, 0)),
            slice(max(column - reach, 0), max(column + reach + 1, 0)),
        )

    def polygon(self, points: NDArray[np.float64]) -> Mask:
        """Return the inside of a closed polygon (even-odd rule); `points` in mm, shape (n, 2)."""
        rows, columns = self.label.shape
        inside = np.zeros((rows, columns), dtype=bool)
        x0, y0, x1, y1 = points[:, 0], points[:, 1], np.roll(points[:, 0], -1), np.roll(points[:, 1], -1)
        for row, y in enumerate(self.y[:, 0]):
            crosses = (y0 <= y) != (y1 <= y)
            if not crosses.any():
                continue
            at = x0[crosses] + (y - y0[crosses]) / (y1[crosses] - y0[crosses]) * (x1 - x0)[crosses]
            inside[row] = np.searchsorted(np.sort(at), self.x[row]) % 2 == 1
        return inside

    def stroke(self, path: NDArray[np.float64], radius_mm: NDArray[np.float64]) -> Mask:
        """Return a tube along `path` (n, 2) with a radius at each point: discs close to each other."""
        mask = np.zeros(self.label.shape, dtype=bool)
        for (px, py), radius in zip(path, radius_mm, strict=True):
            window = self._window(px, py, radius)
            mask[window] |= np.hypot(self.x[window] - px, self.y[window] - py) <= radius
        return mask


def smooth_closed(points: Sequence[tuple[float, float]], per_segment: int = 12) -> NDArray[np.float64]:
    """Return a closed Catmull–Rom curve through `points`, shape (n, 2)."""
    nodes = np.asarray(points, dtype=np.float64)
    before, after, second = np.roll(nodes, 1, 0), np.roll(nodes, -1, 0), np.roll(nodes, -2, 0)
    return _catmull_rom(before, nodes, after, second, per_segment)


def smooth_open(points: Sequence[tuple[float, float]], per_segment: int = 24) -> NDArray[np.float64]:
    """Return an open Catmull–Rom curve through `points`, shape (n, 2)."""
    nodes = np.asarray(points, dtype=np.float64)
    padded = np.vstack([2 * nodes[0] - nodes[1], nodes, 2 * nodes[-1] - nodes[-2]])
    return _catmull_rom(padded[:-3], padded[1:-2], padded[2:-1], padded[3:], per_segment)


def _catmull_rom(
    p0: NDArray[np.float64],
    p1: NDArray[np.float64],
    p2: NDArray[np.float64],
    p3: NDArray[np.float64],
    per_segment: int,
) -> NDArray[np.float64]:
    t = np.linspace(0, 1, per_segment, endpoint=False)[None, :, None]
    a, b, c, d = (p[:, None, :] for p in (p0, p1, p2, p3))
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    points: NDArray[np.float64] = curve.reshape(-1, 2)
    return points


def harmonics(
    theta: Coordinates, rng: np.random.Generator, orders: Sequence[int], amplitude: float
) -> Coordinates:
    """Return a random smooth function of angle: a sum of cosines, the higher orders smaller."""
    total = np.zeros_like(theta)
    for order in orders:
        size = amplitude * rng.normal() / np.sqrt(order)
        total += np.float32(size) * np.cos(order * theta + np.float32(rng.uniform(0, 2 * np.pi)))
    return total


def smooth_field(
    shape: tuple[int, int], rng: np.random.Generator, scale_px: tuple[float, float]
) -> NDArray[np.float32]:
    """Return Gaussian noise of unit SD, smoothed over (rows, columns) by these scales in pixels."""
    spectrum = np.fft.rfft2(rng.standard_normal(shape))
    fy = np.fft.fftfreq(shape[0])[:, None]
    fx = np.fft.rfftfreq(shape[1])[None, :]
    spectrum *= np.exp(-2 * np.pi**2 * ((fy * scale_px[0]) ** 2 + (fx * scale_px[1]) ** 2))
    field = np.fft.irfft2(spectrum, shape)
    field -= field.mean()
    normal: NDArray[np.float32] = (field / field.std()).astype(np.float32)
    return normal
