"""What stands side by side: chosen, read and measured in the background. No widgets."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ironquant.core import (
    CASE_SUFFIX,
    Examination,
    ExaminationRef,
    Finding,
    Organ,
    OrganReading,
    Trend,
)
from ironquant.gui import work
from ironquant.gui.compare import sources
from ironquant.gui.compare.sources import Side
from ironquant.gui.controller import Controller
from ironquant.gui.regions import merged

REPEATS = "repeats"
MOST_REPEATS = 6
"""Breath-holds that are shown side by side."""
_READ, _PROPOSE = "compare", "compare:repeats"


def name_of(ref: ExaminationRef) -> str:
    """Return what tells a listed examination from the others."""
    return f"{ref.root}|{ref.study.instance_uid}|{ref.folder}"


class Comparing(QObject):
    """The examination that is shown, and what it is compared with.

    Signals
    -------
    offers_changed
        What can be chosen, or what is.
    changed
        The sides, or their numbers.
    """

    offers_changed = Signal()
    changed = Signal()

    def __init__(self, controller: Controller) -> None:
        super().__init__(controller)
        self._controller, self._session = controller, controller.session
        self.organ, self.choice, self.active = Organ.HEART, "", False
        self._added: dict[str, ExaminationRef] = {}
        self._opened: tuple[str, work.Opened] | None = None
        self._proposed: dict[tuple[Organ, str], Side] = {}
        self._failed: set[tuple[Organ, str]] = set()
        self._settings, self._reading = controller.session.settings, ""
        self._proposing: tuple[Organ, str] | None = None
        controller.list_changed.connect(self.offers_changed)
        controller.examination_changed.connect(self._examination_changed)
        controller.organ_changed.connect(self._organ_changed)

    # --- what can be chosen ----------------------------------------------------------------------
    def others(self) -> dict[str, ExaminationRef]:
        """Return the examinations that the one shown can be compared with, by name."""
        session = self._session
        now = None if session.current is None else name_of(session.refs[session.current])
        listed = {name_of(ref): ref for ref in session.refs if ref.measurable} | self._added
        return {name: ref for name, ref in listed.items() if name != now}

    @property
    def has_repeats(self) -> bool:
        """Whether the organ was imaged in several breath-holds."""
        return len(self._repeats()) > 1

    def choose(self, choice: str) -> None:
        """Compare with repeats, or with the examination of this name; nothing: with none."""
        self.choice = choice
        self.offers_changed.emit()
        self._want()

    def show_organ(self, organ: Organ) -> None:
        """Compare another organ."""
        if organ != self.organ:
            self.organ = organ
            self._fall_back()
            self.offers_changed.emit()
            self._want()

    def set_active(self, active: bool) -> None:
        """Begin to compare, or rest: what is not looked at is not read."""
        self.active = active
        if active:
            self._fall_back()
            self.offers_changed.emit()
            self._want()

    def add(self, path: Path) -> None:
        """Add a case, or the examinations of a folder, to what can be chosen, and choose it."""
        tasks, session = self._controller.tasks, self._session
        failed, self._reading = self._controller.noticed.emit, ""
        if path.suffix.lower() == CASE_SUFFIX:
            job = partial(sources.read_case, path, session.settings, session.kept_readings())
            tasks.start(_READ, job, self._case_read, failed, visible=True)
        else:
            tasks.start(_READ, partial(work.find, path), self._found, failed, visible=True)

    # --- what is shown ---------------------------------------------------------------------------
    def sides(self) -> tuple[Side, ...]:
        """Return what stands side by side, the examination that is shown first."""
        session, organ = self._session, self.organ
        if session.examination is None:
            return ()
        own = Side(session.examination, session.entry(organ), session.organs.get(organ), own=True)
        if self.choice == REPEATS:
            return tuple(
                own if key == own.entry.series_key else self._repeat(session.examination, key)
                for key in self._repeats()
            )
        other = self._other()
        return (own,) if other is None else (own, sources.side_of(other, organ))

    def trend(self) -> Trend | None:
        """Return what became of the organ between both examinations; None where nothing can be said."""
        sides = self.sides()
        if len(sides) != 2 or self.choice == REPEATS:
            return None
        return sources.change_between(*sides, self._session.settings)

    def warning(self) -> Finding | None:
        """Return what forbids to speak of a change: two patients."""
        sides = self.sides()
        if len(sides) != 2 or self.choice == REPEATS:
            return None
        return sources.different_patients(*(side.examination for side in sides))

    def take(self, side: Side) -> None:
        """Measure the organ on another breath-hold.

        As it is proposed there and seen here; regions that the reader drew go along by their place.
        """
        entry, key = self._session.entry(self.organ), side.entry.series_key
        if key is None or side.own or side.examination is not self._session.examination:
            return
        if side.analysis is not None and side.entry.regions and sources.untouched(entry):
            self._controller.set_entry(merged(entry, side.entry))
        else:
            self._controller.set_series(self.organ, key)

    # --- inside ----------------------------------------------------------------------------------
    def _repeats(self) -> tuple[str, ...]:
        examination, key = self._session.examination, self._session.entry(self.organ).series_key
        found = () if examination is None else examination.repeats_of(key)
        return tuple(series.key for series in found)[:MOST_REPEATS]

    def _repeat(self, examination: Examination, key: str) -> Side:
        """Return a breath-hold as it is proposed there; without a region while that is not known."""
        pending = (self.organ, key) not in self._failed
        waiting = Side(examination, OrganReading(self.organ, key), None, pending=pending)
        return self._proposed.get((self.organ, key), waiting)

    def _other(self) -> work.Opened | None:
        name, opened = self._opened or ("", None)
        return opened if name == self.choice else None

    def _examination_changed(self) -> None:
        self._proposed.clear()
        self._failed.clear()
        self._proposing = None
        self._controller.tasks.drop(_PROPOSE)
        self._fall_back()
        self.offers_changed.emit()
        self._want()

    def _organ_changed(self, organ: Organ) -> None:
        if organ == self.organ and self.active:
            self._want()

    def _fall_back(self) -> None:
        """Where nothing is chosen, or no longer there: the examination before, else the repeats."""
        others = self.others()
        if self.choice in others or (self.choice == REPEATS and self.has_repeats):
            return
        self.choice = self._before(others) or (REPEATS if self.has_repeats else "")

    def _before(self, others: dict[str, ExaminationRef]) -> str:
        """Return the last examination of the same patient before the one that is shown."""
        examination = self._session.examination
        if examination is None or examination.study.date is None or not examination.patient.id.strip():
            return ""
        dated = [
            (ref.study.date, ref.study.time, name)
            for name, ref in others.items()
            if ref.patient.id.strip() == examination.patient.id.strip() and ref.study.date is not None
        ]
        now = (examination.study.date, examination.study.time)
        return max((item for item in dated if item[:2] < now), default=(None, "", ""))[2]

    def _want(self) -> None:
        """Read and measure what is not known yet."""
        session, tasks = self._session, self._controller.tasks
        if self.active and session.examination is not None:
            if session.settings is not self._settings:
                self._settings, self._opened = session.settings, None
                self._proposed.clear()
                self._reading, self._proposing = "", None
            if self.choice == REPEATS:
                self._propose_next()
            elif self.choice in self.others() and self._other() is None and self._reading != self.choice:
                self._reading = self.choice
                ref, known = self.others()[self.choice], session.kept_readings()
                done = partial(self._read, self.choice)
                job = partial(work.read, ref, session.settings, known)
                tasks.start(_READ, job, done, self._not_read, visible=True)
        self.changed.emit()

    def _propose_next(self) -> None:
        session, organ = self._session, self.organ
        own, known = session.entry(organ).series_key, self._proposed.keys() | self._failed
        missing = [key for key in self._repeats() if key != own and (organ, key) not in known]
        if missing and session.examination is not None and self._proposing != (organ, missing[0]):
            self._proposing = organ, missing[0]
            job = partial(sources.propose_on, session.examination, organ, missing[0], session.settings)
            self._controller.tasks.start(
                _PROPOSE,
                job,
                partial(self._repeat_measured, organ, missing[0]),
                partial(self._repeat_failed, organ, missing[0]),
            )

    def _repeat_measured(self, organ: Organ, key: str, side: Side) -> None:
        self._proposed[organ, key], self._proposing = side, None
        self._want()

    def _repeat_failed(self, organ: Organ, key: str, finding: Finding) -> None:
        self._failed.add((organ, key))
        self._proposing = None
        self._controller.noticed.emit(finding)
        self._want()

    def _read(self, name: str, opened: work.Opened) -> None:
        self._opened, self._reading = (name, opened), ""
        self._want()

    def _not_read(self, finding: Finding) -> None:
        self.choice = self._reading = ""
        self._controller.noticed.emit(finding)
        self.offers_changed.emit()
        self.changed.emit()

    def _case_read(self, found: tuple[ExaminationRef, work.Opened]) -> None:
        ref, opened = found
        self._added[name_of(ref)] = ref
        self._settings, self._opened = self._session.settings, (name_of(ref), opened)
        self.choose(name_of(ref))

    def _found(self, refs: tuple[ExaminationRef, ...]) -> None:
        measurable = {name_of(ref): ref for ref in refs if ref.measurable}
        if not measurable:
            self._controller.noticed.emit(Finding("compare_nothing", "warning"))
            return
        self._added |= measurable
        self.choose(self._before(measurable) or next(iter(measurable)))
