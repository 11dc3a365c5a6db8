"""Outlines that a hand can edit: fewer corners, moved outlines, holes that follow."""

from __future__ import annotations

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
    """Return a polygon with at most `limit` corners that runs as near to `points` as it can."""
    from skimage.measure import approximate_polygon

    closed = np.vstack([points, points[:1]])
    shown, tolerance = closed, _FIRST_TOLERANCE
    while len(shown) - 1 > limit:
        shown = approximate_polygon(closed, tolerance)
        tolerance *= _TOLERANCE_STEP
    corners = np.asarray(shown[:-1], dtype=np.float64)
    return corners if len(corners) >= 3 else np.asarray(points, dtype=np.float64)


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
