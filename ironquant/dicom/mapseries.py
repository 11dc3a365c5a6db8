"""Scanner-made maps: which can be read, and their values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ironquant.core import (
    MAP_UNITS,
    RELAXATION,
    Acquisition,
    CancelToken,
    Finding,
    ScannerMap,
    SeriesRef,
)
from ironquant.dicom.frames import Frame
from ironquant.dicom.geometry import evenly_spaced, has_place, slice_numbers, stack_affine
from ironquant.dicom.mapheader import product_of, told_unit
from ironquant.dicom.mapunits import calibrated
from ironquant.dicom.opening import Opener
from ironquant.dicom.pixels import unread
from ironquant.dicom.stored import read_frames

Values = NDArray[np.float64]


@dataclass(frozen=True)
class MapSource:
    """What `read_examination` needs of one map: an image per slice, ascending along the normal."""

    frames: tuple[Frame, ...]


def readable_map(frames: Sequence[Frame], quantity: str) -> tuple[str, MapSource | None, tuple[Finding, ...]]:
    """Return the quantity of a map that can be read, its source, and what there is to say.

    A unit of the header decides between T2* and R2*, whatever the map is called. Images that only their
    description calls a map are listed, but not read: their values may be a signal.
    """
    headers = [frame.map_header for frame in frames]
    if quantity not in MAP_UNITS or not all(header is not None and header.trusted for header in headers):
        return "", None, ()
    told = told_unit(quantity, headers[0].units if headers[0] else ())
    if told is not None and quantity in RELAXATION:
        quantity = told[0].quantity
    slices: dict[int, Frame] = {}
    for frame, number in zip(frames, slice_numbers(frames), strict=True):
        if number not in slices or frame.order < slices[number].order:
            slices[number] = frame
    chosen = tuple(slices[number] for number in sorted(slices))
    findings = []
    if len(chosen) < len(frames):
        findings.append(
            Finding("map_repeated", "warning", {"n_images": len(frames), "n_slices": len(chosen)})
        )
    if not all(map(has_place, chosen)):
        findings.append(Finding("geometry_missing", "warning"))
    if not evenly_spaced(chosen):
        findings.append(Finding("slices_uneven", "warning"))
    return quantity, MapSource(chosen), tuple(findings)


def read_map(
    entry: SeriesRef,
    source: MapSource,
    *,
    progress: Callable[[float], None],
    cancel: CancelToken | None = None,
) -> tuple[ScannerMap | None, tuple[Finding, ...]]:
    """Read the values of a map; None and the reasons where no slice can be read."""
    frames = source.frames
    values = np.full((len(frames), frames[0].rows, frames[0].columns), np.nan)
    by_file: dict[Path, list[tuple[int, Frame]]] = {}
    for number, frame in enumerate(frames):
        by_file.setdefault(frame.file.path, []).append((number, frame))
    findings: list[Finding] = []
    with Opener() as opener:
        for done, (path, members) in enumerate(by_file.items()):
            if cancel is not None:
                cancel.check()
            members.sort(key=lambda member: member[1].index)
            images = read_frames(
                opener, path, members[0][1].file.pixels, [frame.index for _, frame in members]
            )
            told: list[Finding] = []
            for (number, frame), stored in zip(members, images, strict=False):
                if isinstance(stored, Exception):
                    told.append(unread(path, stored))
                else:
                    values[number] = _real_values(stored, frame)
            findings += dict.fromkeys(told)
            progress((done + 1) / len(by_file))
    header, first = frames[0].map_header, frames[0].file
    return scanner_map(
        entry,
        values,
        stack_affine(frames),
        units=header.units if header else (),
        manufacturer=first.manufacturer,
        acquisition=first.acquisition,
        uids=tuple(dict.fromkeys(frame.file.sop_uid for frame in frames)),
        findings=tuple(findings),
    )


def scanner_map(
    entry: SeriesRef,
    values: Values,
    affine: NDArray[np.float64],
    *,
    units: Sequence[tuple[str, str]],
    manufacturer: str,
    acquisition: Acquisition,
    uids: tuple[str, ...] = (),
    findings: tuple[Finding, ...] = (),
) -> tuple[ScannerMap | None, tuple[Finding, ...]]:
    """Make the map of an entry from its values as the header scales them; None if it holds no answer.

    Parameters
    ----------
    units : sequence of tuple of str
        What may name the unit, as of `MapHeader`.
    """
    found = calibrated(values, entry.quantity, told_unit(entry.quantity, units))
    if not np.isfinite(found.values).any():
        return None, (*findings, Finding("map_empty", "warning", {"quantity": entry.quantity}, entry.label))
    words = f"{entry.description} {acquisition.protocol_name} {acquisition.sequence_name}"
    product, model = product_of(manufacturer, words)
    return ScannerMap(
        key=entry.key,
        instance_uid=entry.instance_uid,
        description=entry.description,
        quantity=entry.quantity,
        values=found.values.astype(np.float32),
        affine=affine,
        unit=found.unit.name,
        unit_reason=found.reason,
        cap=found.cap,
        scanner=product,
        model=model,
        number=entry.number,
        acquisition=acquisition,
        organ_guess=entry.organ_guess,
        guess_reason=entry.guess_reason,
        sop_instance_uids=uids,
        findings=(*entry.findings, *findings, *found.findings),
    ), ()


def _real_values(stored: NDArray[Any], frame: Frame) -> Values:
    """Return the values that the header makes of the stored ones; NaN for padding."""
    slope, intercept = frame.real_world or (frame.slope, frame.intercept)
    values = stored.astype(np.float64) * slope + intercept
    if frame.padding is not None:
        values[(stored >= frame.padding[0]) & (stored <= frame.padding[1])] = np.nan
    return values
