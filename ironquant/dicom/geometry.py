"""Where images lie: slice positions along the normal, affines, one geometry per train."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ironquant.dicom.frames import Frame, Vector

Affine = NDArray[np.float64]

_ORIENTATION_TOLERANCE = 2e-3
_SPACING_TOLERANCE_MM = 1e-2
_OFFSET_TOLERANCE_MM = 0.1
SLICE_TOLERANCE_MM = 0.1
_GAP_TOLERANCE = 0.1

_ROW: Vector = (1.0, 0.0, 0.0)
_COLUMN: Vector = (0.0, 1.0, 0.0)


def has_place(frame: Frame) -> bool:
    """Whether the header says where the image lies and how large its pixels are."""
    return None not in (frame.row_direction, frame.column_direction, frame.position, frame.spacing)


def normal(frame: Frame) -> Affine:
    """Return the unit normal of the slice: row direction x column direction (LPS)."""
    return _normal(frame.row_direction or _ROW, frame.column_direction or _COLUMN)


@lru_cache(maxsize=1024)
def _normal(row: Vector, column: Vector) -> Affine:
    cross = np.cross(row, column)
    length = float(np.linalg.norm(cross))
    unit = np.asarray(cross / length if length > 0 else (0.0, 0.0, 1.0), dtype=np.float64)
    unit.flags.writeable = False
    return unit


def height(frame: Frame) -> float:
    """Return the place of the slice along its normal (mm)."""
    if frame.position is None:
        return frame.slice_location or 0.0
    return float(np.dot(frame.position, normal(frame)))


def same_matrix(first: Frame, second: Frame) -> bool:
    """Whether rows, columns and pixel spacing agree."""
    if (first.rows, first.columns) != (second.rows, second.columns):
        return False
    if first.spacing is None or second.spacing is None or first.spacing == second.spacing:
        return first.spacing == second.spacing
    return bool(np.allclose(first.spacing, second.spacing, rtol=0, atol=_SPACING_TOLERANCE_MM))


def same_stack(first: Frame, second: Frame) -> bool:
    """Whether two images can be slices of one stack: parallel and straight above each other."""
    for one, other in (
        (first.row_direction or _ROW, second.row_direction or _ROW),
        (first.column_direction or _COLUMN, second.column_direction or _COLUMN),
    ):
        if one != other and max(abs(a - b) for a, b in zip(one, other, strict=True)) > _ORIENTATION_TOLERANCE:
            return False
    origin = (0.0, 0.0, 0.0)
    between = [b - a for a, b in zip(first.position or origin, second.position or origin, strict=True)]
    along = normal(first).tolist()
    rise = math.fsum(a * b for a, b in zip(between, along, strict=True))
    shift = math.hypot(*(a - rise * b for a, b in zip(between, along, strict=True)))
    return shift <= _OFFSET_TOLERANCE_MM + _ORIENTATION_TOLERANCE * abs(rise) / 10


def clusters(values: Sequence[float], tolerance: float) -> list[int]:
    """Number values so that neighbours closer than `tolerance` share a number, ascending."""
    order = sorted(range(len(values)), key=values.__getitem__)
    numbers = [0] * len(values)
    current = 0
    for previous, index in itertools.pairwise(order):
        current += values[index] - values[previous] > tolerance
        numbers[index] = current
    return numbers


def slice_numbers(frames: Sequence[Frame]) -> list[int]:
    """Return the slice of each image, from 0 along the normal."""
    along = normal(frames[0])
    heights = [
        float(np.dot(frame.position, along)) if frame.position is not None else height(frame)
        for frame in frames
    ]
    return clusters(heights, SLICE_TOLERANCE_MM)


def stack_affine(slices: Sequence[Frame]) -> Affine:
    """Return the affine of a stack.

    Parameters
    ----------
    slices : sequence of Frame
        One image per slice, ascending along the normal.

    Returns
    -------
    ndarray, shape (4, 4)
        Maps (column, row, slice, 1) to LPS mm at pixel centres (DICOM PS3.3 C.7.6.2.1.1).
    """
    first, last = slices[0], slices[-1]
    along = normal(first)
    row_spacing, column_spacing = first.spacing or (1.0, 1.0)
    affine = np.eye(4)
    affine[:3, 0] = np.asarray(first.row_direction or _ROW) * column_spacing
    affine[:3, 1] = np.asarray(first.column_direction or _COLUMN) * row_spacing
    if len(slices) > 1 and first.position is not None and last.position is not None:
        affine[:3, 2] = (np.asarray(last.position) - np.asarray(first.position)) / (len(slices) - 1)
    else:
        step = first.spacing_between or first.slice_thickness or 1.0
        affine[:3, 2] = along * abs(step)
    affine[:3, 3] = first.position if first.position is not None else along * height(first)
    return affine


def evenly_spaced(slices: Sequence[Frame]) -> bool:
    """Whether the gaps between slices agree within 10 %, as one affine supposes."""
    if len(slices) < 3:
        return True
    gaps = np.diff([height(frame) for frame in slices])
    return bool(np.all(np.abs(gaps - gaps.mean()) <= _GAP_TOLERANCE * abs(gaps.mean()) + 1e-6))
