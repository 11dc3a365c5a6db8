"""Measures what the reading says, off the window's thread, and says what changed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from ironquant.core import (
    MapKey,
    Organ,
    OrganAnalysis,
    OrganMaps,
    OrganReading,
    PriorExamination,
    Region,
    Settings,
)
from ironquant.gui import work
from ironquant.gui.session import ORGANS, Session
from ironquant.gui.tasks import TaskRunner


class Measurer(QObject):
    """The session, its measurements, and what is said of either.

    Signals
    -------
    list_changed
        The examinations found.
    examination_changed
        Another examination, or none.
    organ_changed : Organ
        Reading or result of an organ.
    previewed : Organ
        Result of an organ while its region is being changed.
    maps_changed : Organ
    noticed : Finding
        Something the user must be told.
    echo_times_wanted : Path, int
        NIfTI files of so many volumes tell no echo times.
    done : no argument
        The reader has accepted all of this examination and goes on to the next.
    region_changed : Organ
        Regions of an organ, or which of them is worked on; they may not be measured yet.
    words_changed
        Impression or clinical data.
    case_changed
        The case file of the examination that is shown.
    acted
        The reader has changed something: what was said before is no longer about what is shown.
    """

    list_changed = Signal()
    examination_changed = Signal()
    organ_changed = Signal(object)
    previewed = Signal(object)
    maps_changed = Signal(object)
    noticed = Signal(object)
    echo_times_wanted = Signal(object, int)
    acted = Signal()
    words_changed = Signal()
    case_changed = Signal()
    region_changed = Signal(object)
    done = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = Session(settings)
        self.tasks = TaskRunner(self)

    def preview_region(self, region: Region) -> None:
        """Measure a region that is still being dragged, it alone; nothing enters the history."""
        session, organ = self.session, region.organ
        if session.examination is None:
            return
        entry, shown = session.entry(organ), session.organs.get(organ)
        settings, priors = session.settings, session.priors
        job = partial(work.measure_region, session.examination, entry, region, settings, shown, priors)
        done = partial(self._measured, True, priors)
        self.tasks.start(f"organ:{organ}", job, done, self.noticed.emit, follow=True)

    def end_preview(self, organ: Organ) -> None:
        """Measure what the reading says: a region that was being dragged was given up."""
        self._measure(self.session.entry(organ))

    def _measure(self, entry: OrganReading) -> None:
        examination = self.session.examination
        if examination is None:
            return
        priors = self.session.priors
        job = partial(work.measure_organ, examination, entry, self.session.settings, priors)
        done = partial(self._measured, False, priors)
        self.tasks.start(f"organ:{entry.organ}", job, done, self.noticed.emit)

    def _measured(self, preview: bool, priors: tuple[PriorExamination, ...], analysis: OrganAnalysis) -> None:
        session = self.session
        if priors is not session.priors and session.examination is not None:
            analysis = work.followed(session.examination, analysis, session.settings, session.priors)
        session.organs[analysis.organ] = analysis
        if preview:
            self.previewed.emit(analysis.organ)
            return
        if analysis.result is not None and self.session.current is not None:
            self.session.measured.add(self.session.current)
        self.organ_changed.emit(analysis.organ)
        self._want_maps(analysis.organ)

    def _want_maps(self, organ: Organ) -> None:
        key = self.session.map_key(organ)
        analysis = self.session.organs.get(organ)
        if key is None or analysis is None:
            return
        if key in self.session.maps:
            self.maps_changed.emit(organ)
            return
        job = partial(work.map_organ, analysis)
        done = partial(self._mapped, organ, key)
        self.tasks.start(f"maps:{organ}", job, done, self.noticed.emit)

    def _mapped(self, organ: Organ, key: MapKey, maps: OrganMaps) -> None:
        self.session.maps[key] = maps
        self.maps_changed.emit(organ)

    def _drop_organ_work(self) -> None:
        kinds = ("organ", "maps", "propose")
        self.tasks.drop(*(f"{kind}:{organ}" for kind in kinds for organ in ORGANS))
