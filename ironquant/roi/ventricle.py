"""Find the left ventricle in short-axis images: its cavity, its wall and the septal part of it.

1. Gates: a body with lungs in it.
2. Candidates for the left-ventricular cavity: round blobs (bright, or dark where blood is nulled)
   at many thresholds.
3. From each, rays outwards: a wall of plausible thickness with blood beyond is septum.
4. The longest septal arc towards the patient's right and front. The best candidate of a slice wins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.measure import regionprops

from ironquant.core import EchoSeries
from ironquant.fitting import estimate_noise
from ironquant.roi.chest import Chest, find_chest
from ironquant.roi.rays import N_RAYS, WALL_MM, Rays, cast_rays

REASONS = ("no_body", "no_heart_seen", "no_cavity")
"""Why no slice shows a ventricle, in the order in which the search gets further."""

Array = NDArray[np.float64]

CAVITY_CM2 = (1.5, 35.0)
CAVITY_SOLIDITY = 0.85
CAVITY_ECCENTRICITY = 0.85
SEPTAL_ARC_DEG = 40.0
RIGHT_VENTRICLE_DIRECTION = np.array([-1.0, -0.7, 0.0])
"""From the left to the right ventricle: to the patient's right and front (LPS)."""
DEPTH_OVER_BODY = (0.2, 0.32)
"""Distance of the cavity's centre from the skin over the radius of the body, as CAVITY_OVER_BODY."""
LUNG_SHARE = 0.25
CAVITY_OVER_BODY = (0.05, 0.11)
"""Radius of the cavity over that of the body: below the first no heart, from the second on any."""
THICKNESS_TOLERANCE = 0.4
WALL_TOLERANCE = 0.3
LUNG_WITHIN_MM = 45.0


@dataclass(frozen=True, eq=False)
class Ventricle:
    """The left ventricle on one slice.

    Attributes
    ----------
    slice_index : int
    centre : tuple of float
        Of the cavity, in rows and columns of the series.
    rays : Rays
        Borders of the wall around the centre.
    arc : ndarray of int
        Indices of the rays that meet septum, in order.
    confidence : float
        0 to 1.
    """

    slice_index: int
    centre: tuple[float, float]
    rays: Rays
    arc: NDArray[np.intp]
    confidence: float


def find_ventricles(series: EchoSeries) -> tuple[Ventricle, ...] | str:
    """Return the left ventricle on every slice that shows one, or the term code of why none does."""
    noise = estimate_noise(series.signal)
    found: list[Ventricle] = []
    reason = REASONS[0]
    for index in range(series.shape[0]):
        chest = find_chest(series, index, noise)
        if isinstance(chest, str):
            reason = max(reason, chest, key=REASONS.index)
            continue
        reason = "no_cavity"
        best = max(_candidates(series, chest, index), key=lambda item: item.confidence, default=None)
        if best is not None:
            found.append(best)
    return tuple(found) or reason


def _candidates(series: EchoSeries, chest: Chest, index: int) -> Iterator[Ventricle]:
    """Yield every cavity candidate with a septal arc."""
    images, spacing = chest.images, chest.spacing_mm
    # Blood outlasts myocardium, so the mean over all echoes shows it best, the more so with iron;
    # with nulled blood the early echoes hold the wall.
    early = _flattened(images[..., : max(2, images.shape[-1] // 3)].mean(axis=-1), chest.body, spacing)
    whole = _flattened(np.sqrt(np.mean(images**2, axis=-1)), chest.body, spacing)
    black = series.acquisition.black_blood
    towards = _right_ventricle_angle(series)
    for bright in (True, False) if black is None else (not black,):
        image = ndimage.gaussian_filter(whole if bright else early, 1.0 / np.array(spacing))
        for cavity in _cavities(image, chest.body, spacing, bright=bright):
            yield from _examine(chest, index, image, cavity, towards, bright=bright)


def _flattened(image: Array, body: NDArray[np.bool_], spacing: tuple[float, float]) -> Array:
    """Divide by the smooth trend of the body, which is mostly the coils' sensitivity."""
    width = 45.0 / np.array(spacing)
    weight = ndimage.gaussian_filter(body.astype(np.float64), width)
    trend = ndimage.gaussian_filter(image * body, width) / np.maximum(weight, 1e-3)
    return np.asarray(image / np.maximum(trend, 1e-12 + 0.05 * trend.max()))


def _cavities(
    image: Array, body: NDArray[np.bool_], spacing: tuple[float, float], *, bright: bool
) -> Iterator[NDArray[np.bool_]]:
    """Yield round blobs of the size of a ventricle, at many thresholds."""
    pixel_cm2 = spacing[0] * spacing[1] / 100.0
    inner = ndimage.binary_erosion(body, iterations=max(1, round(15.0 / max(spacing))))
    if not inner.any():
        return
    levels = np.percentile(image[inner], np.arange(20, 99, 4) if bright else np.arange(2, 70, 4))
    for level in np.unique(levels):
        blobs = ((image > level) if bright else (image < level)) & inner
        opened = ndimage.binary_opening(blobs, iterations=max(1, round(2.5 / max(spacing))))
        labels, _ = ndimage.label(opened)
        for blob in regionprops(labels):
            area = blob.area * pixel_cm2
            if not CAVITY_CM2[0] <= area <= CAVITY_CM2[1]:
                continue
            if blob.eccentricity > CAVITY_ECCENTRICITY or blob.solidity < CAVITY_SOLIDITY:
                continue
            cavity = np.zeros(image.shape, dtype=bool)
            cavity[blob.slice] = blob.image_convex
            yield cavity


def _examine(
    chest: Chest, index: int, image: Array, cavity: NDArray[np.bool_], towards: float, *, bright: bool
) -> Iterator[Ventricle]:
    """Cast rays from a cavity and yield it as a candidate if it has a septal arc."""
    row, column = ndimage.center_of_mass(cavity)
    deep = _ramp(chest.depth_mm[round(row), round(column)] / chest.radius_mm, DEPTH_OVER_BODY)
    if deep == 0:
        return
    rays = cast_rays(image, cavity, (row, column), chest.spacing_mm, bright_blood=bright)
    arc = _septal_arc(rays, towards, free=bright)
    if len(arc) * 360.0 / N_RAYS < SEPTAL_ARC_DEG:
        return
    beside_lung = min(1.0, _lung_share(rays, arc, chest, (row, column)) / LUNG_SHARE)
    confidence = _confidence(rays, arc, towards, chest.radius_mm) * beside_lung * deep
    yield Ventricle(index, (row * chest.scale[0], column * chest.scale[1]), rays, arc, confidence)


def _ramp(value: float, limits: tuple[float, float]) -> float:
    """Return 0 up to the first limit, 1 from the second on, a line between."""
    return float(np.clip((value - limits[0]) / (limits[1] - limits[0]), 0.0, 1.0))


def _lung_share(rays: Rays, arc: NDArray[np.intp], chest: Chest, centre: tuple[float, float]) -> float:
    """Return the share of rays away from the septum that soon reach lung: the free wall borders on it."""
    middle = rays.angle[arc[len(arc) // 2]]
    lateral = rays.angle[np.cos(rays.angle - middle) < -0.2]
    reach = np.arange(LUNG_WITHIN_MM) + np.nanmedian(rays.inner_mm)
    rows = centre[0] + np.outer(np.sin(lateral), reach) / chest.spacing_mm[0]
    columns = centre[1] + np.outer(np.cos(lateral), reach) / chest.spacing_mm[1]
    met = ndimage.map_coordinates(chest.lungs.astype(np.float64), [rows, columns], order=0)
    return float(np.mean(met.mean(axis=1) > 0.25))


def _right_ventricle_angle(series: EchoSeries) -> float:
    """Return the direction on the page in which the right ventricle is expected."""
    along_columns = series.affine[:3, 0] / np.linalg.norm(series.affine[:3, 0])
    along_rows = series.affine[:3, 1] / np.linalg.norm(series.affine[:3, 1])
    return float(
        np.arctan2(RIGHT_VENTRICLE_DIRECTION @ along_rows, RIGHT_VENTRICLE_DIRECTION @ along_columns)
    )


def _septal_arc(rays: Rays, towards: float, *, free: bool) -> NDArray[np.intp]:
    """Return the ray indices of the septal arc that is long and faces the right ventricle."""
    away = np.abs(np.angle(np.exp(1j * (rays.angle - towards))))
    # Nulled blood looks like lung: there only the expected side counts.
    septal = rays.septal & (away < np.radians(110.0 if free else 55.0))
    ring = np.tile(septal, 3)
    closed = ndimage.binary_closing(ring, iterations=4)[N_RAYS : 2 * N_RAYS]
    if closed.all() or not closed.any():
        return np.arange(N_RAYS) if closed.all() else np.zeros(0, dtype=np.intp)
    start = int(np.flatnonzero(~closed)[0])
    labels, count = ndimage.label(np.roll(closed, -start))
    arcs = [(np.flatnonzero(labels == label) + start) % N_RAYS for label in range(1, count + 1)]
    longest = max(arcs, key=lambda arc: float(np.sum(np.cos(0.5 * away[arc]) ** 2)))
    return _even_part(rays, longest)


def _even_part(rays: Rays, arc: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the longest run of an arc in which wall and thickness are alike.

    At the insertions the rays run into fat or along the right ventricle's wall.
    """
    thickness, wall = (rays.outer_mm - rays.inner_mm)[arc], rays.wall[arc]
    middle = slice(len(arc) // 4, max(len(arc) // 4 + 1, 3 * len(arc) // 4))
    known = np.isfinite(thickness[middle])
    if not known.any():
        return np.zeros(0, dtype=np.intp)
    usual, level = np.median(thickness[middle][known]), np.median(wall[middle][known])
    with np.errstate(invalid="ignore"):
        alike = np.abs(thickness - usual) < THICKNESS_TOLERANCE * usual
        alike &= np.abs(wall - level) < WALL_TOLERANCE * (1.0 - level)
    labels, count = ndimage.label(ndimage.binary_closing(np.pad(alike, 4), iterations=2)[4:-4])
    runs = [arc[labels == label] for label in range(1, count + 1)]
    return max(runs, key=len, default=np.zeros(0, dtype=np.intp))


def _confidence(rays: Rays, arc: NDArray[np.intp], towards: float, body_mm: float) -> float:
    """Rate arc length, direction, evenness of the wall, completeness of the ring and contrast."""
    thickness = (rays.outer_mm - rays.inner_mm)[arc]
    typical = np.nanmedian(thickness)
    uneven = np.nanmedian(np.abs(thickness - typical)) / typical
    middle = rays.angle[arc[len(arc) // 2]]
    away = abs(np.angle(np.exp(1j * (middle - towards))))
    inner = rays.inner_mm[np.isfinite(rays.inner_mm)]
    roundness = 1.0 - min(1.0, float(np.std(inner) / np.mean(inner)) / 0.35)
    parts = (
        min(1.0, len(arc) * 360.0 / N_RAYS / 90.0),
        float(np.cos(0.6 * away)),
        float(np.clip(1.2 - 2.0 * uneven, 0.0, 1.0)),
        float(np.isfinite(rays.inner_mm).mean()),
        roundness,
        float(np.clip(rays.contrast / 0.15, 0.0, 1.0)),
        float(np.clip((WALL_MM[1] - typical) / 6.0, 0.0, 1.0)),
        _ramp(float(np.mean(inner)) / body_mm, CAVITY_OVER_BODY),
    )
    return float(np.prod(parts) ** (1.0 / 3.0)) if min(parts) > 0 else 0.0
