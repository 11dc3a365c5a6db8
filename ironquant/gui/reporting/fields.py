"""Fields that the dialogs of reports share: a file, a choice, the key with which somebody signs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSettings, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ironquant.core import Finding
from ironquant.gui import language
from ironquant.gui.pieces import accept_or_cancel, form_row, label
from ironquant.resources import LANGUAGES, PDF, SIDE_BY_SIDE, covering, message, spoken
from ironquant.signing.hand import Hand

WIDTH = 380
KEY, _IMAGE = "signing/key", "signing/image"


def remembered(name: str) -> str:
    """Return what the user gave the last time."""
    value = QSettings().value(name, "")
    return value if isinstance(value, str) else ""


def remember(name: str, value: str) -> None:
    """Keep it for the next time."""
    QSettings().setValue(name, value)


def report_languages(lang: str) -> QComboBox:
    """Return the choice of the languages of a report."""
    box = QComboBox()
    for row in LANGUAGES.values():
        if PDF in row.covers:
            box.addItem(row.name, row.code)
    for pair in SIDE_BY_SIDE:
        box.addItem(" + ".join(LANGUAGES[code].name for code in spoken(pair)), pair)
    box.setCurrentIndex(box.findData(covering(PDF, lang)))
    return box


def choice(items: Iterable[tuple[str, str]]) -> QComboBox:
    """Return a choice of words, each with what it stands for."""
    box = QComboBox()
    for words, value in items:
        box.addItem(words, value)
    return box


def state_words(state: str) -> str:
    """Return a state of a report in words; empty for none."""
    words = {
        "draft": QCoreApplication.translate("ReportState", "Draft, not reviewed"),
        "preliminary": QCoreApplication.translate("ReportState", "Preliminary report"),
        "final": QCoreApplication.translate("ReportState", "Final report"),
        "amended": QCoreApplication.translate("ReportState", "Amended report"),
    }
    return words.get(state, "")


class FileField(QWidget):
    """A file or folder, typed or looked for."""

    def __init__(self, title: str, kinds: str = "", known: str = "", *, folder: bool = False) -> None:
        super().__init__()
        self._title, self._kinds, self._folder = title, kinds, folder
        self.edit = QLineEdit(known)
        self.edit.setMinimumWidth(WIDTH)
        self.edit.setAccessibleName(title)
        self.button = QPushButton(self.tr("Browse..."))
        self.button.clicked.connect(lambda _=False: self.browse())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit, 1)
        row.addWidget(self.button)

    @property
    def path(self) -> Path | None:
        """What was chosen; None: nothing."""
        words = self.edit.text().strip()
        return Path(words) if words else None

    def browse(self) -> None:
        """Look for it."""
        at = self.edit.text().strip()
        if self._folder:
            chosen = QFileDialog.getExistingDirectory(self, self._title, at)
        else:
            chosen, _ = QFileDialog.getOpenFileName(self, self._title, at, self._kinds)
        if chosen:
            self.edit.setText(chosen)

    def add_to(self, form: QFormLayout) -> None:
        """Stand in a row of a form."""
        row = QHBoxLayout()
        row.addWidget(self)
        form_row(form, self._title, row, self.edit)


class KeyFields(QWidget):
    """Key, passphrase and picture of a signature; the files are remembered, the passphrase never is."""

    def __init__(self) -> None:
        super().__init__()
        self.key = FileField(self.tr("Key file"), self.tr("Keys (*.p12 *.pfx)"), remembered(KEY))
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setPlaceholderText(self.tr("asked each time, never kept"))
        pictures = self.tr("Pictures (*.png *.jpg *.jpeg)")
        self.image = FileField(self.tr("Signature image, if any"), pictures, remembered(_IMAGE))
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(10)
        self.key.add_to(form)
        form.addRow(self.tr("Passphrase"), self.passphrase)
        self.image.add_to(form)

    @property
    def complete(self) -> bool:
        """Whether a key is chosen and a passphrase typed."""
        return bool(self.key.edit.text().strip() and self.passphrase.text())

    @property
    def hand(self) -> Hand:
        """What is signed with."""
        words = self.passphrase.text()
        return Hand(self.key.edit.text().strip(), lambda: words, self.image.path)

    def keep(self) -> None:
        """Remember the files, forget the passphrase."""
        remember(KEY, self.key.edit.text().strip())
        remember(_IMAGE, self.image.edit.text().strip())
        self.passphrase.clear()


class JobDialog(QDialog):
    """Stays open while what it asked for is done in the background, and says what went wrong."""

    wanted = Signal()

    def __init__(self, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.problem = label("reason", wrap=True)
        self.problem.hide()
        self._running = False

    def finish_layout(self, parts: Iterable[QWidget | QFormLayout], accept: str) -> None:
        """Put the parts one below the other, then the problem and the buttons."""
        self.buttons, self.accept_button = accept_or_cancel(self, accept, self.tr("Cancel"))
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(14)
        for part in parts:
            if isinstance(part, QWidget):
                column.addWidget(part)
            else:
                column.addLayout(part)
        column.addWidget(self.problem)
        column.addWidget(self.buttons)

    @property
    def ready(self) -> bool:
        """Whether all is told that is needed."""
        return True

    def accept(self) -> None:
        """Ask for the work; the dialog closes when it is done."""
        if self.ready and not self._running:
            self._set_running(True)
            self.wanted.emit()

    def reject(self) -> None:
        """Close, unless something is being written."""
        if not self._running:
            super().reject()

    def done_well(self) -> None:
        """Close."""
        self._set_running(False)
        super().accept()

    def fail(self, finding: Finding) -> None:
        """Say what went wrong, and let the user try again."""
        self._set_running(False)
        self.problem.setText(message(finding.code, finding.params, language.current()))
        self.problem.show()
        self.adjustSize()

    def enable(self) -> None:
        """Let the user go on where all is told."""
        self.accept_button.setEnabled(self.ready and not self._running)

    def _set_running(self, running: bool) -> None:
        self._running = running
        self.problem.hide()
        self.enable()


def close_button(words: str) -> tuple[QDialogButtonBox, QPushButton]:
    """Return a row of buttons with one that closes."""
    buttons = QDialogButtonBox()
    return buttons, buttons.addButton(words, QDialogButtonBox.ButtonRole.RejectRole)
