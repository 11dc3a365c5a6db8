"""Issues the report of the examination that is shown: state, reason, paper, language, names, signature."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QWidget

from ironquant.core import Paper
from ironquant.export.signing_block import State
from ironquant.gui.pieces import label
from ironquant.gui.reporting.fields import (
    FileField,
    JobDialog,
    KeyFields,
    choice,
    remember,
    remembered,
    report_languages,
    state_words,
)
from ironquant.signing.hand import Hand

_READER, _REVIEWER, _FOLDER = "report/reader", "report/reviewer", "report/folder"
_PAPERS: tuple[Paper, ...] = ("A4", "Letter")


@dataclass(frozen=True)
class Wish:
    """How the report is issued.

    Attributes
    ----------
    hand : Hand or None
        What the reader signs with; None: nobody signs now.
    """

    folder: Path
    state: State
    reason: str
    lang: str
    paper: Paper
    reader: str
    reviewer: str
    hand: Hand | None


class FinishDialog(JobDialog):
    """Asks for everything that stands on a report beside its numbers."""

    def __init__(
        self, reader: str, reviewer: str, paper: Paper, lang: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(self.tr("Finish report"), parent)
        self.state_box = choice((state_words(state), state) for state in get_args(State))
        self.state_box.setCurrentIndex(self.state_box.findData("final"))
        self.reason_edit = QLineEdit()
        self.reason_edit.setPlaceholderText(self.tr("printed on the report; the earlier one stays"))
        self.language_box = report_languages(lang)
        self.paper_box: QComboBox = choice((name, name) for name in _PAPERS)
        self.paper_box.setCurrentIndex(self.paper_box.findData(paper))
        self.reader_edit = QLineEdit(reader or remembered(_READER))
        self.reviewer_edit = QLineEdit(reviewer or remembered(_REVIEWER))
        known = remembered(_FOLDER) or str(Path.home())
        self.folder = FileField(self.tr("Folder for the results"), known=known, folder=True)
        self.sign_box = QCheckBox(self.tr("Sign now with my key, as reporting physician"))
        self.key = KeyFields()
        form = QFormLayout()
        form.setVerticalSpacing(10)
        for title, widget in (
            (self.tr("State of the report"), self.state_box),
            (self.tr("Reason of the amendment"), self.reason_edit),
            (self.tr("Reporting physician"), self.reader_edit),
            (self.tr("Reviewing physician"), self.reviewer_edit),
            (self.tr("Language of the report"), self.language_box),
            (self.tr("Paper"), self.paper_box),
        ):
            form.addRow(title, widget)
        self.folder.add_to(form)
        hint = self.tr(
            "A final report stays as it is: what changes later is an amended one. The reviewing physician "
            "signs it afterwards (Sign a report...)."
        )
        self.finish_layout(
            (form, label("dim", hint, wrap=True), self.sign_box, self.key), self.tr("Write report")
        )
        for edit in (self.reason_edit, self.reader_edit, self.reviewer_edit, self.folder.edit):
            edit.textChanged.connect(self._judge)
        for edit in (self.key.key.edit, self.key.passphrase):
            edit.textChanged.connect(self._judge)
        self.state_box.currentIndexChanged.connect(self._judge)
        self.sign_box.toggled.connect(self._judge)
        self._judge()

    @property
    def wish(self) -> Wish:
        """What was chosen."""
        folder = self.folder.path
        assert folder is not None, "the button is off without a folder"
        return Wish(
            folder,
            self._state,
            self.reason_edit.text().strip() if self._state == "amended" else "",
            str(self.language_box.currentData()),
            _PAPERS[self.paper_box.currentIndex()],
            self.reader_edit.text().strip(),
            self.reviewer_edit.text().strip(),
            self.key.hand if self._signs else None,
        )

    @property
    def ready(self) -> bool:
        """Whether all is told; what may not be is said by the rules of the report."""
        told = bool(self.folder.edit.text().strip()) and (self.key.complete or not self._signs)
        return told and bool(self.reason_edit.text().strip() or self._state != "amended")

    def keep(self) -> None:
        """Remember names, folder and key for the next report."""
        wish = self.wish
        for name, value in ((_READER, wish.reader), (_REVIEWER, wish.reviewer), (_FOLDER, str(wish.folder))):
            remember(name, value)
        if self._signs:
            self.key.keep()

    @property
    def _state(self) -> State:
        state: State = self.state_box.currentData()
        return state

    @property
    def _signs(self) -> bool:
        return self.sign_box.isChecked() and self._state != "draft"

    def _judge(self) -> None:
        self.reason_edit.setEnabled(self._state == "amended")
        self.sign_box.setEnabled(self._state != "draft")
        self.key.setVisible(self._signs)
        self.enable()
        self.adjustSize()
