"""Asks what to de-identify, where the copies go, and where the key is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ironquant.core import SEVERITY_RANK
from ironquant.gui.pieces import accept_or_cancel, form_row, label
from ironquant.resources import message, text

if TYPE_CHECKING:
    from ironquant.dicom.deid import Deidentified, DeidentifyOptions

_KEY_NAME = "ironquant-key.json"
_WIDTH = 420


@dataclass(frozen=True)
class Wish:
    """What the user chose."""

    source: Path
    out: Path
    key: Path
    options: DeidentifyOptions


def sentence(done: Deidentified, lang: str) -> str:
    """Return what was done in words, with the gravest finding."""
    words = [text("cli", "deid_done", lang, **done.told)]
    if done.findings:
        gravest = max(done.findings, key=lambda finding: SEVERITY_RANK[finding.severity])
        words.append(message(gravest.code, gravest.params, lang))
    return " ".join([*words, text("cli", "deid_key", lang, file=str(done.key))])


class DeidentifyDialog(QDialog):
    """Folder of the originals, folder for the copies, key file, and what to include."""

    def __init__(self, source: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("De-identify images"))
        self.source_edit = QLineEdit("" if source is None else str(source))
        self.out_edit = QLineEdit()
        self.key_edit = QLineEdit(str(Path.home() / _KEY_NAME))
        self.burnt_in_box = QCheckBox(self.tr("Include screenshots and other images that may show a name"))
        self.words_box = QCheckBox(self.tr("Keep all words of series descriptions but the patient's own"))
        form = QFormLayout()
        form.setVerticalSpacing(10)
        for title, edit, browse in (
            (self.tr("Originals"), self.source_edit, self._browse_source),
            (self.tr("Folder for the copies"), self.out_edit, self._browse_out),
            (self.tr("Key file"), self.key_edit, self._browse_key),
        ):
            form_row(form, title, self._row(edit, browse), edit)
        hint = self.tr(
            "The key file tells who is behind a pseudonym. Keep it apart from the copies, and use it again: "
            "then a patient keeps the pseudonym, and the time between visits stays true."
        )
        form.addRow(label("dim", hint, wrap=True))
        form.addRow(self.burnt_in_box)
        form.addRow(self.words_box)
        buttons, self.start_button = accept_or_cancel(self, self.tr("De-identify"), self.tr("Cancel"))
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(16)
        column.addLayout(form)
        column.addWidget(buttons)
        for edit in (self.source_edit, self.out_edit, self.key_edit):
            edit.textChanged.connect(self._enable)
        self._enable()

    @property
    def wish(self) -> Wish:
        """What was chosen."""
        from ironquant.dicom.deid import DeidentifyOptions

        options = DeidentifyOptions(
            include_burnt_in=self.burnt_in_box.isChecked(), keep_descriptions=self.words_box.isChecked()
        )
        source, out, key = (
            Path(edit.text().strip()) for edit in (self.source_edit, self.out_edit, self.key_edit)
        )
        return Wish(source, out, key, options)

    def _row(self, edit: QLineEdit, browse: Callable[[], None]) -> QHBoxLayout:
        edit.setMinimumWidth(_WIDTH)
        button = QPushButton(self.tr("Browse..."))
        button.clicked.connect(lambda _=False: browse())
        row = QHBoxLayout()
        row.addWidget(edit, 1)
        row.addWidget(button)
        return row

    def _enable(self) -> None:
        edits = (self.source_edit, self.out_edit, self.key_edit)
        self.start_button.setEnabled(all(edit.text().strip() for edit in edits))

    def _browse_source(self) -> None:
        self._put(self.source_edit, QFileDialog.getExistingDirectory(self, self.tr("Originals")))

    def _browse_out(self) -> None:
        self._put(self.out_edit, QFileDialog.getExistingDirectory(self, self.tr("Folder for the copies")))

    def _browse_key(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Key file"),
            self.key_edit.text(),
            self.tr("Key files (*.json)"),
            options=QFileDialog.Option.DontConfirmOverwrite,  # a known key is added to
        )
        self._put(self.key_edit, chosen)

    def _put(self, edit: QLineEdit, chosen: str) -> None:
        if chosen:
            edit.setText(chosen)
