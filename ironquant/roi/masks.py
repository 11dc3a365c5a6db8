"""Contours in patient coordinates ↔ masks of a series.

Rule: a pixel belongs to a region if its centre lies inside the contours of its slice by the
even-odd rule. A contour belongs to the slice whose plane is nearest to its points. On an echo on which the
region is moved, the same rule holds for the moved contours: by whole pixels, the mask moves unchanged.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from skimage import measure

from ironquant.core import Organ, Region, RegionError, RegionSource, Volume

Mask = NDArray[np.bool_]
_WHOLE = 1e-6
"""Pixels by which a shift may miss a whole number and still be one."""


def region_mask(region: Region, series: Volume, echo: int | None = None) -> Mask:
    """Return the pixels of a region on a series.

    Parameters
    ----------
    echo : int, optional
        Number (from 1) of the echo on which it is looked at, moved as the reader says; by default where its
        contours lie.

    Returns
    -------
    ndarray of bool, shape (slice, row, column)

    Raises
    ------
    RegionError
        ``region_empty`` if no pixel centre lies inside.
    """
    mask = np.zeros(series.shape, dtype=bool)
    (column, row, slice_), rest = voxel_shift(region, series, echo)
    for contour in region.contours:
        index, points = contour_on_slice(contour, series)
        if index >= 0 and 0 <= index + slice_ < series.shape[0]:
            mask[index + slice_] ^= polygon_mask(points + rest, series.shape[1:], (-column, -row))
    if not mask.any():
        raise RegionError("region_empty", organ=str(region.organ))
    return mask


def voxel_shift(
    region: Region, series: Volume, echo: int | None
) -> tuple[tuple[int, int, int], NDArray[np.float64]]:
    """Return by how many whole voxels (column, row, slice) a region is moved on an echo, and the rest.

    Returns
    -------
    tuple of int
        The nearest whole numbers; slices are moved by whole ones only.
    ndarray, shape (2,)
        What is left of columns and rows, at most half a pixel.
    """
    if echo is None or not region.echo_shifts:
        return (0, 0, 0), np.zeros(2)
    voxels = np.linalg.inv(series.affine[:3, :3]) @ region.shift_on(echo)
    whole = np.floor(voxels + 0.5)
    rest = (voxels - whole)[:2]
    rest[np.abs(rest) < _WHOLE] = 0.0
    column, row, slice_ = whole.astype(int).tolist()
    return (column, row, slice_), rest


def contour_on_slice(contour: NDArray[np.float64], series: Volume) -> tuple[int, NDArray[np.float64]]:
    """Return the slice index of a contour and its points as (column, row) in pixels.

    The index is −1 where the contour lies outside the stack.
    """
    homogeneous = np.column_stack([contour, np.ones(len(contour))])
    voxel = homogeneous @ np.linalg.inv(series.affine).T
    position = float(np.mean(voxel[:, 2]))
    index = round(position)
    inside = 0 <= index < series.shape[0] and abs(position - index) <= 0.5 + 1e-6
    return (index if inside else -1), voxel[:, :2]


def polygon_mask(
    points: NDArray[np.float64], shape: tuple[int, int], first: tuple[int, int] = (0, 0)
) -> Mask:
    """Return the pixels whose centres lie inside one polygon, by the even-odd rule.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        (column, row) of the corners, pixel centres at whole numbers.
    shape : tuple of int
        Rows, columns.
    first : tuple of int
        (column, row) of the first pixel.
    """
    mask = np.zeros(shape, dtype=bool)
    origin = np.array(first)
    low = np.maximum(np.floor(points.min(axis=0)).astype(int), origin)
    high = np.minimum(np.ceil(points.max(axis=0)).astype(int) + 1, origin + shape[::-1])
    if np.any(low >= high):
        return mask
    n_rows, n_columns = high[1] - low[1], high[0] - low[0]
    starts, ends = points, np.roll(points, -1, axis=0)
    # Rows whose centre line an edge crosses; each crossing turns in and out of all to its left.
    heights = np.sort(np.ceil([starts[:, 1], ends[:, 1]]), axis=0)
    first, last = np.clip(heights, low[1], high[1]).astype(int)
    counts = last - first
    edge = np.repeat(np.arange(len(points)), counts)
    rows = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    (x0, y0), (x1, y1) = starts[edge].T, ends[edge].T
    crossing = x0 + (rows - y0) * (x1 - x0) / (y1 - y0)
    turned = np.clip(np.ceil(crossing) - low[0], 0, n_columns).astype(int)
    turns = np.zeros((n_rows, n_columns + 1), dtype=np.intp)
    np.add.at(turns, (rows - low[1], turned), 1)
    inside = np.cumsum(turns[:, :0:-1], axis=1)[:, ::-1] % 2 == 1
    (left, top), (right, bottom) = low - origin, high - origin
    mask[top:bottom, left:right] = inside
    return mask


def contour_to_patient(points: NDArray[np.float64], slice_index: int, series: Volume) -> NDArray[np.float64]:
    """Return (column, row) points of one slice in patient coordinates, shape (n, 3), LPS mm."""
    voxel = np.column_stack([points, np.full(len(points), float(slice_index)), np.ones(len(points))])
    return np.asarray((voxel @ series.affine.T)[:, :3], dtype=np.float64)


def mask_outlines(mask: Mask) -> list[NDArray[np.float64]]:
    """Return the outlines of the mask of one slice, holes included, as (column, row) in pixels."""
    padded = np.pad(mask.astype(np.float64), 1)
    return [traced[:-1, ::-1] - 1.0 for traced in measure.find_contours(padded, 0.5)]


def mask_contours(mask: Mask, slice_index: int, series: Volume) -> tuple[NDArray[np.float64], ...]:
    """Return the outlines of the mask of one slice, holes included, that give back the same pixels."""
    return tuple(contour_to_patient(points, slice_index, series) for points in mask_outlines(mask))


def region_from_mask(
    mask: Mask,
    series: Volume,
    organ: Organ,
    site: str,
    *,
    source: RegionSource,
    proposer: str = "",
    confidence: float | None = None,
) -> Region:
    """Trace a mask into contours that give back exactly the same pixels.

    Raises
    ------
    RegionError
        ``region_empty`` if the mask holds no pixel.
    """
    contours = [
        contour
        for index in np.flatnonzero(mask.any(axis=(1, 2)))
        for contour in mask_contours(mask[index], int(index), series)
    ]
    if not contours:
        raise RegionError("region_empty", organ=str(organ))
    return Region(organ, site, tuple(contours), source, proposer, confidence)
