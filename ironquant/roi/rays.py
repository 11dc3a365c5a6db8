"""Look outwards from the left-ventricular cavity along rays: inner border, wall, what lies beyond.

Every pixel is placed between two curves over the echoes, the cavity's (1) and the wall's (0): the share
of blood in it. The share is linear in the signal, so a border lies where it is half, whatever the pixel
size, and all echoes tell as much as they can. Blood may be brighter or darker than the wall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

N_RAYS = 120
ANGLE = np.arange(N_RAYS) * 2 * np.pi / N_RAYS
STEP_MM = 0.5
REACH_MM = 75.0
WALL_MM = (3.5, 26.0)
"""Thickness of a left-ventricular wall, child to hypertrophy."""
RING_MM = (1.5, 5.0)
"""Where around a cavity the wall's curve is taken: no wall is thinner."""
ALONG_RAYS = 1.5
"""Rays over which the profiles are averaged (SD)."""
BLOOD = 0.5
STRANGE = 0.6
"""A tissue whose curve lies further off the line from wall to blood than this is neither."""
STRANGEST = 1.2
"""And one that lies further off than this is not the wall."""
DARK = 0.55
"""The wall has ended where this share of its signal is missing: lung, air, nulled blood."""
LEAST_RUN_MM, LONGEST_RUN_MM = 2.5, 60.0
"""How deep a right ventricle lies along a ray: beyond the second it is something else."""
FAR_SIDE_BRIGHT, FAR_SIDE_BLACK = 0.5, 0.75
"""A right ventricle ends where the share of blood falls below this part of its own: bright blood is cut by
trabeculae, nulled blood lies behind a wall hardly thicker than a pixel."""


@dataclass(frozen=True, eq=False)
class Rays:
    """What each ray met; shape (ray,). Radii in mm from the centre, NaN where there is no such border.

    Attributes
    ----------
    angle : ndarray
        Radians, from the column direction towards the row direction.
    inner_mm, outer_mm : ndarray
        Borders of the wall.
    wall : ndarray
        Share of blood in the middle of the wall: 0 where it is like the wall elsewhere.
    run_mm : ndarray
        Depth of the blood beyond the wall; 0 where there is none, NaN where it does not end.
    far : ndarray
        Share of blood just beyond the wall.
    strange : ndarray
        How far from the line between wall and blood the wall and what lies beyond it are.
    blood, lining, beyond : ndarray, shape (echo,), (echo,) and (ray, echo)
        Curves of the cavity, of the wall around it and of what lies beyond the wall.
    share : ndarray, shape (ray, step)
        Share of blood along the rays, a step being `STEP_MM`.
    septal : ndarray of bool
        The wall is a wall, and has blood with a far side beyond it.
    bright : bool
        The cavity is brighter than the wall.
    contrast : float
        |cavity - wall| / (cavity + wall).
    """

    angle: Array
    inner_mm: Array
    outer_mm: Array
    wall: Array
    run_mm: Array
    far: Array
    strange: Array
    blood: Array
    lining: Array
    beyond: Array
    share: Array
    septal: Mask
    bright: bool
    contrast: float


def cast_rays(
    images: Array, edge_mm: Array, centre: tuple[float, float], spacing_mm: tuple[float, float]
) -> Rays:
    """Measure the wall around a cavity.

    Parameters
    ----------
    images : ndarray, shape (row, column, echo)
    edge_mm : ndarray, shape (ray,)
        Roughly the radius of the cavity.
    centre : tuple of float
        (row, column).
    spacing_mm : tuple of float
        Row and column spacing.
    """
    radius = np.arange(0.0, REACH_MM, STEP_MM)
    rows = centre[0] + np.outer(np.sin(ANGLE), radius) / spacing_mm[0]
    columns = centre[1] + np.outer(np.cos(ANGLE), radius) / spacing_mm[1]
    near_rows, near_columns = (
        np.clip(np.rint(where), 0, size - 1).astype(int)
        for where, size in zip((rows, columns), images.shape, strict=False)
    )
    beyond_edge = radius - edge_mm[:, None]
    inside = radius < 0.7 * edge_mm[:, None]
    around = (beyond_edge >= RING_MM[0]) & (beyond_edge <= RING_MM[1])
    blood, wall = (
        np.median(images[near_rows[part], near_columns[part]], axis=0) for part in (inside, around)
    )
    edge = np.rint(edge_mm / STEP_MM).astype(int)
    share, off, dark = _shares(images, blood, wall, rows, columns)
    inner, outer = _wall(share, off, dark, edge)
    # Coils brighten what lies near them: a border is half-way between the levels on its own two sides.
    low = _level(share, 0.7 * inner + 0.3 * outer, 0.3 * inner + 0.7 * outer)
    near = _level(share, inner - 8.0 / STEP_MM, inner - 2.0 / STEP_MM)
    inner = _crossing(share, inner, 0.5 * (low + near), -1)
    far = _level(share, outer + 1.5 / STEP_MM, outer + 5.0 / STEP_MM)
    beyond = (_at_step(share, outer + 2.0 / STEP_MM) > low + 0.35) & (
        _at_step(off, outer + 2.0 / STEP_MM) < STRANGE
    )
    middle = np.where(beyond, 0.5 * (low + far), _at_step(share, outer))
    outer = np.where(beyond, _crossing(share, outer, middle, 1), outer)
    bright = bool(np.linalg.norm(blood) > np.linalg.norm(wall))
    part = FAR_SIDE_BRIGHT if bright else FAR_SIDE_BLACK
    run = _run(share, outer, low + part * (far - low), beyond)
    thick = (outer - inner) * STEP_MM
    with np.errstate(invalid="ignore"):
        septal = (thick >= WALL_MM[0]) & (thick <= WALL_MM[1]) & (run >= LEAST_RUN_MM)
    contrast = float(np.linalg.norm(blood - wall) / (np.linalg.norm(blood) + np.linalg.norm(wall) + 1e-12))
    strange = _level(off, 0.7 * inner + 0.3 * outer, 0.3 * inner + 0.7 * outer)
    strange = np.maximum(strange, _level(off, outer + 1.5 / STEP_MM, outer + 5.0 / STEP_MM))
    steps = np.nan_to_num(outer)[:, None] + np.arange(2.0, 5.5, 0.5) / STEP_MM
    steps = np.clip(np.rint(steps), 0, len(radius) - 1).astype(int)
    at = np.arange(N_RAYS)[:, None]
    curves = images[near_rows[at, steps], near_columns[at, steps]].mean(axis=1)
    return Rays(
        ANGLE,
        inner * STEP_MM,
        outer * STEP_MM,
        low,
        run,
        far,
        strange,
        blood,
        wall,
        curves,
        share,
        septal,
        bright,
        contrast,
    )


def _shares(images: Array, blood: Array, wall: Array, rows: Array, columns: Array) -> tuple[Array, ...]:
    """Return, along the rays, the share of blood, the distance from the line from wall to blood, and how
    much of the wall's signal is missing.
    """
    axis = blood - wall
    length = float(axis @ axis) + 1e-12
    along, like_wall = np.moveaxis(images @ np.stack([axis, wall], axis=-1), -1, 0)
    square = np.einsum("...e,...e->...", images, images)
    share = (along - wall @ axis) / length
    off = np.sqrt(np.maximum((square - 2.0 * like_wall + wall @ wall) / length - share**2, 0.0))
    dark = 1.0 - like_wall / (float(wall @ wall) + 1e-12)
    polar = _between_pixels(np.stack([share, off, dark]), rows, columns, outside=(-1.0, 0.0, 1.0))
    return tuple(ndimage.gaussian_filter1d(part, ALONG_RAYS, axis=0, mode="wrap") for part in polar)


def _between_pixels(images: Array, rows: Array, columns: Array, outside: tuple[float, ...]) -> Array:
    """Return several images at the same places between their pixels, shape (image, …)."""
    height, width = images.shape[1:]
    top = np.clip(np.floor(rows).astype(np.intp), 0, height - 2)
    left = np.clip(np.floor(columns).astype(np.intp), 0, width - 2)
    down, right = rows - top, columns - left
    at, flat = top * width + left, images.reshape(len(images), -1)
    above = np.take(flat, at, axis=1) * (1.0 - right) + np.take(flat, at + 1, axis=1) * right
    below = np.take(flat, at + width, axis=1) * (1.0 - right) + np.take(flat, at + width + 1, axis=1) * right
    within = (rows >= 0) & (rows <= height - 1) & (columns >= 0) & (columns <= width - 1)
    return np.where(within, above * (1.0 - down) + below * down, np.reshape(outside, (-1, 1, 1)))


def _wall(share: Array, off: Array, dark: Array, edge: NDArray[np.intp]) -> tuple[Array, Array]:
    """Return both borders of the wall as steps along the rays, NaN where there is none."""
    steps = np.arange(share.shape[1])
    start = np.maximum(edge - int(4.0 / STEP_MM), 1)[:, None]
    within = (steps >= start) & (steps <= edge[:, None] + int(6.0 / STEP_MM))
    # A dip of a pixel is noise: the wall goes on for two millimetres.
    lasting = ndimage.maximum_filter1d(share, 5, axis=1, origin=-2) < BLOOD
    inner = _first(lasting & within)
    left = (share > BLOOD) | (dark > DARK) | (off > STRANGEST)
    outer = _first(left & (steps > np.nan_to_num(inner, nan=1e9)[:, None] + 2))
    inner = np.where(np.isfinite(inner), _refined(share, inner, np.full(len(inner), BLOOD)), np.nan)
    return inner, outer


def _first(where: Mask) -> Array:
    """Return the index of the first True of each ray, NaN where there is none."""
    return np.where(where.any(axis=1), np.argmax(where, axis=1).astype(np.float64), np.nan)


def _refined(share: Array, index: Array, level: Array) -> Array:
    """Return where the line between a step and the one before it crosses the level."""
    at = np.nan_to_num(index, nan=1.0).astype(int).clip(1, share.shape[1] - 1)
    rays = np.arange(len(at))
    here, before = share[rays, at], share[rays, at - 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = (level - before) / (here - before)
    return np.where(np.isfinite(part), at - 1 + np.clip(part, 0.0, 1.0), at.astype(np.float64))


def _crossing(share: Array, near: Array, level: Array, sign: int) -> Array:
    """Return where the share crosses the level upwards (1) or downwards (-1) close to a border."""
    reach = int(4.0 / STEP_MM)
    first = np.nan_to_num(near, nan=1.0).round().astype(int) - reach
    steps = first[:, None] + np.arange(-1, 2 * reach + 1)
    turned = sign * (np.take_along_axis(share, steps.clip(0, share.shape[1] - 1), axis=1) - level[:, None])
    with np.errstate(invalid="ignore"):
        distance = np.abs(steps[:, 1:] - near[:, None])
        rises = (turned[:, 1:] > 0) & (turned[:, :-1] <= 0) & (distance <= reach)
    distance = np.where(rises, distance, np.inf)
    nearest = np.argmin(distance, axis=1)
    at = (first + nearest).astype(np.float64)
    return np.where(rises.any(axis=1), _refined(share, at, level), near)


def _at_step(share: Array, where: Array) -> Array:
    """Return the value of each ray at a step, NaN where that is NaN."""
    at = np.nan_to_num(where, nan=0.0).astype(int).clip(0, share.shape[1] - 1)
    return np.where(np.isfinite(where), share[np.arange(len(at)), at], np.nan)


def _level(share: Array, first: Array, last: Array) -> Array:
    """Return the mean share between two steps of each ray, smooth around the ring."""
    low, high = (
        np.where(np.isfinite(at), at, -1.0).astype(int).clip(0, share.shape[1])
        for at in (np.floor(first), np.ceil(last) + 1.0)
    )
    values, within = between_steps(share, low, high)
    count, total = within.sum(axis=1), (values * within).sum(axis=1)
    known = count > 0
    mean = np.where(known, total / np.maximum(count, 1), 0.0)
    mean, weight = ndimage.gaussian_filter1d(np.stack([mean, known]), 3.0, mode="wrap")
    return np.where(weight > 0.05, mean / np.maximum(weight, 0.05), np.nan)


def between_steps(share: Array, first: NDArray[np.intp], end: NDArray[np.intp]) -> tuple[Array, Mask]:
    """Return the steps of each ray from the first up to but without the end, and which of them there are.

    Parameters
    ----------
    share : ndarray, shape (ray, step)
    first, end : ndarray of int, shape (ray,)

    Returns
    -------
    values : ndarray, shape (ray, n)
        n is the greatest number of steps, at least 1.
    within : ndarray of bool, shape (ray, n)
    """
    steps = first[:, None] + np.arange(max(1, int(np.max(end - first))))
    within = (steps < end[:, None]) & (steps >= 0) & (steps < share.shape[1])
    return np.take_along_axis(share, steps.clip(0, share.shape[1] - 1), axis=1), within


def _run(share: Array, outer: Array, level: Array, beyond: Mask) -> Array:
    """Return how deep the blood beyond the wall goes in mm, NaN where it has no end in reach."""
    steps = np.arange(share.shape[1])
    smooth = ndimage.uniform_filter1d(share, 3, axis=1)
    with np.errstate(invalid="ignore"):
        ended = (smooth < level[:, None]) & (steps > outer[:, None] + 3)
    depth = (_first(ended) - outer) * STEP_MM
    with np.errstate(invalid="ignore"):
        depth = np.where(depth > LONGEST_RUN_MM, np.nan, depth)
    return np.where(beyond, depth, 0.0)
