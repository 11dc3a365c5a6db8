"""The long work of the window as plain functions: they run in a pool thread and touch no widget."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ironquant.core import (
    CancelToken,
    Examination,
    ExaminationRef,
    Finding,
    Organ,
    OrganAnalysis,
    OrganMaps,
    OrganReading,
    PriorExamination,
    Progress,
    Reading,
    Region,
    Settings,
    segment_number,
)
from ironquant.gui.loading import IMAGES, load
from ironquant.gui.session import with_kept_segments

if TYPE_CHECKING:
    from ironquant.case import Case, CaseLock
    from ironquant.dicom.deid import Deidentified, DeidentifyOptions

SAMPLE_CASE = "demo"


@dataclass(frozen=True, eq=False)
class Opened:
    """An examination read, with its reading (proposed, or kept from before) measured."""

    examination: Examination
    fingerprint: str
    reading: Reading
    organs: tuple[OrganAnalysis, ...]


@dataclass(frozen=True, eq=False)
class OpenedCase:
    """A case that was opened, measured by its own settings.

    Attributes
    ----------
    archived : Reading
        What the case holds: the reading that is known here if that says the same.
    """

    case: Case
    lock: CaseLock | None
    refusal: Finding | None
    opened: Opened
    archived: Reading

    def release(self) -> None:
        """Let others have it: nobody here waits for it any more."""
        if self.lock is not None:
            self.lock.release()


def find(
    path: Path, progress: Progress, cancel: CancelToken, *, te_ms: tuple[float, ...] | None = None
) -> tuple[ExaminationRef, ...]:
    """Look for examinations in a folder or file; `te_ms` for NIfTI files that do not tell theirs."""
    load("ironquant.dicom")
    from ironquant.dicom import scan

    return scan(path, te_ms=te_ms, progress=progress, cancel=cancel)


def make_sample(folder: Path, progress: Progress, cancel: CancelToken) -> tuple[ExaminationRef, ...]:
    """Write the sample patient into `folder` and find it there."""
    load("ironquant.phantom")
    from ironquant.phantom import find_case, simulate, write_phantom

    phantom = simulate(find_case(SAMPLE_CASE), progress=progress, cancel=cancel)
    images = write_phantom(phantom, folder)
    return find(images[0].parent, progress, cancel)


def deidentify_images(
    source: Path, out: Path, key: Path, options: DeidentifyOptions, progress: Progress, cancel: CancelToken
) -> Deidentified:
    """Write de-identified copies of a folder."""
    from ironquant.dicom.deid import deidentify

    return deidentify(source, out, key, options, progress=progress, cancel=cancel)


def fingerprint(examination: Examination) -> str:
    """Return what tells these images from all others, wherever they lie.

    UIDs alone do not: what has none gets one from names and sizes of files, which two anonymous patients
    may share. The pixels decide.
    """
    digest = hashlib.sha256()
    digest.update(repr((examination.patient.id, examination.study.instance_uid)).encode())
    for series in examination.series:
        digest.update(repr((series.key, series.te_ms, series.shape)).encode())
        digest.update(series.signal.data)
    for shown in examination.maps:
        digest.update(repr((shown.key, shown.quantity, shown.shape)).encode())
        digest.update(shown.values.data)
    return digest.hexdigest()


def read(
    ref: ExaminationRef,
    settings: Settings,
    known: Mapping[str, Reading],
    progress: Progress,
    cancel: CancelToken,
) -> Opened:
    """Read an examination and measure it: by the reading known for its fingerprint, else by a proposal."""
    load("ironquant.analysis", "ironquant.dicom")
    from ironquant.analysis import analyze, propose
    from ironquant.dicom import read_examination

    examination = read_examination(ref, progress=progress, cancel=cancel)
    images = fingerprint(examination)
    reading = known.get(images)
    if reading is None:
        proposed = propose(examination, settings=settings, progress=progress, cancel=cancel)
        reading = replace(proposed, organs=tuple(_timed(entry) for entry in proposed.organs))
    analysis = analyze(examination, reading, settings, maps=False, progress=progress, cancel=cancel)
    return Opened(examination, images, reading, analysis.organs)


def open_case(
    path: Path, known: Mapping[str, Reading], progress: Progress, cancel: CancelToken
) -> OpenedCase:
    """Open a case to work on it and measure it: by the reading known for its images, else by its own."""
    load("ironquant.analysis", "ironquant.case.editing")
    from ironquant.analysis import analyze
    from ironquant.case import edit_case, same_reading

    case, lock, refusal = edit_case(path, progress=progress, cancel=cancel)
    try:
        images = fingerprint(case.examination)
        reading = known.get(images, case.reading) if refusal is None else case.reading
        analysis = analyze(
            case.examination, reading, case.settings, maps=False, progress=progress, cancel=cancel
        )
    except BaseException:
        if lock is not None:
            lock.release()
        raise
    archived = reading if same_reading(reading, case.reading) else case.reading
    opened = Opened(case.examination, images, reading, analysis.organs)
    return OpenedCase(case, lock, refusal, opened, archived)


def propose_organ(
    examination: Examination,
    organ: Organ,
    series: str | None,
    settings: Settings,
    progress: Progress,
    cancel: CancelToken,
) -> OrganReading:
    """Propose the region of one organ, on the series that it is read on; None: on the one that shows it."""
    from ironquant.analysis import propose

    chosen = {organ: series} if series else None
    reading = propose(
        examination, organs=(organ,), series=chosen, settings=settings, progress=progress, cancel=cancel
    )
    entry = reading.organ(organ)
    assert entry is not None
    return _timed(entry)


def _timed(entry: OrganReading) -> OrganReading:
    """Return a proposal with the time at which the reader gets it: from there on his work is timed."""
    now = dt.datetime.now(dt.UTC)
    timed = [(old, old.after("proposed", old.proposer, now)) for old in entry.regions]
    regions = tuple(new for _, new in timed)
    proposed = next((new for old, new in timed if old is entry.proposed), entry.proposed)
    return replace(entry, regions=regions, proposed=proposed)


def measure_organ(
    examination: Examination,
    entry: OrganReading,
    settings: Settings,
    priors: tuple[PriorExamination, ...],
    progress: Progress,
    cancel: CancelToken,
) -> OrganAnalysis:
    """Measure one organ by its reading, and follow it since the earlier examinations."""
    from ironquant.analysis import analyze_organ

    return analyze_organ(examination, entry, settings, priors=priors)


def followed(
    examination: Examination,
    analysis: OrganAnalysis,
    settings: Settings,
    priors: tuple[PriorExamination, ...],
) -> OrganAnalysis:
    """Return a measured organ with its course since these earlier examinations."""
    from ironquant.analysis import with_trend

    return with_trend(examination, analysis, settings, priors)


def measure_region(
    examination: Examination,
    entry: OrganReading,
    region: Region,
    settings: Settings,
    shown: OrganAnalysis | None,
    priors: tuple[PriorExamination, ...],
    progress: Progress,
    cancel: CancelToken,
) -> OrganAnalysis:
    """Measure one region that is being dragged, without its single pixels; the others stay as `shown`."""
    from ironquant.analysis import analyze_organ

    single = replace(entry, regions=(region,))
    alone = analyze_organ(examination, single, settings, pixels=False, priors=priors)
    if shown is None:
        return alone
    sites = [item.region.site for item in shown.regions]
    number = sites.index(region.site) if region.site in sites else len(sites)
    regions = (*shown.regions[:number], *alone.regions, *shown.regions[number + 1 :])
    if not region.reported:
        return replace(shown, regions=regions)
    whole = tuple(item for item in regions if segment_number(item.region.site) is None)
    return with_kept_segments(replace(alone, regions=whole), shown)


def map_organ(analysis: OrganAnalysis, progress: Progress, cancel: CancelToken) -> OrganMaps:
    """Fit every pixel of the series that an organ was measured on."""
    from ironquant.analysis import organ_maps

    return organ_maps(analysis, progress=progress, cancel=cancel)


def load_images(progress: Progress, cancel: CancelToken) -> None:
    """Load what shows the images, while the user still looks for them."""
    load(*IMAGES)


def warm_up(progress: Progress, cancel: CancelToken) -> None:
    """Load what the first examination will need, while the user still looks for it."""
    for name in (
        "ironquant.case.journal",
        "ironquant.analysis",
        "ironquant.dicom",
        "ironquant.export.report",
    ):
        cancel.check()
        load(name)
    from ironquant.fitting import warm_up as load_kernels

    cancel.check()
    load_kernels()  # in a thread of its own; until they are there NumPy fits
