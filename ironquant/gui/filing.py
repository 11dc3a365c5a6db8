"""What the window writes: report, results, copies without identity; asked for, written in the background."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from ironquant.core import CASE_SUFFIX, Finding
from ironquant.gui import language, saving, work
from ironquant.gui.controller import Controller
from ironquant.gui.notices import NoticeBar
from ironquant.gui.reporting.desk import ReportDesk
from ironquant.gui.tasks import Done, Work

if TYPE_CHECKING:
    from ironquant.case import State
    from ironquant.dicom.deid import Deidentified
    from ironquant.export.signing_block import State as ReportState
    from ironquant.gui.batch_page import BatchPage
    from ironquant.gui.deidentify_dialog import Wish


class Filing(QObject):
    """Asks where to write, writes, and says what was written."""

    def __init__(self, controller: Controller, notice: NoticeBar, window: QWidget) -> None:
        super().__init__(window)
        self._controller, self._notice, self._window = controller, notice, window
        self._saved: Path | None = None
        self.batch: BatchPage | None = None
        self.reports, self.tasks = ReportDesk(self, window), controller.tasks
        controller.done.connect(self.keep)

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what the actions do, by name."""
        return {
            "open": self.ask_folder,
            "open_file": self.ask_open,
            "save": self.save_case,
            "save_as": self.ask_case,
            "finish": self.ask_final,
            "report": self.ask_report,
            "export": self.ask_export,
            "deidentify": self.ask_deidentify,
            "batch": self.show_batch,
            **self.reports.slots(),
        }

    def ask_report(self) -> None:
        """Ask where the report goes, and write it."""
        examination = self._controller.session.examination
        if examination is None:
            return
        from ironquant.export import study_folder
        from ironquant.gui.dialogs import ReportDialog

        name = f"{study_folder(examination.study)}_report.pdf"
        dialog = ReportDialog(Path.home() / name, language.current(), self._window)
        if dialog.exec():
            self.save_report(dialog.path, dialog.lang, dialog.state)

    def save_report(self, path: Path, lang: str, state: ReportState = "draft") -> None:
        """Write the report in the background."""
        self._save(lambda order: partial(saving.save_report, order, path, lang, state=state))

    def ask_export(self) -> None:
        """Ask where all results go, and write them."""
        if self._controller.session.examination is None:
            return
        chosen = QFileDialog.getExistingDirectory(self._window, self.tr("Folder for the results"))
        if chosen:
            self.export_results(Path(chosen), language.current())

    def export_results(self, folder: Path, lang: str) -> None:
        """Write report, analysis.json, maps and regions in the background."""
        self._save(lambda order: partial(saving.save_results, order, folder, lang))

    def ask_folder(self) -> None:
        """Ask for a folder, and open it."""
        chosen = QFileDialog.getExistingDirectory(self._window, self.tr("Open folder"))
        if chosen:
            self._notice.hide()
            self._controller.open_path(Path(chosen))

    def ask_echo_times(self, path: Path, n_volumes: int) -> None:
        """Ask for the echo times of images that do not tell them, and open them."""
        from ironquant.gui.dialogs import EchoTimesDialog

        dialog = EchoTimesDialog(n_volumes, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def use() -> None:
            self._notice.hide()
            self._controller.open_path(path, dialog.te_ms)

        dialog.accepted.connect(use)
        dialog.open()

    def ask_open(self) -> None:
        """Ask for a case or a file of images, and open it."""
        kinds = (
            self.tr("Cases and images (*.iqcase *.zip *.dcm *.ima *.nii *.nii.gz DICOMDIR)"),
            self.tr("All files (*)"),
        )
        chosen, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open file"), "", ";;".join(kinds))
        if chosen:
            self._notice.hide()
            self._controller.open_path(Path(chosen))

    def save_case(self) -> None:
        """Write the case that is open; ask where to if there is none."""
        case = self._controller.session.case
        if case is None or case.refusal is not None:
            self.ask_case()
        else:
            self.write_case(case.path)

    def ask_case(self) -> None:
        """Ask where the case goes, and write it."""
        examination = self._controller.session.examination
        if examination is None:
            return
        from ironquant.export import study_folder

        proposed = Path.home() / f"{study_folder(examination.study)}{CASE_SUFFIX}"
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save case"), str(proposed), self.tr("Cases (*.iqcase)")
        )
        if chosen:
            path = Path(chosen)
            self.write_case(path if path.suffix.lower() == CASE_SUFFIX else Path(f"{path}{CASE_SUFFIX}"))

    def ask_final(self) -> None:
        """Ask whether the case that is open is to be final, and write it so."""
        case = self._controller.session.case
        if case is None or case.refusal is not None:
            return
        words = self.tr("{file} will be final: it can be opened, but not changed any more.")
        asked = QMessageBox(self._window)
        asked.setIcon(QMessageBox.Icon.Question)
        asked.setWindowTitle(self.tr("Finish the case"))
        asked.setText(words.format(file=case.path.name))
        finish = asked.addButton(self.tr("Finish"), QMessageBox.ButtonRole.AcceptRole)
        asked.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        asked.exec()
        if asked.clickedButton() is finish:
            self.write_case(case.path, "final")

    def write_case(self, path: Path, state: State = "draft") -> None:
        """Write the case in the background."""
        session, lang = self._controller.session, language.current()
        order, images = self.order(), session.fingerprint
        if order is not None:
            job = partial(saving.save_case, order, session.case, path.absolute(), state, lang)
            done = partial(self._saved_case, images)
            unwanted = saving.SavedCase.release
            self._controller.tasks.start("case", job, done, self.tell, visible=True, unwanted=unwanted)

    def _saved_case(self, images: str, saved: saving.SavedCase) -> None:
        self._controller.case_saved(images, saved)
        self._saved_files(saving.Saved(saved.case.path, saved.findings))

    def keep(self) -> None:
        """Put what is shown into the library of examinations, in the background."""
        order = self.order()
        if order is not None:
            job = partial(saving.keep_examination, order)
            channel = f"keep:{self._controller.session.fingerprint}"
            self._controller.tasks.start(channel, job, self._kept, self.tell)

    def _kept(self, findings: tuple[Finding, ...]) -> None:
        for finding in findings:
            self._controller.noticed.emit(finding)

    def order(self) -> saving.Order | None:
        """Return what is shown, frozen."""
        session = self._controller.session
        if session.examination is None:
            return None
        reading, known = session.state.reading, dict(session.maps)
        ref = None if session.current is None else session.refs[session.current]
        return saving.Order(
            session.examination,
            reading,
            session.settings,
            known,
            ref,
            session.priors,
            self._controller.library,
        )

    def _save(self, make: Callable[[saving.Order], Work]) -> None:
        order = self.order()
        if order is not None:
            self.start("save", make(order), self._saved_files)

    def start(self, channel: str, job: Work, done: Done) -> None:
        """Do something in the background that the user waits for."""
        self._controller.tasks.start(channel, job, done, self.tell, visible=True)

    def tell(self, finding: Finding) -> None:
        """Say something in the window."""
        self._controller.noticed.emit(finding)

    def name_physicians(self, reader: str, reviewer: str) -> None:
        """Take who answers for the report into the reading, unless the case can be read only."""
        if self._controller.session.refusal is None:
            self._controller.set_physicians(reader, reviewer)

    def _saved_files(self, saved: saving.Saved) -> None:
        self.tell_saved(saved, self.tr("Saved: {file}").format(file=str(saved.path)))

    def tell_saved(self, saved: saving.Saved, words: str) -> None:
        """Say what was written, and offer its folder."""
        self._saved = saved.path
        self._notice.show_words(words)
        if saved.findings:
            self._notice.show_finding(saved.findings[0])
        self._notice.action.setVisible(True)

    def ask_deidentify(self) -> None:
        """Ask which images are copied without identity, and where to."""
        from ironquant.gui.deidentify_dialog import DeidentifyDialog

        session = self._controller.session
        opened = session.refs[0].root if session.refs else None
        dialog = DeidentifyDialog(opened, self._window)
        if dialog.exec():
            self.deidentify(dialog.wish)

    def deidentify(self, wish: Wish) -> None:
        """Write de-identified copies in the background."""
        self._notice.hide()
        job = partial(work.deidentify_images, wish.source, wish.out, wish.key, wish.options)
        self.start("deidentify", job, self._deidentified)

    def _deidentified(self, done: Deidentified) -> None:
        from ironquant.gui.deidentify_dialog import sentence

        self._saved = done.folder
        self._notice.show_words(sentence(done, language.current()))
        self._notice.action.setVisible(True)

    def show_batch(self) -> None:
        """Show the page on which a cohort is measured; it stays as it was while something runs in it."""
        if self.batch is None or not (self.batch.running or self.batch.isVisible()):
            from ironquant.gui.batch_page import BatchPage

            session = self._controller.session
            self.batch = BatchPage(self._controller.tasks, lambda: session.settings, self._window)
        self.batch.show()
        self.batch.raise_()
        self.batch.activateWindow()

    def show_saved(self) -> None:
        """Open the folder of what was written last."""
        if self._saved is not None:
            folder = self._saved if self._saved.is_dir() else self._saved.parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
