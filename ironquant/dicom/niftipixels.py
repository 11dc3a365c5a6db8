"""Pixels of one NIfTI train, turned the way DICOM shows them."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ironquant.core import LPS_TO_RAS, CancelToken, Finding
from ironquant.dicom.niftiopen import load_image
from ironquant.dicom.niftitrains import NiftiSource
from ironquant.dicom.opening import Opener

Image = NDArray[np.float32]
# Columns run to the left, rows to the back; in coronal and sagittal slices rows run to the feet.
_SHOWN_SIGN = (1.0, 1.0, -1.0)
_BLOCK_BYTES = 2**26


def read_volumes(
    source: NiftiSource,
    shape: tuple[int, int, int],
    *,
    progress: Callable[[float], None],
    cancel: CancelToken | None = None,
    invalid: float = 0.0,
) -> tuple[Image, NDArray[np.float64], NDArray[np.bool_], tuple[Finding, ...]]:
    """Read the echoes of a train.

    Parameters
    ----------
    shape : tuple of int
        Slices, rows, columns.
    invalid : float
        Takes the place of numbers that are none; with NaN, which a map may hold, nothing is said of them.

    Returns
    -------
    signal : ndarray of float32, shape (slice, row, column, echo)
        0 where an echo could not be read.
    affine : ndarray, shape (4, 4)
        (column, row, slice, 1) to LPS mm. Rows and columns that run against the DICOM habit (dcm2niix
        turns rows over) are turned, pixels and affine together.
    present : ndarray of bool, shape (slice, echo)
    findings : tuple of Finding
    """
    n_slices, n_rows, n_columns = shape
    signal = np.zeros((*shape, len(source.volumes)), dtype=np.float32)
    present = np.zeros((n_slices, len(source.volumes)), dtype=bool)
    findings: list[Finding] = []
    damaged: set[Path] = set()
    with Opener() as opener:
        volumes = _Volumes(opener)
        for echo, (path, index) in enumerate(source.volumes):
            if cancel is not None:
                cancel.check()
            if path in damaged:
                continue
            try:
                stored = volumes.read(path, index)
                values = stored.astype(np.float32).reshape(n_columns, n_rows, n_slices)
            except Exception:  # nibabel and zlib raise many kinds of errors on damaged files
                params = {"file": path.name, "reason": "reason_not_decodable"}
                findings.append(Finding("unreadable_file", "warning", params))
                damaged.add(path)
                continue
            if not np.isfinite(values).all():
                if np.isfinite(invalid):
                    params = {"file": path.name, "field": "data"}
                    findings.append(Finding("invalid_number", "warning", params))
                values = np.where(np.isfinite(values), values, np.float32(invalid))
            signal[..., echo] = values.transpose(2, 1, 0)
            present[:, echo] = True
            progress((echo + 1) / len(source.volumes))
    turned, affine = _as_shown(signal, LPS_TO_RAS @ np.reshape(source.affine, (4, 4)))
    return turned, affine, present, tuple(findings)


class _Volumes:
    """Reads volumes; of a 4-D file several at once, as each read may inflate the file from its start."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._path: Path | None = None
        self._image: Any = None
        self._first, self._block = 0, np.empty((0,))

    def read(self, path: Path, index: int) -> NDArray[Any]:
        """Return the stored values of one volume, magnitude of complex ones."""
        if path != self._path:
            self._image, self._path = load_image(path, self._opener), path
            self._first, self._block = 0, np.empty((0,))
        if len(self._image.shape) <= 3:
            return _real(self._image.dataobj[...])
        if not self._first <= index < self._first + self._block.shape[-1]:
            each = math.prod(self._image.shape[:3]) * np.dtype(np.float64).itemsize
            count = max(1, _BLOCK_BYTES // each)
            self._first = index - index % count
            try:
                self._block = _real(self._image.dataobj[..., self._first : self._first + count])
            except Exception:  # of a cut file the volumes before the cut stay readable, one by one
                self._first = index
                self._block = _real(self._image.dataobj[..., index : index + 1])
        return self._block[..., index - self._first]


def _real(stored: Any) -> NDArray[Any]:
    values = np.asarray(stored)
    return np.abs(values) if np.iscomplexobj(values) else values


def _as_shown(signal: Image, affine: NDArray[np.float64]) -> tuple[Image, NDArray[np.float64]]:
    """Turn columns (axis 2) and rows (axis 1) that run against the DICOM habit."""
    affine = affine.copy()
    for column, axis in ((0, 2), (1, 1)):
        direction = affine[:3, column]
        main = int(np.argmax(np.abs(direction)))
        if direction[main] * _SHOWN_SIGN[main] < 0:
            affine[:3, 3] += direction * (signal.shape[axis] - 1)
            affine[:3, column] = -direction
            signal = np.flip(signal, axis=axis)
    return np.ascontiguousarray(signal), affine
