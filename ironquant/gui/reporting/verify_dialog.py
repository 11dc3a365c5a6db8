"""Shows who signed a report, when, and whether anything was changed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ironquant.gui import style
from ironquant.gui.pieces import label
from ironquant.gui.reporting.fields import close_button, state_words
from ironquant.gui.reporting.jobs import Checked

_WIDTH = 640


class VerifyDialog(QDialog):
    """A verdict, the signatures, and what stands against it in plain words."""

    another_wanted = Signal()
    trust_wanted = Signal()

    def __init__(self, checked: Checked, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Verify a report"))
        self.setMinimumWidth(_WIDTH)
        picture, self.verdict = QLabel(), label("emptyTitle", wrap=True)
        kind = "info" if checked.verified else "error" if checked.changes else "warning"
        style.set_picture(picture, kind, kind, 32)
        self.verdict.setText(self._verdict(checked))
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.verdict, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 14)
        column.setSpacing(12)
        column.addLayout(head)
        self.lines: list[QLabel] = []
        for words in filter(None, (str(checked.path), state_words(checked.state))):
            self._add(column, words, "dim")
        for who, fingerprint in checked.signers:
            self._add(column, who)
            self._add(column, fingerprint, "dim")
        for words in (*checked.changes, *checked.doubts):
            self._add(column, words)
        if checked.numbers:
            self._add(column, checked.numbers, "dim")
        buttons, self.close_button = close_button(self.tr("Close"))
        buttons.rejected.connect(self.reject)
        self.another = QPushButton(self.tr("Another report..."))
        self.another.clicked.connect(self.another_wanted)
        self.trust = QPushButton(self.tr("Trust a certificate..."))
        self.trust.setToolTip(self.tr("The PEM file that a signer gave you; compare its fingerprint first."))
        self.trust.clicked.connect(self.trust_wanted)
        row = QHBoxLayout()
        row.addWidget(self.another)
        row.addWidget(self.trust)
        row.addStretch(1)
        row.addWidget(buttons)
        column.addLayout(row)
        self.close_button.setDefault(True)

    def _verdict(self, checked: Checked) -> str:
        if checked.verified:
            return self.tr("Verified: signed by people trusted on this computer, and unchanged.")
        if checked.changes:
            return self.tr("NOT verified: this report is not what was issued and signed.")
        if checked.signers:
            return self.tr("Unchanged, but NOT verified: see below.")
        return self.tr("NOT verified: nobody has signed this report.")

    def _add(self, column: QVBoxLayout, words: str, name: str = "") -> None:
        line = label(name, words, wrap=True)
        line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.lines.append(line)
        column.addWidget(line)
