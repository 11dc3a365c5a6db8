"""Every command by its name: type some of it, Enter runs it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ironquant.gui.actions import Command
from ironquant.gui.pieces import label, named

_SIZE = (560, 420)
_COMMAND = Qt.ItemDataRole.UserRole
_MOVES = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
_LETTERS = "abcdefghjklmnopqrstwxyz"
_FIRST = tuple(sign.encode("gb2312") for sign in "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝")
"""GB 2312 sorts its common characters by their Pinyin: the first of every letter."""
_COMMON_END = b"\xd7\xf9"


def initials(words: str) -> str:
    """Return words with every common Chinese character as the first letter of its Pinyin."""
    return "".join(_initial(sign) for sign in words.casefold())


def _initial(sign: str) -> str:
    code = sign.encode("gb2312", errors="ignore")
    common = len(code) == 2 and _FIRST[0] <= code <= _COMMON_END
    return _LETTERS[bisect_right(_FIRST, code) - 1] if common else sign


def found(commands: Sequence[Command], wanted: str) -> list[Command]:
    """Return the commands that hold every word that is wanted, in letters or Pinyin; best first."""
    parts = wanted.casefold().split()

    def place(command: Command) -> int | None:
        names = command.words.casefold(), initials(command.words)
        context = f"{command.menu} {command.keys}".casefold()
        places = [
            min(
                (at for name in names if (at := name.find(part)) >= 0),
                default=100 if part in context else None,
            )
            for part in parts
        ]
        known = [at for at in places if at is not None]
        return sum(known) if len(known) == len(places) else None

    ranked = [(at, command) for command in commands if (at := place(command)) is not None]
    return [command for _, command in sorted(ranked, key=lambda item: item[0])]


class Palette(QDialog):
    """Asks for a command.

    Signals
    -------
    chosen : QAction
        It can be run now.
    """

    chosen = Signal(object)

    def __init__(self, commands: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Find a command"))
        self._commands = commands
        self.edit, self.list = QLineEdit(), named(QTreeWidget(), "commands")
        self._nothing = label("dim", self.tr("No command of this name."))
        self.edit.setPlaceholderText(self.tr("Name of a command"))
        self.edit.setAccessibleName(self.tr("Name of a command"))
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self._show)
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.setColumnCount(3)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.itemClicked.connect(self._run)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (self.edit, self._nothing, self.list):
            column.addWidget(widget)
        self.resize(*_SIZE)
        self._show("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let keys that move go to the list, and Enter run what is marked."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _MOVES:
                self.list.keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def _show(self, wanted: str) -> None:
        """List what fits; what cannot be done now is pale and cannot be marked."""
        self.list.clear()
        for command in found(self._commands, wanted):
            item = QTreeWidgetItem([command.words, command.menu, command.keys])
            item.setData(0, _COMMAND, command)
            item.setDisabled(not command.action.isEnabled())
            item.setToolTip(0, command.words)
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.list.addTopLevelItem(item)
        rows = (self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount()))
        if first := next((item for item in rows if item and not item.isDisabled()), None):
            self.list.setCurrentItem(first)
        self._nothing.setVisible(self.list.topLevelItemCount() == 0)

    def _run(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and not item.isDisabled():
            command: Command = item.data(0, _COMMAND)
            self.accept()
            self.chosen.emit(command.action)
