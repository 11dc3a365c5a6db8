"""How far two regions of the same series agree, in place and in T2*.

The surface of a mask is its pixels with a neighbour outside, of the four in the plane of the slice;
distances are between their centres, in mm of the patient. Slices are far thicker than pixels: a
neighbour through the slice would make every pixel of a thin stack a surface.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ironquant.core import LPS_TO_RAS, Region, RegionError, Value, Volume
from ironquant.roi.masks import Mask, region_mask
from ironquant.roi.niftimask import inside_mask, open_nifti

_SAME_PLACE_MM = 0.01


@dataclass(frozen=True)
class RegionAgreement:
    """Overlap and distance of two regions.

    Attributes
    ----------
    dice : float
        Twice the common pixels over the sum of both; 1 for the same region, 0 for no common pixel.
    hausdorff_mm : float
        Largest distance from a surface pixel of either region to the other's surface.
    mean_surface_mm : float
        Mean of those distances over the surface pixels of both.
    n_pixels : tuple of int
        Of the first and the second.
    """

    dice: float
    hausdorff_mm: float
    mean_surface_mm: float
    n_pixels: tuple[int, int]


@dataclass(frozen=True)
class T2StarDifference:
    """T2* of a first minus that of a second region.

    Attributes
    ----------
    ms : float
    percent : float
        Of the mean of both.
    """

    ms: float
    percent: float


def region_agreement(first: Mask, second: Mask, affine: NDArray[np.float64]) -> RegionAgreement:
    """Compare two masks of the same grid.

    Parameters
    ----------
    first, second : ndarray of bool, shape (slice, row, column)
    affine : ndarray, shape (4, 4)
        (column, row, slice, 1) → patient mm, as `EchoSeries.affine`; pixels need not be square.

    Raises
    ------
    RegionError
        ``regions_differ_in_grid`` for masks of different shape, ``region_empty`` for an empty one.

    Notes
    -----
    Dice, Ecology 1945;26:297. The symmetric Hausdorff distance, and the mean of both directed surface
    distances pooled, as in Heimann et al., IEEE Trans Med Imaging 2009;28:1251.
    """
    if first.shape != second.shape:
        raise RegionError("regions_differ_in_grid")
    if not first.any() or not second.any():
        raise RegionError("region_empty")
    from scipy.spatial import cKDTree

    sizes = int(first.sum()), int(second.sum())
    dice = 2.0 * int((first & second).sum()) / sum(sizes)
    one, other = surface_mm(first, affine), surface_mm(second, affine)
    distances = np.concatenate([cKDTree(other).query(one)[0], cKDTree(one).query(other)[0]])
    return RegionAgreement(dice, float(distances.max()), float(distances.mean()), sizes)


def agreement_of_regions(first: Region, second: Region, series: Volume) -> RegionAgreement:
    """Compare two regions on the series that they were drawn on; see `region_agreement`.

    Raises
    ------
    RegionError
        ``region_empty`` if one holds no pixel of the series.
    """
    return region_agreement(region_mask(first, series), region_mask(second, series), series.affine)


def surface_mm(mask: Mask, affine: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the centres of the surface pixels of a mask in patient mm, shape (n, 3)."""
    around = np.pad(mask, ((0, 0), (1, 1), (1, 1)))
    within = around[:, :-2, 1:-1] & around[:, 2:, 1:-1] & around[:, 1:-1, :-2] & around[:, 1:-1, 2:]
    slices, rows, columns = np.nonzero(mask & ~within)
    places = np.column_stack([columns, rows, slices, np.ones(len(rows))])
    return np.asarray((places @ np.asarray(affine, dtype=np.float64).T)[:, :3])


def t2star_difference(first: Value, second: Value) -> T2StarDifference | None:
    """Return first − second of two measured T2* (ms); None where one is missing or only a bound."""
    if first.value is None or second.value is None or (first.bound, second.bound) != ("none", "none"):
        return None
    mean = (first.value + second.value) / 2
    difference = first.value - second.value
    return T2StarDifference(difference, 100.0 * difference / mean)


def read_mask(path: Path, shape: tuple[int, int, int]) -> tuple[Mask, NDArray[np.float64]]:
    """Read a mask that IronQuant wrote, ``regions/{organ}_{site}.nii.gz``.

    Parameters
    ----------
    shape : tuple of int
        (slice, row, column) of the series it belongs to; pixels are read only where it fits.

    Returns
    -------
    tuple of ndarray
        Mask (slice, row, column) and its affine, (column, row, slice, 1) → LPS mm.

    Raises
    ------
    RegionError
        ``path_missing``, ``region_file_unreadable`` or ``region_file_mismatch``.
    """
    image: Any = open_nifti(path)
    stored = tuple(int(size) for size in image.shape)
    if stored != tuple(reversed(shape)):
        reason = f"{stored} ≠ {tuple(reversed(shape))}"
        raise RegionError("region_file_mismatch", file=str(path), reason=reason)
    affine = LPS_TO_RAS @ np.asarray(image.affine, dtype=np.float64)  # its own inverse
    return inside_mask(path, image).transpose(2, 1, 0), affine


def agreement_of_files(
    first: Path, first_shape: tuple[int, int, int], second: Path, second_shape: tuple[int, int, int]
) -> RegionAgreement:
    """Compare two masks that IronQuant wrote.

    Raises
    ------
    RegionError
        As `read_mask`; ``regions_differ_in_grid`` for masks of different series, ``region_empty``.
    """
    one, affine = read_mask(first, first_shape)
    other, placed = read_mask(second, second_shape)
    if first_shape != second_shape or np.abs(affine - placed).max() > _SAME_PLACE_MM:
        raise RegionError("regions_differ_in_grid")
    return region_agreement(one, other, affine)
