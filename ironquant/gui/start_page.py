"""What the empty window shows: ways to begin, work that waits, what was opened lately."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ironquant.core import SOFTWARE_NAME, SOFTWARE_VERSION
from ironquant.gui import style
from ironquant.gui.pieces import label, named
from ironquant.gui.recent import Listed
from ironquant.gui.recent_list import RecentList

_LEFT, _WIDEST = 330, 1120
_BUTTON_HEIGHT, _DROP_HEIGHT, _ICON = 44, 124, 20
_Shown = Literal["nothing", "list", "unknown"]
_PLACES: dict[_Shown, int] = {"unknown": 0, "nothing": 1, "list": 2}


class BeginButton(QPushButton):
    """A wide button: picture, words, and on the right its key."""

    def __init__(self, picture: str, *, primary: bool = False) -> None:
        super().__init__()
        self.setObjectName("beginPrimary" if primary else "begin")
        drawn = QLabel()
        style.set_picture(drawn, picture, "accent_ink" if primary else "accent", _ICON)
        self._key = label("beginKey")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.addWidget(drawn)
        row.addStretch(1)
        row.addWidget(self._key)
        for part in (drawn, self._key):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(_LEFT, _BUTTON_HEIGHT)

    def show_words(self, words: str, key: QKeySequence) -> None:
        """Put words and key on the button."""
        self.setText(words)
        self._key.setText(key.toString(QKeySequence.SequenceFormat.NativeText))


class StartPage(QWidget):
    """Nothing is open: begin here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.open_button = BeginButton("open", primary=True)
        self.file_button, self.sample_button = BeginButton("case"), BeginButton("phantom")
        self.tour_button = named(QPushButton(), "flat")
        self.drop, self._drop_words = named(QFrame(), "drop"), label("dim")
        self.waiting, self._waiting_words = named(QFrame(), "card"), label(wrap=True)
        self.waiting_button = QPushButton()
        self.list, self._heading = RecentList(), label("startHeading")
        self.forget_button = named(QPushButton(), "flat")
        self._subtitle, self._nothing, self._nothing_more = (
            label("dim"),
            label("cardTitle"),
            label("dim", wrap=True),
        )
        self._hint = label("dim")
        self._stack = QStackedWidget()
        self._shown: _Shown = "unknown"
        self._n_waiting = 0
        whole = QHBoxLayout(self)
        whole.setContentsMargins(36, 30, 36, 24)
        whole.addStretch(1)
        inner = QWidget()
        inner.setMaximumWidth(_WIDEST)
        whole.addWidget(inner, 1000)
        whole.addStretch(1)
        columns = QHBoxLayout(inner)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(44)
        columns.addLayout(self._left())
        columns.addLayout(self._right(), 1)
        order = (
            self.open_button,
            self.file_button,
            self.sample_button,
            self.tour_button,
            self.waiting_button,
            self.list,
            self.forget_button,
        )
        for former, following in pairwise(order):
            QWidget.setTabOrder(former, following)
        self.show_waiting(0)

    def show_keys(self, keys: Sequence[QKeySequence]) -> None:
        """Tell the keys of folder, file and sample patient."""
        buttons = (self.open_button, self.file_button, self.sample_button)
        words = (
            self.tr("Open folder..."),
            self.tr("Open file or case..."),
            self.tr("Open the sample patient"),
        )
        for button, word, key in zip(buttons, words, keys, strict=True):
            button.show_words(word, key)

    def show_entries(self, entries: Sequence[Listed]) -> None:
        """Show what was opened lately."""
        had_focus = self.list.hasFocus()
        self.list.show_entries(entries)
        self._shown = "list" if entries else "nothing"
        self._stack.setCurrentIndex(_PLACES[self._shown])
        self.forget_button.setVisible(bool(entries))
        self._hint.setVisible(bool(entries))
        if had_focus and not entries:
            self.open_button.setFocus()

    def show_waiting(self, n: int) -> None:
        """Say how much work waits to be recovered."""
        self._n_waiting = n
        self.waiting.setVisible(n > 0)
        one = self.tr("One reading was not saved. It is kept on this computer.")
        more = self.tr("{n} readings were not saved. They are kept on this computer.")
        self._waiting_words.setText(one if n == 1 else more.format(n=n))

    def set_dragging(self, dragging: bool) -> None:
        """Show where to drop what is held over the window."""
        self.drop.setProperty("over", dragging)
        self.drop.style().polish(self.drop)

    def take_focus(self) -> None:
        """Let Enter do what is most likely wanted."""
        (self.list if self.list.count() else self.open_button).setFocus()

    def retranslate(self) -> None:
        """Put every word into the language of the window; keys: `show_keys`."""
        self._subtitle.setText(self.tr("T2* and iron of heart and liver"))
        self._drop_words.setText(self.tr("Drop a folder, a file or a case here"))
        self.waiting_button.setText(self.tr("Recover..."))
        self.waiting_button.setAccessibleName(self.tr("Work to recover"))
        self.tour_button.setText(self.tr("Show me around"))
        self._heading.setText(self.tr("Recent work"))
        self.forget_button.setText(self.tr("Forget all"))
        self.forget_button.setToolTip(self.tr("Empty this list; no image and no case is deleted"))
        self._nothing.setText(self.tr("No recent work"))
        self._nothing_more.setText(
            self.tr("Open a folder with T2* images, or try the sample patient. What you open stands here.")
        )
        self._hint.setText(self.tr("Enter opens   ·   Delete removes from the list"))
        self.list.retranslate()
        self.show_waiting(self._n_waiting)

    def _left(self) -> QVBoxLayout:
        picture = QLabel()
        style.set_picture(picture, "app", "accent", 52)
        names = QVBoxLayout()
        names.setSpacing(0)
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(label("startTitle", SOFTWARE_NAME))
        title.addWidget(label("dim", SOFTWARE_VERSION), 1, Qt.AlignmentFlag.AlignBottom)
        names.addLayout(title)
        names.addWidget(self._subtitle)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(picture)
        head.addLayout(names, 1)
        arrow = QLabel()
        style.set_picture(arrow, "drop", "dim", 26)
        dropping = QVBoxLayout(self.drop)
        dropping.setSpacing(8)
        for part in (arrow, self._drop_words):
            dropping.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        dropping.insertStretch(0, 1)
        dropping.addStretch(1)
        self.drop.setMinimumHeight(_DROP_HEIGHT)
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addLayout(head)
        column.addSpacing(18)
        for button in (self.open_button, self.file_button, self.sample_button):
            column.addWidget(button)
        column.addWidget(self.tour_button, 0, Qt.AlignmentFlag.AlignRight)
        column.addWidget(self.drop)
        column.addStretch(1)
        return column

    def _right(self) -> QVBoxLayout:
        sign = QLabel()
        style.set_picture(sign, "warning", "warning", 22)
        waiting = QHBoxLayout(self.waiting)
        waiting.setContentsMargins(14, 10, 12, 10)
        waiting.setSpacing(12)
        waiting.addWidget(sign)
        waiting.addWidget(self._waiting_words, 1)
        waiting.addWidget(self.waiting_button)
        head = QHBoxLayout()
        head.addWidget(self._heading, 1)
        head.addWidget(self.forget_button)
        clock = QLabel()
        style.set_picture(clock, "recent", "dim", 40)
        empty = QVBoxLayout()
        empty.setSpacing(8)
        empty.addStretch(2)
        for part in (clock, self._nothing):
            empty.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        self._nothing_more.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        empty.addWidget(self._nothing_more)
        empty.addStretch(3)
        nothing = QWidget()
        nothing.setLayout(empty)
        for page in (QWidget(), nothing, self.list):
            self._stack.addWidget(page)
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addWidget(self.waiting)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        column.addWidget(self._hint, 0, Qt.AlignmentFlag.AlignRight)
        self.forget_button.hide()
        self._hint.hide()
        return column
