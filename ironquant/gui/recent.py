"""Notes what is opened and how far it is, and tells the start page; the list itself is `ironquant.case`'s."""

from __future__ import annotations

import datetime as dt
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ironquant.core import CancelToken, ExaminationRef, IronQuantError, Progress
from ironquant.gui.controller import Controller
from ironquant.gui.loading import load

if TYPE_CHECKING:
    from ironquant.case import RecentEntry
    from ironquant.case.recent import Absence, RecentKind, RecentState

_LOG = logging.getLogger(__name__)
_WRITE, _LOOK = "recent", "absent"
Entries = tuple["RecentEntry", ...]
Change = Callable[[], object]


@dataclass(frozen=True)
class Listed:
    """An entry as it is shown.

    Attributes
    ----------
    absent : {"missing", "unreachable", "denied"} or None
        Why it cannot be opened.
    """

    entry: RecentEntry
    absent: Absence | None = None


class Recent(QObject):
    """Keeps the list up to date in the background.

    Signals
    -------
    changed
        See `listed`.
    """

    changed = Signal()

    def __init__(self, controller: Controller) -> None:
        super().__init__(controller)
        self._controller, self._session = controller, controller.session
        self.known = False
        """Whether the list was read already."""
        self._entries: Entries = ()
        self._absent: Mapping[str, Absence | None] = {}
        self._changes: deque[Change] = deque()
        self._left_out: Path | None = None
        self._refs: tuple[ExaminationRef, ...] = ()
        self._noted: dict[str, RecentState] = {}
        controller.list_changed.connect(self._list_changed)
        controller.examination_changed.connect(self._note)
        for change in (controller.acted, controller.organ_changed, controller.words_changed):
            change.connect(self._mark)
        controller.case_changed.connect(self._note)

    @property
    def listed(self) -> tuple[Listed, ...]:
        """What was opened lately, the newest first."""
        return tuple(Listed(self._as_it_is(entry), self._absent.get(entry.path)) for entry in self._entries)

    def look(self) -> None:
        """Read the list, and look which of it is there."""
        self._do(None)

    def leave_out(self, folder: Path) -> None:
        """Note nothing that lies in this folder: the sample patient goes with the window."""
        self._left_out = folder

    def forget(self, entry: RecentEntry) -> None:
        """Take an entry out of the list."""
        self._do(partial(_forget, entry.key))

    def forget_all(self) -> None:
        """Take everything out of the list."""
        self._noted.clear()
        self._do(_forget_all)

    def close(self) -> None:
        """Write what is not written yet."""
        try:
            _drain(self._changes)
        except IronQuantError:
            return  # what was to be forgotten stands there on the next day, and can be seen

    def _list_changed(self) -> None:
        refs = self._session.refs
        measurable = [ref for ref in refs if ref.measurable]
        if refs is not self._refs and len(measurable) > 1 and not self._is_left_out(measurable[0].root):
            root = measurable[0].root.absolute()
            self._do(partial(_remember, "folder", str(root), _now(), root.name, n=len(measurable)))
        self._refs = refs

    def _note(self) -> None:
        """Put what is shown at the head of the list."""
        session = self._session
        examination, images = session.examination, session.fingerprint
        if examination is None or session.current is None:
            return
        ref, origin = session.refs[session.current], session.origins[images]
        if session.case is None and self._is_left_out(ref.root):
            return
        patient = examination.patient
        source = origin.source if session.case is None else str(session.case.path.absolute())
        state = self._state(images)
        self._noted[images] = state
        self._do(
            partial(
                _remember,
                "examination" if session.case is None else "case",
                source,
                _now(),
                patient.name or patient.id or ref.folder,
                study_date=examination.study.date,
                state=state,
                fingerprint=images,
                study_uid=origin.study_uid,
                te_ms=None if session.case is not None else origin.te_ms,
            )
        )

    def _mark(self, *_: object) -> None:
        """Note that what is shown is saved no more, or again."""
        images = self._session.fingerprint
        if images in self._noted and self._noted[images] != (state := self._state(images)):
            self._noted[images] = state
            self._do(partial(_mark, images, state))

    def _state(self, images: str) -> RecentState:
        session = self._session
        if session.refusal is not None and session.refusal.code == "case_final":
            return "final"
        if images in session.unsaved():
            return "unsaved"
        return "opened" if session.case is None else "saved"

    def _as_it_is(self, entry: RecentEntry) -> RecentEntry:
        """Return an entry with the state that holds now: its work may be waiting, or was discarded."""
        images = entry.fingerprint
        if not images or entry.state == "final":
            return entry
        if images in self._session.recovered or images in self._session.unsaved():
            return replace(entry, state="unsaved")
        kept: RecentState = "saved" if entry.kind == "case" else "opened"
        return replace(entry, state=kept) if entry.state == "unsaved" else entry

    def _is_left_out(self, root: Path) -> bool:
        return self._left_out is not None and root.absolute().is_relative_to(self._left_out.absolute())

    def _do(self, change: Change | None) -> None:
        """Change the list after all changes before, however fast they follow each other."""
        if change is not None:
            self._changes.append(change)
        tasks = self._controller.tasks
        tasks.start(
            _WRITE, partial(_work, self._changes), self._read, self._controller.noticed.emit, follow=True
        )

    def _read(self, entries: Entries) -> None:
        self._entries, self.known = entries, True
        self.changed.emit()
        paths = tuple(dict.fromkeys(entry.path for entry in entries))
        self._controller.tasks.start(_LOOK, partial(_look, paths), self._looked, lambda finding: None)

    def _looked(self, absent: Mapping[str, Absence | None]) -> None:
        if absent != self._absent:
            self._absent = absent
            self.changed.emit()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _remember(kind: RecentKind, path: str, opened: dt.datetime, name: str, **facts: Any) -> None:
    from ironquant.case import RecentEntry, remember

    _quietly(partial(remember, RecentEntry(kind, path, opened, name, **facts)))


def _mark(images: str, state: RecentState) -> None:
    from ironquant.case import mark

    _quietly(partial(mark, images, state))


def _quietly(change: Change) -> None:
    """Change the list, if it can be: nobody asked for it, and no work is lost where it cannot."""
    try:
        change()
    except IronQuantError as error:
        _LOG.warning("recent work is not noted: %s", error.finding)


def _forget(key: tuple[str, str, str]) -> None:
    from ironquant.case import forget

    forget(key)


def _forget_all() -> None:
    from ironquant.case import forget_all

    forget_all()


def _work(changes: deque[Change], progress: Progress, cancel: CancelToken) -> Entries:
    return _drain(changes)


def _drain(changes: deque[Change]) -> Entries:
    load("ironquant.case.recent")
    from ironquant.case import recent_entries

    while changes:
        try:
            change = changes.popleft()
        except IndexError:  # the window closes, and does it itself
            break
        change()
    return recent_entries()


def _look(paths: tuple[str, ...], progress: Progress, cancel: CancelToken) -> dict[str, Absence | None]:
    from ironquant.case import absence

    found: dict[str, Absence | None] = {}
    for path in paths:
        cancel.check()
        found[path] = absence(path)
    return found
