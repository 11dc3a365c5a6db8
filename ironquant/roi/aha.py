"""The 16 segments of the left ventricle (American Heart Association) on a stack of short-axis slices.

Cerqueira et al., Circulation 2002;105:539: the ventricle in thirds from base to apex; six segments of 60°
in the basal and the mid third, four of 90° in the apical one, counted from the anterior insertion of the
right ventricle through the septum. Segment 17, the tip without a cavity, is not seen in short axis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ironquant.core import LEVELS, SITE_PREFIX, EchoSeries, Level, Organ, Region, segment_level
from ironquant.roi.masks import contour_to_patient, polygon_mask
from ironquant.roi.myocardium import Myocardium, on_page, trace_wall
from ironquant.roi.ventricle import OFF_AXIS_MM, Ventricle

PROPOSER = "ironquant-aha-1"

Array = NDArray[np.float64]

TO_APEX = np.array([0.65, -0.55, -0.52])
"""Long axis of the left ventricle from base to apex: to the patient's left, front and feet (LPS)."""
TO_ANTERIOR = np.array([0.0, -0.4, 0.9])
"""From the inferior to the anterior insertion: to the head and to the front."""
LEAST_CONFIDENCE = 0.25
LEAST_RING = 0.6
"""Share of rays with myocardium: less is the outflow tract (Cerqueira: myocardium in all 360°)."""
LEAST_SURE = 0.3
"""Share of rays on which both borders were seen; around a cavity that is none they are hardly ever."""
OFF_WAY = np.radians(35.0)
"""The septum faces one way on all slices of a ventricle, but for a slight twist."""
LEAST_CAVITY_MM = 5.0
"""Radius of the cavity: less is the apex without one, where only partial volume is left."""
INSET_PIXELS = (0.9, 0.75, 0.6, 0.45)
"""From either border, the first that leaves a segment wide enough: no pixel then holds blood."""
LEAST_WIDTH_PIXELS = 1.0
GUARD_DEG = 4.0
"""Left free at either end of a segment: the insertion is known no better, and neighbours differ."""
LEAST_PIXELS = 5
POINTS_PER_RADIAN = 30
_FIRST = {"basal": 1, "mid": 7, "apical": 13}
_COUNT = {"basal": 6, "mid": 6, "apical": 4}


@dataclass(frozen=True, eq=False)
class SegmentSlice:
    """One slice of the stack: its third of the ventricle and the wall seen there."""

    level: Level
    wall: Myocardium


def propose_segments(ventricles: Sequence[Ventricle], series: EchoSeries) -> tuple[Region, ...]:
    """Return the segments that a series shows, as regions that are measured beside the reported one.

    Parameters
    ----------
    ventricles : sequence of Ventricle
        As `find_ventricles` returns them.

    Returns
    -------
    tuple of Region
        Sites ``aha-1`` … ``aha-16``, in order; those that no slice shows are left out. A segment that
        several slices share has a contour on each. The confidence falls with the share of the segment's
        borders that were not seen but closed from the septum's thickness.
    """
    contours: dict[int, list[Array]] = {}
    trust: dict[int, list[float]] = {}
    slices = segment_slices(ventricles, series)
    # The slices of a stack confirm each other.
    ventricle = float(np.mean([shown.wall.confidence for shown in slices])) if slices else 0.0
    for shown in slices:
        for number, points, sure in _segments(shown, series):
            placed = contour_to_patient(points, shown.wall.slice_index, series)
            contours.setdefault(number, []).append(placed)
            trust.setdefault(number, []).append(ventricle * (0.4 + 0.6 * sure))
    return tuple(
        Region(
            Organ.HEART,
            f"{SITE_PREFIX}{number}",
            tuple(contours[number]),
            "auto",
            PROPOSER,
            round(float(np.mean(trust[number])), 2),
            reported=False,
        )
        for number in sorted(contours)
    )


def segment_slices(ventricles: Sequence[Ventricle], series: EchoSeries) -> tuple[SegmentSlice, ...]:
    """Return the slices that show the ventricle, from base to apex, each with its third.

    One slice alone is taken for a mid-ventricular one, as it is planned where nothing else is known; of
    two, the upper one for basal and the lower one for mid.
    """
    walls = [trace_wall(ventricle, series) for ventricle in _on_one_axis(ventricles, series)]
    shown = _facing_alike([wall for wall in walls if wall is not None and _is_ring(wall)])
    shown.sort(key=lambda wall: _towards_apex_mm(wall.slice_index, series))
    shown = _agreeing(shown)
    levels = _levels([_towards_apex_mm(wall.slice_index, series) for wall in shown])
    return tuple(SegmentSlice(level, wall) for level, wall in zip(levels, shown, strict=True))


def _agreeing(walls: list[Myocardium]) -> list[Myocardium]:
    """Return the slices in order with the insertions of the middle one of three neighbours.

    The insertions turn little from slice to slice, less than one of them may be mistaken.
    """
    if len(walls) < 3:
        return walls
    ends = np.unwrap([wall.insertions for wall in walls], axis=0)
    starts = np.clip(np.arange(len(walls)) - 1, 0, len(walls) - 3)
    middle = [np.median(ends[start : start + 3], axis=0) for start in starts]
    return [
        replace(wall, insertions=(float(first), float(last)))
        for wall, (first, last) in zip(walls, middle, strict=True)
    ]


def _on_one_axis(ventricles: Sequence[Ventricle], series: EchoSeries) -> list[Ventricle]:
    """Return the slices that show the ventricle where most do: short axis is planned across its long axis."""
    sure = [entry for entry in ventricles if entry.confidence >= LEAST_CONFIDENCE]
    if len(sure) < 3:
        return sure
    spacing = np.array(series.spacing_mm[1:])
    places = np.array([entry.centre for entry in sure]) * spacing
    weight = np.array([entry.confidence for entry in sure])
    # The place that is nearest to all others, each counted as far as it is trusted.
    apart = np.linalg.norm(places[:, None] - places, axis=-1)
    usual = places[np.argmin(np.minimum(apart, 2.0 * OFF_AXIS_MM) @ weight)]
    away = np.linalg.norm(places - usual, axis=1)
    return [entry for entry, off in zip(sure, away, strict=True) if off <= OFF_AXIS_MM]


def _towards_apex_mm(slice_index: int, series: EchoSeries) -> float:
    """Return the position of a slice along its normal, growing from base to apex."""
    normal = np.cross(series.affine[:3, 0], series.affine[:3, 1])
    normal /= np.linalg.norm(normal)
    sign = 1.0 if normal @ TO_APEX >= 0 else -1.0
    return float(sign * normal @ (series.affine @ [0.0, 0.0, slice_index, 1.0])[:3])


def _is_ring(wall: Myocardium) -> bool:
    """Whether a slice shows a cavity with myocardium around it."""
    seen = wall.seen >= LEAST_RING and wall.sure.mean() >= LEAST_SURE
    return bool(seen and wall.inner_mm.mean() >= LEAST_CAVITY_MM)


def _facing_alike(walls: list[Myocardium]) -> list[Myocardium]:
    """Return the slices whose septum faces the way in which most do, each counted as far as it is trusted."""
    facing = np.array([np.exp(0.5j * sum(wall.insertions)) for wall in walls])
    trust = np.array([wall.confidence * wall.sure.mean() for wall in walls])
    if len(walls) < 3:
        return walls
    off = np.abs(np.angle(facing[:, None] / facing))
    usual = facing[np.argmin(np.minimum(off, 1.0) @ trust)]
    return [wall for wall, way in zip(walls, facing, strict=True) if abs(np.angle(way / usual)) <= OFF_WAY]


def _levels(along_mm: Sequence[float]) -> list[Level]:
    """Return the third of the ventricle in which each slice lies, from base to apex."""
    if len(along_mm) < 3:
        return list((("mid",), ("basal", "mid"))[len(along_mm) - 1]) if along_mm else []
    # Every slice stands for half the way to its neighbours; the first and the last reach as far outwards.
    gap = (along_mm[-1] - along_mm[0]) / (len(along_mm) - 1)
    length = along_mm[-1] - along_mm[0] + gap
    thirds = (int(3.0 * (at - along_mm[0] + 0.5 * gap) / length + 1e-6) for at in along_mm)
    return [LEVELS[min(third, 2)] for third in thirds]


def _segments(shown: SegmentSlice, series: EchoSeries) -> Iterator[tuple[int, Array, float]]:
    """Yield number, contour as (column, row) and share of seen borders of each segment of a slice."""
    wall = shown.wall
    first, turn = anterior_insertion(wall, series)
    for index in range(_COUNT[shown.level]):
        number = _FIRST[shown.level] + index
        start, stop = segment_angles(number)
        points = _contour(wall, first, turn, (start, stop), series)
        if points is not None:
            yield number, points, _sure_share(wall, first, turn, (start, stop))


def segment_angles(number: int) -> tuple[float, float]:
    """Return where a segment begins and ends, in degrees from the anterior insertion through the septum."""
    level = segment_level(number)
    index = number - _FIRST[level]
    if level == "apical":  # the septal segment lies in the middle of the 120° of the septum
        return 15.0 + 90.0 * (index - 1), 15.0 + 90.0 * index
    return 60.0 * (index - 1), 60.0 * index


def anterior_insertion(wall: Myocardium, series: EchoSeries) -> tuple[float, int]:
    """Return the angle of the anterior insertion, and the sense (±1) in which the septum follows it."""
    along_columns = series.affine[:3, 0] / np.linalg.norm(series.affine[:3, 0])
    along_rows = series.affine[:3, 1] / np.linalg.norm(series.affine[:3, 1])
    one, other = (
        float((np.cos(angle) * along_columns + np.sin(angle) * along_rows) @ TO_ANTERIOR)
        for angle in wall.insertions
    )
    return (wall.insertions[0], 1) if one >= other else (wall.insertions[1], -1)


def _contour(
    wall: Myocardium, first: float, turn: int, degrees: tuple[float, float], series: EchoSeries
) -> Array | None:
    """Return the outline of a part of the wall, inset from both borders; None where it is too thin."""
    spacing = series.spacing_mm[1:]
    start, stop = np.radians(degrees[0] + GUARD_DEG), np.radians(degrees[1] - GUARD_DEG)
    angle = first + turn * np.linspace(start, stop, max(4, round(POINTS_PER_RADIAN * (stop - start))))
    inner, outer = (_around(border, wall.angle, angle) for border in (wall.inner_mm, wall.outer_mm))
    for inset_pixels in INSET_PIXELS:
        low, high = inner + inset_pixels * max(spacing), outer - inset_pixels * max(spacing)
        if np.median(high - low) < LEAST_WIDTH_PIXELS * max(spacing):
            continue
        high = np.maximum(high, low + 0.2)
        edges = [on_page(border, angle, wall.centre, spacing) for border in (low, high)]
        points = np.concatenate([edges[0], edges[1][::-1]])
        if polygon_mask(points, series.shape[1:]).sum() >= LEAST_PIXELS:
            return points
    return None


def _sure_share(wall: Myocardium, first: float, turn: int, degrees: tuple[float, float]) -> float:
    """Return the share of the rays of a segment on which both borders were seen."""
    from_insertion = np.degrees(turn * (wall.angle - first)) - degrees[0]
    inside = np.mod(from_insertion, 360.0) < degrees[1] - degrees[0]
    return float(wall.sure[inside].mean())


def _around(border: Array, known: Array, angle: Array) -> Array:
    """Return a closed border at any angle."""
    return np.asarray(np.interp(np.mod(angle, 2.0 * np.pi), known, border, period=2.0 * np.pi))
