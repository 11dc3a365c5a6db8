"""Pixels of one train: read, rescale, stack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ironquant.core import CancelToken, Finding
from ironquant.dicom.dicomfile import access_reason
from ironquant.dicom.frames import Frame
from ironquant.dicom.opening import Opener
from ironquant.dicom.problems import gathered
from ironquant.dicom.stored import ChangedError, read_frames

Image = NDArray[np.float32]


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
        ``pixel_data_short``, ``unreadable_file``, ``file_changed`` or ``invalid_number`` with the file,
        ``scaling_unresolved``.
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
    with Opener() as opener:
        for done, (path, members) in enumerate(by_file.items()):
            if cancel is not None:
                cancel.check()
            members.sort(key=lambda member: member[0].index)
            read = read_frames(
                opener, path, members[0][0].file.pixels, [frame.index for frame, *_ in members]
            )
            told: list[Finding] = []
            for (frame, slice_, echo), stored in zip(members, read, strict=False):
                if isinstance(stored, Exception):
                    told.append(unread(path, stored))
                    continue
                image = _signal(stored, *scaling.slopes[id(frame)])
                if frame.padding is not None:  # as the air that scanners blank: no signal
                    image[(stored >= frame.padding[0]) & (stored <= frame.padding[1])] = 0.0
                if not np.isfinite(image).all():
                    told.append(
                        Finding("invalid_number", "warning", {"file": path.name, "field": "PixelData"})
                    )
                    image = np.nan_to_num(image, nan=0.0, posinf=0.0, neginf=0.0)
                signal[slice_, :, :, echo] = image
                present[slice_, echo] = True
            findings += dict.fromkeys(told)
            progress((done + 1) / len(by_file))
    return signal, present, tuple(gathered(findings))


def _signal(stored: NDArray[Any], slope: float, intercept: float) -> Image:
    """Return signal of stored values, rescaled in double precision where there is something to do."""
    with np.errstate(over="ignore", invalid="ignore"):
        if (slope, intercept) != (1.0, 0.0):
            stored = stored.astype(np.float64) * slope + intercept
        return stored.astype(np.float32)


def unread(path: Path, error: Exception) -> Finding:
    """Return the finding of a file whose pixels could not be read."""
    if isinstance(error, ChangedError):
        return Finding("file_changed", "warning", {"file": path.name})
    if isinstance(error, OSError):
        return Finding("unreadable_file", "warning", {"file": path.name, "reason": access_reason(error)})
    if isinstance(error, EOFError):
        return Finding("pixel_data_short", "warning", {"file": path.name})
    return Finding("unreadable_file", "warning", {"file": path.name, "reason": "reason_not_decodable"})
