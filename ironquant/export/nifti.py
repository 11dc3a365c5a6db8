"""Maps and regions as NIfTI: same bytes for the same numbers, in the right place in space.

IronQuant works in DICOM patient coordinates (LPS); NIfTI is RAS.
"""

from __future__ import annotations

import gzip
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ironquant.core import LPS_TO_RAS, Analysis, safe_site, write_bytes_atomic

MAP_NAMES = {
    "t2star": ("t2star_ms", "T2* (ms)"),
    "r2star": ("r2star_per_s", "R2* (1/s)"),
    "s0": ("s0", "S0 (signal at TE 0)"),
    "rsquared": ("r_squared", "R2 of the fit"),
}
"""File name ending → attribute and the description in the header (ASCII, at most 79 characters)."""
COMPRESSION = 1
"""As of nibabel: noise hardly shrinks, however long one tries."""


class MapSet(Protocol):
    """What `OrganMaps` and `Fit` have in common."""

    @property
    def t2star_ms(self) -> NDArray[np.floating]:
        """T2* in ms."""

    @property
    def r2star_per_s(self) -> NDArray[np.floating]:
        """R2* in 1/s."""

    @property
    def s0(self) -> NDArray[np.floating]:
        """Signal at echo time zero."""

    @property
    def r_squared(self) -> NDArray[np.floating]:
        """Coefficient of determination."""


def affine_ras(affine_lps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the NIfTI affine, (column, row, slice, 1) → RAS mm, of a DICOM (LPS) affine.

    Parameters
    ----------
    affine_lps : ndarray, shape (4, 4)
        (column, row, slice, 1) → LPS mm, as in `EchoSeries.affine`.
    """
    ras: NDArray[np.float64] = LPS_TO_RAS @ affine_lps
    return ras


def region_path(organ: str, site: str) -> str:
    """Return the path of a region's mask, relative to the output folder, with forward slashes.

    The site may come from somebody else's file: it leads nowhere but into that folder.
    """
    return f"regions/{organ}_{safe_site(site) or 'region'}.nii.gz"


def write_volume(
    path: Path, array: NDArray[np.generic], affine_lps: NDArray[np.float64], description: str
) -> Path:
    """Write one volume.

    Parameters
    ----------
    path : Path
        Ends with ``.nii.gz``; written in one step.
    array : ndarray, shape (slice, row, column)
        float32 or uint8.
    affine_lps : ndarray, shape (4, 4)
    description : str
        For the header, ASCII.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    nibabel: Any = import_module("nibabel")  # slow to import, and only partly typed
    image = nibabel.Nifti1Image(np.ascontiguousarray(array.transpose(2, 1, 0)), affine_ras(affine_lps))
    image.header.set_xyzt_units("mm", "sec")
    image.header["descrip"] = description.encode("ascii", "replace")[:79]
    # Scanner coordinates; a viewer that prefers either form finds the same place.
    image.set_sform(image.affine, code=1)
    image.set_qform(image.affine, code=1, strip_shears=True)
    return write_bytes_atomic(path, gzip.compress(image.to_bytes(), compresslevel=COMPRESSION, mtime=0))


def write_maps(maps: MapSet, affine_lps: NDArray[np.float64], folder: Path, prefix: str) -> tuple[Path, ...]:
    """Write the four maps of a fit as ``{prefix}_{t2star,r2star,s0,rsquared}.nii.gz``.

    Parameters
    ----------
    maps : OrganMaps or Fit
        Arrays of shape (slice, row, column); NaN where nothing was measured stays NaN.
    affine_lps : ndarray, shape (4, 4)
    folder : Path
        Made if missing.
    prefix : str
        ``heart``, ``liver`` or the name of a series.

    Returns
    -------
    tuple of Path
    """
    written = []
    for ending, (attribute, description) in MAP_NAMES.items():
        array = np.asarray(getattr(maps, attribute), dtype=np.float32)
        path = folder / f"{prefix}_{ending}.nii.gz"
        written.append(write_volume(path, array, affine_lps, f"IronQuant {description}"))
    return tuple(written)


def write_volumes(analysis: Analysis, folder: Path) -> tuple[Path, ...]:
    """Write every map and region of an analysis below `folder` (``maps/``, ``regions/``).

    Returns
    -------
    tuple of Path
        The files written, in order of the organs.
    """
    written: list[Path] = []
    for entry in analysis.organs:
        if entry.volume is None:
            continue
        affine = entry.volume.affine
        if entry.maps is not None:
            written.extend(write_maps(entry.maps, affine, folder / "maps", str(entry.organ)))
        for region in entry.regions:
            path = folder / region_path(str(entry.organ), region.region.site)
            description = f"IronQuant region {entry.organ} {region.region.site}"
            written.append(write_volume(path, region.mask.astype(np.uint8), affine, description))
    return tuple(written)
