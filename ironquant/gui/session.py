"""What the window holds: examinations, the current reading with its history, results. No widgets."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ironquant.core import (
    MIN_ECHOES,
    Analysis,
    ClinicalData,
    Curve,
    EchoSeries,
    Examination,
    ExaminationRef,
    Finding,
    MapKey,
    Organ,
    OrganAnalysis,
    OrganMaps,
    OrganReading,
    Origin,
    PriorExamination,
    Reading,
    Region,
    RegionAnalysis,
    RegionError,
    Settings,
    Volume,
    main_site,
    segment_number,
)
from ironquant.gui.regions import listed, region_at

if TYPE_CHECKING:
    from ironquant.case import CaseLock

ORGANS = (Organ.HEART, Organ.LIVER, Organ.SPLEEN, Organ.PANCREAS)
PAIR = ORGANS[:2]
"""What every examination is looked through for; shown side by side."""
BY_HAND = (Organ.PANCREAS,)
"""Organs that nothing proposes."""
_BESIDE_LIVER = ORGANS[2:]
"""Organs that lie in the images of the liver, until the reader chooses another series."""
MAX_STEPS = 500


@dataclass(frozen=True)
class State:
    """One step of undo: the reading, and which organs the reader has accepted."""

    reading: Reading = field(default_factory=Reading)
    accepted: frozenset[Organ] = frozenset()

    def with_entry(self, entry: OrganReading) -> State:
        """Return the state with another entry; what was accepted before no longer is."""
        return State(self.reading.with_organ(entry), self.accepted - {entry.organ})

    def with_words(self, **changes: str | ClinicalData | None) -> State:
        """Return the state with another impression or other clinical data; what was accepted still is."""
        return State(replace(self.reading, **changes), self.accepted)  # type: ignore[arg-type]

    def with_accepted(self, organ: Organ) -> State:
        """Return the state with this organ accepted."""
        return State(self.reading, self.accepted | {organ})


@dataclass(frozen=True)
class History:
    """Undo and redo: states before, now, and undone."""

    now: State = State()
    past: tuple[State, ...] = ()
    future: tuple[State, ...] = ()

    def push(self, state: State) -> History:
        """Return the history after a change."""
        return History(state, (*self.past, self.now)[-MAX_STEPS:])

    def undo(self) -> History:
        """Return the history one step back; unchanged where there is none."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.now, *self.future))

    def redo(self) -> History:
        """Return the history one step forward; unchanged where there is none."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.now), self.future[1:])


@dataclass(frozen=True, eq=False)
class HeldCase:
    """The case file that an examination was opened from or saved to.

    Attributes
    ----------
    lock : CaseLock or None
        Our hold on it.
    settings : Settings
        By which it was measured when it was opened or saved.
    refusal : Finding or None
        Why it can be read only.
    """

    path: Path
    lock: CaseLock | None
    settings: Settings
    refusal: Finding | None = None

    def release(self) -> None:
        """Let others have it."""
        if self.lock is not None:
            self.lock.release()


@dataclass(eq=False)
class Session:
    """The state of one window.

    Attributes
    ----------
    fingerprint : str
        Names the images that are shown (`work.fingerprint`).
    case : HeldCase or None
        The case file of the examination that is shown.
    kept : dict
        What the reader did on every examination opened so far, by fingerprint.
    saved : dict
        The reading as it was proposed or opened, or saved last, by fingerprint.
    recovered : dict
        Readings kept from before the program was started, of images not opened yet, by fingerprint.
    origins : dict
        Where the images of every examination opened so far came from, by fingerprint.
    priors : tuple of PriorExamination
        Earlier examinations of the patient, the earliest first.
    chosen : dict
        Name of the region that the reader works on, by organ.
    begun : dict
        Name of a new region of which nothing is drawn yet, by organ.
    """

    settings: Settings
    refs: tuple[ExaminationRef, ...] = ()
    current: int | None = None
    examination: Examination | None = None
    fingerprint: str = ""
    case: HeldCase | None = None
    history: History = field(default_factory=History)
    kept: dict[str, History] = field(default_factory=dict)
    saved: dict[str, Reading] = field(default_factory=dict)
    recovered: dict[str, Reading] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    organs: dict[Organ, OrganAnalysis] = field(default_factory=dict)
    maps: dict[MapKey, OrganMaps] = field(default_factory=dict)
    measured: set[int] = field(default_factory=set)
    priors: tuple[PriorExamination, ...] = ()
    chosen: dict[Organ, str] = field(default_factory=dict)
    begun: dict[Organ, str] = field(default_factory=dict)

    @property
    def refusal(self) -> Finding | None:
        """Why nothing can be changed; None where it can."""
        return None if self.case is None else self.case.refusal

    @property
    def state(self) -> State:
        """The reading now."""
        return self.history.now

    def entry(self, organ: Organ) -> OrganReading:
        """Return the reading of this organ, an empty one where there is none."""
        known = self.state.reading.organ(organ)
        if known is not None:
            return known
        beside = self.state.reading.organ(Organ.LIVER) if organ in _BESIDE_LIVER else None
        return OrganReading(organ, None if beside is None else beside.series_key)

    @property
    def organs_read(self) -> tuple[Organ, ...]:
        """The organs that the reading is about."""
        return tuple(organ for organ in ORGANS if self.state.reading.organ(organ) is not None)

    def active_site(self, organ: Organ) -> str:
        """Return the name of the region that is drawn and edited: the one chosen, else the reported one."""
        entry = self.entry(organ)
        chosen, reported = self.chosen.get(organ), region_of(entry)
        if chosen is not None and (chosen == self.begun.get(organ) or region_at(entry, chosen) is not None):
            return chosen
        if reported is not None:
            return reported.site
        others = listed(entry)
        return others[0].site if others else main_site(organ)

    def active_region(self, organ: Organ) -> Region | None:
        """Return the region that is drawn and edited; None where it is only begun."""
        return region_at(self.entry(organ), self.active_site(organ))

    def echo_series(self, organ: Organ) -> EchoSeries | None:
        """Return the echo train that an organ is measured on; None where it is none."""
        key = self.entry(organ).series_key
        series = () if self.examination is None else self.examination.series
        return next((item for item in series if item.key == key), None)

    def excludes_outliers(self, organ: Organ) -> bool:
        """Return whether pixels that do not count are to be left out of the mean signal."""
        chosen, own = self.entry(organ).exclude_outliers, self.settings.organs.get(organ)
        return (own is not None and own.exclude_outliers) if chosen is None else chosen

    def blank_region(self, organ: Organ) -> Region:
        """Return the region that is worked on without its outlines: its name, and whether it is reported."""
        known, reported = self.active_region(organ), region_of(self.entry(organ))
        counts = reported is None if known is None else known.reported
        return Region(organ, self.active_site(organ), (), reported=counts)

    def map_key(self, organ: Organ) -> MapKey | None:
        """Return which map belongs to the result of this organ."""
        analysis = self.organs.get(organ)
        return None if analysis is None else analysis.map_key

    def organ_maps(self, organ: Organ) -> OrganMaps | None:
        """Return the maps of this organ, if they are computed."""
        key = self.map_key(organ)
        return None if key is None else self.maps.get(key)

    @property
    def analysis(self) -> Analysis | None:
        """The answer as far as it is measured; None where there is no examination."""
        if self.examination is None:
            return None
        from ironquant.analysis import assemble

        reading = self.state.reading
        measured = [self.organs[entry.organ] for entry in reading.organs if entry.organ in self.organs]
        return assemble(self.examination, reading, self.settings, measured)

    def keep_work(self) -> None:
        """Remember what the reader did on the examination that is shown."""
        if self.examination is not None:
            self.kept[self.fingerprint] = self.history

    def kept_readings(self) -> Mapping[str, Reading]:
        """Return the newest reading of every examination opened so far or recovered."""
        return self.recovered | {key: history.now.reading for key, history in self.kept.items()}

    def unsaved(self) -> Mapping[str, Reading]:
        """Return the newest readings that are not the ones proposed, opened or saved, by fingerprint.

        So is the reading of a case under another profile than the one it was saved with.
        """
        known = self.kept | ({self.fingerprint: self.history} if self.examination is not None else {})
        now = {key: history.now.reading for key, history in known.items()}
        other = self.case is not None and self.case.refusal is None and self.case.settings != self.settings
        return {
            key: reading
            for key, reading in now.items()
            if reading is not self.saved.get(key) or (other and key == self.fingerprint)
        }

    def close_examination(self) -> None:
        """Show nothing; what the reader did is kept until the window is closed."""
        self.keep_work()
        if self.case is not None:
            self.case.release()
        self.case = None
        self.fingerprint = ""
        self.current = None
        self.examination = None
        self.history = History()
        self.organs = {}
        self.maps = {}
        self.priors = ()
        self.chosen = {}
        self.begun = {}


def accepted_organs(reading: Reading) -> frozenset[Organ]:
    """Return the organs whose reported region the reader accepted and did not change after that."""
    reported = ((entry.organ, region_of(entry)) for entry in reading.organs)
    return frozenset(
        organ
        for organ, region in reported
        if region is not None and region.history and region.history[-1].action == "accepted"
    )


def with_kept_segments(analysis: OrganAnalysis, former: OrganAnalysis | None) -> OrganAnalysis:
    """Return an analysis with the segments of the one before, which are not measured while dragging."""
    if former is None or former.segmental is None:
        return analysis
    kept = tuple(entry for entry in former.regions if segment_number(entry.region.site) is not None)
    said = tuple(finding for finding in former.findings if finding.code.startswith("segments_"))
    return replace(
        analysis,
        regions=(*analysis.regions, *kept),
        segmental=former.segmental,
        findings=(*analysis.findings, *said),
    )


def region_of(entry: OrganReading) -> Region | None:
    """Return the region that the report is about."""
    return next((region for region in entry.regions if region.reported), None)


def measured_region(analysis: OrganAnalysis | None) -> RegionAnalysis | None:
    """Return the measured region that the report is about."""
    return None if analysis is None else analysis.reported


def carried_regions(regions: Iterable[Region], volume: Volume) -> tuple[Region, ...]:
    """Return the regions on another series; those that its slices do not meet are left out."""
    from ironquant.roi import carry_over

    carried = []
    for region in regions:
        with contextlib.suppress(RegionError):
            carried.append(carry_over(region, volume).after("carried-over"))
    return tuple(carried)


def with_echo_toggled(entry: OrganReading, curve: Curve, echo: int) -> OrganReading:
    """Return the entry with one echo (from 1) dropped or restored; at least three stay."""
    # The reader's own choice may be newer than the curve that is shown.
    used = set(entry.echoes or curve.echoes_used) ^ {echo}
    if len(used) < MIN_ECHOES:
        return entry
    return replace(entry, echoes=tuple(sorted(used)))
