"""What can be set beside the examination that is shown: another one, or its own repeated breath-holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ironquant.core import (
    CancelToken,
    EchoSeries,
    Examination,
    ExaminationRef,
    Finding,
    Organ,
    OrganAnalysis,
    OrganReading,
    Progress,
    Reading,
    Settings,
    Trend,
)
from ironquant.gui import work
from ironquant.gui.loading import load
from ironquant.gui.session import region_of


@dataclass(frozen=True, eq=False)
class Side:
    """One of the images that stand side by side.

    Attributes
    ----------
    examination : Examination
    entry : OrganReading
        The regions that are drawn.
    analysis : OrganAnalysis or None
        None while it is measured.
    own : bool
        Whether it is the series that the examination shown is measured on.
    pending : bool
        Whether a region is still being proposed.
    """

    examination: Examination
    entry: OrganReading
    analysis: OrganAnalysis | None
    own: bool = False
    pending: bool = False

    @property
    def series(self) -> EchoSeries | None:
        """The images; None where the organ is not seen, or is read from a map of the scanner."""
        key = self.entry.series_key
        return next((series for series in self.examination.series if series.key == key), None)


def side_of(opened: work.Opened, organ: Organ) -> Side:
    """Return an organ of another examination; where it is not read, on the series that may show it."""
    entry = opened.reading.organ(organ) or OrganReading(organ, None)
    if entry.series_key is None:
        from ironquant.roi import shown_with

        beside = opened.reading.organ(shown_with(organ))
        known = () if beside is None or beside.series_key is None else (beside.series_key,)
        series = opened.examination.series
        guessed = (item.key for item in series if item.organ_guess == shown_with(organ))
        entry = replace(entry, series_key=next(iter((*known, *guessed)), None))
    analysis = next((item for item in opened.organs if item.organ == organ), None)
    return Side(opened.examination, entry, analysis)


def untouched(entry: OrganReading) -> bool:
    """Whether the region that is reported is as software proposed it, or there is none."""
    region = region_of(entry)
    return region is None or region.source == "auto"


# --- work in a pool thread -----------------------------------------------------------------------
def read_case(
    path: Path, settings: Settings, known: Mapping[str, Reading], progress: Progress, cancel: CancelToken
) -> tuple[ExaminationRef, work.Opened]:
    """Read a case as it was kept, without taking hold of it, and measure it by these settings."""
    load("ironquant.analysis", "ironquant.case")
    from ironquant.analysis import analyze
    from ironquant.case import open_case

    case = open_case(path, progress=progress, cancel=cancel)
    images = work.fingerprint(case.examination)
    reading = known.get(images, case.reading)
    analysis = analyze(case.examination, reading, settings, maps=False, progress=progress, cancel=cancel)
    return case.ref, work.Opened(case.examination, images, reading, analysis.organs)


def propose_on(
    examination: Examination,
    organ: Organ,
    key: str,
    settings: Settings,
    progress: Progress,
    cancel: CancelToken,
) -> Side:
    """Propose and measure an organ on one of its breath-holds."""
    from ironquant.analysis import analyze_organ

    entry = work.propose_organ(examination, organ, key, settings, progress, cancel)
    cancel.check()
    return Side(examination, entry, analyze_organ(examination, entry, settings))


def change_between(one: Side, other: Side, settings: Settings) -> Trend | None:
    """Return what became of an organ between two examinations, by the rules of the history."""
    from ironquant.history import trend_between

    if one.analysis is None or other.analysis is None:
        return None
    pair = (one.examination, one.analysis), (other.examination, other.analysis)
    return trend_between(*pair, settings.organs.get(one.entry.organ))


def different_patients(one: Examination, other: Examination) -> Finding | None:
    """Return a warning where two examinations are of two patients by their IDs."""
    ids = {patient.id.strip() for patient in (one.patient, other.patient)}
    return Finding("compare_two_patients", "warning") if len(ids) > 1 else None
