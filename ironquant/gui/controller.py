"""What the window does: open, propose, measure, undo; work goes through `TaskRunner`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from ironquant.core import (
    CASE_SUFFIX,
    SEVERITY_RANK,
    ExaminationRef,
    Finding,
    IronQuantError,
    Origin,
    Settings,
)
from ironquant.gui import work
from ironquant.gui.ahead import Ahead
from ironquant.gui.editing import Editor
from ironquant.gui.saving import SavedCase
from ironquant.gui.session import ORGANS, HeldCase, History, State, accepted_organs
from ironquant.iron import library_name, load_settings

_FOREGROUND = "open"


class Controller(Editor):
    """Opens examinations, one after the other."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(settings, parent)
        self._ahead = Ahead(self.tasks)
        self._own_settings = settings
        self.library = library_name()
        """Of earlier examinations: of this computer, not of a case."""
        self._te_ms: tuple[float, ...] | None = None

    def warm_up(self, then: Callable[[], None]) -> None:
        """Load the parts that the first examination needs, in the background; `then`: make the panels."""
        self.tasks.start("images", work.load_images, lambda done: then(), lambda finding: None)
        self.tasks.start("warm", work.warm_up, lambda done: None, lambda finding: None)

    def set_profile(self, name: str) -> None:
        """Measure by another profile."""
        try:
            self.session.settings = load_settings(name)
        except IronQuantError as error:
            self.noticed.emit(error.finding)
            return
        self._own_settings = self.session.settings
        self.acted.emit()
        self.case_changed.emit()
        for organ in self.session.organs_read:
            self._measure(self.session.entry(organ))
        self._prepare_next()

    def open_path(
        self, path: Path, te_ms: tuple[float, ...] | None = None, study_uid: str | None = None
    ) -> None:
        """Open a case, or look for examinations in a folder or file; a single one is opened at once.

        Parameters
        ----------
        te_ms : tuple of float or None
            Echo times that the reader gave for NIfTI files without them.
        study_uid : str or None
            Of the examination that is opened at once where there are several.
        """
        self._drop_organ_work()
        if path.suffix.lower() == CASE_SUFFIX:
            self.tasks.start(
                _FOREGROUND,
                partial(work.open_case, path, self.session.kept_readings()),
                self._case_opened,
                self.noticed.emit,
                visible=True,
                unwanted=work.OpenedCase.release,
            )
            return
        job = partial(work.find, path, te_ms=te_ms)
        done = partial(self._found, path=path, te_ms=te_ms, study_uid=study_uid)
        self.tasks.start(_FOREGROUND, job, done, self.noticed.emit, visible=True)

    def close_all(self) -> None:
        """Show nothing; what the reader did is kept."""
        self.tasks.drop(_FOREGROUND)
        self._list(())
        self.session.settings = self._own_settings
        self.list_changed.emit()
        self.examination_changed.emit()

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

    def _found(
        self,
        refs: tuple[ExaminationRef, ...],
        path: Path | None = None,
        te_ms: tuple[float, ...] | None = None,
        study_uid: str | None = None,
    ) -> None:
        self._list(refs, te_ms)
        self.session.settings = self._own_settings
        self.list_changed.emit()
        self.examination_changed.emit()
        measurable = [index for index, ref in enumerate(refs) if ref.measurable]
        wanted = [index for index in measurable if refs[index].study.instance_uid == study_uid]
        if len(measurable) == 1 or wanted:
            self.open_examination((wanted or measurable)[0])
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

    def _list(self, refs: tuple[ExaminationRef, ...], te_ms: tuple[float, ...] | None = None) -> None:
        """List other examinations in the place of those there were."""
        self._drop_organ_work()  # begun on the former examination while this one was looked for
        self._ahead.clear()
        self.session.close_examination()
        self.session.refs, self._te_ms = refs, te_ms
        self.session.measured = set()

    def _case_opened(self, found: work.OpenedCase) -> None:
        session, case = self.session, found.case
        self._list((case.ref,))
        session.settings = case.settings
        session.saved[found.opened.fingerprint] = found.archived
        held = HeldCase(case.path, found.lock, case.settings, found.refusal)
        self._opened(0, case.settings, found.opened, held)
        if found.refusal is not None:
            self.noticed.emit(found.refusal)

    def _tell_unreadable(self, refs: tuple[ExaminationRef, ...]) -> None:
        """Say why nothing of all that was found can be measured: the gravest finding."""
        found = [finding for ref in refs for finding in ref.findings]
        found += [finding for ref in refs for series in ref.series for finding in series.findings]
        if found:
            self.noticed.emit(max(found, key=lambda finding: SEVERITY_RANK[finding.severity]))

    def _opened(
        self, index: int, settings: Settings, opened: work.Opened, case: HeldCase | None = None
    ) -> None:
        self._drop_organ_work()
        session, images = self.session, opened.fingerprint
        session.close_examination()
        session.current, session.case = index, case
        session.examination = opened.examination
        session.fingerprint = images
        first = History(State(opened.reading, accepted_organs(opened.reading)))
        locked = case is not None and case.refusal is not None
        session.history = first if locked else session.kept.get(images, first)
        session.origins[images] = self._origin(session.refs[index])
        recovered = None if locked else session.recovered.pop(images, None)
        if recovered is None and images not in session.kept:
            session.saved.setdefault(images, opened.reading)
        if recovered is not None and recovered is not session.state.reading:
            # These images were open before the work on them was found: it is one step more.
            session.history = session.history.push(State(recovered, accepted_organs(recovered)))
        # Reader or profile may have changed while this examination was being opened.
        stale = session.state.reading is not opened.reading or session.settings is not settings
        session.organs = {} if stale else {analysis.organ: analysis for analysis in opened.organs}
        if any(analysis.result is not None for analysis in opened.organs):
            session.measured.add(index)
        self.list_changed.emit()
        self.examination_changed.emit()
        for organ in session.organs_read:
            if stale:
                self._measure(session.entry(organ))
            else:
                self._want_maps(organ)
        self._prepare_next()
        if recovered is not None:
            self.noticed.emit(Finding("work_taken_up", "info"))

    def _origin(self, ref: ExaminationRef) -> Origin:
        source, study = str(ref.root.absolute()), ref.study
        return Origin(source, study.instance_uid, study.date, self._te_ms)

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

    def case_saved(self, images: str, saved: SavedCase) -> None:
        """Note that a reading stands in a case now."""
        session = self.session
        session.saved[images] = saved.reading
        session.origins[images] = replace(session.origins[images], source=str(saved.case.path), te_ms=None)
        if session.fingerprint != images:
            saved.release()
            return
        if session.case is not None and session.case.lock is not saved.case.lock:
            session.case.release()
        session.case = saved.case
        self.case_changed.emit()

    def open_next(self) -> None:
        """Open the next examination that can be measured."""
        following = self.next_index
        if following is None:
            self.noticed.emit(Finding("no_next_examination", "info"))
        else:
            self.open_examination(following)

    def done_and_next(self) -> None:
        """Accept what is shown and open the next examination."""
        if self.session.refusal is None:
            for organ in ORGANS:
                self.accept(organ)
            self.done.emit()
        self.open_next()
