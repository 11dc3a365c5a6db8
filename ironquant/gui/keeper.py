"""Keeps what the reader did and did not save where it survives the end of the program, however it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ironquant.core import CancelToken, Finding, IronQuantError, Origin, Progress, Reading
from ironquant.gui.controller import Controller
from ironquant.gui.loading import load
from ironquant.iron import profile_names

if TYPE_CHECKING:
    from ironquant.case import Journal, Recoverable

INTERVAL_MS = 2000
"""No more than this is lost when the program is killed."""
_CHANNEL, _LOOK = "journal", "unfinished"


@dataclass(frozen=True)
class Unfinished:
    """Work of an earlier start that was not saved."""

    entry: Recoverable
    reading: Reading


class Journals:
    """The journals of all examinations with unsaved work; its methods may be called in any thread."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._open: dict[str, Journal] = {}
        self._former: dict[str, list[Recoverable]] = {}

    def take_over(self, entries: Iterable[Recoverable]) -> None:
        """Know the journals of earlier starts: one goes when its work is journaled or saved here."""
        with self._turn:
            for entry in entries:
                self._former.setdefault(entry.fingerprint, []).append(entry)

    def keep(
        self,
        unsaved: Mapping[str, Reading],
        waiting: Iterable[str],
        origins: Mapping[str, Origin],
        profile: str,
    ) -> None:
        """Put every unsaved reading on the disk; remove the journals of what is saved.

        Parameters
        ----------
        unsaved : mapping
            Reading by fingerprint of the images.
        waiting : iterable of str
            Fingerprints of recovered work that is not opened yet: its journal stays as it is.
        profile : str
            By which the readings are measured.

        Raises
        ------
        OutputError
            ``output_not_written``; the other readings are kept nevertheless, and no former journal goes.
        """
        load("ironquant.case.journal")
        from ironquant.case import Journal, discard

        failures: list[IronQuantError] = []
        with self._turn:
            for images, reading in unsaved.items():
                try:
                    if images not in self._open:
                        self._open[images] = Journal.open(images, origins[images])
                    self._open[images].write(reading, profile)
                except IronQuantError as error:
                    failures.append(error)
            for images in self._open.keys() - unsaved.keys():
                self._open.pop(images).close()
            if failures:
                raise failures[0]
            for images in self._former.keys() - set(waiting):
                for entry in self._former.pop(images):
                    discard(entry)

    def leave(self) -> None:
        """End all journals; those of unsaved work are offered at the next start."""
        with self._turn:
            for journal in self._open.values():
                journal.leave()
            self._open.clear()


class Keeper(QObject):
    """Writes the journals while the reader works.

    Signals
    -------
    found
        There is work of earlier starts: see `unfinished`.
    """

    found = Signal()

    def __init__(self, controller: Controller) -> None:
        super().__init__(controller)
        self._controller, self._session = controller, controller.session
        self._journals = Journals()
        self._told = False
        self._unfinished: tuple[Unfinished, ...] = ()
        self._timer = QTimer(self, singleShot=True, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._write)
        changes = (
            controller.acted,
            controller.organ_changed,
            controller.words_changed,
            controller.case_changed,
            controller.examination_changed,
        )
        for change in changes:
            change.connect(self._wake)

    @property
    def unfinished(self) -> tuple[Unfinished, ...]:
        """Work of earlier starts that was neither opened nor discarded, the newest first."""
        waiting = self._session.recovered
        return tuple(item for item in self._unfinished if item.entry.fingerprint in waiting)

    def look(self) -> None:
        """Look for work of earlier starts in the background."""
        self._controller.tasks.start(_LOOK, _look, self._looked, lambda finding: None)

    def resume(self, unfinished: Unfinished) -> None:
        """Open the images of work that was not saved, as the reader left them, under the profile of then."""
        profile = unfinished.entry.profile
        if profile != self._session.settings.profile and profile in profile_names():
            self._controller.set_profile(profile)
        origin = unfinished.entry.origin
        self._controller.open_path(Path(origin.source), origin.te_ms, origin.study_uid)

    def discard(self, unfinished: Unfinished) -> None:
        """Forget work that was not saved."""
        self._session.recovered.pop(unfinished.entry.fingerprint, None)
        self._wake()

    def close(self) -> Finding | None:
        """Keep everything now and end; return why it could not be kept."""
        self._timer.stop()
        try:
            self._job()()
        except IronQuantError as error:
            return error.finding
        self._journals.leave()
        return None

    def _looked(self, unfinished: tuple[Unfinished, ...]) -> None:
        waiting = self._session.recovered
        known = self._session.kept_readings()
        listed = []
        for item in unfinished:  # the newest first; older ones of the same images go with it
            images = item.entry.fingerprint
            if images not in known:
                self._journals.take_over([item.entry])
                if images not in waiting:
                    waiting[images] = item.reading
                    listed.append(item)
        self._unfinished = (*self._unfinished, *listed)
        if listed:
            self.found.emit()

    def _wake(self, *_: object) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _job(self) -> Callable[[], None]:
        session = self._session
        waiting = frozenset(session.recovered)
        profile = session.settings.profile
        return partial(self._journals.keep, dict(session.unsaved()), waiting, dict(session.origins), profile)

    def _write(self) -> None:
        job = self._job()

        def write(progress: Progress, cancel: CancelToken) -> None:
            job()

        self._controller.tasks.start(_CHANNEL, write, self._wrote, self._failed, follow=True)

    def _wrote(self, _: object) -> None:
        self._told = False

    def _failed(self, finding: Finding) -> None:
        if not self._told:  # once, not every two seconds
            self._controller.noticed.emit(finding)
        self._told = True
        self._wake()


def _look(progress: Progress, cancel: CancelToken) -> tuple[Unfinished, ...]:
    load("ironquant.case.journal")
    from ironquant.case import journals, recover

    found = []
    for entry in journals():
        cancel.check()
        try:
            found.append(Unfinished(entry, recover(entry)))
        except IronQuantError:
            continue  # of a later version, or taken meanwhile: it stays where it is
    return tuple(found)
