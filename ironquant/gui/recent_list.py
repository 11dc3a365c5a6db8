"""The list of what was opened lately: two lines each, drawn as the rest of the start page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ironquant.gui import style
from ironquant.gui.recent import Listed

_LISTED = Qt.ItemDataRole.UserRole
_LINES = Qt.ItemDataRole.UserRole + 1
"""Name, date, place or reason, state, when."""
_HEIGHT, _ICON, _MARGIN, _DOT = 58, 22, 14, 8
_TITLE_PIXELS, _SMALL_PIXELS = 14, 12
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ICONS = {"case": "case", "examination": "examination", "folder": "open"}
_COLOURS = {"opened": "dim", "unsaved": "warning", "saved": "good", "final": "info"}
_Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RecentList(QListWidget):
    """A click or Enter opens, Delete takes an entry out of the list.

    Signals
    -------
    open_wanted, forget_wanted : RecentEntry
    """

    open_wanted = Signal(object)
    forget_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recent")
        self.setItemDelegate(_Delegate(self))
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.itemClicked.connect(self._open)

    def show_entries(self, entries: Sequence[Listed]) -> None:
        """List entries; the one that was chosen stays so, else the one in its place."""
        row, chosen = self.currentRow(), self._chosen()
        self.clear()
        for listed in entries:
            item = QListWidgetItem()
            item.setData(_LISTED, listed)
            self.addItem(item)
            if chosen is not None and listed.entry.key == chosen.entry.key:
                self.setCurrentItem(item)
        if self.currentRow() < 0 and self.count():
            self.setCurrentRow(min(max(row, 0), self.count() - 1))
        self.retranslate()

    def retranslate(self) -> None:
        """Put every word into the language of the window."""
        self.setAccessibleName(self.tr("Recent work"))
        for item in map(self.item, range(self.count())):
            listed: Listed = item.data(_LISTED)
            lines = self._lines(listed)
            item.setData(_LINES, lines)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(line for line in lines if line))
            item.setToolTip("\n".join(dict.fromkeys((lines[2], listed.entry.path))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Delete forgets."""
        item = self.currentItem()
        if item is not None and event.key() in _ENTER:
            self._open(item)
        elif item is not None and event.key() == Qt.Key.Key_Delete:
            self.forget_wanted.emit(item.data(_LISTED).entry)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Delete from the actions of the window."""
        is_key = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Delete:
            event.accept()
            return True
        return super().event(event)

    def _open(self, item: QListWidgetItem) -> None:
        self.open_wanted.emit(item.data(_LISTED).entry)

    def _chosen(self) -> Listed | None:
        item = self.currentItem()
        listed: Listed | None = None if item is None else item.data(_LISTED)
        return listed

    def _show_menu(self, place: QPoint) -> None:
        item = self.itemAt(place)
        if item is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        entry = item.data(_LISTED).entry
        menu.addAction(self.tr("Open")).triggered.connect(lambda: self.open_wanted.emit(entry))
        remove = menu.addAction(self.tr("Remove from the list"))
        remove.triggered.connect(lambda: self.forget_wanted.emit(entry))
        menu.popup(self.viewport().mapToGlobal(place))

    def _lines(self, listed: Listed) -> tuple[str, str, str, str, str]:
        entry = listed.entry
        name = entry.name or self.tr("without a name")
        date = "" if entry.study_date is None else entry.study_date.isoformat()
        if entry.kind == "folder":
            date = self.tr("{n} examinations").format(n=entry.n)
        reasons = {
            "missing": self.tr("No longer there: moved, renamed or deleted"),
            "unreachable": self.tr("Its folder cannot be reached: is the drive or network share connected?"),
            "denied": self.tr("You have no right to read it"),
        }
        states = {
            "opened": self.tr("opened"),
            "unsaved": self.tr("not saved"),
            "saved": self.tr("saved"),
            "final": self.tr("final"),
        }
        place = entry.path if listed.absent is None else reasons[listed.absent]
        state = "" if entry.kind == "folder" else states[entry.state]
        return name, date, place, state, self._when(entry.opened.astimezone())

    def _when(self, opened: dt.datetime) -> str:
        days = (dt.datetime.now().astimezone().date() - opened.date()).days
        if days == 0:
            return self.tr("today {time}").format(time=f"{opened:%H:%M}")
        if days == 1:
            return self.tr("yesterday {time}").format(time=f"{opened:%H:%M}")
        return f"{opened:%Y-%m-%d}"


class _Delegate(QStyledItemDelegate):
    """Draws an entry: icon, name and date, place; on the right its state and when it was opened."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """All entries are equally high."""
        return QSize(200, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one entry."""
        name, date, place, state, when = index.data(_LINES)
        listed: Listed = index.data(_LISTED)
        box, flags = QRect(option.rect), option.state
        there = listed.absent is None
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = bool(flags & QStyle.StateFlag.State_HasFocus)
        if flags & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            chosen = bool(flags & QStyle.StateFlag.State_Selected)
            painter.setBrush(style.colour("hover" if chosen else "raised"))
            painter.setPen(style.colour("accent") if focused else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box.adjusted(1, 1, -2, -2), 6, 6)
        pixmap = style.icon_pixmap(_ICONS[listed.entry.kind], "accent" if there else "faint", _ICON)
        painter.drawPixmap(box.left() + _MARGIN, box.top() + (box.height() - _ICON) // 2, pixmap)
        words = box.adjusted(2 * _MARGIN + _ICON, 9, -_MARGIN, -9)
        upper = QRect(words.left(), words.top(), words.width(), words.height() // 2)
        lower = upper.translated(0, words.height() // 2)
        dim, ink = style.colour("dim"), style.colour("ink" if there else "dim")
        right = self._text(painter, upper, state, dim, align=_RIGHT)
        if state:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.colour(_COLOURS[listed.entry.state]))
            middle = upper.top() + upper.height() // 2
            painter.drawEllipse(QPoint(upper.right() - right - _DOT, middle), _DOT // 2, _DOT // 2)
            right += 2 * _DOT
        room = upper.adjusted(0, 0, -right - _MARGIN, 0)
        taken = self._text(painter, room, name, ink, pixels=_TITLE_PIXELS, bold=True)
        self._text(painter, room.adjusted(taken + 10, 1, 0, 1), date, dim)
        right = self._text(painter, lower if state else upper, when, dim, align=_RIGHT)
        room = lower.adjusted(0, 0, -right - _MARGIN, 0)
        self._text(painter, room, place, dim if there else style.colour("warning"))
        painter.restore()

    @staticmethod
    def _text(
        painter: QPainter,
        box: QRect,
        words: str,
        colour: QColor,
        *,
        pixels: int = _SMALL_PIXELS,
        bold: bool = False,
        align: Qt.AlignmentFlag = _LEFT,
    ) -> int:
        """Draw words in a box, cut in the middle if they are too long; return their width."""
        font = painter.font()
        font.setPixelSize(pixels)
        font.setBold(bold)
        painter.setFont(font)
        painter.setPen(colour)
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, box.width())
        painter.drawText(box, int(align), shown)
        return painter.fontMetrics().horizontalAdvance(shown)
