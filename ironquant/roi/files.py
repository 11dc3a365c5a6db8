"""Regions from files: a NIfTI mask of the series."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ironquant.core import (
    LPS_TO_RAS,
    RELAXATION,
    EchoSeries,
    Examination,
    Organ,
    Region,
    RegionError,
    ScannerMap,
    Volume,
)
from ironquant.roi.masks import region_from_mask

_TOLERANCE_PIXELS = 0.4
SITES = {Organ.HEART: "septum", Organ.LIVER: "parenchyma"}
"""Site that a region without a name of its own stands for."""


def read_region(path: Path, series: Volume, organ: Organ) -> Region:
    """Read a mask (non-zero = inside) that was drawn on this series.

    The mask may be stored with its axes flipped or in another order; its affine tells.

    Raises
    ------
    RegionError
        ``path_missing``, ``region_file_unreadable``, ``region_file_mismatch`` or ``region_empty``.
    """
    image = open_nifti(path)
    shape = tuple(int(size) for size in image.shape)
    mask = None
    # A damaged header may ask for any amount of memory: pixels are read only where the size fits.
    if sorted(shape[:3]) == sorted(series.shape) and shape[3:] in ((), (1,)):
        mask = _on_series(inside_mask(path, image).reshape(shape[:3]), np.asarray(image.affine), series)
    if mask is None:
        reason = f"{shape} ≠ {tuple(reversed(series.shape))}"
        raise RegionError("region_file_mismatch", file=str(path), reason=reason)
    return region_from_mask(mask, series, organ, SITES.get(organ, str(organ)), source="file")


def find_region(
    path: Path, examination: Examination, organ: Organ, *, series: str | None = None
) -> tuple[str, Region]:
    """Read a mask for an organ and find the series that it was drawn on.

    Parameters
    ----------
    series : str, optional
        Key of the series or map that the reader has chosen; no other is tried.

    Returns
    -------
    tuple of str and Region
        Key of the series: one guessed to show the organ comes first, then one of no guess; maps of the
        scanner come after the echo trains.

    Raises
    ------
    RegionError
        As `read_region`, from the first series tried; ``region_other_organ`` for a mask that was drawn
        on a series of another organ.
    """
    maps = [entry for entry in examination.maps if entry.quantity in RELAXATION]
    shown: list[EchoSeries | ScannerMap] = [*examination.series, *maps]
    if series is not None:
        shown = [entry for entry in shown if entry.key == series]
    if not shown:
        raise RegionError("no_series", organ=str(organ))
    # The organ's own series first, then those of no guess, then another organ's: only to say so.
    likely = sorted(
        shown,
        key=lambda entry: (
            entry.organ_guess != organ,
            entry.organ_guess is not None,
            isinstance(entry, EchoSeries) and entry.twin_of != "",
        ),
    )
    refused: list[RegionError] = []
    for entry in likely:
        try:
            region = read_region(path, entry, organ)
        except RegionError as error:
            refused.append(error)
            continue
        if entry.organ_guess in (organ, None) or series is not None:
            return entry.key, region
        other = {"organ": str(entry.organ_guess), "description": entry.description}
        raise RegionError("region_other_organ", file=str(path), **other)
    raise refused[0]


def open_nifti(path: Path) -> Any:
    """Open a NIfTI file without reading its voxels.

    Raises
    ------
    RegionError
        ``path_missing`` or ``region_file_unreadable``.
    """
    import nibabel as nib

    if not path.exists():
        raise RegionError("path_missing", file=str(path))
    try:
        return nib.Nifti1Image.from_filename(path)
    except Exception as error:
        raise _unreadable(path, error) from error


def inside_mask(path: Path, image: Any) -> NDArray[np.bool_]:
    """Return where a mask is neither 0 nor NaN; it may hold one other value, or it is no mask."""
    try:
        values = np.nan_to_num(np.asarray(image.dataobj))
    except Exception as error:
        raise _unreadable(path, error) from error
    inside = np.asarray(values != 0)
    if inside.any() and np.ptp(values[inside]) > 0:
        raise RegionError("region_file_unreadable", file=str(path), reason="reason_not_a_mask")
    return inside


def _unreadable(path: Path, error: Exception) -> RegionError:
    """Nibabel and zlib raise many kinds of errors on damaged files."""
    reason = "reason_access" if isinstance(error, PermissionError) else "reason_damaged"
    return RegionError("region_file_unreadable", file=str(path), reason=reason)


def _on_series(
    data: NDArray[np.bool_], affine: NDArray[np.floating], series: Volume
) -> NDArray[np.bool_] | None:
    """Return the mask as (slice, row, column) of the series; None if the grids differ."""
    to_series = np.linalg.inv(LPS_TO_RAS @ series.affine) @ affine
    slices, rows, columns = series.shape
    indices = np.argwhere(data)
    placed = (np.column_stack([indices, np.ones(len(indices))]) @ to_series.T)[:, :3]
    whole = np.rint(placed)
    size = np.array([columns, rows, slices])
    # Same grid: every axis of the file is one axis of the series, one voxel long.
    steps = np.abs(to_series[:3, :3])
    same_grid = np.allclose(np.sort(steps, axis=0)[-1], 1.0, atol=0.01)
    corners = np.array([[0, 0, 0, 1], [*(np.array(data.shape) - 1), 1]]) @ to_series.T
    off_centre = np.max(np.abs(corners[:, :3] - np.clip(np.rint(corners[:, :3]), 0, size - 1)))
    if not same_grid or off_centre > _TOLERANCE_PIXELS:
        return None
    mask = np.zeros(series.shape, dtype=bool)
    column, row, slice_ = whole.astype(int).T
    mask[slice_, row, column] = True
    return mask
