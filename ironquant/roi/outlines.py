"""Outlines of one slice joined, cut, grown, smoothed and painted, finer than the pixels.

Points are (column, row) in pixels, pixel centres at whole numbers; an outline within another is a hole
(even-odd rule). Outlines that do not cross are kept as they are. Where they do, the new outline is the zero
line of a signed distance at the pixel centres: every centre stays on its side, so that the pixels of a union
are exactly the union of the pixels, and between the centres the line runs where the outlines ran.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from skimage import measure

from ironquant.core import Volume
from ironquant.roi.masks import Mask, polygon_mask

Points = NDArray[np.float64]
Field = NDArray[np.float64]
_REACH_PIXELS = 2.5
"""How far from an outline its distance is told; the zero line needs one pixel to either side."""
_OFF_CENTRE_MM = 1e-4
"""Least distance of an outline from a pixel centre: no centre lies on the line itself."""
_SMOOTHING_PIXELS = 1.2
"""Standard deviation of smoothing along an outline."""
_POINTS_PER_PIXEL = 2.0


def contains(polygon: Points, points: Points) -> NDArray[np.bool_]:
    """Return which `points`, shape (n, 2), lie inside `polygon` by the even-odd rule."""
    inside = np.zeros(len(points), dtype=bool)
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y0 == y1:
            continue
        between = (points[:, 1] >= min(y0, y1)) & (points[:, 1] < max(y0, y1))
        crossing = x0 + (points[:, 1] - y0) * (x1 - x0) / (y1 - y0)
        inside ^= between & (points[:, 0] < crossing)
    return inside


def hit(outlines: Sequence[Points], x: float, y: float) -> bool:
    """Whether a point lies inside the outlines of a slice."""
    point = np.array([[x, y]])
    return sum(bool(contains(polygon, point)[0]) for polygon in outlines) % 2 == 1


def joined(outlines: Sequence[Points], drawn: Points, volume: Volume) -> tuple[Points, ...]:
    """Return the outlines of a region to which a drawn shape was added."""
    if any(_crossing(outline, drawn) for outline in outlines):
        fields = _signed(outlines, volume), _signed([drawn], volume)
        return zero_lines(np.minimum(*fields))
    kept = _outside(outlines, drawn)
    return kept if hit(outlines, *drawn[0]) else (*kept, drawn)


def cut(outlines: Sequence[Points], drawn: Points, volume: Volume) -> tuple[Points, ...]:
    """Return the outlines of a region from which a drawn shape was cut: a hole, or a piece less."""
    if any(_crossing(outline, drawn) for outline in outlines):
        fields = _signed(outlines, volume), -_signed([drawn], volume)
        return zero_lines(np.maximum(*fields))
    kept = _outside(outlines, drawn)
    return (*kept, drawn) if hit(outlines, *drawn[0]) else kept


def grown(outlines: Sequence[Points], by_mm: float, volume: Volume) -> tuple[Points, ...]:
    """Return the outlines moved outwards (holes inwards) by a distance; negative: the other way."""
    field = _signed(outlines, volume, abs(by_mm)) - by_mm
    return zero_lines(np.where(np.abs(field) < _OFF_CENTRE_MM, _OFF_CENTRE_MM, field))


def smoothed(outlines: Sequence[Points]) -> tuple[Points, ...]:
    """Return every outline without its corners, of the same area about the same centre."""
    return tuple(_smooth(outline) for outline in outlines)


class Stroke:
    """A stroke of a round brush over the outlines of a slice, point by point.

    Parameters
    ----------
    outlines : sequence of ndarray, shape (n, 2)
        What the region is before the stroke; empty for a new one.
    radius_mm : float
        A pixel is painted if its centre lies within this distance of the stroke.
    erase : bool
        Take away instead of adding.
    """

    def __init__(
        self, outlines: Sequence[Points], radius_mm: float, volume: Volume, *, erase: bool = False
    ) -> None:
        self._volume, self._radius_mm, self._erase = volume, radius_mm, erase
        self._before = _signed(outlines, volume)
        self._reach_mm = radius_mm + _reach(volume)
        self._distance = np.full(volume.shape[1:], self._reach_mm)
        self._last: Points | None = None

    def to(self, x: float, y: float) -> None:
        """Go on to (column, row)."""
        point = np.array([x, y])
        start = point if self._last is None else self._last
        approach(self._distance, start, point, self._volume, self._reach_mm)
        self._last = point

    def outlines(self) -> tuple[Points, ...]:
        """Return the outlines after the stroke so far."""
        beyond = _off_centre(self._distance - self._radius_mm, self._distance <= self._radius_mm)
        return zero_lines(
            np.maximum(self._before, -beyond) if self._erase else np.minimum(self._before, beyond)
        )


def stroke_mask(
    stroke: Iterable[Sequence[float]], radius_mm: float, volume: Volume, shape: tuple[int, int]
) -> Mask:
    """Return the pixels of one slice whose centres lie within `radius_mm` of a stroke of (column, row)."""
    reach_mm = radius_mm + _reach(volume)
    distance = np.full(shape, reach_mm)
    places = [np.array(place, dtype=np.float64) for place in stroke]
    for start, end in zip(places, places[1:] or places, strict=False):
        approach(distance, start, end, volume, reach_mm)
    return np.asarray(distance <= radius_mm)


def approach(distance: Field, start: Points, end: Points, volume: Volume, reach_mm: float) -> None:
    """Lower distances (mm) at pixel centres, in place, to those from one line, as far as `reach_mm`."""
    _, row_mm, column_mm = volume.spacing_mm
    mm = np.array([column_mm, row_mm])
    rows, columns = distance.shape
    low = np.maximum(np.ceil(np.minimum(start, end) - reach_mm / mm), 0).astype(int)
    high = np.minimum(np.floor(np.maximum(start, end) + reach_mm / mm) + 1, (columns, rows)).astype(int)
    if np.any(low >= high):
        return
    box = distance[low[1] : high[1], low[0] : high[0]]
    across = (np.arange(low[0], high[0]) - start[0]) * column_mm
    down = ((np.arange(low[1], high[1]) - start[1]) * row_mm)[:, None]
    way = (end - start) * mm
    length = float(way @ way)
    share = np.clip((across * way[0] + down * way[1]) / length, 0.0, 1.0) if length > 0 else 0.0
    np.minimum(box, np.hypot(across - share * way[0], down - share * way[1]), out=box)


def zero_lines(field: Field) -> tuple[Points, ...]:
    """Return the outlines of what is negative in a field over the pixels of a slice, none of which is 0."""
    padded = np.pad(field, 1, constant_values=max(float(field.max()), _OFF_CENTRE_MM))
    lines = [traced[:-1, ::-1] - 1.0 for traced in measure.find_contours(padded, 0.0)]
    return tuple(line for line in lines if len(line) >= 3)


def _signed(outlines: Sequence[Points], volume: Volume, beyond_mm: float = 0.0) -> Field:
    """Return the distance (mm) of every pixel centre from the outlines, negative inside, cut off far away."""
    reach_mm = beyond_mm + _reach(volume)
    distance = np.full(volume.shape[1:], reach_mm)
    inside = np.zeros(distance.shape, dtype=bool)
    for outline in outlines:
        inside ^= polygon_mask(outline, (distance.shape[0], distance.shape[1]))
        for start, end in zip(outline, np.roll(outline, -1, axis=0), strict=True):
            approach(distance, start, end, volume, reach_mm)
    return _off_centre(np.where(inside, -distance, distance), inside)


def _reach(volume: Volume) -> float:
    return _REACH_PIXELS * max(volume.spacing_mm[1:])


def _off_centre(field: Field, inside: Mask) -> Field:
    """Return the field with the sign that `inside` tells, nowhere zero."""
    size = np.maximum(np.abs(field), _OFF_CENTRE_MM)
    return np.where(inside, -size, size)


def _outside(outlines: Sequence[Points], drawn: Points) -> tuple[Points, ...]:
    return tuple(outline for outline in outlines if not contains(drawn, outline[:1])[0])


def _crossing(first: Points, second: Points) -> bool:
    """Whether a side of one polygon meets a side of the other."""
    way, other = np.roll(first, -1, axis=0) - first, np.roll(second, -1, axis=0) - second
    between = first[:, None] - second[None]
    starts = _cross(other[None], between)
    ends = _cross(other[None], between + way[:, None])
    other_starts = _cross(way[:, None], -between)
    other_ends = _cross(way[:, None], other[None] - between)
    return bool(np.any((starts * ends <= 0) & (other_starts * other_ends <= 0)))


def _cross(first: Points, second: Points) -> Field:
    return first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]


def _smooth(outline: Points) -> Points:
    closed = np.vstack([outline, outline[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    n_points = max(round(along[-1] * _POINTS_PER_PIXEL), 8)
    places = np.linspace(0.0, along[-1], n_points, endpoint=False)
    even = np.column_stack([np.interp(places, along, axis) for axis in closed.T])
    sigma = _SMOOTHING_PIXELS * n_points / along[-1]
    soft = gaussian_filter1d(even, sigma, axis=0, mode="wrap")
    middle = soft.mean(axis=0)
    area, softened = (abs(float(np.sum(_cross(p, np.roll(p, -1, axis=0))))) for p in (outline, soft))
    scale = np.sqrt(area / softened) if softened > 0 else 1.0
    return np.asarray(middle + (soft - middle) * scale)
