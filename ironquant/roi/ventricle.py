"""Find the left ventricle in short-axis images: its cavity, its wall and the septal part of it.

1. Candidates for the left-ventricular cavity: round blobs (bright, or dark where blood is nulled)
   at many thresholds.
2. From each, rays outwards: a wall of plausible thickness with blood beyond is septum.
3. The longest septal arc towards the patient's right and front. The best candidate of a slice wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ironquant.core import EchoSeries
from ironquant.fitting import background_noise
from ironquant.roi.chest import Chest, find_chest
from ironquant.roi.evidence import likelihood, weigh_up
from ironquant.roi.hull import Hull
from ironquant.roi.rays import ANGLE, LONGEST_RUN_MM, N_RAYS, REACH_MM, Rays, cast_rays
from ironquant.roi.shapes import centre_of_area

REASONS = ("no_body", "no_heart_seen", "no_cavity")
"""Why no slice shows a ventricle, in the order in which the search gets further."""

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

CAVITY_CM2 = (1.2, 38.0)
CAVITY_SOLIDITY = 0.78
CAVITY_ECCENTRICITY = 0.85
LEAST_EXTENT = 0.45
"""Of its bounding box a blob fills so much at least, however it is turned, that is as round and solid."""
BRIGHT_LEVELS = (*range(20, 96, 4), 96.5, 98.0, 98.8, 99.4)
DARK_LEVELS = (0.3, 0.7, 1.2, *range(2, 70, 4))
"""Percentiles of the body; a child's ventricle in a body without lungs is one part in a hundred of it."""
CANDIDATES = 8
"""So many of a slice are looked at closely, those with the clearest wall."""
CLEAR = 0.95
"""Nulled blood is not looked for on a slice with a bright cavity as likely as this."""
LIKELY, UNLIKELY = 0.7, 0.1
"""Blood is bright (nulled) in all slices once a slice has a likely bright (dark) cavity and only
unlikely ones of the other kind. Two likely cavities at one place on two slices lie on the axis."""
OFF_AXIS_MM = 15.0
"""A slice whose centre lies farther from that of the others shows something else."""
ALIKE_MM = 4.0
"""Candidates whose centres and radii differ by less are one."""
SEPTAL_ARC_DEG = (35.0, 210.0)
LONG_ARC_DEG = 170.0
RIGHT_VENTRICLE_DIRECTION = np.array([-1.0, -0.7, 0.0])
"""From the left to the right ventricle: to the patient's right and front (LPS)."""
GAP_RAYS = 3
"""Gaps in the septal arc that are closed."""
RIM_OVER_DEPTH = 0.55
THICKNESS_TOLERANCE = 0.45
BEYOND_ARC_DEG = 5.0
"""From the last ray that meets enough blood beyond the wall to the insertion, where there is none."""
DEG = 360.0 / N_RAYS


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
    insertions : tuple of float
        Angles (as in `Rays.angle`) at which the right ventricle's wall meets the left: where the arc
        begins and where it ends.
    confidence : float
        0 to 1: how likely it is that this is the left ventricle, by the table ``heart_confidence``.
    evidence : mapping of str to float
        What that is weighed from, each 0 to 1.
    """

    slice_index: int
    centre: tuple[float, float]
    rays: Rays
    arc: NDArray[np.intp]
    insertions: tuple[float, float]
    confidence: float
    evidence: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class _Cavity:
    """A candidate: its centre (row, column) on the coarse page, the radius of its edge on each ray."""

    centre: tuple[float, float]
    edge_mm: Array
    clearness: float


def find_ventricles(series: EchoSeries) -> tuple[Ventricle, ...] | str:
    """Return the left ventricle on every slice that shows one, or the term code of why none does."""
    found = find_candidates(series)
    if isinstance(found, str):
        return found
    return tuple(only_one(candidates, series.spacing_mm[1:]) for candidates in found) or REASONS[-1]


def find_candidates(series: EchoSeries) -> list[tuple[Ventricle, ...]] | str:
    """Return what may be a left ventricle, by slice; or the term code of why there is nothing.

    The middle slice is searched first, and what the slices agree on is not sought again in the others:
    whether blood is bright or nulled, where the images do not say, and where the ventricle lies.
    """
    noise = background_noise(series)
    black, spacing = series.acquisition.black_blood, series.spacing_mm[1:]
    kinds: tuple[bool, ...] = (True, False) if black is None else (not black,)
    axis_mm: Array | None = None
    found: dict[int, list[Ventricle]] = {}
    likely: list[Ventricle] = []
    reason = REASONS[0]
    middle = (series.shape[0] - 1) / 2
    for index in sorted(range(series.shape[0]), key=lambda number: abs(number - middle)):
        chest = find_chest(series, index, noise)
        if isinstance(chest, str):
            reason = max(reason, chest, key=REASONS.index)
            continue
        reason = REASONS[-1]
        found[index] = []
        likeliest: dict[bool, float] = {}
        for bright in kinds:
            seen = _candidates(series, chest, index, axis_mm, bright=bright)
            found[index] += seen
            likeliest[bright] = max((ventricle.confidence for ventricle in seen), default=0.0)
            if likeliest[bright] >= CLEAR:
                break
        kinds = _kinds_left(likeliest)
        if axis_mm is None and found[index]:
            likely.append(only_one(found[index], spacing))
            axis_mm = _axis_mm([one for one in likely if one.confidence >= LIKELY], spacing)
    return [tuple(found[index]) for index in sorted(found) if found[index]] or reason


def _kinds_left(likeliest: Mapping[bool, float]) -> tuple[bool, ...]:
    """Return which kinds of blood are looked for after a slice with these likeliest cavities."""
    settled = [kind for kind, likelihood in likeliest.items() if likelihood >= LIKELY]
    others = [likelihood for likelihood in likeliest.values() if likelihood < LIKELY]
    return tuple(settled) if len(settled) == 1 and max(others, default=0.0) <= UNLIKELY else tuple(likeliest)


def _axis_mm(likely: Sequence[Ventricle], spacing_mm: tuple[float, float]) -> Array | None:
    """Return where on the page two slices show the ventricle at one place, rows and columns in mm."""
    places = [np.array(ventricle.centre) * np.array(spacing_mm) for ventricle in likely]
    for place, other in combinations(places, 2):
        if np.linalg.norm(place - other) <= OFF_AXIS_MM:
            return np.asarray((place + other) / 2.0)
    return None


def only_one(candidates: Sequence[Ventricle], spacing_mm: tuple[float, float]) -> Ventricle:
    """Return the likeliest candidate of a slice, the less likely the likelier another place is.

    Only one can be the left ventricle; vertebrae and tubes are many alike.
    """
    best = max(candidates, key=lambda item: item.confidence)
    elsewhere = (item.confidence for item in candidates if _apart(best, item, spacing_mm))
    odds, others = (
        chance / max(1.0 - chance, 1e-9) for chance in (best.confidence, max(elsewhere, default=0.0))
    )
    return replace(best, confidence=odds / (1.0 + odds + others))


def _apart(one: Ventricle, other: Ventricle, spacing_mm: tuple[float, float]) -> bool:
    """Return whether the cavities of two candidates lie beside each other."""
    away = (np.array(one.centre) - np.array(other.centre)) * np.array(spacing_mm)
    return bool(np.linalg.norm(away) > np.nanmedian(one.rays.inner_mm) + np.nanmedian(other.rays.inner_mm))


def _candidates(
    series: EchoSeries, chest: Chest, index: int, axis_mm: Array | None, *, bright: bool
) -> list[Ventricle]:
    """Return the cavity candidates with a septal arc; near a known axis, or anywhere."""
    towards = _right_ventricle_angle(series)
    image = ndimage.gaussian_filter(chest.whole if bright else chest.early, 1.0 / chest.pixel_mm)
    cavities = _distinct(_cavities(image, chest, axis_mm, bright=bright), chest.pixel_mm)
    seen = (
        _examine(series, chest, index, cavity, towards, bright=bright) for cavity in cavities[:CANDIDATES]
    )
    return [ventricle for ventricle in seen if ventricle is not None]


def _cavities(image: Array, chest: Chest, axis_mm: Array | None, *, bright: bool) -> Iterator[_Cavity]:
    """Yield round blobs of the size of a ventricle, at many thresholds."""
    pixel_cm2 = chest.pixel_mm**2 / 100.0
    body, inner = (
        ndimage.binary_erosion(part, iterations=max(1, round(4.0 / chest.pixel_mm)))
        for part in (chest.body, chest.hull)
    )
    if not body.any():
        return
    levels = np.unique(np.percentile(image[body], BRIGHT_LEVELS if bright else DARK_LEVELS))
    # What is above a level in the opened image is what the opening leaves of all above that level.
    lit, levels = (image, levels) if bright else (-image, -levels)
    disk = ndimage.iterate_structure(
        ndimage.generate_binary_structure(2, 1), max(1, round(2.5 / chest.pixel_mm))
    )
    opened = ndimage.grey_opening(
        np.where(inner, lit, -np.inf), footprint=disk, mode="constant", cval=-np.inf
    )
    for level in levels:
        labels, _ = ndimage.label(opened > level)
        areas = np.bincount(labels.ravel())
        for number, box in enumerate(ndimage.find_objects(labels), start=1):
            if not CAVITY_CM2[0] <= areas[number] * pixel_cm2 <= CAVITY_CM2[1]:
                continue
            if axis_mm is not None and _off_axis_mm(box, axis_mm, chest.pixel_mm) > OFF_AXIS_MM:
                continue
            blob = labels[box] == number
            if areas[number] < LEAST_EXTENT * blob.size or _eccentricity(blob) > CAVITY_ECCENTRICITY:
                continue
            hull = Hull.of(blob)
            if areas[number] >= CAVITY_SOLIDITY * hull.area:
                yield _outlined(image, hull, box, chest, bright=bright)


def _off_axis_mm(box: tuple[slice, ...], axis_mm: Array, pixel_mm: float) -> float:
    """Return how far the middle of a box on the coarse page is from the axis."""
    middle = np.array([0.5 * (side.start + side.stop - 1) for side in box])
    return float(np.linalg.norm(middle * pixel_mm - axis_mm))


def _eccentricity(blob: Mask) -> float:
    """Return the eccentricity of the ellipse with the second moments of a blob."""
    rows, columns = np.nonzero(blob)
    across, along = rows.var(), columns.var()
    both = np.mean(rows * columns) - rows.mean() * columns.mean()
    differ = np.hypot(across - along, 2.0 * both)
    return float(np.sqrt(2.0 * differ / max(across + along + differ, 1e-12)))


def _outlined(image: Array, hull: Hull, box: tuple[slice, ...], chest: Chest, *, bright: bool) -> _Cavity:
    """Return the hull of a blob as a candidate, and how clearly what lies around it stands out from it."""
    middle = centre_of_area(hull.corners)
    radius = hull.radii(np.array(middle), ANGLE)
    centre = middle[0] + box[0].start, middle[1] + box[1].start
    part = image[box]
    level = float(np.median(part[hull.mask(part.shape)]))
    beyond = radius + np.array([[2.5], [4.5]]) / chest.pixel_mm
    places = [centre[0] + np.sin(ANGLE) * beyond, centre[1] + np.cos(ANGLE) * beyond]
    around = ndimage.map_coordinates(image, places, order=1)
    steps = (level - around) * (1.0 if bright else -1.0)
    clear = float(np.mean(steps.max(axis=0) > 0.15 * (level if bright else np.median(around))))
    # Of several thresholds at one cavity the one is best whose edge is steepest.
    clearness = clear + 0.2 * float(np.median(steps)) / (level + 1e-9)
    return _Cavity(centre, radius * chest.pixel_mm, clearness)


def _distinct(cavities: Iterator[_Cavity], pixel_mm: float) -> list[_Cavity]:
    """Return the candidates, the clearest first, without those that are like a clearer one."""
    kept: list[_Cavity] = []
    for cavity in sorted(cavities, key=lambda item: -item.clearness):
        if not any(_alike(cavity, other, pixel_mm) for other in kept):
            kept.append(cavity)
    return kept


def _alike(one: _Cavity, other: _Cavity, pixel_mm: float) -> bool:
    away = pixel_mm * np.hypot(one.centre[0] - other.centre[0], one.centre[1] - other.centre[1])
    return bool(away < ALIKE_MM and abs(one.edge_mm.mean() - other.edge_mm.mean()) < ALIKE_MM)


def _examine(
    series: EchoSeries, chest: Chest, index: int, cavity: _Cavity, towards: float, *, bright: bool
) -> Ventricle | None:
    """Cast rays from a cavity and return it as a ventricle if it has a septal arc."""
    centre = cavity.centre[0] * chest.scale[0], cavity.centre[1] * chest.scale[1]
    spacing = series.spacing_mm[1:]
    low = [max(0, int(at - REACH_MM / mm)) for at, mm in zip(centre, spacing, strict=True)]
    high = [int(at + REACH_MM / mm) + 2 for at, mm in zip(centre, spacing, strict=True)]
    images = series.signal[index, low[0] : high[0], low[1] : high[1]].astype(np.float64)
    local = centre[0] - low[0], centre[1] - low[1]
    rays = cast_rays(images, cavity.edge_mm, local, spacing)
    arc = _septal_arc(rays, towards, bright=bright)
    if not SEPTAL_ARC_DEG[0] <= len(arc) * DEG <= SEPTAL_ARC_DEG[1]:
        return None
    evidence = weigh_up(rays, arc, towards, chest, series.te_ms)
    along = np.unwrap(rays.angle[arc])
    beyond = np.radians(BEYOND_ARC_DEG)
    insertions = float(along[0] - beyond), float(along[-1] + beyond)
    return Ventricle(index, centre, rays, arc, insertions, likelihood(evidence), evidence)


def _right_ventricle_angle(series: EchoSeries) -> float:
    """Return the direction on the page in which the right ventricle is expected."""
    along_columns = series.affine[:3, 0] / np.linalg.norm(series.affine[:3, 0])
    along_rows = series.affine[:3, 1] / np.linalg.norm(series.affine[:3, 1])
    return float(
        np.arctan2(RIGHT_VENTRICLE_DIRECTION @ along_rows, RIGHT_VENTRICLE_DIRECTION @ along_columns)
    )


def _septal_arc(rays: Rays, towards: float, *, bright: bool) -> NDArray[np.intp]:
    """Return the ray indices of the septal arc that is long and faces the right ventricle."""
    away = np.abs(np.angle(np.exp(1j * (rays.angle - towards))))
    septal = rays.septal & (away < np.radians(130.0 if bright else 110.0))
    arc = _longest_arc(septal, rays, away)
    if len(arc) * DEG > LONG_ARC_DEG:
        # A rim of fat around the heart is bright like blood, but shallow.
        depth = np.nan_to_num(rays.run_mm, nan=LONGEST_RUN_MM)
        arc = _longest_arc(septal & (depth > RIM_OVER_DEPTH * np.percentile(depth[arc], 85)), rays, away)
    return arc


def _longest_arc(septal: Mask, rays: Rays, away: Array) -> NDArray[np.intp]:
    """Return the longest run of septal rays, gaps closed, that face the right ventricle."""
    ring = np.tile(septal, 3)
    closed = ndimage.binary_closing(ring, np.ones(2 * GAP_RAYS + 1, dtype=bool))[N_RAYS : 2 * N_RAYS]
    if closed.all() or not closed.any():
        return np.zeros(0, dtype=np.intp)
    start = int(np.flatnonzero(~closed)[0])
    labels, count = ndimage.label(np.roll(closed, -start))
    arcs = [(np.flatnonzero(labels == label) + start) % N_RAYS for label in range(1, count + 1)]
    longest = max(arcs, key=lambda arc: float(np.sum(np.cos(0.5 * away[arc]) ** 2)))
    return _even_part(rays, longest)


def _even_part(rays: Rays, arc: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the longest run of an arc in which the thickness is alike.

    At the insertions the rays run into fat or along the right ventricle's wall.
    """
    thickness = (rays.outer_mm - rays.inner_mm)[arc]
    middle = slice(len(arc) // 4, max(len(arc) // 4 + 1, 3 * len(arc) // 4))
    known = np.isfinite(thickness[middle])
    if not known.any():
        return np.zeros(0, dtype=np.intp)
    usual = np.median(thickness[middle][known])
    with np.errstate(invalid="ignore"):
        alike = np.abs(thickness - usual) < THICKNESS_TOLERANCE * usual
    labels, count = ndimage.label(ndimage.binary_closing(np.pad(alike, 4), iterations=2)[4:-4])
    runs = [arc[labels == label] for label in range(1, count + 1)]
    return max(runs, key=len, default=np.zeros(0, dtype=np.intp))
