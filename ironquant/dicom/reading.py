"""Read the pixels of an examination that a header scan has listed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ironquant.core import (
    MIN_ECHOES,
    Acquisition,
    CancelToken,
    EchoSeries,
    Examination,
    ExaminationRef,
    Finding,
    InputError,
    Progress,
    ScannerMap,
    SeriesRef,
    no_progress,
)
from ironquant.dicom.geometry import stack_affine
from ironquant.dicom.grid import complete_part
from ironquant.dicom.listing import DicomSource
from ironquant.dicom.mapseries import MapSource, read_map, scanner_map
from ironquant.dicom.niftipixels import read_volumes
from ironquant.dicom.niftitrains import NiftiSource
from ironquant.dicom.pixels import read_grid
from ironquant.dicom.readout import read_out_findings

MAX_SIGNAL_BYTES = 3 * 2**28
"""Of the trains of one examination together: 12 echoes of 64 slices of 512 × 512. Headers may claim more."""
_FLOAT32_BYTES = 4


def read_examination(
    ref: ExaminationRef,
    *,
    series: Iterable[str] | None = None,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> Examination:
    """Read the echo trains of an examination, and the maps that the scanner made.

    Parameters
    ----------
    ref : ExaminationRef
        From `scan`.
    series : iterable of str or None
        Keys of the trains and maps to read; all readable ones by default.
    progress : Progress
        Called with the step ``read``.
    cancel : CancelToken or None
        Looked at between files.

    Returns
    -------
    Examination
        A train of which damaged images leave fewer than three echoes is left out, and so is one that
        would take too much memory; the findings of the examination say so.

    Raises
    ------
    InputError
        ``series_unknown`` for a key that the examination does not have; for a train that is not
        readable, the finding that says why.
    CancelledError
    """
    chosen = _chosen(ref, series)
    read: list[EchoSeries] = []
    maps: list[ScannerMap] = []
    lost: list[Finding] = []
    left = MAX_SIGNAL_BYTES
    for number, entry in enumerate(chosen):
        size = _signal_bytes(entry)
        if size > left:
            told = {"size_gb": size / 1e9, "limit_gb": MAX_SIGNAL_BYTES / 1e9}
            lost.append(Finding("too_large", "error", told, entry.label))
            continue
        left -= size

        def report(fraction: float, number: int = number) -> None:
            progress((number + fraction) / len(chosen), "read")

        if entry.readable_map:
            found, findings = _read_map(entry, report, cancel)
            maps += [] if found is None else [found]
            lost += findings
            continue
        train, findings = _read(entry, report, cancel)
        if train is None:
            lost += findings
        else:
            read.append(train)
    progress(1.0, "read")
    return Examination(
        patient=ref.patient,
        study=ref.study,
        series=tuple(read),
        findings=(*ref.findings, *missed_organs(ref), *lost),
        maps=tuple(maps),
    )


def _signal_bytes(entry: SeriesRef) -> int:
    """Return what the pixels of a train take in memory."""
    return math.prod(entry.shape) * len(entry.te_ms) * _FLOAT32_BYTES


def missed_organs(ref: ExaminationRef) -> list[Finding]:
    """Say why a magnitude train that seems to show an organ cannot be measured.

    Nothing is said of single images of other sequences where that organ has a train of its own.
    """
    served = {entry.organ_guess for entry in ref.readable_series}
    missed = [entry for entry in ref.series if not entry.readable and entry.component == "magnitude"]
    return [
        finding
        for entry in missed
        if entry.organ_guess and (len(entry.te_ms) > 1 or entry.organ_guess not in served)
        for finding in entry.refusals
    ]


def _chosen(ref: ExaminationRef, keys: Iterable[str] | None) -> list[SeriesRef]:
    if keys is None:
        return [*ref.readable_series, *ref.readable_maps]
    known = {entry.key: entry for entry in ref.series}
    chosen = []
    for key in keys:
        if key not in known:
            raise InputError("series_unknown", name=key)
        entry = known[key]
        if not entry.readable and not entry.readable_map:
            errors = [finding for finding in entry.findings if finding.severity == "error"]
            told = errors[0] if errors else entry.findings[0]
            raise InputError(told.code, **told.params)
        chosen.append(entry)
    return chosen


def _read_map(
    entry: SeriesRef, report: Callable[[float], None], cancel: CancelToken | None
) -> tuple[ScannerMap | None, tuple[Finding, ...]]:
    source = entry.source
    if isinstance(source, MapSource):
        return read_map(entry, source, progress=report, cancel=cancel)
    if not isinstance(source, NiftiSource):
        raise TypeError("the map does not come from scan()")
    values, affine, present, findings = read_volumes(
        source, entry.shape, progress=report, cancel=cancel, invalid=np.nan
    )
    values[~present.all(axis=1)] = np.nan
    return scanner_map(
        entry,
        values[..., 0].astype(np.float64),
        affine,
        units=source.units,
        manufacturer=source.manufacturer,
        acquisition=source.acquisition,
        findings=findings,
    )


def _read(
    entry: SeriesRef, report: Callable[[float], None], cancel: CancelToken | None
) -> tuple[EchoSeries | None, tuple[Finding, ...]]:
    source = entry.source
    uids: tuple[str, ...] = ()
    header_file, frame_uid = None, ""
    if isinstance(source, NiftiSource):
        signal, affine, present, findings = read_volumes(source, entry.shape, progress=report, cancel=cancel)
        acquisition = source.acquisition
    elif isinstance(source, DicomSource):
        rows = source.grid.frames
        signal, present, findings = read_grid(rows, progress=report, cancel=cancel)
        affine = stack_affine([row[0] for row in rows])
        acquisition = _acquisition(source)
        header_file, frame_uid = rows[0][0].file.path, rows[0][0].file.frame_of_reference
        uids = tuple(dict.fromkeys(frame.file.sop_uid for row in rows for frame in row))
    else:
        raise TypeError("the series does not come from scan()")
    slices, echoes, gaps = complete_part(present, entry.te_ms)
    findings = (*findings, *gaps)
    if len(echoes) < MIN_ECHOES or not slices:
        few = Finding(
            "few_echoes", "error", {"n_echoes": len(echoes), "needed": MIN_ECHOES}, entry.description
        )
        return None, (*findings, few)
    if gaps:
        signal = signal[np.ix_(slices, range(signal.shape[1]), range(signal.shape[2]), echoes)]
        affine = _of_slices(affine, slices)
        if len(set(np.diff(slices))) > 1:
            findings = (*findings, Finding("slices_uneven", "warning"))
    te_ms = tuple(entry.te_ms[echo] for echo in echoes)
    findings += read_out_findings(
        signal,
        te_ms,
        words=f"{entry.description} {acquisition.protocol_name}",
        path=header_file,
    )
    return EchoSeries(
        key=entry.key,
        instance_uid=entry.instance_uid,
        description=entry.description,
        signal=signal,
        te_ms=te_ms,
        affine=affine,
        number=entry.number,
        acquisition=acquisition,
        organ_guess=entry.organ_guess,
        guess_reason=entry.guess_reason,
        sop_instance_uids=uids,
        findings=(*entry.findings, *findings),
        twin_of=entry.twin_of,
        frame_uid=frame_uid,
    ), ()


def _acquisition(source: DicomSource) -> Acquisition:
    """Of the first image; a field strength that only another file tells is taken from there."""
    files = [frame.file for row in source.grid.frames for frame in row]
    first = files[0].acquisition
    if first.field_t is not None:
        return first
    told = next((file.acquisition for file in files if file.acquisition.field_t is not None), first)
    return replace(first, field_t=told.field_t, nominal_field_t=told.nominal_field_t)


def _of_slices(affine: NDArray[np.float64], slices: list[int]) -> NDArray[np.float64]:
    """Return the affine of a selection of slices."""
    result = affine.copy()
    result[:3, 3] += affine[:3, 2] * slices[0]
    if len(slices) > 1:
        result[:3, 2] = affine[:3, 2] * (slices[-1] - slices[0]) / (len(slices) - 1)
    return result
