"""Earlier examinations of the patient that is shown: looked for in the background, typed in, changed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Literal, NamedTuple

from PySide6.QtCore import QObject, Signal

from ironquant.core import (
    CancelToken,
    Examination,
    Finding,
    OrganAnalysis,
    PriorExamination,
    Progress,
    Settings,
)
from ironquant.gui import work
from ironquant.gui.controller import Controller
from ironquant.gui.tasks import Work

Absence = Literal["no_patient_id", "no_date", "none_known"]
"""Why there is no history to show."""
_CHANNEL = "history"


class Found(NamedTuple):
    """Earlier examinations, and what there is to say about them."""

    priors: tuple[PriorExamination, ...]
    findings: tuple[Finding, ...]


class Follower(QObject):
    """Asks the library, and gives the session what it answers.

    Signals
    -------
    changed
        The earlier examinations of what is shown.
    """

    changed = Signal()

    def __init__(self, controller: Controller) -> None:
        super().__init__(controller)
        self._controller, self._session = controller, controller.session
        controller.examination_changed.connect(self.look)

    @property
    def absence(self) -> Absence | None:
        """Why there is no history to show; None where there is, or nothing is open."""
        examination = self._session.examination
        if examination is None or self._session.priors:
            return None
        if not examination.patient.id.strip():
            return "no_patient_id"
        return "no_date" if examination.study.date is None else "none_known"

    def look(self) -> None:
        """Look for earlier examinations of the patient that is shown."""
        examination = self._session.examination
        self._controller.tasks.drop(_CHANNEL)
        if examination is None:
            self.changed.emit()
            return
        organs, settings = tuple(self._session.organs.values()), self._session.settings
        job = partial(_find, examination, organs, settings, self._controller.library)
        done = partial(self._found, examination)
        self._controller.tasks.start(_CHANNEL, job, done, self._controller.noticed.emit)

    def put(self, record: PriorExamination) -> None:
        """Keep an examination that was typed in, in the place of its former record."""
        self._change(record.uid, partial(_put, record, self._controller.library))

    def remove(self, uid: str) -> None:
        """Forget an examination that was typed in."""
        self._change(uid, partial(_remove, uid, self._controller.library))

    def _change(self, uid: str, job: Work) -> None:
        tasks = self._controller.tasks
        tasks.start(f"{_CHANNEL}:{uid}", job, lambda _: self.look(), self._failed)

    def _failed(self, finding: Finding) -> None:
        self._controller.noticed.emit(finding)
        self.look()

    def _found(self, examination: Examination, found: Found) -> None:
        session = self._session
        if session.examination is not examination:
            return
        if found.priors != session.priors:
            session.priors = found.priors
            for organ, analysis in session.organs.items():
                session.organs[organ] = work.followed(examination, analysis, session.settings, found.priors)
            for organ in tuple(session.organs):
                self._controller.organ_changed.emit(organ)
        self.changed.emit()
        for finding in found.findings:
            self._controller.noticed.emit(finding)


def _find(
    examination: Examination,
    organs: Iterable[OrganAnalysis],
    settings: Settings,
    library: str,
    progress: Progress,
    cancel: CancelToken,
) -> Found:
    from ironquant.library import earlier_examinations

    priors, findings = earlier_examinations(examination.patient, examination.study, library)
    for organ in organs:  # the fits of stored curves are remembered
        cancel.check()
        work.followed(examination, organ, settings, priors)
    return Found(priors, findings)


def _put(record: PriorExamination, library: str, progress: Progress, cancel: CancelToken) -> None:
    from ironquant.library import open_library

    open_library(library).add(record)


def _remove(uid: str, library: str, progress: Progress, cancel: CancelToken) -> None:
    from ironquant.library import open_library

    open_library(library).remove(uid)
