"""One NIfTI file with its BIDS sidecar, from the header alone."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ironquant.dicom.classify import MAGNITUDE, MAP_PREFIX, component, map_quantity_by_suffix
from ironquant.dicom.niftinames import component_by_name, echo_number, stem_of
from ironquant.dicom.niftiopen import load_image
from ironquant.dicom.niftisidecar import sidecar_of
from ironquant.dicom.opening import Opener, Source
from ironquant.dicom.spelling import printable
from ironquant.resources import load_table

_LEAST_VOXEL_MM3 = 1e-6
_SAMPLE_BYTES = 2**16
_DEFLATE_GAIN = 1100
"""A byte of a gzip file becomes at most 1032."""


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
    te_in_seconds : bool
        Whether those given were seconds, by their size.
    n_te_refused : int
        How many echo times the user gave, where that is not the number of volumes anywhere.
    sample : str
        A digest of parts of the file, so that files of one name and size are told apart.
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
    te_in_seconds: bool = False
    n_te_refused: int = 0
    sample: str = ""


def read_nifti_header(path: Path, opener: Opener) -> tuple[NiftiVolume | None, str]:
    """Read header and sidecar; returns None and the reason (a term) if the file is no sound NIfTI."""
    try:
        with opener.open(path) as source:
            size = source.size
            if size == 0:
                return None, "reason_empty"
            sample = _sample(source)
        image = load_image(path, opener)
        shape = tuple(int(n) for n in image.shape)
        affine = np.asarray(image.affine, dtype=np.float64)
    except PermissionError:
        return None, "reason_access"
    except Exception:  # nibabel raises many kinds of errors on damaged files
        return None, "reason_damaged"
    if image.get_data_dtype().fields:
        return None, "reason_colour"
    while len(shape) > 4 and 1 in (shape[-1], shape[3]):  # echoes in the fifth dimension, as of vectors
        shape = shape[:-1] if shape[-1] == 1 else (*shape[:3], *shape[4:])
    if not 2 <= len(shape) <= 4 or min(shape) < 1 or not _places(affine):
        return None, "reason_matrix"
    shape4 = (*shape, 1, 1)[:4] if len(shape) < 4 else shape
    if _least_bytes(image, shape4) > size * (_DEFLATE_GAIN if path.suffix.lower() == ".gz" else 1):
        return None, "reason_damaged"
    sidecar = sidecar_of(path, opener)
    return NiftiVolume(
        path=path,
        shape=(shape4[0], shape4[1], shape4[2], shape4[3]),
        affine=tuple(float(value) for value in affine.ravel()),
        te_ms=_echo_times(sidecar, shape4[3], echo_number(path)),
        component=_component(path, sidecar),
        sidecar=sidecar,
        placed=bool(image.header["qform_code"] or image.header["sform_code"]),
        size=size,
        sample=sample,
    ), ""


def _least_bytes(image: Any, shape: Sequence[int]) -> int:
    """Return what one volume takes; of a cut file with several, those before the cut can be read."""
    return int(image.dataobj.offset) + math.prod(shape[:3]) * int(image.get_data_dtype().itemsize)


def _places(affine: NDArray[np.float64]) -> bool:
    """Whether an affine gives every voxel a place of its own."""
    return bool(np.isfinite(affine).all() and abs(np.linalg.det(affine[:3, :3])) > _LEAST_VOXEL_MM3)


def _sample(source: Source) -> str:
    """Return a digest of the middle and the end; the end of a gzip file holds the CRC of all of it."""
    digest = hashlib.sha256()
    for start in (source.size // 2, max(0, source.size - _SAMPLE_BYTES)):
        source.handle.seek(start)
        digest.update(source.handle.read(_SAMPLE_BYTES))
    return digest.hexdigest()[:16]


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
    return printable(str(value)) if isinstance(value, str | int | float) else ""


def _echo_times(sidecar: Mapping[str, Any], n_volumes: int, number: int | None) -> tuple[float | None, ...]:
    """EchoTime in seconds: one number; a list for a 4-D file; or one list for all files, by echo `number`."""
    value = sidecar.get("EchoTime", sidecar.get("EchoTimes"))
    values = (
        list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value] * n_volumes
    )
    if n_volumes == 1 and number is not None and 1 <= number <= len(values):
        values = [values[number - 1]] if len(values) > 1 else values
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
    rules = load_table("vendors")["component"]
    if part and part[1] in rules["bids_part"]:
        return str(rules["bids_part"][part[1]])
    told = text_of(sidecar, "ComplexImageComponent")
    shown = component(tokens, complex_image_component=told)
    words = {token.strip().upper() for token in (*tokens[2:], told)}
    if shown == MAGNITUDE and not words & {*rules["image_type"], *rules["complex_image_component"]}:
        return component_by_name(path) or shown  # no header says so: it is only what scanners store mostly
    return shown
