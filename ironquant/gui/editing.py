"""What the reader changes, one step of undo each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from ironquant.core import MIN_ECHOES, ClinicalData, Finding, Organ, OrganReading, Region
from ironquant.gui import work
from ironquant.gui.measuring import Measurer
from ironquant.gui.regions import accepted, merged, recorded, with_region, with_segments_along
from ironquant.gui.session import (
    ORGANS,
    History,
    State,
    carried_regions,
    measured_region,
    with_echo_toggled,
)


class Editor(Measurer):
    """Changes the reading."""

    def set_region(self, region: Region) -> None:
        """Take a drawn or edited region."""
        drawn = any(event.action == "drawn" for event in region.history)
        action = "drawn" if region.source == "manual" and not drawn else "edited"
        if self.session.begun.get(region.organ) == region.site:
            self.session.begun.pop(region.organ)
        made = recorded(region, action, self.session.state.reading.reader, dt.datetime.now(dt.UTC))
        entry, series = self.session.entry(region.organ), self.session.echo_series(region.organ)
        if series is not None:
            entry = with_segments_along(entry, made, series)
        self.set_entry(with_region(entry, made))

    def set_entry(self, entry: OrganReading) -> None:
        """Take a changed reading of an organ as one step."""
        if entry != self.session.entry(entry.organ):
            self._commit(entry)

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

    def set_echoes(self, organ: Organ, echoes: Iterable[int]) -> None:
        """Fit these echoes (from 1)."""
        self._change(organ, echoes=tuple(echoes))

    def reset_echoes(self, organ: Organ) -> None:
        """Let the software choose the echoes again."""
        self._change(organ, echoes=None)

    def set_model(self, organ: Organ, model: str | None) -> None:
        """Fit by this model; None: by the settings."""
        self._change(organ, model=model)

    def set_calibration(self, organ: Organ, name: str | None) -> None:
        """Turn T2* into iron by this calibration; None: by the settings."""
        self._change(organ, calibration=name)

    def set_scheme(self, organ: Organ, name: str | None) -> None:
        """Grade by this scheme; None: by the settings."""
        self._change(organ, scheme=name)

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
            self._commit(merged(entry, proposal))
        if not proposal.regions:
            for finding in proposal.findings:
                self.noticed.emit(finding)

    def set_impression(self, words: str | None) -> None:
        """Take the impression in the reader's words; None: as it is proposed."""
        self._set_words(impression=words)

    def set_clinical(self, clinical: ClinicalData) -> None:
        """Take what the reader knows of the patient."""
        self._set_words(clinical=clinical)

    def set_physicians(self, reader: str, reviewer: str) -> None:
        """Take who answers for the report."""
        self._set_words(reader=reader, reviewer=reviewer)

    def _set_words(self, **changes: str | ClinicalData | None) -> None:
        state = self.session.state.with_words(**changes)
        if self.session.examination is None or state.reading == self.session.state.reading:
            return
        self._push(state)
        self.words_changed.emit()

    def accept(self, organ: Organ) -> None:
        """Mark the region of this organ as accepted by the reader."""
        session = self.session
        if not session.entry(organ).regions or organ in session.state.accepted:
            return
        who, when = session.state.reading.reader, dt.datetime.now(dt.UTC)
        state = session.state.with_entry(accepted(session.entry(organ), who, when)).with_accepted(organ)
        if self._push(state):
            self.region_changed.emit(organ)
            self.organ_changed.emit(organ)
            self._measure(session.entry(organ))

    def undo(self) -> None:
        """Take back the last change."""
        self._move(self.session.history.undo())

    def redo(self) -> None:
        """Do the last change again that was taken back."""
        self._move(self.session.history.redo())

    def _change(self, organ: Organ, **changes: object) -> None:
        entry = self.session.entry(organ)
        changed = replace(entry, **changes)  # type: ignore[arg-type]
        if changed != entry:
            self._commit(changed)

    def _commit(self, entry: OrganReading) -> None:
        self.tasks.drop(f"propose:{entry.organ}")  # what the reader does meanwhile is newer
        if self._push(self.session.state.with_entry(entry)):
            self.region_changed.emit(entry.organ)
            self._measure(entry)
        else:  # what was dragged or typed goes back to what it was
            self.region_changed.emit(entry.organ)
            self._measure(self.session.entry(entry.organ))

    def _push(self, state: State) -> bool:
        """Take a step; False, and say why, where the case can be read only."""
        session = self.session
        if session.refusal is not None:
            self.noticed.emit(session.refusal)
            return False
        session.history = session.history.push(state)
        self.acted.emit()
        return True

    def _move(self, history: History) -> None:
        self.tasks.drop(*(f"propose:{organ}" for organ in ORGANS))
        before = self.session.state
        self.session.history = history
        self.acted.emit()
        self.words_changed.emit()
        for organ in ORGANS:
            self.region_changed.emit(organ)
            if history.now.reading.organ(organ) is None:
                self.session.organs.pop(organ, None)  # it was not read yet
                self.organ_changed.emit(organ)
            elif before.reading.organ(organ) is not history.now.reading.organ(organ):
                self._measure(self.session.entry(organ))
            else:
                self.organ_changed.emit(organ)
