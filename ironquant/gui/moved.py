"""Regions as they lie on the echo that is shown: moved where the reader says that the patient moved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from ironquant.core import EchoSeries, Region


def as_seen(region: Region, echo: int) -> Region:
    """Return a region with its outlines where they lie on an echo (from 1)."""
    return _moved(region, region.shift_on(echo))


def as_kept(seen: Region, base: Region | None, echo: int) -> Region:
    """Return a region as the reading keeps it, from one that was changed as it lies on an echo (from 1).

    A hand moves the outlines or shifts them on an echo, never both.

    Parameters
    ----------
    base : Region or None
        As the reading keeps it so far.
    """
    if base is not None and seen.echo_shifts != base.echo_shifts:
        return replace(seen, contours=base.contours)
    return _moved(seen, -seen.shift_on(echo))


def _moved(region: Region, by_mm: NDArray[np.float64]) -> Region:
    if not np.any(by_mm):
        return region
    return replace(region, contours=tuple(contour + by_mm for contour in region.contours))


def moved_words(region: Region | None, series: EchoSeries, echo: int) -> tuple[str, ...]:
    """Return by how much the region is moved on an echo (from 1), in image rows and columns; else nothing."""
    if region is None or not np.any(region.shift_on(echo)):
        return ()
    directions = series.affine[:3, :2] / np.linalg.norm(series.affine[:3, :2], axis=0)
    right, down = (float(part) for part in directions.T @ region.shift_on(echo))
    words = QCoreApplication.translate(
        "Moved", "Region moved on this echo: {right} mm to the right, {down} mm down"
    )
    told = words.format(right=f"{right:+.1f}", down=f"{down:+.1f}")
    return (told.replace("-", "−"),)
