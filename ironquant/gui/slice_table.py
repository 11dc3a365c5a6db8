"""The slices of a region one by one, and the whole of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from ironquant.core import Organ, RegionAnalysis
from ironquant.export.slicewords import SliceRow, slice_rows, slice_titles
from ironquant.gui import language
from ironquant.gui.pieces import named
from ironquant.gui.session import PAIR
from ironquant.resources import term

_ROW_HEIGHT, _MOST_ROWS = 20, 8
_IRON = SliceRow._fields.index("iron_mg_per_g")
_WAITING = "…"


class SliceTable(QTableWidget):
    """Pixels, T2*, R2*, R² and iron of every slice; hidden where the region lies in one slice only.

    Enter, or a double click, goes to a slice. While a region is dragged the numbers wait.

    Signals
    -------
    slice_wanted : int
        Position in the stack, from 0.
    """

    slice_wanted = Signal(int)

    def __init__(self, organ: Organ, parent: QWidget | None = None) -> None:
        super().__init__(0, len(SliceRow._fields), parent)
        named(self, "sliceTable")
        self._organ = organ
        self._region: RegionAnalysis | None = None
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(_ROW_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setColumnHidden(_IRON, organ not in PAIR)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(1)
        self.itemActivated.connect(self._activated)
        self.setVisible(False)
        self._say_name()

    def sizeHint(self) -> QSize:
        """As tall as its rows, up to eight; more are scrolled."""
        rows = sum(self.rowHeight(row) for row in range(min(self.rowCount(), _MOST_ROWS)))
        return QSize(200, self.horizontalHeader().sizeHint().height() + rows + 2 * self.frameWidth())

    def show_region(self, region: RegionAnalysis | None) -> None:
        """Show the slices of a region; of one that is dragged, that their numbers wait."""
        former = self._region
        self._region = region
        lang = language.current()
        waiting = region is not None and region.live and len(region.slice_indices) > 1
        if not waiting:
            self._fill(slice_rows(region, lang))
        elif former is not None and former.region.site == (region.region.site if region else ""):
            names = [part.text() for row in range(self.rowCount()) if (part := self.item(row, 0)) is not None]
            waits = (_WAITING,) * (len(SliceRow._fields) - 1)
            self._fill([SliceRow(name, *waits) for name in names])
        self.setVisible(self.rowCount() > 0)
        self.updateGeometry()
        self._say_name()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the language of the window."""
        if event.type() == QEvent.Type.LanguageChange:
            self.show_region(self._region)
        super().changeEvent(event)

    def _say_name(self) -> None:
        lang = language.current()
        name = term(str(self._organ), lang)
        if self._region is not None:
            site = term(self._region.region.site, lang)
            name = self.tr("Slices of {region}, {organ}").format(region=site, organ=name)
        self.setAccessibleName(name)

    def _fill(self, rows: list[SliceRow]) -> None:
        titles = slice_titles(self._organ, language.current())
        for column, title in enumerate(titles):
            iron = "MIC" if self._organ == Organ.HEART else "LIC"  # as on the card
            heading = QTableWidgetItem(iron if column == _IRON else title.partition(" (")[0])
            heading.setToolTip(title)
            heading.setTextAlignment(Qt.AlignmentFlag.AlignRight)
            self.setHorizontalHeaderItem(column, heading)
        self.setRowCount(len(rows))
        whole = QFont(self.font())
        whole.setBold(True)
        for number, row in enumerate(rows):
            for column, words in enumerate(row):
                item = QTableWidgetItem(words)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setToolTip(f"{titles[column]}: {words}")
                if number == len(rows) - 1:
                    item.setFont(whole)
                self.setItem(number, column, item)

    def _activated(self, item: QTableWidgetItem) -> None:
        if self._region is not None and item.row() < len(self._region.slices):
            index = self._region.slices[item.row()].slice_index
            if index is not None:
                self.slice_wanted.emit(index)
