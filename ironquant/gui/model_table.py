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

from ironquant.core import ModelResult, RegionAnalysis
from ironquant.export.numbers import MISSING, format_r_squared, format_value
from ironquant.gui import language, style
from ironquant.resources import term, text

_ROW_HEIGHT = 22
_HEIGHT = 100
_ADVISED = "✓"
_WAITING = "…"


class ModelTable(QTableWidget):
    """T2*, R2*, R², AICc and echoes of each fit.

    The reported one stands in bold, the recommended one is ticked; what is shown for comparison only
    stands dim. While a region is dragged, the models that cannot keep up show that they wait.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 6, parent)
        self._models: tuple[str, ...] = ()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        self._fit_columns()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def sizeHint(self) -> QSize:
        """As wide as names, numbers and a scroll bar are."""
        header = self.horizontalHeader()
        widths = (
            max(self.sizeHintForColumn(column), header.sectionSizeHint(column))
            for column in range(self.columnCount())
        )
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(sum(widths) + bar + 2 * self.frameWidth(), _HEIGHT)

    def show_models(self, region: RegionAnalysis | None, reported: str | None) -> None:
        """Fill the table."""
        self._title()
        fitted = {} if region is None else {result.model: result for result in region.models}
        if region is None or not region.live or not fitted.keys() <= set(self._models):
            self._models = tuple(fitted)
        # Columns that follow their contents would be measured again with every cell.
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setRowCount(len(self._models))
        for row, model in enumerate(self._models):
            self._fill(row, model, fitted.get(model), region, model == reported)
        self._fit_columns()
        self.updateGeometry()

    def _fit_columns(self) -> None:
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def _title(self) -> None:
        self.setHorizontalHeaderLabels(
            [self.tr("Model"), "T2* (ms)", "R2* (s⁻¹)", "R²", "AICc", self.tr("Echoes")]
        )
        tips = (
            "",
            "",
            "",
            self.tr("Share of the signal's variation that the fit explains"),
            self.tr("Corrected Akaike criterion: lower is better, among fits of all echoes"),
            self.tr("Number of echoes that the fit used"),
        )
        for column, tip in enumerate(tips):
            title = self.horizontalHeaderItem(column)
            if title is not None:
                title.setToolTip(tip)
                if column == 0:
                    title.setTextAlignment(Qt.AlignmentFlag.AlignLeft)

    def _fill(
        self, row: int, model: str, fit: ModelResult | None, region: RegionAnalysis | None, reported: bool
    ) -> None:
        from ironquant.fitting import COMPARISON_ONLY

        lang = language.current()
        advised = None if region is None else region.recommended
        name, tips = text("models", model, lang), [term(model, lang)]
        if advised is not None and advised.model == model:
            name = f"{_ADVISED} {name}"
            reason = term(advised.reason, lang)
            tips.append(self.tr("Suits this curve best: {reason}").format(reason=reason))
        if model in COMPARISON_ONLY:
            tips.append(self.tr("For comparison only: biased where T2* is short"))
        for column, words in enumerate((name, *_numbers(fit, lang))):
            item = QTableWidgetItem(words)
            side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip("\n".join(tips))
            font = QFont(self.font())
            font.setBold(reported)
            item.setFont(font)
            if model in COMPARISON_ONLY and not reported:
                item.setForeground(style.colour("dim"))
            self.setItem(row, column, item)


def _numbers(fit: ModelResult | None, lang: str) -> tuple[str, ...]:
    if fit is None:
        return (_WAITING,) * 5
    return (
        format_value(fit.t2star_ms, "t2star_ms", lang),
        format_value(fit.r2star_per_s, "r2star_per_s", lang),
        format_r_squared(fit.r_squared),
        MISSING if fit.aicc is None else f"{fit.aicc:.0f}".replace("-", "−"),
        MISSING if fit.n_echoes is None else str(fit.n_echoes),
    )
