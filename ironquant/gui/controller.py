"""What the window does: open, propose, measure, undo, save; work goes through `TaskRunner`."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ironquant.core import (
    MIN_ECHOES,
    SEVERITY_RANK,
    ClinicalData,
    ExaminationRef,
    Finding,
    IronQuantError,
    MapKey,
    Organ,
    OrganAnalysis,
    OrganMaps,
    OrganReading,
    Region,
    Settings,
)
from ironquant.gui import work
from ironquant.gui.ahead import Ahead
from ironquant.gui.session import (
    ORGANS,
    History,
    Session,
    State,
    carried_regions,
    measured_region,
    with_echo_toggled,
    with_kept_segments,
    with_region,
)
from ironquant.gui.tasks import TaskRunner
from ironquant.iron import load_settings

_FOREGROUND = "open"


class Controller(QObject):
    """Changes the session and says what changed.

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
    words_changed
        Impression or clinical data.
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

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = Session(settings)
        self.tasks = TaskRunner(self)
        self._ahead = Ahead(self.tasks)

    def warm_up(self) -> None:
        """Load the parts that the first examination needs, in the background."""
        self.tasks.start("warm", work.warm_up, lambda done: None, lambda finding: None)

    # --- opening ---------------------------------------------------------------------------------
    def open_path(self, path: Path, te_ms: tuple[float, ...] | None = None) -> None:
        """Look for examinations in a folder or file; a single one is opened at once.

        Parameters
        ----------
        te_ms : tuple of float or None
            Echo times that the reader gave for NIfTI files without them.
        """
        self._drop_organ_work()
        job = partial(work.find, path, te_ms=te_ms)
        done = partial(self._found, path=path)
        self.tasks.start(_FOREGROUND, job, done, self.noticed.emit, visible=True)

    def open_sample(self, folder: Path) -> None:
        """Make the sample patient in `folder` and open it."""
        self._drop_organ_work()
        job = partial(work.make_sample, folder)
        self.tasks.start(_FOREGROUND, job, self._found, self.noticed.emit, visible=True)

    def open_examination(self, index: int) -> None:
        """Read and measure one of the examinations found, as the reader left it or by a proposal."""
        self._drop_organ_work()
        self.session.keep_work()
        ref, settings = self.session.refs[index], self.session.settings
        ready = self._ahead.take(index, settings)
        if ready is not None:
            self.tasks.drop(_FOREGROUND)
            self._opened(index, settings, ready)
            return
        job = partial(work.read, ref, settings, self.session.kept_readings())
        done = partial(self._opened, index, settings)
        self.tasks.start(_FOREGROUND, job, done, self.noticed.emit, visible=True)

    def _found(self, refs: tuple[ExaminationRef, ...], path: Path | None = None) -> None:
        self._drop_organ_work()  # begun on the former examination while this one was looked for
        self._ahead.clear()
        self.session.close_examination()
        self.session.refs = refs
        self.session.measured = set()
        self.list_changed.emit()
        self.examination_changed.emit()
        measurable = [index for index, ref in enumerate(refs) if ref.measurable]
        if len(measurable) == 1:
            self.open_examination(measurable[0])
        elif not measurable:
            self._tell_unreadable(refs)
            missing = [
                int(str(finding.params["n_volumes"]))
                for ref in refs
                for series in ref.series
                for finding in series.findings
                if finding.code == "te_missing_sidecar"
            ]
            if missing and path is not None:
                self.echo_times_wanted.emit(path, max(missing))

    def _tell_unreadable(self, refs: tuple[ExaminationRef, ...]) -> None:
        """Say why nothing of all that was found can be measured: the gravest finding."""
        found = [finding for ref in refs for finding in ref.findings]
        found += [finding for ref in refs for series in ref.series for finding in series.findings]
        if found:
            self.noticed.emit(max(found, key=lambda finding: SEVERITY_RANK[finding.severity]))

    def _opened(self, index: int, settings: Settings, opened: work.Opened) -> None:
        self._drop_organ_work()
        session = self.session
        session.close_examination()
        session.current = index
        session.examination = opened.examination
        session.fingerprint = opened.fingerprint
        session.history = session.kept.get(opened.fingerprint, History(State(opened.reading)))
        # Reader or profile may have changed while this examination was being opened.
        stale = session.state.reading is not opened.reading or session.settings is not settings
        session.organs = {} if stale else {analysis.organ: analysis for analysis in opened.organs}
        if any(analysis.result is not None for analysis in opened.organs):
            session.measured.add(index)
        self.list_changed.emit()
        self.examination_changed.emit()
        for organ in ORGANS:
            if stale:
                self._measure(session.entry(organ))
            else:
                self._want_maps(organ)
        self._prepare_next()

    def _prepare_next(self) -> None:
        session = self.session
        if session.current is not None:
            self._ahead.prepare(session.refs, session.current, session.settings, session.kept_readings())

    @property
    def next_index(self) -> int | None:
        """Which examination comes after the one that is shown; None where it is the last."""
        first = 0 if self.session.current is None else self.session.current + 1
        following = range(first, len(self.session.refs))
        return next((index for index in following if self.session.refs[index].measurable), None)

    def open_next(self) -> None:
        """Open the next examination that can be measured."""
        following = self.next_index
        if following is None:
            self.noticed.emit(Finding("no_next_examination", "info"))
        else:
            self.open_examination(following)

    def done_and_next(self) -> None:
        """Accept what is shown and open the next examination."""
        for organ in ORGANS:
            self.accept(organ)
        self.open_next()

    # --- changing the reading --------------------------------------------------------------------
    def preview_region(self, region: Region) -> None:
        """Measure a region that is still being dragged; nothing enters the history."""
        entry = with_region(self.session.entry(region.organ), region)
        self._measure(entry, preview=True)

    def set_region(self, region: Region) -> None:
        """Take a drawn or edited region."""
        drawn = any(event.action == "drawn" for event in region.history)
        action = "drawn" if region.source == "manual" and not drawn else "edited"
        made = region.after(action, self.session.state.reading.reader, dt.datetime.now(dt.UTC))
        self._commit(with_region(self.session.entry(region.organ), made))

    def toggle_echo(self, organ: Organ, echo: int) -> None:
        """Drop or restore one echo (from 1)."""
        region = measured_region(self.session.organs.get(organ))
        if region is None:
            return
        entry = self.session.entry(organ)
        changed = with_echo_toggled(entry, region.curve, echo)
        if changed is entry:
            params = {"echo": echo, "needed": MIN_ECHOES}
            self.noticed.emit(Finding("echoes_must_stay", "warning", params))
            return
        self._commit(changed)

    def reset_echoes(self, organ: Organ) -> None:
        """Let the software choose the echoes again."""
        self._change(organ, echoes=None)

    def set_model(self, organ: Organ, model: str | None) -> None:
        """Fit by this model; None: by the settings."""
        self._change(organ, model=model)

    def leave_out(self, organ: Organ, on: bool) -> None:
        """Leave pixels that do not count out of the mean signal, or keep them."""
        self._change(organ, exclude_outliers=on)

    def set_series(self, organ: Organ, key: str) -> None:
        """Measure this organ on another series; a region goes along where the slices meet it."""
        entry, examination = self.session.entry(organ), self.session.examination
        if entry.series_key == key or examination is None:
            return
        volume = examination.map_by_key(key) or examination.series_by_key(key)
        regions = carried_regions(entry.regions, volume)
        self._commit(OrganReading(organ, key, regions, model=entry.model))

    def propose_again(self, organ: Organ) -> None:
        """Propose the region of one organ anew."""
        examination = self.session.examination
        if examination is None:
            return
        key, settings = self.session.entry(organ).series_key, self.session.settings
        job = partial(work.propose_organ, examination, organ, key, settings)
        self.tasks.start(f"propose:{organ}", job, self._proposed, self.noticed.emit, visible=True)

    def _proposed(self, proposal: OrganReading) -> None:
        entry = self.session.entry(proposal.organ)
        if proposal.regions or not entry.regions:
            same = proposal.series_key == entry.series_key
            self._commit(replace(proposal, model=entry.model, echoes=entry.echoes if same else None))
        if not proposal.regions:
            for finding in proposal.findings:
                self.noticed.emit(finding)

    def set_impression(self, words: str | None) -> None:
        """Take the impression in the reader's words; None: as it is proposed."""
        self._set_words(impression=words)

    def set_clinical(self, clinical: ClinicalData) -> None:
        """Take what the reader knows of the patient."""
        self._set_words(clinical=clinical)

    def _set_words(self, **changes: str | ClinicalData | None) -> None:
        state = self.session.state.with_words(**changes)
        if self.session.examination is None or state.reading == self.session.state.reading:
            return
        self.session.history = self.session.history.push(state)
        self.acted.emit()
        self.words_changed.emit()

    def accept(self, organ: Organ) -> None:
        """Mark the region of this organ as accepted by the reader."""
        if self.session.entry(organ).regions and organ not in self.session.state.accepted:
            self.session.history = self.session.history.push(self.session.state.with_accepted(organ))
            self.acted.emit()
            self.organ_changed.emit(organ)

    def undo(self) -> None:
        """Take back the last change."""
        self._move(self.session.history.undo())

    def redo(self) -> None:
        """Do the last change again that was taken back."""
        self._move(self.session.history.redo())

    def set_profile(self, name: str) -> None:
        """Measure by another profile."""
        try:
            self.session.settings = load_settings(name)
        except IronQuantError as error:
            self.noticed.emit(error.finding)
            return
        self.acted.emit()
        for organ in ORGANS:
            self._measure(self.session.entry(organ))
        self._prepare_next()

    def _change(self, organ: Organ, **changes: object) -> None:
        entry = self.session.entry(organ)
        changed = replace(entry, **changes)  # type: ignore[arg-type]
        if changed != entry:
            self._commit(changed)

    def _commit(self, entry: OrganReading) -> None:
        self.tasks.drop(f"propose:{entry.organ}")  # what the reader does meanwhile is newer
        self.session.history = self.session.history.push(self.session.state.with_entry(entry))
        self.acted.emit()
        self._measure(entry)

    def _move(self, history: History) -> None:
        self.tasks.drop(*(f"propose:{organ}" for organ in ORGANS))
        before = self.session.state
        self.session.history = history
        self.acted.emit()
        self.words_changed.emit()
        for organ in ORGANS:
            if before.reading.organ(organ) is not history.now.reading.organ(organ):
                self._measure(self.session.entry(organ))
            else:
                self.organ_changed.emit(organ)

    # --- measuring -------------------------------------------------------------------------------
    def _measure(self, entry: OrganReading, *, preview: bool = False) -> None:
        examination = self.session.examination
        if examination is None:
            return
        job = partial(work.measure_organ, examination, entry, self.session.settings, preview)
        done = partial(self._measured, preview)
        self.tasks.start(f"organ:{entry.organ}", job, done, self.noticed.emit, follow=preview)

    def _measured(self, preview: bool, analysis: OrganAnalysis) -> None:
        if preview:
            analysis = with_kept_segments(analysis, self.session.organs.get(analysis.organ))
        self.session.organs[analysis.organ] = analysis
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
