"""What a gesture draws: outlines of shapes, and what a region becomes by them. No widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from ironquant.core import EchoSeries, Region
from ironquant.gui.outline import Points, slice_contours, with_outlines

How = Literal["replace", "add", "cut"]
MM2_PER_CM2 = 100.0


def outline_of(
    tool: str, points: Sequence[tuple[float, float]], series: EchoSeries, slice_index: int, area_cm2: float
) -> Points | None:
    """Return the outline that a tool draws through (column, row) points; None where they enclose nothing.

    Parameters
    ----------
    tool : str
        ``draw`` and ``freehand`` take every point; ``rectangle`` and ``ellipse`` the first and the last as
        opposite corners of their frame; ``circle`` the last as its centre.
    """
    from ironquant.roi import circle_of_area, contour_on_slice, ellipse, polygon, rectangle

    if not points:
        return None
    (x0, y0), (x1, y1) = points[0], points[-1]
    try:
        if tool == "circle":
            contour = circle_of_area(points[-1], area_cm2 * MM2_PER_CM2, slice_index, series)
        elif tool == "rectangle":
            contour = rectangle(points[0], points[-1], slice_index, series)
        elif tool == "ellipse":
            _, row_mm, column_mm = series.spacing_mm
            axes = (abs(x1 - x0) / 2 * column_mm, abs(y1 - y0) / 2 * row_mm)
            contour = ellipse(((x0 + x1) / 2, (y0 + y1) / 2), axes, slice_index, series)
        else:
            contour = polygon(points, slice_index, series)
    except ValueError:
        return None
    return contour_on_slice(contour, series)[1]


def after_shape(
    region: Region, drawn: Points, how: How, series: EchoSeries, slice_index: int
) -> Region | None:
    """Return a region after a shape was drawn; None where it has no outline left.

    A shape that replaces takes the place of the outlines on its slice; where the region lies on other
    slices only, it begins the region anew there.

    Parameters
    ----------
    region : Region
        Without contours where nothing is drawn yet.
    """
    from ironquant.roi import cut, joined

    here = slice_contours(region, series, slice_index)
    if how == "add":
        changed = with_outlines(region, series, slice_index, joined(here, drawn, series))
    elif how == "cut":
        changed = with_outlines(region, series, slice_index, cut(here, drawn, series))
    else:
        kept = region if here else replace(region, contours=())
        changed = with_outlines(kept, series, slice_index, [drawn])
        if len(changed.contours) == 1:
            changed = replace(changed, source="manual", proposer="")
    return _drawn(region, changed)


def after_stroke(
    region: Region, outlines: Sequence[Points], series: EchoSeries, slice_index: int
) -> Region | None:
    """Return a region with the outlines that brush or eraser left on one slice; None where none is left."""
    return _drawn(region, with_outlines(region, series, slice_index, outlines))


def shifted(region: Region, series: EchoSeries, slice_index: int, shift: Points) -> Region:
    """Return a region whose outlines on one slice were moved by (columns, rows)."""
    moved = [points + shift for points in slice_contours(region, series, slice_index)]
    return with_outlines(region, series, slice_index, moved)


def followed(
    region: Region, series: EchoSeries, slice_index: int, shift: Points, echo: int, *, on: bool
) -> Region:
    """Return a region that lies elsewhere by (columns, rows) on an echo (from 1), as it is seen there.

    Parameters
    ----------
    on : bool
        Whether it is moved on all later echoes as well.
    """
    last = len(series.te_ms) if on else echo
    by_mm = series.affine[:3, :2] @ shift
    moved = shifted(region, series, slice_index, shift)
    return moved.shifted(range(echo, last + 1), by_mm)


def softened(region: Region, series: EchoSeries, slice_index: int) -> Region:
    """Return a region whose outlines on one slice are smooth."""
    from ironquant.roi import smoothed

    outlines = smoothed(slice_contours(region, series, slice_index))
    return with_outlines(region, series, slice_index, outlines)


def resized(region: Region, series: EchoSeries, slice_index: int, pixels: float) -> Region | None:
    """Return a region grown on one slice by so many pixels, or shrunk; None where nothing is left."""
    from ironquant.roi import grown

    by_mm = pixels * min(series.spacing_mm[1:])
    outlines = grown(slice_contours(region, series, slice_index), by_mm, series)
    return _drawn(region, with_outlines(region, series, slice_index, outlines))


def copied(region: Region, series: EchoSeries, slice_index: int, target: int) -> Region:
    """Return a region that has on the target slice the same outlines as on this one."""
    return with_outlines(region, series, target, slice_contours(region, series, slice_index))


def same_outlines(first: Region, second: Region) -> bool:
    """Whether two regions run alike."""
    return len(first.contours) == len(second.contours) and all(
        np.array_equal(one, other) for one, other in zip(first.contours, second.contours, strict=True)
    )


def _drawn(before: Region, after: Region) -> Region | None:
    if not after.contours:
        return None
    return replace(after, source="manual", proposer="") if not before.contours else after
