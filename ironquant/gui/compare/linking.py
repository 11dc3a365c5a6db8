"""How images follow each other: by place in the patient, echo time, zoom and window. No widgets.

Points are (column, row) in pixels, pixel centres at whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ironquant.core import EchoSeries

Point = tuple[float, float]


def same_frame(one: EchoSeries, other: EchoSeries, *, same_examination: bool) -> bool:
    """Whether two series share the coordinates of the patient.

    What tells no frame of reference (NIfTI) shares it within its examination.
    """
    if one.frame_uid or other.frame_uid:
        return one.frame_uid == other.frame_uid
    return same_examination


def matching_slice(
    lead: EchoSeries, slice_index: int, middle: Point, follower: EchoSeries, *, by_place: bool
) -> int:
    """Return the slice that shows what a slice of another series shows.

    Parameters
    ----------
    middle : (column, row)
        What is looked at on the leading slice: where slices are tilted, this point decides.
    by_place : bool
        By the place in the patient: the nearest slice. Otherwise by number: the same distance from the
        middle of the stack.
    """
    last = follower.shape[0] - 1
    if by_place:
        wanted = float(_to_voxel(follower, _to_patient(lead, middle, slice_index))[2])
    else:
        wanted = slice_index - (lead.shape[0] - 1) / 2 + last / 2
    return min(max(int(np.floor(wanted + 0.5)), 0), last)


def matching_echo(te_ms: float, follower: Sequence[float]) -> int:
    """Return the echo (from 0) whose time is the nearest; of two, the earlier."""
    return int(np.argmin(np.abs(np.asarray(follower) - te_ms)))


@dataclass(frozen=True)
class Sight:
    """What part of an image is looked at.

    Attributes
    ----------
    middle : (column, row)
    home : (column, row)
        The middle of what the image shows by itself.
    pixels_per_mm : float
        Pixels of the screen.
    """

    middle: Point
    home: Point
    pixels_per_mm: float


def matching_middle(
    lead: EchoSeries, slice_index: int, sight: Sight, follower: EchoSeries, home: Point, *, by_place: bool
) -> Point:
    """Return the point of a follower that lies where the leading image has its middle.

    By the place in the patient, or as far (mm) from the follower's own `home`.
    """
    if by_place:
        column, row, _ = _to_voxel(follower, _to_patient(lead, sight.middle, slice_index))
        return float(column), float(row)
    _, row_mm, column_mm = lead.spacing_mm
    _, other_row_mm, other_column_mm = follower.spacing_mm
    return (
        home[0] + (sight.middle[0] - sight.home[0]) * column_mm / other_column_mm,
        home[1] + (sight.middle[1] - sight.home[1]) * row_mm / other_row_mm,
    )


def matching_window(
    window: tuple[float, float], own: tuple[float, float], follower: tuple[float, float]
) -> tuple[float, float]:
    """Return grey values that show a follower as the leading image is shown.

    Parameters
    ----------
    own, follower : (low, high)
        The automatic windows of both, which make up for different gains.
    """
    span = (own[1] - own[0]) or 1.0
    low, high = (
        follower[0] + (value - own[0]) / span * (follower[1] - follower[0]) for value in window
    )  # fmt: skip
    return low, high


def _to_patient(series: EchoSeries, point: Point, slice_index: int) -> NDArray[np.float64]:
    return np.asarray(series.affine @ np.array([*point, slice_index, 1.0]))


def _to_voxel(series: EchoSeries, place: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((np.linalg.inv(series.affine) @ place)[:3])
