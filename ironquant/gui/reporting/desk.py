"""Issues, signs and verifies reports: asks by dialogs, works in the background."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QWidget

from ironquant.core import Finding
from ironquant.gui import language
from ironquant.gui.reporting import jobs
from ironquant.gui.saving import Saved
from ironquant.gui.tasks import Work
from ironquant.resources import term, text

if TYPE_CHECKING:
    from ironquant.gui.filing import Filing
    from ironquant.gui.reporting.fields import JobDialog
    from ironquant.gui.reporting.finish_dialog import FinishDialog
    from ironquant.gui.reporting.sign_dialog import KeyDialog, SignDialog
    from ironquant.signing import Certificate, Signed

_CHANNEL, _CHECK = "report_issue", "report_check"


class ReportDesk(QObject):
    """What is done with reports as documents; the dialogs are made when they are first needed."""

    def __init__(self, filing: Filing, window: QWidget) -> None:
        super().__init__(window)
        self._filing, self._window = filing, window
        self.dialog: QDialog | None = None

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what the actions do, by name."""
        return {
            "finish_report": self.ask_finish,
            "sign_report": self.ask_sign,
            "verify_report": self.ask_verify,
            "make_key": self.ask_key,
        }

    # --- issuing ---------------------------------------------------------------------------------
    def ask_finish(self) -> None:
        """Ask how the report of what is shown is issued, and issue it."""
        from ironquant.gui.reporting.finish_dialog import FinishDialog

        order = self._filing.order()
        if order is None:
            return
        reading, paper = order.reading, order.settings.report.paper
        dialog = FinishDialog(reading.reader, reading.reviewer, paper, language.current(), self._window)
        dialog.wanted.connect(partial(self._finish, dialog))
        self._open(dialog)

    def _finish(self, dialog: FinishDialog) -> None:
        wish = dialog.wish
        self._filing.name_physicians(wish.reader, wish.reviewer)
        order = self._filing.order()
        if order is not None:
            self._start(dialog, partial(jobs.finish, order, wish), partial(self._finished, dialog))

    def _finished(self, dialog: FinishDialog, done: tuple[Saved, str]) -> None:
        saved, signer = done
        dialog.keep()
        dialog.done_well()
        words = [self.tr("Saved: {file}").format(file=str(saved.path))]
        if signer:
            words.append(self._signed_words("reader", signer, saved.path / "report.pdf"))
        self._filing.tell_saved(saved, "\n".join(words))

    # --- signing ---------------------------------------------------------------------------------
    def ask_sign(self) -> None:
        """Ask for a report and a key, and sign."""
        from ironquant.gui.reporting.sign_dialog import SignDialog

        dialog = SignDialog(self._window)
        dialog.report_chosen.connect(partial(self._look, dialog))
        dialog.wanted.connect(partial(self._sign, dialog))
        self._open(dialog)

    def _look(self, dialog: SignDialog, report: Path) -> None:
        job = partial(jobs.verify, report, language.current())
        self._filing.tasks.start(_CHECK, job, dialog.show_checked, dialog.show_unread)

    def _sign(self, dialog: SignDialog) -> None:
        report, role = dialog.report.path, dialog.role
        if report is not None and role is not None:
            job = partial(jobs.sign, report, role, dialog.key.hand)
            self._start(dialog, job, partial(self._signed, dialog, role.value))

    def _signed(self, dialog: SignDialog, role: str, signed: Signed) -> None:
        dialog.key.keep()
        dialog.done_well()
        words = self._signed_words(role, signed.name, signed.file)
        if signed.objects:
            words = f"{words}\n" + self.tr("The DICOM report is marked as verified.")
        self._filing.tell_saved(Saved(signed.file, signed.findings), words)

    def _signed_words(self, role: str, name: str, file: Path) -> str:
        lang = language.current()
        return text("signing", "signed", lang, role=term(f"role_{role}", lang), name=name, file=file)

    def ask_key(self) -> None:
        """Ask for a name and a passphrase, and make a key."""
        from ironquant.gui.reporting.sign_dialog import KeyDialog

        dialog = KeyDialog(self._window)
        dialog.wanted.connect(partial(self._make_key, dialog))
        self._open(dialog)

    def _make_key(self, dialog: KeyDialog) -> None:
        told = (dialog.name_edit.text(), dialog.place_edit.text(), dialog.first.text())
        self._start(dialog, partial(jobs.make_key, dialog.path, *told), partial(self._key_made, dialog))

    def _key_made(self, dialog: KeyDialog, certificate: Certificate) -> None:
        from ironquant.gui.reporting.fields import KEY, remember
        from ironquant.gui.reporting.sign_dialog import fingerprint_words

        path, lang = dialog.path, language.current()
        dialog.done_well()
        remember(KEY, str(path))
        lines = [text("signing", "key_written", lang, file=path)]
        lines.append(text("signing", "certificate_written", lang, file=path.with_suffix(".pem")))
        lines.append(fingerprint_words(certificate.fingerprint))
        self._filing.tell_saved(Saved(path), "\n".join(lines))

    # --- verifying -------------------------------------------------------------------------------
    def ask_verify(self) -> None:
        """Ask for a report, and say what there is to say about it."""
        title = self.tr("Verify a report")
        chosen, _ = QFileDialog.getOpenFileName(self._window, title, "", self.tr("PDF files (*.pdf)"))
        if chosen:
            self.verify(Path(chosen))

    def verify(self, report: Path) -> None:
        """Verify a report in the background, and show what came out."""
        self._filing.start(_CHECK, partial(jobs.verify, report, language.current()), self._show)

    def _show(self, checked: jobs.Checked) -> None:
        from ironquant.gui.reporting.verify_dialog import VerifyDialog

        dialog = VerifyDialog(checked, self._window)
        dialog.another_wanted.connect(dialog.reject)
        dialog.another_wanted.connect(self.ask_verify)
        dialog.trust_wanted.connect(partial(self._ask_trust, dialog, checked.path))
        self._open(dialog)

    def _ask_trust(self, dialog: QDialog, report: Path) -> None:
        title = self.tr("Trust a certificate")
        kinds = self.tr("Certificates (*.pem *.crt *.cer *.der)")
        chosen, _ = QFileDialog.getOpenFileName(dialog, title, "", kinds)
        if chosen:
            self.trust(Path(chosen), dialog, report)

    def trust(self, file: Path, dialog: QDialog, report: Path) -> None:
        """Show whose certificate it is; pin it if the user agrees, and verify again."""
        from ironquant.core import IronQuantError
        from ironquant.gui.reporting.sign_dialog import fingerprint_words
        from ironquant.signing import Certificate, pin_certificate, read_certificates

        try:
            found = read_certificates((file,))
            if not found:
                self._filing.tell(Finding("certificate_unreadable", "error", {"file": str(file)}))
                return
            holder = Certificate.of(found[0])
            words = self.tr("Trust signatures of {name} on this computer?").format(name=holder.name)
            if self._agreed(f"{words}\n\n{fingerprint_words(holder.fingerprint)}", dialog):
                pin_certificate(file)
                dialog.reject()
                self.verify(report)
        except IronQuantError as error:
            self._filing.tell(error.finding)

    def _agreed(self, words: str, parent: QWidget) -> bool:
        asked = QMessageBox(parent)
        asked.setIcon(QMessageBox.Icon.Question)
        asked.setWindowTitle(self.tr("Trust a certificate"))
        asked.setText(words)
        trust = asked.addButton(self.tr("Trust"), QMessageBox.ButtonRole.AcceptRole)
        asked.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        asked.exec()
        return asked.clickedButton() is trust

    # --- both ------------------------------------------------------------------------------------
    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._forget)
        dialog.open()

    def _forget(self) -> None:
        """Let go of a dialog, and of the look at a report that it may wait for."""
        self.dialog = None
        self._filing.tasks.drop(_CHECK)

    def _start(self, dialog: JobDialog, job: Work, done: Callable[..., None]) -> None:
        """Work for a dialog, which stays open until it is done; what it asked for last counts."""
        self._filing.tasks.start(_CHANNEL, job, done, dialog.fail, visible=True)
