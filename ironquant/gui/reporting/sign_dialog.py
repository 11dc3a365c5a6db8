"""Signs a report that was issued: as reader, or as reviewer of a report that the reader has signed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from ironquant.core import Finding
from ironquant.gui import language
from ironquant.gui.pieces import label
from ironquant.gui.reporting.fields import FileField, JobDialog, KeyFields, state_words
from ironquant.gui.reporting.jobs import Checked
from ironquant.resources import message, text
from ironquant.signing.roles import Role


class SignDialog(JobDialog):
    """Asks for report and key; the report itself tells whose signature is missing."""

    report_chosen = Signal(Path)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Sign a report"), parent)
        self.role: Role | None = None
        self.report = FileField(self.tr("Report"), self.tr("PDF files (*.pdf)"))
        self.words = label(
            "dim", self.tr("Choose the PDF of a report, in the folder of its results."), wrap=True
        )
        self.key = KeyFields()
        form = QFormLayout()
        form.setVerticalSpacing(10)
        self.report.add_to(form)
        self.finish_layout((form, self.words, self.key), self.tr("Sign"))
        self.report.edit.textChanged.connect(self._chosen)
        for edit in (self.key.key.edit, self.key.passphrase):
            edit.textChanged.connect(self.enable)
        self.enable()

    @property
    def ready(self) -> bool:
        """Whether a signature is missing, and the key is told."""
        return self.role is not None and self.key.complete

    def show_checked(self, checked: Checked) -> None:
        """Say who has signed, and in which role the user signs now."""
        self.role = checked.missing
        lines = [state_words(checked.state), *(who for who, _ in checked.signers)]
        if checked.changes:
            lines += checked.changes
        elif self.role == Role.READER:
            lines.append(self.tr("You sign as reporting physician, the first of two."))
        elif self.role == Role.REVIEWER:
            lines.append(self.tr("You sign as reviewing physician, the second of two."))
        else:
            lines.append(self.tr("Both have signed."))
        self.words.setText("\n".join(filter(None, lines)))
        self.enable()
        self.adjustSize()

    def show_unread(self, finding: Finding) -> None:
        """Say why the report cannot be read."""
        self.role = None
        self.words.setText(message(finding.code, finding.params, language.current()))
        self.enable()

    def _chosen(self) -> None:
        self.role = None
        self.enable()
        path = self.report.path
        if path is not None and path.is_file():
            self.report_chosen.emit(path)


class KeyDialog(JobDialog):
    """Makes a key for a physician of a centre without a certificate authority."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Make a key to sign with"), parent)
        self.name_edit, self.place_edit = QLineEdit(), QLineEdit()
        self.name_edit.setPlaceholderText(self.tr("as it shall stand in the signature"))
        self.file_edit = QLineEdit(str(Path.home() / "ironquant.p12"))
        self.first, self.second = QLineEdit(), QLineEdit()
        form = QFormLayout()
        form.setVerticalSpacing(10)
        for title, edit in (
            (self.tr("Name"), self.name_edit),
            (self.tr("Hospital"), self.place_edit),
            (self.tr("Key file"), self.file_edit),
            (self.tr("Passphrase"), self.first),
            (self.tr("Passphrase again"), self.second),
        ):
            edit.setMinimumWidth(320)
            form.addRow(title, edit)
            edit.textChanged.connect(lambda _: self.enable())
        for edit in (self.first, self.second):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
        hint = self.tr(
            "Keep the key file and its passphrase for yourself: whoever has both signs in your name. The "
            "certificate (PEM) beside it is for those who verify your signature."
        )
        self.finish_layout((form, label("dim", hint, wrap=True)), self.tr("Make key"))
        self.enable()

    @property
    def ready(self) -> bool:
        """Whether name and file are told, and the passphrase twice the same."""
        told = self.name_edit.text().strip() and self.file_edit.text().strip() and self.first.text()
        return bool(told) and self.first.text() == self.second.text()

    @property
    def path(self) -> Path:
        """File of the key."""
        path = Path(self.file_edit.text().strip())
        return path if path.suffix.lower() in (".p12", ".pfx") else path.with_name(f"{path.name}.p12")


def fingerprint_words(fingerprint: str) -> str:
    """Return what to compare before a certificate is pinned."""
    from ironquant.signing import shown_fingerprint

    shown = shown_fingerprint(fingerprint)
    return text("signing", "compare_fingerprint", language.current(), fingerprint=shown)
