"""Shapes that a hand sets on one slice, as outlines in patient coordinates.

Every shape becomes a polygon; `region_mask` then says which pixels belong to it. Points of a slice are
(column, row) in pixels, pixel centres at whole numbers; lengths and areas are those of the patient, so that a
circle is round however long the pixels are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ironquant.core import Volume
from ironquant.roi.masks import contour_to_patient
from ironquant.roi.outlines import stroke_mask

Points = NDArray[np.float64]
CORNERS = 72
"""Of a round outline: at 20 mm radius the polygon runs within 0.02 mm of the circle."""


def polygon(points: Sequence[Sequence[float]], slice_index: int, series: Volume) -> Points:
    """Return the outline through corners, or through the points of a stroke drawn by hand.

    Parameters
    ----------
    points : sequence of (column, row)
        At least three that are not on one line; points in the same place count once.

    Returns
    -------
    ndarray, shape (n, 3)
        LPS mm.

    Raises
    ------
    ValueError
        If the points enclose no area.
    """
    corners = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    moved = np.any(corners != np.roll(corners, 1, axis=0), axis=1)
    kept = corners[moved]
    if len(kept) < 3 or abs(signed_area(kept)) < 1e-9:
        raise ValueError("the points enclose no area")
    return contour_to_patient(kept, slice_index, series)


def rectangle(corner: Sequence[float], opposite: Sequence[float], slice_index: int, series: Volume) -> Points:
    """Return the outline of a rectangle along rows and columns between two opposite corners."""
    (x0, y0), (x1, y1) = corner, opposite
    return polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], slice_index, series)


def ellipse(
    centre: Sequence[float],
    semi_axes_mm: Sequence[float],
    slice_index: int,
    series: Volume,
    *,
    angle_deg: float = 0.0,
) -> Points:
    """Return the outline of an ellipse; the polygon has exactly the area of the ellipse.

    Parameters
    ----------
    centre : (column, row)
        In pixels.
    semi_axes_mm : (float, float)
        Along the rows of the image and across them, before turning.
    angle_deg : float
        From the direction of growing columns towards that of growing rows.

    Raises
    ------
    ValueError
        If an axis is not positive.
    """
    a, b = semi_axes_mm
    if not (a > 0 and b > 0):
        raise ValueError("an ellipse needs two positive axes")
    turn = 2.0 * math.pi * np.arange(CORNERS) / CORNERS
    # The polygon on the ellipse itself would be too small by sin(2 pi / n) / (2 pi / n).
    step = 2.0 * math.pi / CORNERS
    fit = math.sqrt(step / math.sin(step))
    along, across = fit * a * np.cos(turn), fit * b * np.sin(turn)
    angle = math.radians(angle_deg)
    x = along * math.cos(angle) - across * math.sin(angle)
    y = along * math.sin(angle) + across * math.cos(angle)
    _, row_mm, column_mm = series.spacing_mm
    points = np.column_stack([centre[0] + x / column_mm, centre[1] + y / row_mm])
    return contour_to_patient(points, slice_index, series)


def circle_of_area(centre: Sequence[float], area_mm2: float, slice_index: int, series: Volume) -> Points:
    """Return the outline of a circle of this area (mm²) around (column, row)."""
    radius = math.sqrt(area_mm2 / math.pi) if area_mm2 > 0 else 0.0
    return ellipse(centre, (radius, radius), slice_index, series)


def brushed(
    mask: NDArray[np.bool_],
    stroke: Iterable[Sequence[float]],
    radius_mm: float,
    series: Volume,
    *,
    erase: bool = False,
) -> NDArray[np.bool_]:
    """Return the mask of one slice after a stroke of a round brush.

    Parameters
    ----------
    mask : ndarray of bool, shape (row, column)
    stroke : iterable of (column, row)
        Places of the brush, joined by straight lines.
    radius_mm : float
        A pixel is painted if its centre lies within this distance of the stroke.
    """
    painted = stroke_mask(stroke, radius_mm, series, (mask.shape[0], mask.shape[1]))
    return mask & ~painted if erase else mask | painted


def signed_area(points: Points) -> float:
    """Return the area of a polygon in squares of its unit; negative where it turns the other way."""
    x, y = points[:, 0], points[:, 1]
    return 0.5 * float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def centre_of_area(points: Points) -> tuple[float, float]:
    """Return the centroid of a polygon that does not cross itself, in the order of its coordinates."""
    x, y = points[:, 0], points[:, 1]
    following_x, following_y = np.roll(x, -1), np.roll(y, -1)
    cross = x * following_y - following_x * y
    three = 3.0 * float(cross.sum())
    return float(np.sum((x + following_x) * cross)) / three, float(np.sum((y + following_y) * cross)) / three
