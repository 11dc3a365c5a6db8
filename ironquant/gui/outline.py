"""Outlines that a hand can edit: fewer corners, moved outlines, holes that follow."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ironquant.core import EchoSeries, Region, RegionSource

Points = NDArray[np.float64]
MAX_HANDLES = 24
_FIRST_TOLERANCE = 0.25
_TOLERANCE_STEP = 1.3


def slice_contours(region: Region, series: EchoSeries, slice_index: int) -> list[Points]:
    """Return the contours of a region on one slice as (column, row) points in pixels."""
    from ironquant.roi import contour_on_slice

    found = (contour_on_slice(contour, series) for contour in region.contours)
    return [points for index, points in found if index == slice_index]


def largest(contours: Sequence[Points]) -> int:
    """Return the index of the contour with the largest area."""
    from ironquant.roi import signed_area

    return int(np.argmax([abs(signed_area(points)) for points in contours]))


def simplified(points: Points, limit: int = MAX_HANDLES) -> Points:
    """Return a polygon with at most `limit` corners that runs as near to `points` as it can.

    That of Douglas and Peucker at the first of a row of tolerances that leaves few enough corners.
    """
    if len(points) <= limit:
        return np.asarray(points, dtype=np.float64)
    kept = _most_needed(np.vstack([points, points[:1]]), limit)
    too_many = kept[limit - 1][0] if len(kept) == limit else 0.0
    tolerance = _FIRST_TOLERANCE
    while tolerance < too_many:
        tolerance *= _TOLERANCE_STEP
    corners = [0, *sorted(index for needed_to, index in kept if needed_to > tolerance)]
    return np.asarray(points if len(corners) < 3 else points[corners], dtype=np.float64)


def _most_needed(chain: Points, count: int) -> list[tuple[float, int]]:
    """Return the points that a chain needs most: up to which tolerance, and which point, in this order."""
    found: list[tuple[float, int]] = []
    waiting = [_farthest(chain, 0, len(chain) - 1, math.inf)]
    while waiting and len(found) < count:
        negative, index, start, end = heapq.heappop(waiting)
        if negative == 0.0:
            break
        found.append((-negative, index))
        for part in ((start, index), (index, end)):
            if part[1] - part[0] > 1:
                heapq.heappush(waiting, _farthest(chain, *part, -negative))
    return found


def _farthest(chain: Points, start: int, end: int, most: float) -> tuple[float, int, int, int]:
    """Return less the distance, at most `most`, and the index of the point farthest from a side."""
    first, last, between = chain[start], chain[end], chain[start + 1 : end]
    along = last - first
    from_first, from_last = between - first, between - last
    beside = (from_first @ along > 0) & (from_last @ along < 0)
    angle = -np.arctan2(along[0], along[1])
    sine, cosine = np.sin(angle), np.cos(angle)
    level = first[1] * sine + first[0] * cosine
    to_side = np.abs(between[:, 0] * cosine + between[:, 1] * sine - level)
    to_ends = np.sqrt(np.minimum((from_first**2).sum(axis=1), (from_last**2).sum(axis=1)))
    distances = np.where(beside, to_side, to_ends)
    index = int(distances.argmax())
    return -min(float(distances[index]), most), start + 1 + index, start, end


def edited_region(
    region: Region, series: EchoSeries, slice_index: int, corners: Points | None, shift: Points
) -> Region:
    """Return a region whose main outline on one slice was moved or reshaped.

    Parameters
    ----------
    corners : ndarray, shape (n, 2), or None
        New corners of the main outline in pixels, `shift` applied; None: moved only, so that the
        outline keeps every detail.
    shift : ndarray, shape (2,)
        By which the outline was moved (columns, rows). Its holes move along; a hole that no longer lies
        inside is left out.
    """
    from ironquant.roi import contains

    contours = slice_contours(region, series, slice_index)
    main = contours[largest(contours)]
    outer = main + shift if corners is None else corners
    kept = [outer]
    for points in contours:
        if points is main:
            continue
        is_hole = bool(contains(main, points[:1])[0])
        placed = points + shift if is_hole else points
        if not is_hole or contains(outer, placed).all():
            kept.append(placed)
    return with_outlines(region, series, slice_index, kept)


def with_outlines(region: Region, series: EchoSeries, slice_index: int, outlines: Sequence[Points]) -> Region:
    """Return a region with other outlines, (column, row) in pixels, on one slice; it was edited by hand."""
    from ironquant.roi import contour_on_slice, contour_to_patient

    kept = [contour for contour in region.contours if contour_on_slice(contour, series)[0] != slice_index]
    kept += [contour_to_patient(points, slice_index, series) for points in outlines]
    source: RegionSource = "manual" if region.source == "manual" else "edited"
    return replace(region, contours=tuple(kept), source=source, confidence=None)
