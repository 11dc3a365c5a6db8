"""One train as a full grid of slices and echoes: duplicates resolved, gaps closed by leaving out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ironquant.core import Finding, ParamValue, Severity
from ironquant.dicom.frames import Frame
from ironquant.dicom.geometry import clusters, slice_numbers

TE_TOLERANCE_MS = 0.01
_SECONDS_LIMIT_MS = 0.2
_IMPLAUSIBLE_TE_MS = 200.0


@dataclass(frozen=True)
class Grid:
    """Images by slice (along the normal) and echo (ascending); every place is filled."""

    te_ms: tuple[float, ...] = ()
    frames: tuple[tuple[Frame, ...], ...] = ()
    findings: tuple[Finding, ...] = ()


def te_numbers(frames: Sequence[Frame]) -> list[int]:
    """Return the echo of each image, from 0 by ascending echo time; all must have one."""
    return clusters([frame.te_ms or 0.0 for frame in frames], TE_TOLERANCE_MS)


def grid_of(frames: Sequence[Frame]) -> Grid:
    """Arrange the images of one train.

    Returns
    -------
    Grid
        With the findings ``te_invalid``, ``te_seconds``, ``te_implausible``, ``te_duplicate`` and
        ``missing_echo`` where they apply; empty if no image has an echo time.
    """
    findings: list[Finding] = []
    timed = [frame for frame in frames if frame.te_ms is not None]
    if len(timed) < len(frames):
        lost = [frame.file.path for frame in frames if frame.te_ms is None]
        params: dict[str, ParamValue] = {"n_files": len(set(lost)), "file": min(lost).name}
        findings.append(Finding("te_invalid", "warning" if timed else "error", params))
    if not timed:
        return Grid(findings=tuple(findings))
    timed = _in_ms(timed, findings)
    slices, echoes = slice_numbers(timed), te_numbers(timed)
    places: dict[tuple[int, int], list[Frame]] = {}
    for frame, place in zip(timed, zip(slices, echoes, strict=True), strict=True):
        places.setdefault(place, []).append(frame)
    te_ms = tuple(
        min(frame.te_ms or 0.0 for frame, own in zip(timed, echoes, strict=True) if own == echo)
        for echo in range(max(echoes) + 1)
    )
    doubled = sorted({echo for (_, echo), found in places.items() if len(found) > 1})
    if doubled:
        findings.append(Finding("te_duplicate", "warning", {"te_ms": _shown(te_ms, doubled)}))
    findings += implausible(te_ms)
    present = np.zeros((max(slices) + 1, len(te_ms)), dtype=bool)
    for slice_, echo in places:
        present[slice_, echo] = True
    kept_slices, kept_echoes, missing = complete_part(present, te_ms)
    return Grid(
        te_ms=tuple(te_ms[echo] for echo in kept_echoes),
        frames=tuple(
            tuple(min(places[slice_, echo], key=lambda frame: frame.order) for echo in kept_echoes)
            for slice_ in kept_slices
        ),
        findings=(*findings, *missing),
    )


def implausible(te_ms: Sequence[float]) -> tuple[Finding, ...]:
    """Return ``te_implausible`` where echo times are too long for T2*: an error if all are.

    Then the unit is not ms (or s in a sidecar), and every T2* would come out as that of a healthy organ.
    """
    if not te_ms or max(te_ms) <= _IMPLAUSIBLE_TE_MS:
        return ()
    severity: Severity = "error" if min(te_ms) > _IMPLAUSIBLE_TE_MS else "warning"
    return (Finding("te_implausible", severity, {"te_ms": _shown(te_ms)}),)


def complete_part(
    present: NDArray[np.bool_], te_ms: Sequence[float]
) -> tuple[list[int], list[int], tuple[Finding, ...]]:
    """Choose slices and echoes so that no image is missing, keeping the most images.

    Parameters
    ----------
    present : ndarray of bool, shape (slice, echo)
    te_ms : sequence of float
        Echo times of the columns.

    Returns
    -------
    slices, echoes : list of int
        Either all slices with the echoes that every slice has, or all echoes on the slices that have
        them all, whichever keeps more images; both lists are empty if neither keeps any.
    findings : tuple of Finding
        ``missing_echo`` if something was left out.
    """
    every_slice, every_echo = range(present.shape[0]), range(present.shape[1])
    full_echoes = [echo for echo in every_echo if present[:, echo].all()]
    full_slices = [slice_ for slice_ in every_slice if present[slice_].all()]
    if len(full_echoes) == present.shape[1]:
        return list(every_slice), list(every_echo), ()
    gaps = [echo for echo in every_echo if echo not in full_echoes]
    n_missing = int((~present).any(axis=1).sum())
    by_echo = len(full_echoes) * present.shape[0]
    by_slice = len(full_slices) * present.shape[1]
    if by_echo > by_slice:
        slices, echoes, reason = list(every_slice), full_echoes, "echo_left_out"
    else:
        slices, echoes, reason = full_slices, list(every_echo), "slices_left_out"
    told: dict[str, ParamValue] = {"te_ms": _shown(te_ms, gaps), "n_missing": n_missing, "reason": reason}
    finding = Finding("missing_echo", "warning", told)
    return (slices, echoes, (finding,)) if slices and echoes else ([], [], (finding,))


def in_seconds(te_ms: Sequence[float]) -> bool:
    """Whether echo times are seconds: even the latest would be absurdly short in ms."""
    return max(te_ms) < _SECONDS_LIMIT_MS


def _in_ms(frames: list[Frame], findings: list[Finding]) -> list[Frame]:
    times = [frame.te_ms or 0.0 for frame in frames]
    if not in_seconds(times):
        return frames
    findings.append(Finding("te_seconds", "warning"))
    return [replace(frame, te_ms=1000.0 * te) for frame, te in zip(frames, times, strict=True)]


def _shown(te_ms: Sequence[float], chosen: Sequence[int] | None = None) -> tuple[float, ...]:
    return tuple(round(te_ms[echo], 3) for echo in (range(len(te_ms)) if chosen is None else chosen))
