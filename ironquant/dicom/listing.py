"""Trains → what the examination lists: readable or not, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ironquant.core import MIN_ECHOES, Finding, SeriesRef
from ironquant.dicom.classify import (
    MAGNITUDE,
    MAP,
    MAP_PREFIX,
    MOSAIC,
    PHASE,
    is_derived,
    map_quantity_by_description,
)
from ironquant.dicom.frames import Frame
from ironquant.dicom.geometry import evenly_spaced, has_place, normal, slice_numbers, stack_affine
from ironquant.dicom.grid import Grid, grid_of
from ironquant.dicom.grouping import Train, parameters
from ironquant.dicom.mapseries import MapSource, readable_map
from ironquant.dicom.organs import guess_organ
from ironquant.dicom.twins import Traits, show_the_same, twins_marked

GREY = ("", "MONOCHROME1", "MONOCHROME2")
"""MONOCHROME1 says how to show an image; its values mean what those of MONOCHROME2 do (PS3.3, C.7.6.3)."""


@dataclass(frozen=True)
class DicomSource:
    """What `read_examination` needs of one train of DICOM images."""

    grid: Grid
    rank: int = 0

    @property
    def traits(self) -> Traits | None:
        """What twins are told by; None where the place is not known."""
        firsts = [row[0] for row in self.grid.frames]
        if not firsts or not all(map(has_place, firsts)):
            return None
        every = [frame for row in self.grid.frames for frame in row]
        affine = stack_affine(firsts)
        return Traits(
            corners=np.asarray([frame.position for frame in firsts], dtype=np.float64),
            steps=affine[:3, :2].T,
            protocol=(parameters(firsts[0])[:-1], bool(firsts[0].file.acquisition.black_blood)),
            repetition_time=None if firsts[0].file.acquisition.ecg_gated else firsts[0].repetition_time,
            filters=tuple(dict.fromkeys(name for frame in every for name in frame.filters)),
            lossy=any(frame.file.lossy for frame in every),
            acquired=firsts[0].acquisition_time,
            rank=self.rank,
        )


def verdict(
    component: str, n_echoes: int, description: str, *, derived: bool = False
) -> tuple[str, tuple[Finding, ...]]:
    """Return the component to list and the findings that keep a train from being measured.

    Parameters
    ----------
    component : str
        As of `classify.component`.
    n_echoes : int
        Complete echoes.
    derived : bool
        Whether ImageType says that the images were computed.
    """
    if component == MOSAIC:
        return MOSAIC, (Finding("mosaic", "error"), *_few(n_echoes))
    quantity = component.removeprefix(MAP_PREFIX) if component.startswith(MAP_PREFIX) else ""
    if not quantity and component == MAGNITUDE and n_echoes < MIN_ECHOES:
        quantity = map_quantity_by_description(description, derived=derived)
    if quantity:
        return MAP, (Finding("vendor_map", "info", {"quantity": quantity}),)
    if component == PHASE:
        return component, (Finding("phase_only", "error"),)
    if component != MAGNITUDE:
        return component, (Finding("component_unusable", "error", {"component": component}),)
    return component, _few(n_echoes)


def _few(n_echoes: int) -> tuple[Finding, ...]:
    if n_echoes >= MIN_ECHOES:
        return ()
    return (Finding("few_echoes", "error", {"n_echoes": n_echoes, "needed": MIN_ECHOES}),)


def series_refs(trains: Sequence[Train]) -> tuple[SeriesRef, ...]:
    """List the trains of one examination, by series number, readable ones first within a series."""
    refs = [_ref(train) for train in trains]
    refs.sort(
        key=lambda ref: (
            ref.number is None,
            ref.number or 0,
            ref.instance_uid,
            not ref.readable,
            ref.component,
            ref.flavour,
        )
    )
    return twins_marked(companions_marked(unique_keys(refs)))


def companions_marked(refs: Iterable[SeriesRef]) -> tuple[SeriesRef, ...]:
    """Say less of phase, real and imaginary images where the magnitude of the same images is read.

    It may be in the same series, or (Siemens) in one of its own.
    """
    refs = tuple(refs)
    measured = [ref for ref in refs if ref.readable]
    uids = {uid for ref in measured for uid in (ref.instance_uid, *ref.key.split("+"))}
    others = [ref for ref in refs if ref.component in (PHASE, "real", "imaginary") and not ref.readable]
    paired = {ref.instance_uid for ref in others if ref.instance_uid in uids}
    companions = {
        ref.key
        for ref in others
        if ref.instance_uid in paired or any(show_the_same(ref, magnitude) for magnitude in measured)
    }
    marked = []
    for ref in refs:
        if ref.readable and ref.instance_uid in paired:
            ref = replace(ref, findings=(*ref.findings, Finding("magnitude_chosen", "info")))
        elif ref.key in companions:
            codes = ("phase_only", "component_unusable")
            kept = tuple(finding for finding in ref.findings if finding.code not in codes)
            companion = Finding("component_companion", "info", {"component": ref.component})
            ref = replace(ref, findings=(*kept, companion))
        marked.append(ref)
    return tuple(marked)


def unique_keys(refs: Sequence[SeriesRef]) -> list[SeriesRef]:
    """Give every train a key of its own: the first keeps the plain one."""
    used: set[str] = set()
    result = []
    for ref in refs:
        key, count = ref.key, 1
        while key in used:
            count += 1
            key = f"{ref.key}#{count}"
        used.add(key)
        result.append(replace(ref, key=key))
    return result


def refused(refs: Iterable[SeriesRef], finding: Finding) -> tuple[SeriesRef, ...]:
    """Return the series as not readable, with the reason."""
    return tuple(replace(ref, readable=False, findings=(*ref.findings, finding)) for ref in refs)


def _ref(train: Train) -> SeriesRef:
    first = train.frames[0]
    facts = first.file
    key = "+".join(train.series_uids)
    if train.component != MAGNITUDE:
        key += f"#{train.component.replace(':', '-')}"
    n_files = len({frame.file.path for frame in train.frames})
    base = SeriesRef(
        key=key,
        instance_uid=facts.series_uid,
        description=facts.description,
        te_ms=(),
        shape=(0, first.rows, first.columns),
        flavour=train.flavour,
        component=train.component,
        readable=False,
        number=facts.series_number,
        modality=facts.modality,
        n_files=n_files,
    )
    if facts.modality != "MR" or facts.samples_per_pixel != 1:
        other = Finding("not_an_image_series", "info", {"modality": facts.modality})
        return replace(base, component="other", findings=(other,))
    if facts.photometric not in GREY:
        colour = Finding("colour_images", "info", {"photometric": facts.photometric})
        return replace(base, component="other", findings=(colour,))
    grid = grid_of(train.frames)
    derived = is_derived(first.image_type)
    component, against = verdict(train.component, len(grid.te_ms), facts.description, derived=derived)
    slices = [row[0] for row in grid.frames]
    told = grid.findings if component == MAGNITUDE else ()
    if any(finding.severity == "error" for finding in told):
        against = ()  # no echo time at all says more than a count of echoes
    findings = (*against, *train.findings, *told, *_remarks(train.frames, slices, component))
    n_slices = len(slices) or max(slice_numbers(train.frames)) + 1
    quantity = ""
    source: DicomSource | MapSource | None = DicomSource(grid, train.rank)
    if component == MAP:
        quantity, source, told = readable_map(train.frames, str(against[0].params["quantity"]))
        findings = (*findings, *told)
        n_slices = len(source.frames) if source else n_slices
    guess = guess_organ(
        description=facts.description,
        protocol=facts.acquisition.protocol_name,
        body_part=facts.acquisition.body_part,
        slice_normal=normal(first).tolist() if first.row_direction else None,
        te_ms=grid.te_ms if len(grid.te_ms) >= MIN_ECHOES else (),
        ecg_gated=facts.acquisition.ecg_gated,
        black_blood=facts.acquisition.black_blood,
        fov_mm=_fov_mm(first),
        n_slices=n_slices,
    )
    return replace(
        base,
        te_ms=grid.te_ms,
        shape=(n_slices, first.rows, first.columns),
        component=component,
        readable=all(finding.severity != "error" for finding in findings) and component == MAGNITUDE,
        organ_guess=guess.organ,
        guess_reason=guess.reason,
        findings=(*findings, *guess.findings),
        source=source,
        quantity=quantity,
        guess_evidence=guess.evidence,
    )


def _fov_mm(frame: Frame) -> float | None:
    """Return the longer side of an image."""
    if frame.spacing is None:
        return None
    return max(frame.rows * frame.spacing[0], frame.columns * frame.spacing[1])


def _remarks(frames: Sequence[Frame], slices: Sequence[Frame], component: str) -> list[Finding]:
    if component != MAGNITUDE:
        return []
    found = []
    filters = tuple(dict.fromkeys(name for frame in frames for name in frame.filters))
    if filters:
        found.append(Finding("filtered_images", "info", {"filters": filters}))
    if any(frame.file.lossy for frame in frames):
        found.append(Finding("lossy_compression", "warning"))
    if not all(map(has_place, frames)):
        found.append(Finding("geometry_missing", "warning"))
    if slices and not evenly_spaced(slices):
        found.append(Finding("slices_uneven", "warning"))
    return found
