"""The small table of all models that were fitted to the region."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from ironquant.core import RegionAnalysis
from ironquant.export.numbers import format_r_squared, format_value
from ironquant.gui import language
from ironquant.resources import term

_ROW_HEIGHT = 24
_HEIGHT = 100


class ModelTable(QTableWidget):
    """Model, T2*, R2*, R² of each fit; the reported one in bold."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def sizeHint(self) -> QSize:
        """As wide as names and numbers are."""
        header = self.horizontalHeader()
        widths = (
            max(self.sizeHintForColumn(column), header.sectionSizeHint(column))
            for column in range(self.columnCount())
        )
        return QSize(sum(widths) + 2 * self.frameWidth(), _HEIGHT)

    def show_models(self, region: RegionAnalysis | None, reported: str | None) -> None:
        """Fill the table."""
        titles = [self.tr("Model"), "T2* (ms)", "R2* (s⁻¹)", "R²"]
        self.setHorizontalHeaderLabels(titles)
        first = self.horizontalHeaderItem(0)
        if first is not None:
            first.setTextAlignment(Qt.AlignmentFlag.AlignLeft)
        models = region.models if region is not None else ()
        self.setRowCount(len(models))
        lang = language.current()
        for row, fit in enumerate(models):
            cells = (
                term(fit.model, lang),
                format_value(fit.t2star_ms, "t2star_ms", lang),
                format_value(fit.r2star_per_s, "r2star_per_s", lang),
                format_r_squared(fit.r_squared),
            )
            for column, words in enumerate(cells):
                item = QTableWidgetItem(words)
                side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                item.setToolTip(words)
                if fit.model == reported:
                    font = QFont(self.font())
                    font.setBold(True)
                    item.setFont(font)
                self.setItem(row, column, item)
        self.updateGeometry()
