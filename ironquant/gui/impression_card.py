"""The impression: proposed by rules until the reader words it; to be copied into the hospital's system."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ironquant.export.impression import follow_up_words, impression_words
from ironquant.gui import language
from ironquant.gui.pieces import label, named
from ironquant.gui.session import Session

_PAUSE_MS = 800
"""After so long without a key the words are taken: one step of undo."""
_LINES = 4


class _Words(QPlainTextEdit):
    """A text field that tells when it is left; Tab goes on to the next widget."""

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class ImpressionCard(QFrame):
    """Shows and takes the words of the impression.

    Signals
    -------
    worded : str or None
        What the reader wrote; None: as proposed.
    copy_wanted, clinical_wanted
    """

    worded = Signal(object)
    copy_wanted = Signal()
    clinical_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.title = label("cardTitle")
        self.edit = _Words()
        self.edit.setTabChangesFocus(True)
        self.edit.setMinimumHeight(_LINES * self.edit.fontMetrics().lineSpacing() + 12)
        self.note = label("dim")
        self.proposed_button = named(QPushButton(), "flat")
        self.follow_up_button = QPushButton()
        self.copy_button, self.clinical_button = QPushButton(), QPushButton()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._proposed = self._taken = ""
        self._follow_up: list[str] = []
        self._lay_out()
        self.edit.textChanged.connect(self._pause.start)
        self.edit.left.connect(self.take)
        self._pause.timeout.connect(self.take)
        self.proposed_button.clicked.connect(self._as_proposed)
        self.follow_up_button.clicked.connect(self._add_follow_up)
        self.copy_button.clicked.connect(self.copy_wanted)
        self.clinical_button.clicked.connect(self.clinical_wanted)

    def show_session(self, session: Session) -> None:
        """Show the impression of the examination; what is being typed stays."""
        analysis = session.analysis
        self.setEnabled(analysis is not None)
        if self._pause.isActive() and analysis is not None:
            return
        self._proposed = "" if analysis is None else impression_words(analysis, language.current())
        self._follow_up = [] if analysis is None else follow_up_words(analysis, language.current())
        own = None if analysis is None else analysis.impression
        self._taken = self._proposed if own is None else own
        if self.edit.toPlainText() != self._taken:
            self.edit.setPlainText(self._taken)
            self._pause.stop()
        self.proposed_button.setVisible(own is not None)
        missing = [words for words in self._follow_up if words not in self._taken]
        self.follow_up_button.setEnabled(bool(missing))
        self.follow_up_button.setToolTip("\n".join([self.tr("Add to the impression:"), *missing]))
        told = analysis is not None and analysis.clinical.told
        self.note.setText(self.tr("reader's words") if own is not None else self.tr("as proposed"))
        self.note.setVisible(analysis is not None)
        self.clinical_button.setText(("✓ " if told else "") + self.tr("Clinical..."))

    def take(self) -> None:
        """Tell what the reader wrote, if anything is new."""
        self._pause.stop()
        words = self.edit.toPlainText().strip()
        if words != self._taken.strip():
            self._taken = words
            self.worded.emit(None if words in ("", self._proposed.strip()) else words)

    def retranslate(self, session: Session) -> None:
        """Put every word into the language of the window."""
        self.title.setText(self.tr("Impression"))
        self.edit.setAccessibleName(self.tr("Impression"))
        self.proposed_button.setText(self.tr("As proposed"))
        self.follow_up_button.setText(self.tr("+ Follow-up"))
        self.copy_button.setText(self.tr("Copy"))
        self.copy_button.setToolTip(
            self.tr("Findings and impression for the hospital's information system (Ctrl+T)")
        )
        self.clinical_button.setToolTip(self.tr("Diagnosis, transfusion, ferritin, chelation (Ctrl+K)"))
        self.show_session(session)

    def _as_proposed(self) -> None:
        self._pause.stop()
        self._taken = self._proposed
        self.edit.setPlainText(self._proposed)
        self._pause.stop()
        self.worded.emit(None)

    def _add_follow_up(self) -> None:
        words = self.edit.toPlainText().strip()
        missing = [line for line in self._follow_up if line not in words]
        self.edit.setPlainText("\n".join([words, *missing]))
        self.take()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addWidget(self.note, 1)
        head.addWidget(self.proposed_button)
        buttons = QHBoxLayout()
        buttons.addWidget(self.clinical_button)
        buttons.addWidget(self.follow_up_button)
        buttons.addStretch(1)
        buttons.addWidget(self.copy_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 10, 12, 10)
        whole.setSpacing(6)
        whole.addLayout(head)
        whole.addWidget(self.edit)
        whole.addLayout(buttons)
        for button in (
            self.proposed_button,
            self.clinical_button,
            self.follow_up_button,
            self.copy_button,
        ):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
