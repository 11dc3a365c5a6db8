"""A region from a NIfTI mask of the series."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ironquant.core import LPS_TO_RAS, RegionError, Volume

_TOLERANCE_PIXELS = 0.4


def read_nifti_mask(path: Path, series: Volume) -> NDArray[np.bool_]:
    """Read a mask (non-zero = inside) that was drawn on this series.

    The mask may be stored with its axes flipped or in another order; its affine tells.

    Returns
    -------
    ndarray of bool, shape (slice, row, column)

    Raises
    ------
    RegionError
        ``region_file_unreadable`` or ``region_file_mismatch``.
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
    return mask


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
