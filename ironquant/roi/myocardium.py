"""The whole wall of a left ventricle whose septum is known: two closed, smooth borders.

The septum tells what wall looks like and how thick it is. Along every ray the signal is placed between
blood (1) and septal wall (0); the inner border lies half-way between the levels on its two sides, the outer
one where the signal leaves the level of the wall, upwards (fat, blood) or downwards (lung). What no ray tells
(liver below, a fat-free pericardium) is taken from the septum's thickness, rather too thin than too thick.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ironquant.core import EchoSeries
from ironquant.roi.chest import overviews
from ironquant.roi.rays import between_steps
from ironquant.roi.shapes import centre_of_area
from ironquant.roi.ventricle import Ventricle

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

STEP_MM = 0.25
REACH_MM = 75.0
INNER_WITHIN_MM = 6.0
"""The inner border is sought so near to where a round cavity would have it."""
LEAST_RAYS = 4
"""Rays of the septum from which the rest can be judged."""
MOVES_MM = 0.5
THICKNESS_RANGE = (0.55, 1.5)
"""Thickness of the free wall over that of the septum; beyond this a border is taken for another one's."""
ASSUMED_THICKNESS = 0.85
"""Of the septum's, where no ray tells."""
LEAST_STEP = 0.35
"""What lies beyond the wall differs from it by this share of the contrast of blood and wall."""
LAYER_MM = 3.0
"""Epicardial fat may be as thin as this before lung begins."""
INNER_HARMONICS, THICKNESS_HARMONICS = 3, 3
AGREES_MM = 2.5
"""A ray whose border lies within this of the smooth one confirms it."""
BEYOND_MM = (1.0, 5.0)
"""So far outside the outer border there is blood where there is a right ventricle; fat is thinner."""
RIGHT_WALL_MM = 4.5
"""Between where that blood ends and the insertion: the narrow end of the cavity and the right wall."""


@dataclass(frozen=True, eq=False)
class Myocardium:
    """The wall on one slice; arrays of shape (ray,), radii in mm from the centre.

    Attributes
    ----------
    centre : tuple of float
        Row and column of the series.
    angle : ndarray
        Radians, from the column direction towards the row direction, evenly around the whole ring.
    inner_mm, outer_mm : ndarray
        Smooth closed borders.
    sure : ndarray of bool
        Both borders were seen on this ray.
    insertions : tuple of float
        Angles at which the right ventricle meets the septum: the arc in between runs from the first to
        the second in growing angles.
    seen : float
        Share of the rays on which the cavity ends at something like the septum.
    """

    slice_index: int
    centre: tuple[float, float]
    angle: Array
    inner_mm: Array
    outer_mm: Array
    sure: Mask
    insertions: tuple[float, float]
    seen: float
    confidence: float


@dataclass(frozen=True, eq=False)
class _Septum:
    """What of a ventricle the whole wall is judged by: its centre, and both borders on the septal rays."""

    centre: tuple[float, float]
    arc: NDArray[np.intp]
    inner_mm: Array
    outer_mm: Array

    @property
    def thickness_mm(self) -> float:
        return float(np.median(self.outer_mm - self.inner_mm))


def trace_wall(ventricle: Ventricle, series: EchoSeries) -> Myocardium | None:
    """Return the wall around a ventricle, None where its septum is not clear enough to judge the rest by.

    Parameters
    ----------
    ventricle : Ventricle
        Of which the centre and, on the septal arc, both borders are used.
    series : EchoSeries
    """
    rays, arc = ventricle.rays, ventricle.arc
    arc = arc[np.isfinite(rays.inner_mm[arc]) & np.isfinite(rays.outer_mm[arc])]
    if len(arc) < LEAST_RAYS:
        return None
    septum = _Septum(ventricle.centre, arc, rays.inner_mm[arc], rays.outer_mm[arc])
    early, whole = overviews(series.signal[ventricle.slice_index])
    images = whole, early
    wall = _traced(ventricle, septum, images, series)
    # Angles are counted from the middle of the cavity, which the search knows only roughly.
    moved = _recentred(septum, wall, series.spacing_mm[1:])
    return wall if moved is None else _traced(ventricle, moved, images, series)


def _traced(
    ventricle: Ventricle, septum: _Septum, images: tuple[Array, Array], series: EchoSeries
) -> Myocardium:
    angle, arc, thickness = ventricle.rays.angle, septum.arc, septum.thickness_mm
    radius = np.arange(0.0, REACH_MM, STEP_MM)
    share, early = _shares(images, series, septum, angle, radius)
    cavity = _round_cavity(angle, share, radius, septum)
    inner_seen = _inner_borders(share, radius, cavity, thickness)
    inner = _closed(angle, inner_seen, INNER_HARMONICS, thicker_inside=True)
    outer_seen = _outer_borders(share, radius, inner, thickness)
    by_early = _outer_borders(early, radius, inner, thickness)
    outer_seen = np.where(np.isfinite(outer_seen), outer_seen, by_early)
    usual = np.abs(septum.outer_mm - inner[arc] - thickness) < 0.4 * thickness
    outer_seen[arc] = np.where(usual, septum.outer_mm, outer_seen[arc])
    found = outer_seen - inner
    known = np.isfinite(found)
    wall = _closed(
        angle,
        np.where(known, found, ASSUMED_THICKNESS * thickness),
        THICKNESS_HARMONICS,
        weight=np.where(known, 1.0, 0.3),
    )
    wall = np.clip(wall, THICKNESS_RANGE[0] * thickness, THICKNESS_RANGE[1] * thickness)
    with np.errstate(invalid="ignore"):
        sure = (np.abs(inner_seen - inner) < AGREES_MM) & (np.abs(found - wall) < AGREES_MM)
    return Myocardium(
        slice_index=ventricle.slice_index,
        centre=septum.centre,
        angle=angle,
        inner_mm=inner,
        outer_mm=inner + wall,
        sure=sure,
        insertions=_insertions(share, radius, angle, inner + wall, arc),
        seen=float(np.isfinite(inner_seen).mean()),
        confidence=ventricle.confidence,
    )


def _recentred(septum: _Septum, wall: Myocardium, spacing: tuple[float, float]) -> _Septum | None:
    """Return the septum seen from the middle of the cavity; None where it is seen from there already."""
    border = on_page(wall.inner_mm, wall.angle, wall.centre, spacing)
    column, row = centre_of_area(border)
    if np.hypot((row - wall.centre[0]) * spacing[0], (column - wall.centre[1]) * spacing[1]) < MOVES_MM:
        return None
    seen = []
    for radius in (septum.inner_mm, septum.outer_mm):
        points = on_page(radius, wall.angle[septum.arc], wall.centre, spacing)
        x, y = (points[:, 0] - column) * spacing[1], (points[:, 1] - row) * spacing[0]
        seen.append((np.unwrap(np.arctan2(y, x)), np.hypot(x, y)))
    step = 2.0 * np.pi / len(wall.angle)
    first, last = np.ceil(seen[1][0].min() / step), np.floor(seen[1][0].max() / step)
    if last - first + 1 < LEAST_RAYS:
        return None
    turns = np.arange(first, last + 1)
    inner, outer = (
        np.interp(turns * step, at[np.argsort(at)], radius[np.argsort(at)]) for at, radius in seen
    )
    return _Septum((row, column), (turns % len(wall.angle)).astype(np.intp), inner, outer)


def on_page(
    radius_mm: Array, angle: Array, centre: tuple[float, float], spacing: tuple[float, float]
) -> Array:
    """Return (column, row) of points given by radius and angle from the centre."""
    columns = centre[1] + radius_mm * np.cos(angle) / spacing[1]
    rows = centre[0] + radius_mm * np.sin(angle) / spacing[0]
    return np.column_stack([columns, rows])


def _shares(
    images: tuple[Array, Array], series: EchoSeries, septum: _Septum, angle: Array, radius: Array
) -> tuple[Array, Array]:
    """Return the share of blood along every ray, shape (ray, radius): 1 blood, 0 septal wall.

    Once as blood and wall are told apart best, once by the early echoes, in which lung and fat stand out
    from a wall that is dark with iron.
    """
    shape = (len(angle), len(radius))
    places = on_page(
        np.tile(radius, len(angle)), np.repeat(angle, len(radius)), septum.centre, series.spacing_mm[1:]
    )
    cavity_mm = float(np.median(septum.inner_mm))
    inside = (radius > 0.2 * cavity_mm) & (radius < 0.65 * cavity_mm)
    middle = 0.5 * (septum.inner_mm + septum.outer_mm)
    in_wall = np.abs(radius - middle[:, None]) < 0.25 * septum.thickness_mm
    shares = []
    for image in images:
        polar = ndimage.map_coordinates(image, places.T[::-1], order=1, mode="nearest").reshape(shape)
        polar = ndimage.gaussian_filter1d(polar, 1.0, axis=0, mode="wrap")
        # The coils brighten what lies near them; blood beside a wall tells by how much.
        blood = ndimage.gaussian_filter1d(np.median(polar[:, inside], axis=1), 6.0, mode="wrap")
        level = polar / np.maximum(blood, 1e-9)[:, None]
        wall = float(np.median(level[septum.arc][in_wall]))
        shares.append((level - wall) / (1.0 - wall if abs(1.0 - wall) > 1e-3 else 1e-3))
    best = shares[1] if series.acquisition.black_blood else shares[0]
    return np.asarray(best), np.asarray(shares[1])


def _round_cavity(angle: Array, share: Array, radius: Array, septum: _Septum) -> Array:
    """Return where a round cavity has its border: through the septum, elsewhere where blood first ends."""
    ends = (share < 0.5) & (radius > 0.55 * np.median(septum.inner_mm))
    at = np.argmax(ends, axis=1)
    border = np.where(ends[np.arange(len(at)), at], radius[at], np.nan)
    weight = np.full(len(angle), 0.5)
    border[septum.arc], weight[septum.arc] = septum.inner_mm, 2.0
    return _closed(angle, border, 1, weight=weight)


def _inner_borders(share: Array, radius: Array, cavity: Array, thickness: float) -> Array:
    """Return where blood ends on each ray, NaN where it does not near a round cavity's border."""
    level = np.zeros(len(cavity))
    for _ in range(2):  # the level of each part of the wall is known once its border is
        half = 0.5 * (1.0 + level)
        below = share < half[:, None]
        falls = np.zeros(share.shape, dtype=bool)
        falls[:, 1:] = below[:, 1:] & ~below[:, :-1]
        away = np.where(falls, np.abs(radius - cavity[:, None]), np.inf)
        at = np.argmin(away, axis=1)
        found = away[np.arange(len(at)), at] <= INNER_WITHIN_MM
        border = np.where(found, _between(share, radius, at, half), np.nan)
        seen = np.where(found, border, cavity)
        level = _level(share, radius, seen + 0.3 * thickness, seen + 0.65 * thickness)
    return border


def _outer_borders(share: Array, radius: Array, inner: Array, thickness: float) -> Array:
    """Return where the wall ends on each ray, NaN where what lies beyond looks alike."""
    level = _level(share, radius, inner + 0.3 * thickness, inner + 0.6 * thickness)
    low, high = (inner + share_of * thickness for share_of in THICKNESS_RANGE)
    off = np.abs(share - level[:, None])
    leaves = (off > LEAST_STEP) & (radius >= low[:, None]) & (radius <= high[:, None])
    at = np.argmax(leaves, axis=1)
    rows = np.arange(len(at))
    found = leaves[rows, at] & (radius[at] > low)
    sign = np.sign(share[rows, at] - level)
    away = sign[:, None] * (share - level[:, None])
    # Half-way to what lies beyond: of fat, which may be a thin layer, the brightest; of lung its level.
    layer = (radius >= radius[at][:, None]) & (radius <= radius[at][:, None] + LAYER_MM)
    peak = np.where(layer, away, -np.inf).max(axis=1)
    plain = sign * (_level(share, radius, radius[at] + 1.5, radius[at] + 4.0, smooth=False) - level)
    half = 0.5 * np.where(sign > 0, peak, np.maximum(plain, LEAST_STEP))
    crossed = (away > half[:, None]) & (radius >= low[:, None])
    first = np.argmax(crossed, axis=1)
    border = _between(away, radius, first, half)
    within = crossed[rows, first] & (border >= low) & (border <= high)
    return np.where(found & within, border, np.nan)


def _insertions(
    share: Array, radius: Array, angle: Array, outer: Array, arc: NDArray[np.intp]
) -> tuple[float, float]:
    """Return where the blood outside the septum ends, on either side of the arc.

    The rays of the arc stop where the right ventricle becomes thin; just outside the septum its blood is
    followed to its end, and its wall's thickness added. Never farther than an eighth of the circle: beyond
    lie fat and other vessels.
    """
    steps = np.arange(BEYOND_MM[0], BEYOND_MM[1] + STEP_MM, STEP_MM)
    beyond = np.array(
        [np.interp(edge + steps, radius, line).mean() for edge, line in zip(outer, share, strict=True)]
    )
    usual = float(np.median(beyond[arc]))
    blood = beyond > 0.5 * usual if usual > 0.3 else np.isin(np.arange(len(angle)), arc)
    n = len(angle)
    ends = []
    for end, step in ((int(arc[0]), -1), (int(arc[-1]), 1)):
        # Begin inside the arc: its last rays may already look past the end.
        at, n_inside = end, 0
        while not blood[at % n] and n_inside < len(arc) // 3:
            at, n_inside = at - step, n_inside + 1
        n_out = 0
        while blood[(at + step) % n] and n_out < n // 8:
            at, n_out = at + step, n_out + 1
        wall = step * RIGHT_WALL_MM / float(outer[at % n])
        ends.append(float(angle[0] + 2.0 * np.pi * (at + 0.5 * step) / n) + wall)
    return ends[0], ends[0] + (ends[1] - ends[0]) % (2.0 * np.pi)


def _closed(
    angle: Array,
    radius: Array,
    harmonics: int,
    *,
    weight: Array | None = None,
    thicker_inside: bool = False,
) -> Array:
    """Return the smooth closed curve through the known radii, outliers left aside.

    Parameters
    ----------
    thicker_inside : bool
        What lies inside the curve counts less: papillary muscles and trabeculae only ever narrow a cavity.
    """
    known = np.isfinite(radius)
    own = np.where(known, 1.0 if weight is None else weight, 0.0)
    filled = np.where(known, radius, 0.0)
    columns = [np.ones_like(angle)]
    for order in range(1, harmonics + 1):
        columns += [np.cos(order * angle), np.sin(order * angle)]
    design = np.column_stack(columns)
    # Gaps are bridged by the lowest harmonics: the higher ones cost.
    ridge = np.diag([1e-9] + [0.4 * order**2 for order in range(1, harmonics + 1) for _ in range(2)])
    fitted = np.full(len(angle), np.average(filled, weights=np.maximum(own, 1e-12)))
    for _ in range(6):
        away = filled - fitted
        scale = max(1.5 * float(np.median(np.abs(away[known]))), 0.6)
        robust = 1.0 / (1.0 + (away / scale) ** 2)
        if thicker_inside:
            robust = np.where(away < 0, robust**2, robust)
        total = own * robust
        left = design.T @ (total[:, None] * design) + ridge
        fitted = design @ np.linalg.solve(left, design.T @ (total * filled))
    return np.asarray(fitted)


def _level(share: Array, radius: Array, first: Array, last: Array, *, smooth: bool = True) -> Array:
    """Return the median share between two radii of each ray, smooth around the ring."""
    low = np.ceil((first - radius[0]) / STEP_MM).astype(np.intp)
    end = np.floor((last - radius[0]) / STEP_MM).astype(np.intp) + 1
    values, within = between_steps(share, low, end)
    count, rows = within.sum(axis=1), np.arange(len(share))
    ascending = np.sort(np.where(within, values, np.inf), axis=1)
    low, high = (ascending[rows, np.maximum(at, 0) // 2] for at in (count - 1, count))
    medians = np.where(count > 0, 0.5 * (low + high), 0.0)
    return np.asarray(ndimage.median_filter(medians, 9, mode="wrap")) if smooth else medians


def _between(share: Array, radius: Array, at: NDArray[np.intp], level: Array) -> Array:
    """Return where the line between a step and the one before crosses the level."""
    rows, before = np.arange(len(at)), np.maximum(at - 1, 0)
    rise = share[rows, at] - share[rows, before]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(rise != 0, (level - share[rows, before]) / rise, 0.0)
    return radius[before] + np.clip(part, 0.0, 1.0) * STEP_MM
