"""The part of the pipeline for regions that lie in several slices: each slice measured like the whole."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ironquant.core import IronValue, SliceStatistics, Value

Measured = tuple[Value, float | None]
"""T2* in ms, and R² of its fit."""


def slice_statistics(
    mask: NDArray[np.bool_],
    pixel_area_mm2: float,
    whole: Measured,
    measure: Callable[[int], Measured],
    iron: Callable[[Value], IronValue | None],
) -> tuple[SliceStatistics, ...]:
    """Measure every slice of a region; nothing where it lies in one slice only.

    Parameters
    ----------
    mask : ndarray of bool, shape (slice, row, column)
    whole : tuple of Value and float or None
        What was measured in the whole region.
    measure : callable
        Measures the slice at a position.
    iron : callable
        Turns T2* into iron, where a calibration holds.

    Returns
    -------
    tuple of SliceStatistics
        The whole last.
    """
    counts = mask.sum(axis=(1, 2))
    indices = [int(index) for index in np.flatnonzero(counts)]
    if len(indices) < 2:
        return ()

    def row(index: int | None, n_pixels: int, measured: Measured) -> SliceStatistics:
        t2star, r_squared = measured
        return SliceStatistics(
            slice_index=index,
            n_pixels=n_pixels,
            area_mm2=n_pixels * pixel_area_mm2,
            t2star_ms=t2star,
            r2star_per_s=t2star.reciprocal(1000.0),
            r_squared=r_squared,
            iron=None if t2star.value is None else iron(t2star),
        )

    rows = [row(index, int(counts[index]), measure(index)) for index in indices]
    return (*rows, row(None, int(counts.sum()), whole))
