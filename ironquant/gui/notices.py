"""What the window says by itself: work going on, something to know, nothing open yet."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ironquant.core import Finding, Severity
from ironquant.gui import language, style
from ironquant.gui.pieces import label, named
from ironquant.resources import message, text

_STEPS = 1000
EmptyState = Literal["opening", "several", "unusable"]


class BusyBar(QFrame):
    """Step, progress and Cancel while something long runs."""

    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("busy")
        self.step = QLabel()
        self.bar = QProgressBar(textVisible=False)
        self.bar.setRange(0, _STEPS)
        self.cancel = named(QPushButton(), "flat")
        self.cancel.clicked.connect(self.cancel_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 8, 3)
        row.setSpacing(12)
        row.addWidget(self.step)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        self._code = ""
        self.hide()

    def set_busy(self, busy: bool) -> None:
        """Show or hide."""
        if busy and not self.isVisible():
            self._code = ""
            self.step.setText("")
            self.bar.setValue(0)
        self.setVisible(busy)

    def show_progress(self, channel: str, fraction: float, step: str) -> None:
        """Show how far it is."""
        self._code = step
        self.step.setText(text("steps", step, language.current()))
        self.bar.setValue(round(fraction * _STEPS))

    def retranslate(self) -> None:
        """Put every word into the language of the window."""
        self.cancel.setText(self.tr("Cancel"))
        if self._code:
            self.step.setText(text("steps", self._code, language.current()))
        self.bar.setAccessibleName(self.tr("Progress"))


class NoticeBar(QFrame):
    """One thing the user must know, until it is closed or replaced."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.icon, self.words = QLabel(), label(wrap=True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.action, self.close_button = named(QPushButton(), "flat"), QToolButton()
        self.diagnose = named(QPushButton(), "flat")
        style.set_icon(self.close_button, "close")
        self.close_button.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 8, 5)
        row.setSpacing(10)
        row.addWidget(self.icon)
        row.addWidget(self.words, 1)
        row.addWidget(self.action)
        row.addWidget(self.diagnose)
        row.addWidget(self.close_button)
        self._finding: Finding | None = None
        self.hide()

    def show_finding(self, finding: Finding) -> None:
        """Say a finding in the language of the window."""
        self._finding = finding
        self._show(finding.severity, message(finding.code, finding.params, language.current()))
        self.diagnose.setVisible(finding.code == "unexpected_error")

    def show_words(self, words: str) -> None:
        """Say something that went well."""
        self._finding = None
        self._show("info", words)

    def retranslate(self) -> None:
        """Put every word into the language of the window."""
        self.close_button.setToolTip(self.tr("Close this message"))
        self.close_button.setAccessibleName(self.tr("Close this message"))
        self.action.setText(self.tr("Show in folder"))
        self.diagnose.setText(self.tr("Diagnostic information..."))
        if self._finding is not None and self.isVisible():
            self.show_finding(self._finding)

    def _show(self, severity: Severity, words: str) -> None:
        style.set_picture(self.icon, severity, severity, 20)
        self.words.setText(words)
        for button in (self.action, self.diagnose):
            button.setVisible(False)
        self.show()


class EmptyPage(QWidget):
    """What to do when no examination is shown, though something was found, or is being looked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        picture = QLabel()
        style.set_picture(picture, "open", "dim", 72)
        self.title, self.explanation = label("emptyTitle"), label("emptyText")
        self.open_button, self.sample_button = named(QPushButton(), "primary"), QPushButton()
        column = QVBoxLayout(self)
        column.addStretch(2)
        for widget in (picture, self.title, self.explanation):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
            column.addSpacing(6)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.open_button)
        buttons.addSpacing(8)
        buttons.addWidget(self.sample_button)
        buttons.addStretch(1)
        column.addSpacing(8)
        column.addLayout(buttons)
        column.addStretch(3)
        self._state: EmptyState = "opening"

    def set_state(self, state: EmptyState) -> None:
        """Say what is the case: work going on, several to choose from, or none that can be measured."""
        self._state = state
        for button in (self.open_button, self.sample_button):
            button.setVisible(state != "opening")
        self.retranslate()

    def retranslate(self) -> None:
        """Put every word into the language of the window."""
        if self._state == "opening":
            self.title.setText(self.tr("Opening..."))
            self.explanation.setText(self.tr("Images are read, regions proposed and measured."))
        elif self._state == "several":
            self.title.setText(self.tr("Choose an examination in the list"))
            self.explanation.setText(self.tr("Several were found. One click opens it."))
        else:
            self.title.setText(self.tr("Nothing here can be measured"))
            self.explanation.setText(self.tr("The list on the left says why."))
        self.open_button.setText(self.tr("Open folder..."))
        self.sample_button.setText(self.tr("Open the sample patient"))
