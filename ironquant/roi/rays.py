"""Look outwards from the left-ventricular cavity along rays: inner border, wall, what lies beyond."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Array = NDArray[np.float64]

N_RAYS = 120
STEP_MM = 0.5
REACH_MM = 70.0
WALL_MM = (3.0, 20.0)
"""Thickness of a left-ventricular wall, child to hypertrophy."""
BLOOD_RUN_MM = 4.0
"""Blood must go on for this far beyond the wall to be a ventricle, not a vessel or a line of fat."""
LEAST_RISE = 0.3
"""Blood beyond the wall stands at least this share of the cavity's contrast above the wall."""
RISE = 0.5
"""Edges are where the signal is half-way between the levels on either side."""


@dataclass(frozen=True, eq=False)
class Rays:
    """What each ray met; shape (ray,). Radii in mm from the centre, NaN where there is no wall.

    Attributes
    ----------
    angle : ndarray
        Radians, from the column direction towards the row direction.
    inner_mm, outer_mm : ndarray
        Borders of the wall.
    wall : ndarray
        Level of the wall over the level of the cavity (inverted images where blood is nulled).
    septal : ndarray of bool
        The wall has blood on its far side.
    contrast : float
        (cavity − wall) / (cavity + wall), median over the rays with a wall.
    """

    angle: Array
    inner_mm: Array
    outer_mm: Array
    wall: Array
    septal: NDArray[np.bool_]
    contrast: float


def cast_rays(
    image: Array,
    cavity: NDArray[np.bool_],
    centre: tuple[float, float],
    spacing_mm: tuple[float, float],
    *,
    bright_blood: bool,
) -> Rays:
    """Measure the wall around a cavity.

    Parameters
    ----------
    image : ndarray, shape (row, column)
    cavity : ndarray of bool
        Cavity candidate, filled.
    centre : tuple of float
        (row, column).
    spacing_mm : tuple of float
        Row and column spacing.
    bright_blood : bool
        False where the blood is nulled: the cavity is dark and the wall bright.
    """
    angle = np.arange(N_RAYS) * 2 * np.pi / N_RAYS
    radius = np.arange(0.0, REACH_MM, STEP_MM)
    rows = centre[0] + np.outer(np.sin(angle), radius) / spacing_mm[0]
    columns = centre[1] + np.outer(np.cos(angle), radius) / spacing_mm[1]
    profile = ndimage.map_coordinates(image, [rows, columns], order=1, mode="constant")
    inside = ndimage.map_coordinates(cavity.astype(np.float64), [rows, columns], order=1) > 0.5
    if not bright_blood:
        profile = profile.max() - profile
    level = float(np.median(profile[inside])) if inside.any() else 0.0
    edge = np.array([radius[np.flatnonzero(ray)[-1]] if ray.any() else 0.0 for ray in inside])
    found = [
        _follow(ray, radius, start, level, beyond_must_be_blood=bright_blood)
        for ray, start in zip(profile, edge, strict=True)
    ]
    inner, outer, wall, septal = (np.array(column) for column in zip(*found, strict=True))
    walls = wall[np.isfinite(wall)]
    contrast = (
        float((level - np.median(walls)) / (level + abs(np.median(walls)) + 1e-12)) if len(walls) else 0.0
    )
    return Rays(angle, inner, outer, wall / (level + 1e-12), septal.astype(bool), contrast)


def _follow(
    ray: Array, radius: Array, start_mm: float, level: float, *, beyond_must_be_blood: bool
) -> tuple[float, float, float, bool]:
    """Return inner and outer border, wall level and whether blood lies beyond, on one ray."""
    nothing = (np.nan, np.nan, np.nan, False)
    first = int(max(start_mm - 3.0, 1.0) / STEP_MM)
    window = ray[first : first + int((WALL_MM[1] + 6.0) / STEP_MM)]
    if len(window) < 4:
        return nothing
    # The wall is the first valley beyond the cavity: walk down until the signal turns up again.
    turn = _first_valley(window, level)
    if turn is None:
        return nothing
    low = float(window[turn])
    half = low + RISE * (level - low)
    inner = _crossing(ray, radius, first, first + turn, half, falling=True)
    after = ray[first + turn :]
    rising = np.flatnonzero(after > low + LEAST_RISE * (level - low))
    if inner is None or rising.size == 0:
        return (inner if inner is not None else np.nan, np.nan, low, False)
    # The far side has a level of its own: right-ventricular blood is dimmer under a surface coil.
    start = int(rising[0])
    beyond = float(np.median(after[start : start + int(BLOOD_RUN_MM / STEP_MM)]))
    outer = _crossing(
        ray, radius, first + turn, first + turn + start, low + RISE * (beyond - low), falling=False
    )
    if outer is None:
        outer = float(radius[min(first + turn + start, len(radius) - 1)])
    thick = WALL_MM[0] <= outer - inner <= WALL_MM[1]
    blood = beyond > low + LEAST_RISE * (level - low) or not beyond_must_be_blood
    return inner, outer, low, bool(thick and blood)


def _first_valley(window: Array, level: float) -> int | None:
    """Return the index of the first minimum that is clearly below the cavity."""
    smooth = ndimage.uniform_filter1d(window, 3)
    below = np.flatnonzero(smooth < 0.85 * level)
    if below.size == 0:
        return None
    index = int(below[0])
    best = index
    for position in range(index, len(smooth)):
        if smooth[position] < smooth[best]:
            best = position
        # The signal has turned up by a quarter of the drop: the valley is behind.
        elif smooth[position] > smooth[best] + 0.25 * (level - smooth[best]):
            break
    return best


def _crossing(
    ray: Array, radius: Array, first: int, last: int, value: float, *, falling: bool
) -> float | None:
    """Return where the ray crosses `value` between two indices, interpolated."""
    part = ray[first : last + 1]
    beyond = np.flatnonzero(part < value if falling else part > value)
    if beyond.size == 0:
        return None
    index = first + int(beyond[0])
    if index == 0 or ray[index] == ray[index - 1]:
        return float(radius[index])
    share = (value - ray[index - 1]) / (ray[index] - ray[index - 1])
    return float(radius[index - 1] + np.clip(share, 0.0, 1.0) * STEP_MM)
