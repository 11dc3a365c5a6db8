"""Pixels of one train: decode, rescale, stack."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.uid import ImplicitVRLittleEndian

from ironquant.core import CancelToken, Finding
from ironquant.dicom.frames import Frame

Image = NDArray[np.float32]
_PIXEL_ELEMENTS = {"PixelData": "ui", "FloatPixelData": "f", "DoubleFloatPixelData": "f"}
_STORED_TYPES = ("u1", "u2", "u4", "i1", "i2", "i4", "f4", "f8")


@dataclass(frozen=True, eq=False)
class Scaling:
    """How stored values become signal: ``value * slope + intercept``, per image."""

    slopes: dict[int, tuple[float, float]]
    findings: tuple[Finding, ...] = ()


def scaling_of(frames: Sequence[Frame]) -> Scaling:
    """Choose the scaling that makes the echoes of a train comparable.

    Usually the rescale of the header, or, where that is the same for all images, the real world values
    if their slopes differ. Philips may scale every echo to fill the display range; then the floating
    point value (PV * RS + RI) / (RS * SS) with the private scale slope SS (2005,100E) is the signal
    (Chenevert et al., Transl Oncol 2014;7:65). Where SS is lost, real world values that are more than a
    copy of the rescale stand in for it.
    """
    plain = {id(frame): (frame.slope, frame.intercept) for frame in frames}
    same_rescale = len(set(plain.values())) == 1
    mapped = {id(frame): frame.real_world for frame in frames if frame.real_world is not None}
    if len(mapped) < len(frames) or len(set(mapped.values())) == 1 or mapped == plain:
        mapped = {}
    # The private attribute tells Philips too, where anonymizing has taken the manufacturer away.
    told = any(frame.scale_slope is not None for frame in frames)
    if not told and not frames[0].file.manufacturer.upper().startswith("PHILIPS"):
        return Scaling(mapped if mapped and same_rescale else plain)
    if same_rescale and len({frame.scale_slope for frame in frames}) == 1:
        return Scaling(mapped or plain)
    if all(frame.scale_slope is not None and frame.scale_slope > 0 for frame in frames):
        return Scaling(
            {
                id(frame): (
                    1.0 / (frame.scale_slope or 1.0),
                    frame.intercept / (frame.slope * (frame.scale_slope or 1.0)),
                )
                for frame in frames
            }
        )
    return Scaling(mapped) if mapped else Scaling(plain, (Finding("scaling_unresolved", "warning"),))


def read_grid(
    rows: Sequence[Sequence[Frame]],
    *,
    progress: Callable[[float], None],
    cancel: CancelToken | None = None,
) -> tuple[Image, NDArray[np.bool_], tuple[Finding, ...]]:
    """Read the images of a grid.

    Parameters
    ----------
    rows : sequence of sequence of Frame
        Images by slice and echo.

    Returns
    -------
    signal : ndarray of float32, shape (slice, row, column, echo)
        0 where an image could not be read.
    present : ndarray of bool, shape (slice, echo)
    findings : tuple of Finding
        ``pixel_data_short``, ``unreadable_file`` or ``invalid_number`` with the file, ``scaling_unresolved``.
    """
    frames = [frame for row in rows for frame in row]
    scaling = scaling_of(frames)
    findings = list(scaling.findings)
    first = frames[0]
    signal = np.zeros((len(rows), first.rows, first.columns, len(rows[0])), dtype=np.float32)
    present = np.zeros((len(rows), len(rows[0])), dtype=bool)
    by_file: dict[Path, list[tuple[Frame, int, int]]] = {}
    for slice_, row in enumerate(rows):
        for echo, frame in enumerate(row):
            by_file.setdefault(frame.file.path, []).append((frame, slice_, echo))
    for done, (path, members) in enumerate(by_file.items()):
        if cancel is not None:
            cancel.check()
        members.sort(key=lambda member: member[0].index)
        try:
            for (frame, slice_, echo), stored in zip(
                members, _decoded(path, [member[0] for member in members]), strict=True
            ):
                slope, intercept = scaling.slopes[id(frame)]
                image = (stored.astype(np.float64) * slope + intercept).astype(np.float32)
                if frame.padding is not None:  # as the air that scanners blank: no signal
                    image[(stored >= frame.padding[0]) & (stored <= frame.padding[1])] = 0.0
                if not np.isfinite(image).all():
                    params = {"file": path.name, "field": "PixelData"}
                    findings.append(Finding("invalid_number", "warning", params))
                    image = np.nan_to_num(image, nan=0.0, posinf=0.0, neginf=0.0)
                signal[slice_, :, :, echo] = image
                present[slice_, echo] = True
        except Exception as error:  # decoders raise many kinds of errors on damaged data
            findings.append(_unread(path, error))
        progress((done + 1) / len(by_file))
    return signal, present, tuple(findings)


def _unread(path: Path, error: Exception) -> Finding:
    if isinstance(error, OSError):
        return Finding("unreadable_file", "warning", {"file": path.name, "reason": "reason_access"})
    if isinstance(error, EOFError):
        return Finding("pixel_data_short", "warning", {"file": path.name})
    return Finding("unreadable_file", "warning", {"file": path.name, "reason": "reason_not_decodable"})


def _decoded(path: Path, frames: Sequence[Frame]) -> Iterable[NDArray[Any]]:
    """Yield the stored values of some frames of one file, in the order asked for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(path, force=True)
        if "TransferSyntaxUID" not in dataset.file_meta:
            dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
        if dataset.file_meta.TransferSyntaxUID.is_encapsulated:
            from pydicom.pixels import iter_pixels

            stored = iter_pixels(dataset, indices=[frame.index for frame in frames], raw=True)
        else:
            stored = (_without_spare_bits(_native(dataset, frame), dataset) for frame in frames)
        for frame, values in zip(frames, stored, strict=True):
            if values.shape != (frame.rows, frame.columns):
                raise ValueError("the decoded matrix is not that of the header")
            yield values


def _native(dataset: pydicom.Dataset, frame: Frame) -> NDArray[Any]:
    """Cut one frame out of uncompressed pixel data; complete frames of a cut file stay readable."""
    keyword, kinds = next(item for item in _PIXEL_ELEMENTS.items() if item[0] in dataset)
    allocated = int(dataset.BitsAllocated)
    kind = kinds[min(int(dataset.get("PixelRepresentation", 0)), len(kinds) - 1)]
    if f"{kind}{allocated // 8}" not in _STORED_TYPES:
        raise ValueError("unsupported bit depth")
    order = "<" if dataset.file_meta.TransferSyntaxUID.is_little_endian else ">"
    size = frame.rows * frame.columns
    offset = frame.index * size * allocated // 8
    data = dataset[keyword].value
    if allocated == 8 and order == ">" and dataset[keyword].VR == "OW":  # words with their bytes swapped
        data = np.frombuffer(data, dtype="u2").byteswap().tobytes()
    if offset + size * allocated // 8 > len(data):
        raise EOFError
    values = np.frombuffer(data, dtype=f"{order}{kind}{allocated // 8}", count=size, offset=offset)
    return values.reshape(frame.rows, frame.columns)


def _without_spare_bits(stored: NDArray[Any], dataset: pydicom.Dataset) -> NDArray[Any]:
    """Clear the bits above BitsStored (old overlays live there) and extend the sign."""
    if stored.dtype.kind == "f":
        return stored
    allocated = 8 * stored.dtype.itemsize
    bits = int(dataset.get("BitsStored", allocated) or allocated)
    high = int(dataset.get("HighBit", bits - 1))
    if not (0 < bits < allocated and bits - 1 <= high < allocated):
        return stored
    shifted = np.left_shift(stored, stored.dtype.type(allocated - 1 - high))
    return np.asarray(np.right_shift(shifted, stored.dtype.type(allocated - bits)))
