"""One NIfTI file with its BIDS sidecar, from the header alone."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ironquant.dicom.classify import MAP_PREFIX, component, map_quantity_by_suffix
from ironquant.dicom.niftiopen import load_image
from ironquant.dicom.opening import Opener
from ironquant.resources import load_table

_LEAST_VOXEL_MM3 = 1e-6
_MAX_SIDECAR_BYTES = 2**24


@dataclass(frozen=True)
class NiftiVolume:
    """One NIfTI file with its sidecar.

    Attributes
    ----------
    te_ms : tuple of float or None
        One per volume; None where the sidecar does not tell.
    affine : tuple of float
        The 16 numbers of the RAS affine.
    placed : bool
        Whether the affine comes from the file; else nibabel made it up.
    size : int
        Of the file, in bytes.
    te_by_hand : bool
        Whether the user gave the echo times.
    """

    path: Path
    shape: tuple[int, int, int, int]
    affine: tuple[float, ...]
    te_ms: tuple[float | None, ...]
    component: str
    sidecar: Mapping[str, Any]
    placed: bool
    size: int
    te_by_hand: bool = False


def read_nifti_header(path: Path, opener: Opener) -> tuple[NiftiVolume | None, str]:
    """Read header and sidecar; returns None and the reason (a term) if the file is no sound NIfTI."""
    try:
        with opener.open(path) as source:
            size = source.size
        if size == 0:
            return None, "reason_empty"
        image = load_image(path, opener)
        shape = tuple(int(n) for n in image.shape)
        affine = np.asarray(image.affine, dtype=np.float64)
    except PermissionError:
        return None, "reason_access"
    except Exception:  # nibabel raises many kinds of errors on damaged files
        return None, "reason_damaged"
    while len(shape) > 4 and shape[-1] == 1:
        shape = shape[:-1]
    if not 2 <= len(shape) <= 4 or min(shape) < 1 or not _places(affine):
        return None, "reason_matrix"
    shape4 = (*shape, 1, 1)[:4] if len(shape) < 4 else shape
    sidecar = _sidecar(path, opener)
    return NiftiVolume(
        path=path,
        shape=(shape4[0], shape4[1], shape4[2], shape4[3]),
        affine=tuple(float(value) for value in affine.ravel()),
        te_ms=_echo_times(sidecar, shape4[3]),
        component=_component(path, sidecar),
        sidecar=sidecar,
        placed=bool(image.header["qform_code"] or image.header["sform_code"]),
        size=size,
    ), ""


def _places(affine: NDArray[np.float64]) -> bool:
    """Whether an affine gives every voxel a place of its own."""
    return bool(np.isfinite(affine).all() and abs(np.linalg.det(affine[:3, :3])) > _LEAST_VOXEL_MM3)


def stem_of(path: Path) -> str:
    """Return the file name without its ending."""
    return re.sub(r"\.nii(\.gz)?$", "", path.name, flags=re.IGNORECASE)


def _sidecar(path: Path, opener: Opener) -> Mapping[str, Any]:
    try:
        with opener.open(path.with_name(f"{stem_of(path)}.json")) as source:
            document = json.loads(source.handle.read(_MAX_SIDECAR_BYTES).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def number_of(sidecar: Mapping[str, Any], key: str) -> float | None:
    """Return an entry of a sidecar as a finite number, None where it is none."""
    value = sidecar.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def text_of(sidecar: Mapping[str, Any], key: str) -> str:
    """Return an entry of a sidecar as text, empty where it is neither text nor number."""
    value = sidecar.get(key, "")
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _echo_times(sidecar: Mapping[str, Any], n_volumes: int) -> tuple[float | None, ...]:
    """EchoTime in seconds, one number or (for a 4-D file) a list."""
    value = sidecar.get("EchoTime", sidecar.get("EchoTimes"))
    values = (
        list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value] * n_volumes
    )
    if len(values) != n_volumes or (n_volumes > 1 and not isinstance(value, list)):
        return (None,) * n_volumes
    numbers = [number_of({"te": item}, "te") for item in values]
    return tuple(1000.0 * te if te is not None and te > 0 else None for te in numbers)


def _component(path: Path, sidecar: Mapping[str, Any]) -> str:
    stem = stem_of(path)
    quantity = map_quantity_by_suffix(stem.rsplit("_", 1)[-1])
    if quantity:
        return MAP_PREFIX + quantity
    image_type = sidecar.get("ImageType")
    tokens = [str(token) for token in image_type] if isinstance(image_type, list) else []
    part = re.search(r"part-([a-z]+)", stem)
    parts = load_table("vendors")["component"]["bids_part"]
    if part and part[1] in parts:
        return str(parts[part[1]])
    return component(tokens, complex_image_component=text_of(sidecar, "ComplexImageComponent"))
